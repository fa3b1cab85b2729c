# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Phases: composing a course, and passing from one phase to another, by joint decision."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import blueprints, gate, rules, words
from tavolo.dialogue.course.models import Course, Origin, Passage, Phase
from tavolo.dialogue.course.services.common import (
    alive,
    clean,
    digest,
    living,
    must_have,
    propose,
    record,
    storable,
    tell,
)
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table

ASIDE = 1000  # positions are moved out of the way before new ones are given
Rows = Sequence[Mapping[str, Any]]


def rows_of(course: Course) -> list[Phase]:
    """Return the phases of the composition in their order, dropped ones left out."""
    return list(course.phases.filter(dropped=False))


def as_row(phase: rules.Phase, phase_id: uuid.UUID | None = None) -> dict[str, Any]:
    """Return a phase as a decision's content keeps it: plain JSON."""
    table = None if phase.acts is None else {act: list(roles) for act, roles in sorted(phase.acts.items())}
    return {
        "id": str(phase_id) if phase_id else None, "kind": phase.kind, "title": storable(phase.title),
        "planned_from": phase.planned_from.isoformat() if phase.planned_from else None,
        "planned_to": phase.planned_to.isoformat() if phase.planned_to else None, "acts": table,
    }  # fmt: skip


def from_row(row: Mapping[str, Any]) -> rules.Phase:
    """Return a phase from a decision's content."""
    acts = row.get("acts")
    table = None if acts is None else {act: tuple(roles) for act, roles in acts.items()}
    return rules.Phase(row["kind"], row["title"], _day(row["planned_from"]), _day(row["planned_to"]), table)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def notice_for(blueprint: str) -> dict[str, int]:
    """Return the notice of meetings a blueprint brings, as fields of a table; nothing for one's own."""
    days = blueprints.notice_of(blueprint)
    return {"notice_plenary": days[0], "notice_restricted": days[1]} if days else {}


def must_fit(rows: Rows) -> None:
    """Raise with the first thing that is wrong with a composition."""
    wrong = rules.problems([from_row(row) for row in rows])
    if wrong:
        raise Problem(words.fault_text(wrong[0]))


# --- A course for a table that stands already -------------------------------------------------------


@transaction.atomic
def propose_adoption(
    table: Table, *, actor_id: uuid.UUID, blueprint: str, origin: str, reference: str,
    phases: Sequence[rules.Phase],
) -> JointDecision:  # fmt: skip
    """Propose a course for a table that has none; in force by one consent of each side."""
    content = {
        "blueprint": blueprint, "origin": str(Origin(origin)), "phases": [as_row(phase) for phase in phases],
        "reference": clean(reference, what=_("what the table begins from"), most=300),
        "notice": notice_for(blueprint),
    }  # fmt: skip
    return propose(table, "course.adopted", content, actor_id=actor_id, subject_id=table.pk)


