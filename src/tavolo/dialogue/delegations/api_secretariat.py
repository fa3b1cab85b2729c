# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of the joint secretariat and of the rules of a table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import kinds, policies, reading, rules, secretariat
from tavolo.dialogue.delegations.answering import api, decision_out, doing
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.delegations.schemas import (
    DecisionOut,
    DoneOut,
    ReasonIn,
    RulesIn,
    SecretariatOut,
    SecretaryIn,
)
from tavolo.dialogue.models import Party, Secretariat, Table


@api.get("/tables/{uuid:table_id}/secretariat", SecretariatOut, "secretariat", "Who keeps a table")
def secretariat_out(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return who serves, by whose consents, the parity of the sides, and who operates the server."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    sits = policies.sits(request, {"table_id": table.pk})
    confirmation = reading.confirmation(table)
    serving, _over = secretariat.members(table)
    return {
        "table_id": table.pk,
        "confirmed_by": reading.consenting(confirmation) if confirmation else [],
        "confirmed_at": confirmation.closed_at if confirmation else None,
        "serving": [_secretary(one) for one in serving],
        "parity": [{"side": side, "members": count} for side, count in secretariat.parity(table)],
        "operators": [str(person) for person in secretariat.operators()] if sits else [],
    }


def _secretary(one: secretariat.Serving) -> dict[str, Any]:
    appointment = one.appointment
    return {
        "id": one.seat.pk, "name": str(one.seat.account), "starts_on": one.seat.starts_on,
        "ends_on": one.seat.ends_on,
        "proposed_by": str(appointment.proposed_by) if appointment and appointment.proposed_by else None,
        "appointed_by": reading.consenting(appointment.decision) if appointment else [],
    }  # fmt: skip


def _table(request: HttpRequest, table_id: UUID) -> Table:
    return get_object_or_404(standing.tables_sat_at(request.user.pk), pk=table_id)


def _proposed(decision_id: str) -> dict[str, Any]:
    return decision_out(reading.board(JointDecision.objects.get(pk=decision_id)))


@api.post(
    "/tables/{uuid:table_id}/confirmation",
    DecisionOut,
    "confirm_table",
    "Ask every party to confirm the table",
)
def confirm_table(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Propose that the parties confirm the opening of the table and those who keep it."""
    table = _table(request, table_id)
    work = lambda: str(kinds.ask_for_confirmation(table, actor_id=request.user.pk).pk)  # noqa: E731
    return _proposed(doing(request, "confirm_table", str(table.pk), work))


@api.post(
    "/tables/{uuid:table_id}/secretaries",
    DecisionOut,
    "propose_secretary",
    "Propose a person for the secretariat",
)
def propose_secretary(request: HttpRequest, table_id: UUID, payload: SecretaryIn) -> dict[str, Any]:
    """Propose a person; they serve once every party has consented."""
    table = _table(request, table_id)
    party = Party.objects.filter(pk=payload.party_id, table=table).first()
    if party is None:
        raise Problem("This party does not sit at this table.")

    def work() -> str:
        made = secretariat.propose_secretary(
            table, email=payload.email, proposed_by=party, actor_id=request.user.pk,
            starts_on=payload.starts_on, ends_on=payload.ends_on,
        )  # fmt: skip
        return str(made.pk)

    return _proposed(doing(request, "propose_secretary", payload.dict(), work))


@api.post(
    "/secretaries/{uuid:secretary_id}/revocation",
    DoneOut,
    "revoke_secretary",
    "Revoke a member of the secretariat",
)
def revoke_secretary(request: HttpRequest, secretary_id: UUID, payload: ReasonIn) -> dict[str, Any]:
    """Revoke a member of the secretariat for the party one acts for, at once."""
    seat = get_object_or_404(Secretariat.objects.select_related("table"), pk=secretary_id)
    party = standing.acting_party(request.user.pk, seat.table_id)
    if party is None:
        raise Http404

    def work() -> str:
        done = secretariat.revoke(seat, party=party, actor_id=request.user.pk, reason=payload.reason)
        return str(done.pk)

    return {"id": doing(request, "revoke_secretary", [str(seat.pk), payload.reason], work)}


@api.post(
    "/secretaries/{uuid:secretary_id}/resignation", DoneOut, "resign_secretary", "Resign from the secretariat"
)
def resign_secretary(request: HttpRequest, secretary_id: UUID) -> dict[str, Any]:
    """Give up one's own place in the secretariat."""
    seat = get_object_or_404(Secretariat.objects.select_related("table"), pk=secretary_id)
    work = lambda: str(secretariat.resign(seat, actor_id=request.user.pk).pk)  # noqa: E731
    return {"id": doing(request, "resign_secretary", str(seat.pk), work)}


@api.post("/tables/{uuid:table_id}/rules", DecisionOut, "rules", "Propose a change of a table's rules")
def propose_rules(request: HttpRequest, table_id: UUID, payload: RulesIn) -> dict[str, Any]:
    """Propose other rules; a party of each side must consent."""
    table = _table(request, table_id)
    changes = {name: value for name, value in payload.dict().items() if value is not None}
    work = lambda: str(rules.propose_change(table, changes, actor_id=request.user.pk).pk)  # noqa: E731
    return _proposed(doing(request, "rules", [str(table.pk), changes], work))
