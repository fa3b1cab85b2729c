"""Addresses of commitments and their follow-up."""

from __future__ import annotations

from django.urls import URLPattern, path

from tavolo.agreements.commitments import views, views_calendar

app_name = "commitments"

OF = "<uuid:signed_agreement_id>/impegni/"
ONE = "impegni/<uuid:commitment_id>/"

urlpatterns: list[URLPattern] = [
    path(OF, views.of_agreement, name="of_agreement"),
    path(f"{OF}nuovo/", views.enter, name="enter"),
    path(f"{OF}pubblici/", views.public, name="public"),
    path(f"{OF}scadenze.ics", views_calendar.public_calendar, name="public_calendar"),
    path("impegni/tavolo/<uuid:table_id>/", views.of_table, name="of_table"),
    path("impegni/calendario/", views_calendar.calendar, name="calendar"),
    path("impegni/calendario/<str:token>.ics", views_calendar.feed, name="feed"),
    path(ONE, views.commitment, name="commitment"),
    path(f"{ONE}conferma/", views.assent, name="assent"),
    path(f"{ONE}stato/", views.claim, name="claim"),
    path("impegni/stati/<uuid:claim_id>/risposta/", views.answer, name="answer"),
    path(f"{ONE}prova/", views.evidence, name="evidence"),
]
