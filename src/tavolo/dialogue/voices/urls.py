"""Addresses of participants' statements, moderation, languages, what became of it."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "voices"

urlpatterns: list[URLPattern] = []
