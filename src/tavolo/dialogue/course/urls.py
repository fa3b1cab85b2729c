"""Addresses of a table's course: phases, calendar, suspensions."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "course"

urlpatterns: list[URLPattern] = []
