# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The room over HTTP and JSON: the same policies and services as the pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import numpy as np
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router

from tavolo.common.errors import Problem
from tavolo.dialogue import policies, standing
from tavolo.dialogue.convergence.verdicts import judge
from tavolo.dialogue.models import Consultation, StatementVersion, Table
from tavolo.dialogue.schemas import (
    ConsultationList,
    ConsultationOut,
    NextOut,
    Refusal,
    ResultsOut,
    StatementList,
    TableList,
    TableOut,
    VoteIn,
    VoteOut,
)
from tavolo.dialogue.services import asking, voting
from tavolo.dialogue.services.analysing import label_name
from tavolo.dialogue.services.results import View, view_for
from tavolo.dialogue.voices.seeds import waiting_in
from tavolo.people.tokens import key_or_session

router = Router(tags=["dialogue"], auth=key_or_session)
# Every operation may be refused before it runs; the body is always a sentence.
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
NEXT = 10


@router.get(
    "/tables", response={200: TableList, **REFUSED}, url_name="dialogue_tables", summary="The tables I see"
)
def tables(request: HttpRequest) -> dict[str, Any]:
    """Return the tables one sees as delegate, secretary, or because one is asked."""
    found = standing.visible_tables(request.user.pk).order_by("created_at")
    return {"items": [_table(row) for row in found]}


@router.get(
    "/tables/{uuid:table_id}",
    response={200: TableOut, **REFUSED},
    url_name="dialogue_table",
    summary="One table",
)
def table(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return a table with its parties and themes."""
    return _table(get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id))


@router.get(
    "/tables/{uuid:table_id}/consultations",
    response={200: ConsultationList, **REFUSED},
    url_name="dialogue_consultations",
    summary="A table's consultations",
)
def consultations(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the consultations of a table one sees."""
    found = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    rows = standing.visible_consultations(request.user.pk).filter(table=found).order_by("created_at")
    return {"items": [_consultation(row) for row in rows]}


@router.get(
    "/consultations/{uuid:consultation_id}",
    response={200: ConsultationOut, **REFUSED},
    url_name="dialogue_consultation",
    summary="One consultation",
)
def consultation(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return a consultation, who asks and who is asked."""
    return _consultation(_visible(request, consultation_id))


@router.get(
    "/consultations/{uuid:consultation_id}/statements",
    response={200: StatementList, **REFUSED},
    url_name="dialogue_statements",
    summary="Its statements, every version",
)
def statements(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return every version of every statement, with translations."""
    rows = (
        StatementVersion.objects.filter(consultation=_visible(request, consultation_id))
        .exclude(pk__in=waiting_in(consultation_id))
        .select_related("statement__theme")
        .prefetch_related("translations")
        .order_by("statement__number", "number")
    )
    return {"items": [_statement(row) for row in rows]}


@router.get(
    "/consultations/{uuid:consultation_id}/next",
    response={200: NextOut, 422: Refusal, **REFUSED},
    url_name="dialogue_next",
    summary="The next statements for me",
)
def next_statements(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return the next statements for a person on the roll."""
    found = _visible(request, consultation_id)
    ballot = voting.own_votes(found.pk, request.user.pk) if found.state == "open" else None
    if ballot is None:
        raise Problem("This consultation is not open.")
    versions = asking.open_versions(found)
    order = asking.order(found, versions, ballot, np.random.default_rng(), NEXT)
    answered = sum(1 for version in versions if ballot.vote(version.slot))
    return {"items": [_statement(row) for row in order], "answered": answered, "total": len(versions)}


@router.post(
    "/consultations/{uuid:consultation_id}/votes",
    response={200: VoteOut, 422: Refusal, **REFUSED},
    url_name="dialogue_vote",
    summary="Vote on an exact version of a statement",
)
def cast(request: HttpRequest, consultation_id: UUID, vote: VoteIn) -> dict[str, Any]:
    """Register a vote, change it or take it back. Acknowledged after its commit; a retry counts once."""
    done = voting.cast_vote(
        consultation_id, request.user.pk, vote.version_id, vote.choice, vote.request_id,
        important=vote.important,
    )  # fmt: skip
    return {"registered": True, "choice": done.choice}


@router.get(
    "/consultations/{uuid:consultation_id}/results",
    response={200: ResultsOut, 422: Refusal, **REFUSED},
    url_name="dialogue_results",
    summary="What the shared map shows",
)
def results(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return counts and verdicts as far as they may be shown; nothing before the close."""
    view = view_for(_visible(request, consultation_id))
    return {
        "labels": [
            {
                "name": label_name(column), "kind": column.label.kind, "side": column.label.side,
                "voters": column.voters, "eligible": column.eligible or None,
            }
            for column in view.columns
        ],
        "hidden_sides": view.hidden_sides,
        "statements": _result_statements(view),
    }  # fmt: skip


def _visible(request: HttpRequest, consultation_id: UUID) -> Consultation:
    found = policies.consultation_at(request, {"consultation_id": consultation_id})
    if found is None:
        raise Http404
    return found


def _table(row: Table) -> dict[str, Any]:
    parties = standing.seated_parties(row.pk).select_related("organisation")
    return {
        "id": row.pk, "title": row.title, "description": row.description, "state": row.state,
        "minimum_group": row.minimum_group, "notice_plenary": row.notice_plenary,
        "notice_restricted": row.notice_restricted, "themes": [theme.name for theme in row.themes.all()],
        "parties": [{"id": p.pk, "name": str(p), "side": p.side} for p in parties],
    }  # fmt: skip


def _consultation(row: Consultation) -> dict[str, Any]:
    groups = row.groups.select_related("party__organisation", "constituency")
    return {
        "id": row.pk, "table_id": row.table_id, "title": row.title, "question": row.question,
        "introduction": row.introduction, "state": row.state, "imported": row.imported, "source": row.source,
        "participation": row.participation, "opened_on": row.opened_on, "closes_on": row.closes_on,
        "closed_on": row.closed_on,
        "groups": [
            {"party": str(g.party), "constituency": g.constituency.name, "side": g.side} for g in groups
        ],
    }  # fmt: skip


def _statement(row: StatementVersion) -> dict[str, Any]:
    return {
        "statement_id": row.statement_id, "version_id": row.pk, "number": row.statement.number,
        "version": row.number, "text": row.text, "language": row.language,
        "translations": {t.language: t.text for t in row.translations.all()},
        "open_to_votes": row.open_to_votes,
        "theme": row.statement.theme.name if row.statement.theme else None,
    }  # fmt: skip


def _result_statements(view: View) -> Iterable[dict[str, Any]]:
    if not view.columns:
        return []
    counts = np.stack([column.counts for column in view.columns])
    sizes = [column.eligible for column in view.columns]
    judged = judge(counts[:, :, 0], counts[:, :, 1], counts[:, :, 2], sizes)
    return [
        {
            "version_id": version.pk, "number": version.statement.number, "version": version.number,
            "text": version.text, "verdict": str(judged.code[place]),
            "probability": float(judged.probability[place]),
            "by_label": [_share(column, place) for column in view.columns],
        }
        for place, version in enumerate(view.versions)
    ]  # fmt: skip


def _share(column: Any, place: int) -> dict[str, Any]:
    name = label_name(column)
    if column.hidden[place]:
        return {"label": name, "agree": None, "disagree": None, "passed": None}
    agree, disagree, passed = (int(value) for value in column.counts[place])
    return {"label": name, "agree": agree, "disagree": disagree, "passed": passed}
