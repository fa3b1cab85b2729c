"""Addresses of what awaits me, search, activity, digests."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "following"

urlpatterns: list[URLPattern] = []
