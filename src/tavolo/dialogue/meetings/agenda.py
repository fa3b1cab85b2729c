# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What an agenda item or an open point may refer to, by kind, id and label.

Other parts add theirs when their application is ready:

    agenda.source("clause", _lazy("Clauses"), lambda account_id, table: [agenda.Source(...)])

A source is offered to everybody the agenda goes to: a function names only what everybody at the table may
know, whoever asks.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue import standing
from tavolo.dialogue.meetings.models import Decision, Kind
from tavolo.dialogue.models import Consultation, Table


@dataclass(frozen=True)
class Source:
    """Something an agenda may refer to: `id` in its own room, and what it is called."""

    kind: str
    id: uuid.UUID
    label: str
    link: str = ""

    @property
    def key(self) -> str:
        """Return the reference as one word, for forms."""
        return f"{self.kind}:{self.id}"


SourceFunction = Callable[[uuid.UUID, Table], Iterable[Source]]
SOURCES: dict[str, tuple[Any, SourceFunction]] = {}


def source(kind: str, label: Any, function: SourceFunction) -> None:
    """Register a kind of reference with its name in the plural and what offers its rows."""
    SOURCES[kind] = (label, function)


def offered(account_id: uuid.UUID, table: Table) -> list[tuple[str, list[Source]]]:
    """Return what a person may put on an agenda of the table, by kind."""
    found = [(str(label), list(function(account_id, table))) for label, function in SOURCES.values()]
    return [(label, rows) for label, rows in found if rows]


def find(account_id: uuid.UUID, table: Table, kind: str, source_id: uuid.UUID) -> Source | None:
    """Return one reference, if this person may use it."""
    if kind not in SOURCES:
        return None
    return next((row for row in SOURCES[kind][1](account_id, table) if row.id == source_id), None)


def link_of(kind: str, source_id: uuid.UUID) -> str:
    """Return where a reference of one of the kinds built in here leads, or nothing."""
    if kind == "consultation":
        return reverse("dialogue:consultation", args=[source_id])
    return reverse("dialogue:results", args=[source_id]) if kind == "convergence" else ""


def _consultations(account_id: uuid.UUID, table: Table) -> Iterable[Source]:
    rows = standing.visible_consultations(account_id).filter(table=table).order_by("created_at")
    return [Source("consultation", row.pk, row.title, link_of("consultation", row.pk)) for row in rows]


def _convergences(account_id: uuid.UUID, table: Table) -> Iterable[Source]:
    ended = (Consultation.State.CLOSED, Consultation.State.PUBLISHED)
    rows = standing.visible_consultations(account_id).filter(table=table, state__in=ended)
    return [
        Source("convergence", row.pk, row.title, link_of("convergence", row.pk))
        for row in rows.order_by("created_at")
    ]


def _decisions(account_id: uuid.UUID, table: Table) -> Iterable[Source]:
    rows = Decision.objects.filter(meeting__table=table, meeting__kind=Kind.PLENARY)
    rows = rows.select_related("meeting").order_by("meeting__number", "number")
    return [Source("decision", row.pk, label(row)) for row in rows]


def label(decision: Decision) -> str:
    """Return how a decision is called: its numbers and the beginning of its text."""
    head = decision.text if len(decision.text) <= 120 else decision.text[:119] + "…"
    place = f"{decision.meeting.number}.{decision.number}" if decision.meeting.number else decision.number
    return f"{place} {head}"


source("consultation", _("Consultations"), _consultations)
source("convergence", _("Convergences of a consultation"), _convergences)
source("decision", _("Decisions of plenaries"), _decisions)
