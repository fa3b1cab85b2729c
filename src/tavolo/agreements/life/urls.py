"""Addresses of terms of life, joint bodies, deposit."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "life"

urlpatterns: list[URLPattern] = []
