"""Addresses of commitments and their follow-up."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "commitments"

urlpatterns: list[URLPattern] = []
