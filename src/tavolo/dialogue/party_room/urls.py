"""Addresses of party rooms: notes, drafts, positions, controlled release."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "party_room"

urlpatterns: list[URLPattern] = []