def check_adoption(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse a second course, and a composition that does not fit."""
    if Course.objects.filter(table=table).exists():
        raise Problem(_("This table has a course already: propose a change of its phases."))
    must_fit(content["phases"])


def apply_adoption(decision: JointDecision) -> None:
    """Write the course the parties agreed on; the table enters its first phase."""
    content = decision.content
    check_adoption(decision.table, content)
    course = write_course(
        decision.table, blueprint=content["blueprint"], origin=content["origin"],
        reference=content["reference"], phases=[from_row(row) for row in content["phases"]],
        party_id=decision.party_id,
    )  # fmt: skip
    if content.get("notice"):
        Table.objects.filter(pk=decision.table_id).update(**content["notice"])
    record(course, "course.adopted", None, "promoters", {"decision": str(decision.pk)})
    tell(course, "course.composed")


def write_course(
    table: Table, *, blueprint: str, origin: str, reference: str, phases: Sequence[rules.Phase],
    party_id: uuid.UUID | None, on: date | None = None,
) -> Course:  # fmt: skip
    """Write a course with its phases, in the caller's transaction, and enter the first phase."""
    on = on or standing.today()
    course = Course.objects.create(
        territory_id=table.territory_id, table=table, blueprint=blueprint, origin=origin,
        reference=reference, begun_by_id=party_id, begun_on=on,
    )  # fmt: skip
    made = [
        Phase(
            territory_id=table.territory_id, course=course, position=place, kind=phase.kind,
            title=phase.title, planned_from=phase.planned_from, planned_to=phase.planned_to,
            acts=as_row(phase)["acts"],
        )
        for place, phase in enumerate(phases, start=1)
    ]  # fmt: skip
    Phase.objects.bulk_create(made)
    enter(course, made[0], on=on)
    return course


def enter(
    course: Course, phase: Phase, *, reason: str = "", decision_id: uuid.UUID | None = None,
    on: date | None = None,
) -> Passage:  # fmt: skip
    """Leave the current phase and enter another, in the caller's transaction."""
    day = on or standing.today()
    course.passages.filter(left_on__isnull=True).update(left_on=day)
    number = (course.passages.aggregate(top=Max("number"))["top"] or 0) + 1
    return Passage.objects.create(
        territory_id=course.territory_id, course=course, phase=phase, number=number, entered_on=day,
        reason=reason, decision_id=decision_id,
    )  # fmt: skip


# --- Changing the composition -----------------------------------------------------------------------


@transaction.atomic
def propose_composition(
    table: Table, *, actor_id: uuid.UUID, phases: Sequence[tuple[uuid.UUID | None, rules.Phase]]
) -> JointDecision:
    """Propose other phases: added, dropped, moved, with other days or acts. Consent of each side.

    Each entry is (id of the phase it continues or None, the phase as it shall be), in the new order.
    """
    course = alive(table)
    content = {"version": course.version, "phases": [as_row(phase, own_id) for own_id, phase in phases]}
    if content["phases"] == current_rows(course):
        raise Problem(_("Nothing would change: alter a phase, its days or its acts first."))
    return propose(table, "course.composed", content, actor_id=actor_id, subject_id=course.pk)


def current_rows(course: Course) -> list[dict[str, Any]]:
    """Return the composition as a decision's content keeps it."""
    return [as_row(gate.as_rule(phase), phase.pk) for phase in rows_of(course)]


def check_composition(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse a composition that does not fit, was made on an older one, or drops the current phase."""
    course = must_have(table)
    must_fit(content["phases"])
    if content["version"] != course.version:
        raise Problem(_("The phases have changed since this proposal was made: propose again."))
    kept = [row["id"] for row in content["phases"] if row["id"]]
    known = {str(phase.pk): phase for phase in rows_of(course)}
    if len(set(kept)) != len(kept) or set(kept) - set(known):
        raise Problem(_("A phase of this proposal is not one of this table's: reload the page."))
    if any(known[row["id"]].kind != row["kind"] for row in content["phases"] if row["id"]):
        raise Problem(_("A phase keeps its kind: drop it and add another."))
    passage = gate.current_passage(course)
    if passage is not None and str(passage.phase_id) not in kept:
        raise Problem(_("The phase the table is in cannot be dropped: pass to another one first."))


def apply_composition(decision: JointDecision) -> None:
    """Write the composition the parties agreed on."""
    course = living(must_have(decision.table))
    check_composition(decision.table, decision.content)
    rows = decision.content["phases"]
    kept = {row["id"] for row in rows if row["id"]}
    for phase in rows_of(course):
        if str(phase.pk) not in kept:
            _drop(phase)
    for phase in rows_of(course):
        Phase.objects.filter(pk=phase.pk).update(position=phase.position + ASIDE)
    for place, row in enumerate(rows, start=1):
        _write(course, place, row)
    Course.objects.filter(pk=course.pk).update(version=course.version + 1)
    record(course, "course.composed", None, "promoters", {"decision": str(decision.pk)})
    tell(course, "course.composed")


def _drop(phase: Phase) -> None:
    """Take a phase out: kept, out of the order, where the table has been in it."""
    if phase.passages.exists():
        Phase.objects.filter(pk=phase.pk).update(dropped=True)
    else:
        phase.delete()


def _write(course: Course, place: int, row: Mapping[str, Any]) -> None:
    phase = from_row(row)
    values = {
        "position": place, "title": phase.title, "planned_from": phase.planned_from,
        "planned_to": phase.planned_to, "acts": row["acts"],
    }  # fmt: skip
    if row["id"]:
        Phase.objects.filter(pk=row["id"], course=course).update(**values)
    else:
        Phase.objects.create(territory_id=course.territory_id, course=course, kind=phase.kind, **values)


# --- Passing to another phase -----------------------------------------------------------------------


def choices(course: Course) -> list[Phase]:
    """Return the phases the table may pass to now, the nearest ahead first."""
    rows = rows_of(course)
    passage = gate.current_passage(course)
    here = next((i for i, phase in enumerate(rows) if passage and phase.pk == passage.phase_id), None)
    return [rows[place] for place in rules.next_phases([gate.as_rule(row) for row in rows], here)]


@transaction.atomic
def propose_move(table: Table, *, actor_id: uuid.UUID, phase: Phase, reason: str) -> JointDecision:
    """Propose to pass to another phase; in force by one consent of each side."""
    course = alive(table)
    passage = gate.current_passage(course)
    content = {
        "to": str(phase.pk), "title": str(phase), "passage": passage.number if passage else 0,
        "reason": clean(reason, what=_("why the table should pass to this phase"), most=1000),
    }  # fmt: skip
    return propose(table, "course.phase_changed", content, actor_id=actor_id, subject_id=course.pk)


def check_move(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse a passage that may not follow, from another phase than the present, or while the talks rest."""
    course = must_have(table)
    if table.state != Table.State.OPEN:
        raise Problem(_("The table is still being prepared: every party confirms it first."))
    if gate.state_of(course, standing.today()).still:
        raise Problem(_("The talks rest: resume them before passing to another phase."))
    passage = gate.current_passage(course)
    if (passage.number if passage else 0) != content["passage"]:
        raise Problem(_("The table has passed to another phase meanwhile: propose again from there."))
    if content["to"] not in {str(phase.pk) for phase in choices(course)}:
        raise Problem(
            _("The table cannot pass to this phase from where it is now: choose one of those offered.")
        )


def apply_move(decision: JointDecision) -> None:
    """Enter the phase the parties agreed on."""
    course = living(must_have(decision.table))
    check_move(course.table, decision.content)
    phase = course.phases.get(pk=decision.content["to"])
    reason = decision.content["reason"]
    enter(course, phase, reason=reason, decision_id=decision.pk)
    facts = {"phase": str(phase.pk), "kind": phase.kind, "decision": str(decision.pk)}
    record(course, "course.phase_entered", None, "promoters", facts | {"reason": digest(reason)})
    tell(course, "course.phase_entered", phase=str(phase))
