# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A table's course as plain data for the API, with what this person may see."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.urls import reverse

from tavolo.dialogue import standing
from tavolo.dialogue.course import gate
from tavolo.dialogue.course.models import Entry, FeedKey, Interruption, Invited, NoAgreement
from tavolo.dialogue.course.path import Path, Stage, path_of
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table


def course(table: Table, account_id: uuid.UUID) -> dict[str, Any]:
    """Return a table's course; 404 where it has none."""
    found = path_of(table, account_id)
    if found is None:
        raise Http404
    row = found.course
    asked = row.invited.select_related("organisation") if found.sits else []
    return {
        "table_id": table.pk, "blueprint": row.blueprint, "origin": row.origin, "reference": row.reference,
        "begun_on": row.begun_on, "end": row.end, "ended_on": row.ended_on, "rests": found.rests,
        "phases": [_phase(stage) for stage in found.stages],
        "open_acts": gate.open_acts(row, found.today),
        "calendar": [entry(one) for one in [*found.coming, *found.gone]],
        "interruptions": [
            *[_interruption(one, found, True) for one in found.now],
            *[_interruption(one, found, False) for one in found.past],
        ],
        "proposals": [proposal(one) for one in found.proposals],
        "invited": [invited(one) for one in asked],
    }  # fmt: skip


def _phase(stage: Stage) -> dict[str, Any]:
    acts = gate.as_rule(stage.phase).table()
    return {
        "id": stage.phase.pk, "number": stage.number, "kind": stage.phase.kind, "title": stage.title,
        "state": stage.state, "planned_from": stage.phase.planned_from, "planned_to": stage.phase.planned_to,
        "entered_on": stage.entered_on, "left_on": stage.left_on,
        "acts": {act: list(roles) for act, roles in acts.items()},
    }  # fmt: skip


def entry(row: Entry) -> dict[str, Any]:
    """Return a date of the calendar."""
    names = ("kind", "title", "text", "place", "on", "at", "audience", "remind_days", "withdrawn")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def _interruption(row: Interruption, found: Path, holds: bool) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "party": str(row.party) if row.party else None,
        "text": row.text if found.sits else "", "end_text": row.end_text if found.sits else "",
        "starts_on": row.starts_on, "ends_on": row.ends_on, "pauses": row.pauses, "holds": holds,
    }  # fmt: skip


def proposal(row: JointDecision) -> dict[str, Any]:
    """Return a joint decision in short."""
    return {
        "id": row.pk, "kind": row.kind, "title": decisions.title_of(row), "state": row.state,
        "needs": row.needs, "missing": [str(party) for party in decisions.missing(row)],
    }  # fmt: skip


def invited(row: Invited) -> dict[str, Any]:
    """Return an invitation with its answer."""
    return {
        "id": row.pk, "organisation": str(row), "side": row.side, "answer": row.answer, "reason": row.reason,
    }  # fmt: skip


def record(row: NoAgreement) -> dict[str, Any]:
    """Return the record of no agreement."""
    if row.frozen:
        said = [
            {"party": one["party"], "text": one["statement"], "on": one["on"]}
            for one in row.frozen["parties"]
        ]
    else:
        lodged = {one.party_id: one for one in row.statements.all()}
        parties = standing.seated_parties(row.course.table_id).select_related("organisation")
        said = [
            {"party": str(party), "text": lodged[party.pk].text if party.pk in lodged else "",
             "on": lodged[party.pk].lodged_on if party.pk in lodged else None}
            for party in parties
        ]  # fmt: skip
    link = [reverse("common:file", args=[one.pk]) if one else None for one in (row.pdf, row.docx)]
    return {
        "table_id": row.course.table_id, "points": row.points, "opened_on": row.opened_on,
        "closed_on": row.closed_on, "statements": said, "pdf": link[0], "docx": link[1],
    }  # fmt: skip


def feed_key(row: FeedKey | None) -> dict[str, Any]:
    """Return what is known of a calendar address, without its secret."""
    return {
        "in_use": row is not None, "last_four": row.last_four if row else "",
        "made_at": row.created_at if row else None, "address": None,
    }  # fmt: skip
