"""Addresses of delegations, mandates, the joint secretariat and joint decisions."""

from __future__ import annotations

from django.urls import URLPattern, path

from tavolo.dialogue.delegations import views_decisions

app_name = "delegations"

TABLE = "<uuid:table_id>/"
DECISION = "decisioni/<uuid:decision_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{TABLE}decisioni/", views_decisions.decision_list, name="decisions"),
    path(DECISION, views_decisions.decision_page, name="decision"),
    path(f"{DECISION}consenso/", views_decisions.consent, name="decision_consent"),
    path(f"{DECISION}rifiuto/", views_decisions.refuse, name="decision_refuse"),
    path(f"{DECISION}ritiro/", views_decisions.withdraw, name="decision_withdraw"),
]
