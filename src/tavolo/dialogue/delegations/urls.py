"""Addresses of delegations, mandates, the joint secretariat and joint decisions."""

from __future__ import annotations

from django.urls import URLPattern, path

from tavolo.dialogue.delegations import (
    views_decisions,
    views_delegations,
    views_mandates,
    views_secretariat,
)

app_name = "delegations"

TABLE = "<uuid:table_id>/"
DECISION = "decisioni/<uuid:decision_id>/"
SECRETARY = "segreteria/<uuid:secretary_id>/"
PARTY = "parti/<uuid:party_id>/"
DELEGATE = "componenti/<uuid:delegate_id>/"
MANDATE = "mandati/<uuid:mandate_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{TABLE}decisioni/", views_decisions.decision_list, name="decisions"),
    path(DECISION, views_decisions.decision_page, name="decision"),
    path(f"{DECISION}consenso/", views_decisions.consent, name="decision_consent"),
    path(f"{DECISION}rifiuto/", views_decisions.refuse, name="decision_refuse"),
    path(f"{DECISION}ritiro/", views_decisions.withdraw, name="decision_withdraw"),
    path(f"{TABLE}segreteria/", views_secretariat.secretariat_page, name="secretariat"),
    path(f"{TABLE}segreteria/proposta/", views_secretariat.propose_secretary, name="propose_secretary"),
    path(f"{SECRETARY}revoca/", views_secretariat.revoke_secretary, name="revoke_secretary"),
    path(f"{SECRETARY}dimissioni/", views_secretariat.resign_secretary, name="resign_secretary"),
    path(f"{TABLE}conferma/", views_secretariat.confirm_table, name="confirm_table"),
    path(f"{TABLE}regole/", views_secretariat.rules_page, name="rules"),
    path("delegazioni/", views_delegations.own_delegations, name="own_delegations"),
    path(f"{TABLE}delegazioni/", views_delegations.delegation_list, name="delegations"),
    path(f"{PARTY}componenti/nuovo/", views_delegations.add_delegate, name="add_delegate"),
    path(f"{PARTY}inviti/", views_delegations.invite_delegate, name="invite_delegate"),
    path(
        "inviti-componenti/<uuid:invited_seat_id>/ritira/",
        views_delegations.withdraw_invited,
        name="withdraw_invited",
    ),
    path(f"{PARTY}uscita/", views_delegations.leave_table, name="leave_table"),
    path(f"{DELEGATE}ruolo/", views_delegations.change_delegate, name="change_delegate"),
    path(f"{DELEGATE}fine/", views_delegations.end_delegate, name="end_delegate"),
    path(f"{PARTY}mandato/", views_mandates.mandate_page, name="mandate"),
    path(f"{PARTY}mandato/bozza/", views_mandates.mandate_draft, name="mandate_draft"),
    path(MANDATE, views_mandates.mandate_version, name="mandate_version"),
    path(f"{MANDATE}punti/", views_mandates.add_red_line, name="add_red_line"),
    path(f"{MANDATE}punti/<uuid:red_line_id>/togli/", views_mandates.remove_red_line, name="remove_red_line"),
    path(f"{MANDATE}deposito/", views_mandates.lodge, name="lodge_mandate"),
    path(f"{MANDATE}revoca/", views_mandates.revoke, name="revoke_mandate"),
    path(f"{MANDATE}scarta/", views_mandates.discard, name="discard_mandate"),
]
