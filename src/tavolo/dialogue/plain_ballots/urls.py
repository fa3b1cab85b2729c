"""Addresses of plain ballots: yes or no, options, majorities with dated rules."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "plain_ballots"

urlpatterns: list[URLPattern] = []
