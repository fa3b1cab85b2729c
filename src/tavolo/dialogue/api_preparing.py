# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A consultation from its preparation to its close, over HTTP and JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.api_shared import (
    ONE,
    TABLE,
    api,
    consultation_of,
    consultation_out,
    statements_of,
    table_of,
    theme_named,
)
from tavolo.dialogue.models import Consent, Consultation, Statement, StatementVersion
from tavolo.dialogue.schemas import (
    ConsultationIn,
    ConsultationOut,
    ConsultationState,
    GroupIn,
    StatementIn,
    VersionIn,
    VersionMade,
)
from tavolo.dialogue.services import consultations, opening
from tavolo.dialogue.views_preparing import acting_promoter, close_as
from tavolo.people.models import Constituency

STATEMENT = "/statements/{uuid:statement_id}"


@api.post(TABLE + "/consultations/new", ConsultationOut, "new", "Prepare a consultation")
def new(request: HttpRequest, table_id: UUID, asked: ConsultationIn) -> dict[str, Any]:
    """Prepare a consultation as the party one acts for; nobody is asked yet."""
    table = table_of(request, table_id)
    said = asked.dict() | {"theme": theme_named(table, asked.theme)}

    def work() -> str:
        made = consultations.create_consultation(table=table, actor_id=request.user.pk, **said)
        return str(made.pk)

    pk = api.doing(request, "new", asked.dict(), work)
    return consultation_out(consultation_of(request, consultation_id=UUID(pk)))


@api.post(ONE + "/groups", ConsultationOut, "ask", "Ask a constituency of my party")
def ask(request: HttpRequest, consultation_id: UUID, asked: GroupIn) -> dict[str, Any]:
    """Add a constituency of the party one acts for to those who are asked."""
    found = statements_of(request, consultation_id=consultation_id)
    party = standing.acting_party(request.user.pk, found.table_id)
    if party is None:
        raise Http404
    constituency = Constituency.objects.filter(
        pk=asked.constituency_id, organisation_id=party.organisation_id, held_by_rsu=party.as_rsu,
        retired_at__isnull=True,
    ).first()  # fmt: skip
    if constituency is None:
        raise Problem(_("Your party has no constituency of this id: it asks only its own."))

    def work() -> str:
        if found.groups.filter(constituency=constituency).exists():
            raise Problem(_("This constituency is asked already."))
        made = consultations.add_group(
            found, party=party, constituency=constituency, name=asked.name, actor_id=request.user.pk
        )
        return str(made.pk)

    api.doing(request, "ask", asked.dict(), work)
    return consultation_out(consultation_of(request, consultation_id=consultation_id))


@api.post(ONE + "/statements/new", VersionMade, "add_statement", "Add a statement")
def add_statement(request: HttpRequest, consultation_id: UUID, said: StatementIn) -> dict[str, Any]:
    """Add a statement; while voting is under way it waits for a promoter of each side."""
    found = statements_of(request, consultation_id=consultation_id)
    theme = theme_named(found.table, said.theme)

    def work() -> str:
        made = consultations.add_statement(found, text=said.text, theme=theme, actor_id=request.user.pk)
        return str(made.pk)

    return _version(api.doing(request, "add_statement", said.dict(), work))


@api.post(STATEMENT + "/versions", VersionMade, "revise", "Write a new wording of a statement")
def revise(request: HttpRequest, statement_id: UUID, said: VersionIn) -> dict[str, Any]:
    """Write a new version; votes already given stay with the old one."""
    statements_of(request, statement_id=statement_id)
    row = get_object_or_404(Statement, pk=statement_id)

    def work() -> str:
        return str(consultations.revise_statement(row, text=said.text, actor_id=request.user.pk).pk)

    return _version(api.doing(request, "revise", said.dict(), work))


@api.post(STATEMENT + "/withdrawal", ConsultationState, "withdraw", "Take a statement out of the vote")
def withdraw(request: HttpRequest, statement_id: UUID) -> dict[str, Any]:
    """Take a statement out of the vote; votes already given stay counted."""
    found = statements_of(request, statement_id=statement_id)
    row = get_object_or_404(Statement, pk=statement_id)
    work = lambda: consultations.withdraw_statement(row, actor_id=request.user.pk)  # noqa: E731
    api.doing(request, "withdraw", None, work)
    return _state(found)


@api.post(ONE + "/consent-to-open", ConsultationState, "open", "Consent to the opening")
def consent_to_open(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Give one's party's yes to opening; the last promoter's yes opens."""
    found = statements_of(request, consultation_id=consultation_id)
    party = acting_promoter(request, found)
    work = lambda: opening.consent_to_open(found, party=party, actor_id=request.user.pk)  # noqa: E731
    api.doing(request, "open", None, work)
    return _state(found)


@api.post(ONE + "/consent-to-close", ConsultationState, "close", "Consent to the closing")
def consent_to_close(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Give one's party's yes to closing; after the announced last day one promoter's yes is enough."""
    found = statements_of(request, consultation_id=consultation_id)
    party = acting_promoter(request, found)
    api.doing(request, "close", None, lambda: close_as(found, party, request.user.pk))
    return _state(found)


def _state(found: Consultation) -> dict[str, Any]:
    found.refresh_from_db()
    waited = {Consultation.State.DRAFT: Consent.Action.OPEN, Consultation.State.OPEN: Consent.Action.CLOSE}
    action = waited.get(found.state)
    missing = opening.missing_consents(found, action) if action else []
    return {"state": found.state, "waiting_for": [str(party) for party in missing]}


def _version(pk: str) -> dict[str, Any]:
    row = get_object_or_404(StatementVersion, pk=pk)
    return {"statement_id": row.statement_id, "version_id": row.pk, "open_to_votes": row.open_to_votes}
