# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A table's course as one person may see it: what the page, the picture and the API show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from tavolo.common.remembering import remembered
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate, kinds, words
from tavolo.dialogue.course.models import Course, Entry, Interruption, Passage, Phase
from tavolo.dialogue.course.services.calendar import visible_entries
from tavolo.dialogue.course.services.phases import rows_of
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table

DONE, HERE, AHEAD, SKIPPED = "done", "here", "ahead", "skipped"


@dataclass(frozen=True)
class Stage:
    """One phase on the way. `entered_on`, `left_on`: of the latest time the table was in it."""

    phase: Phase
    number: int
    state: str
    entered_on: date | None
    left_on: date | None
    times: int

    @property
    def title(self) -> str:
        """Return what the phase is called."""
        return str(self.phase)

    @property
    def kind_name(self) -> str:
        """Return what its kind is called, where it has a title of its own."""
        return words.kind_name(self.phase.kind) if self.phase.title else ""

    @property
    def meaning(self) -> str:
        """Return in a line what a phase of this kind is for."""
        return str(words.MEANING[self.phase.kind])

    @property
    def acts(self) -> list[tuple[str, str]]:
        """Return the acts it opens, with those they are open to, in words."""
        table = gate.as_rule(self.phase).table()
        return [(words.act_name(act), words.roles_text(roles)) for act, roles in table.items() if roles]


@dataclass(frozen=True)
class Path:
    """The course for one person. `sits`: sits there or serves as secretary; others see less."""

    course: Course
    stages: list[Stage]
    sits: bool
    now: list[Interruption]
    past: list[Interruption]
    coming: list[Entry]
    gone: list[Entry]
    proposals: list[JointDecision]
    today: date

    @property
    def here(self) -> Stage | None:
        """Return the stage the table is at."""
        return next((stage for stage in self.stages if stage.state == HERE), None)

    @property
    def rests(self) -> bool:
        """Say whether the talks rest for all today."""
        return gate.state_of(self.course, self.today).still

    @property
    def acts_now(self) -> list[tuple[str, str]]:
        """Return the acts open today, in words."""
        found = gate.open_acts(self.course, self.today)
        return [(words.act_name(act), words.roles_text(roles)) for act, roles in found.items()]


@remembered
def path_of(table: Table, account_id: uuid.UUID) -> Path | None:
    """Return the course as this person, who sees the table, may see it; None where there is none."""
    passages = Prefetch("passages", queryset=Passage.objects.select_related("phase"))
    rows = Course.objects.filter(table=table).select_related("table", "begun_by__organisation")
    course = rows.prefetch_related(passages).first()
    if course is None:
        return None
    today = standing.today()
    sits = standing.works_at(account_id, table.pk)
    entries = list(visible_entries(account_id, table))
    now = gate.holding(course, today)
    kept = course.interruptions.select_related("party__organisation")
    open_ones = JointDecision.objects.filter(table=table, kind__in=kinds.ALL, state=JointDecision.State.OPEN)
    return Path(
        course=course, stages=stages_of(course), sits=sits, now=now, today=today,
        past=list(kept.exclude(pk__in=[one.pk for one in now])),
        coming=[entry for entry in entries if entry.on >= today],
        gone=[entry for entry in reversed(entries) if entry.on < today],
        proposals=list(open_ones) if sits else [],
    )  # fmt: skip


def stages_of(course: Course) -> list[Stage]:
    """Return the phases in their order, each with where the table stands to it."""
    passages: dict[Any, list[Passage]] = {}
    for passage in course.passages.all():
        passages.setdefault(passage.phase_id, []).append(passage)
    rows = rows_of(course)
    reached = max(
        (place for place, row in enumerate(rows) if row.pk in passages), default=-1
    )  # the farthest phase the table has been in
    found = []
    for place, row in enumerate(rows):
        been = passages.get(row.pk, [])
        last = been[-1] if been else None
        found.append(
            Stage(
                row, place + 1, _state(last, place < reached, bool(course.ended_on)),
                last.entered_on if last else None, last.left_on if last else None, len(been),
            )
        )  # fmt: skip
    return found


def _state(last: Passage | None, passed: bool, ended: bool) -> str:
    if last is not None:
        return HERE if last.left_on is None and not ended else DONE
    return SKIPPED if passed or ended else AHEAD
