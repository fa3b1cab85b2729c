"""Addresses of delegations, mandates, the joint secretariat and joint decisions."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "delegations"

urlpatterns: list[URLPattern] = []
