# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Tables, consultations, votes over HTTP and JSON: reading, and casting one's own vote."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import numpy as np
from django.http import HttpRequest

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.api_shared import ONE, TABLE, api, consultation_of, consultation_out, table_of
from tavolo.dialogue.models import StatementVersion, Table
from tavolo.dialogue.schemas import (
    ConsultationList,
    ConsultationOut,
    NextOut,
    StatementList,
    TableList,
    TableOut,
    VoteIn,
    VoteOut,
)
from tavolo.dialogue.services import asking, voting
from tavolo.dialogue.voices.seeds import waiting_in

NEXT = 10


@api.get("/tables", TableList, "tables", "The tables I see")
def tables(request: HttpRequest) -> dict[str, Any]:
    """Return the tables one sees as delegate, secretary, or because one is asked."""
    found = standing.visible_tables(request.user.pk).order_by("created_at")
    return {"items": [_table(row) for row in found]}


@api.get(TABLE, TableOut, "table", "One table")
def table(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return a table with its parties and themes."""
    return _table(table_of(request, table_id))


@api.get(TABLE + "/consultations", ConsultationList, "consultations", "A table's consultations")
def consultations(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the consultations of a table one sees."""
    found = table_of(request, table_id)
    rows = standing.visible_consultations(request.user.pk).filter(table=found).order_by("created_at")
    return {"items": [consultation_out(row) for row in rows]}


@api.get(ONE, ConsultationOut, "consultation", "One consultation")
def consultation(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return a consultation, who asks and who is asked."""
    return consultation_out(consultation_of(request, consultation_id=consultation_id))


@api.get(ONE + "/statements", StatementList, "statements", "Its statements, every version")
def statements(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return every version of every statement, with translations."""
    found = consultation_of(request, consultation_id=consultation_id)
    rows = (
        StatementVersion.objects.filter(consultation=found)
        .exclude(pk__in=waiting_in(consultation_id))
        .select_related("statement__theme")
        .prefetch_related("translations")
        .order_by("statement__number", "number")
    )
    return {"items": [_statement(row) for row in rows]}


@api.get(ONE + "/next", NextOut, "next", "The next statements for me", refuses=True)
def next_statements(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return the next statements for a person on the roll."""
    found = consultation_of(request, consultation_id=consultation_id)
    ballot = voting.own_votes(found.pk, request.user.pk) if found.state == "open" else None
    if ballot is None:
        raise Problem("This consultation is not open.")
    versions = asking.open_versions(found)
    order = asking.order(found, versions, ballot, np.random.default_rng(), NEXT)
    answered = sum(1 for version in versions if ballot.vote(version.slot))
    return {"items": [_statement(row) for row in order], "answered": answered, "total": len(versions)}


@api.post(ONE + "/votes", VoteOut, "vote", "Vote on an exact version of a statement")
def cast(request: HttpRequest, consultation_id: UUID, vote: VoteIn) -> dict[str, Any]:
    """Register a vote, change it or take it back. Acknowledged after its commit; a retry counts once."""
    done = voting.cast_vote(
        consultation_id, request.user.pk, vote.version_id, vote.choice, vote.request_id,
        important=vote.important,
    )  # fmt: skip
    return {"registered": True, "choice": done.choice}


def _table(row: Table) -> dict[str, Any]:
    parties = standing.seated_parties(row.pk).select_related("organisation")
    return {
        "id": row.pk, "title": row.title, "description": row.description, "state": row.state,
        "minimum_group": row.minimum_group, "notice_plenary": row.notice_plenary,
        "notice_restricted": row.notice_restricted, "themes": [theme.name for theme in row.themes.all()],
        "parties": [{"id": p.pk, "name": str(p), "side": p.side} for p in parties],
    }  # fmt: skip


def _statement(row: StatementVersion) -> dict[str, Any]:
    return {
        "statement_id": row.statement_id, "version_id": row.pk, "number": row.statement.number,
        "version": row.number, "text": row.text, "language": row.language,
        "translations": {t.language: t.text for t in row.translations.all()},
        "open_to_votes": row.open_to_votes,
        "theme": row.statement.theme.name if row.statement.theme else None,
    }  # fmt: skip
