"""Addresses of blind overlap: lodged in secret, shown only where all accept."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "overlap"

urlpatterns: list[URLPattern] = []
