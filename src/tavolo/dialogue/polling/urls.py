"""Addresses of credentials, assemblies, paper ballots, the record of the count."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "polling"

urlpatterns: list[URLPattern] = []
