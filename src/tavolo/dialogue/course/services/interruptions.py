# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What interrupts the talks: recorded in the parties' own words, never judged.

- A suspension for all, and the resumption, take one consent of each side.
- A party suspends its own participation by itself, and takes it up again by itself.
- A union's party records a state of agitation, and its end.
- A cooling-off is agreed by every party: it binds only those who undertake it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate
from tavolo.dialogue.course.models import Course, Interruption
from tavolo.dialogue.course.services.common import (
    LONGEST_TEXT,
    acting,
    alive,
    clean,
    digest,
    living,
    must_have,
    propose,
    record,
    tell,
)
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Side, Table

Kind = Interruption.Kind
FARTHEST = timedelta(days=366)


def write(course: Course, kind: str, text: str, starts_on: date, **values: Any) -> Interruption:
    """Write down an interruption, in the caller's transaction; raise where the same still holds."""
    try:
        with transaction.atomic():
            return Interruption.objects.create(
                territory_id=course.territory_id, course=course, kind=kind, text=text, starts_on=starts_on,
                **({"recorded_on": standing.today()} | values),
            )  # fmt: skip
    except IntegrityError as error:
        raise Problem(_("This is recorded already and still holds.")) from error


def _near(day: date) -> date:
    if abs(day - standing.today()) > FARTHEST:
        raise Problem(_("Choose a day at most one year away from today."))
    return day


# --- Suspension of the talks, for all ---------------------------------------------------------------


@transaction.atomic
def propose_suspension(table: Table, *, actor_id: uuid.UUID, reason: str) -> JointDecision:
    """Propose that the talks rest for all, until the parties resume them. Consent of each side."""
    course = alive(table)
    content = {"reason": clean(reason, what=_("why the talks should rest"), most=LONGEST_TEXT)}
    return propose(table, "course.suspended", content, actor_id=actor_id, subject_id=course.pk)


def check_suspension(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse a second suspension."""
    if _suspension(must_have(table)) is not None:
        raise Problem(_("The talks are suspended already."))


def apply_suspension(decision: JointDecision) -> None:
    """Suspend the talks."""
    course = living(must_have(decision.table))
    check_suspension(decision.table, decision.content)
    text = decision.content["reason"]
    row = write(
        course, Kind.SUSPENSION, text, standing.today(), party=decision.party, decision_id=decision.pk
    )
    facts = {"interruption": str(row.pk), "text": digest(text), "decision": str(decision.pk)}
    record(course, "course.suspended", None, "promoters", facts)
    tell(course, "course.interruption", party=str(decision.party or _("joint secretariat")))


@transaction.atomic
def propose_resumption(table: Table, *, actor_id: uuid.UUID, text: str) -> JointDecision:
    """Propose to resume suspended talks. Consent of each side."""
    course = alive(table)
    content = {"text": clean(text, what=_("on what terms the talks resume"), most=LONGEST_TEXT)}
    return propose(table, "course.resumed", content, actor_id=actor_id, subject_id=course.pk)


def check_resumption(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse to resume talks that go on."""
    if _suspension(must_have(table)) is None:
        raise Problem(_("The talks are not suspended."))


def apply_resumption(decision: JointDecision) -> None:
    """Resume the talks."""
    course = living(must_have(decision.table))
    row = _suspension(course)
    if row is None:
        raise Problem(_("The talks are not suspended."))
    text = decision.content["text"]
    _end(row, text)
    facts = {"interruption": str(row.pk), "text": digest(text), "decision": str(decision.pk)}
    record(course, "course.resumed", None, "promoters", facts)
    tell(course, "course.resumed")


def _suspension(course: Course) -> Interruption | None:
    return course.interruptions.filter(kind=Kind.SUSPENSION, ends_on__isnull=True).first()


def _end(row: Interruption, text: str) -> None:
    row.ends_on = max(standing.today(), row.starts_on)
    row.end_text = text
    row.save(update_fields=["ends_on", "end_text"])


# --- A party, by itself -----------------------------------------------------------------------------


@transaction.atomic
def step_out(table: Table, *, actor_id: uuid.UUID, reason: str) -> Interruption:
    """Suspend one's own party's participation, at once and by its own act; the others go on if they wish."""
    course = living(must_have(table))
    party = acting(course, actor_id)
    text = clean(reason, what=_("why your party suspends its participation"))
    row = write(course, Kind.STEPPED_OUT, text, standing.today(), party=party)
    facts = {"party": str(party.pk), "interruption": str(row.pk), "text": digest(text)}
    record(course, "course.stepped_out", actor_id, "delegate", facts)
    tell(course, "course.interruption", party=str(party))
    return row


@transaction.atomic
def step_in(table: Table, *, actor_id: uuid.UUID, text: str = "") -> None:
    """Take up one's own party's participation again. Where it never stopped, nothing happens."""
    course = living(must_have(table))
    party = acting(course, actor_id)
    row = course.interruptions.filter(kind=Kind.STEPPED_OUT, party=party, ends_on__isnull=True).first()
    if row is None:
        return
    _end(row, text.strip()[:LONGEST_TEXT])
    facts = {"party": str(party.pk), "interruption": str(row.pk)}
    record(course, "course.stepped_in", actor_id, "delegate", facts)
    tell(course, "course.resumed")


@transaction.atomic
def record_dispute(table: Table, *, actor_id: uuid.UUID, text: str, on: date) -> Interruption:
    """Record that a union's party declares a state of agitation from a day on.

    Only a party of the workers' side records it. Nothing closes: Tavolo takes note and never rules on it.
    """
    course = living(must_have(table))
    party = acting(course, actor_id)
    if party.side != Side.WORKERS:
        raise Problem(_("A state of agitation is recorded by the union that declares it."))
    words = clean(text, what=_("what your union declares"))
    row = write(course, Kind.DISPUTE, words, _near(on), party=party)
    facts = {"party": str(party.pk), "on": on.isoformat(), "text": digest(words)}
    record(course, "course.dispute_recorded", actor_id, "delegate", facts)
    tell(course, "course.interruption", party=str(party))
    return row


@transaction.atomic
def end_dispute(table: Table, *, actor_id: uuid.UUID, text: str) -> None:
    """Record that one's own union has ended the state of agitation it had declared."""
    course = living(must_have(table))
    party = acting(course, actor_id)
    row = course.interruptions.filter(kind=Kind.DISPUTE, party=party, ends_on__isnull=True).first()
    if row is None:
        raise Problem(_("Your party has no state of agitation on record that still holds."))
    _end(row, clean(text, what=_("how it ended")))
    facts = {"party": str(party.pk), "interruption": str(row.pk)}
    record(course, "course.dispute_ended", actor_id, "delegate", facts)
    tell(course, "course.interruption", party=str(party))


# --- Cooling-off, by all ----------------------------------------------------------------------------


@transaction.atomic
def propose_cooling_off(
    table: Table, *, actor_id: uuid.UUID, text: str, starts_on: date, ends_on: date, pauses: bool = False
) -> JointDecision:
    """Propose a cooling-off from a day to another (both included). Every party must consent.

    `text` is what the parties undertake not to do, in their words. `pauses`: the talks rest meanwhile.
    """
    course = alive(table)
    content = {
        "text": clean(text, what=_("what the parties undertake not to do")), "pauses": bool(pauses),
        "starts_on": _near(starts_on).isoformat(), "ends_on": _near(ends_on).isoformat(),
    }  # fmt: skip
    return propose(table, "course.cooling_off", content, actor_id=actor_id, subject_id=course.pk)


def check_cooling_off(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse days in the wrong order or over, and a second cooling-off in the same days."""
    first, last = date.fromisoformat(content["starts_on"]), date.fromisoformat(content["ends_on"])
    if last < first:
        raise Problem(_("The cooling-off ends before it begins: correct the days."))
    if last < standing.today():
        raise Problem(_("The cooling-off would be over already: choose later days."))
    others = must_have(table).interruptions.filter(kind=Kind.COOLING_OFF)
    if others.filter(starts_on__lte=last, ends_on__gte=first).exists():
        raise Problem(_("Another cooling-off holds in these days: choose days after it."))


def apply_cooling_off(decision: JointDecision) -> None:
    """Record the cooling-off every party has agreed to."""
    course = living(must_have(decision.table))
    content = decision.content
    check_cooling_off(decision.table, content)
    row = write(
        course, Kind.COOLING_OFF, content["text"], date.fromisoformat(content["starts_on"]),
        ends_on=date.fromisoformat(content["ends_on"]), pauses=content["pauses"], decision_id=decision.pk,
    )  # fmt: skip
    facts = {
        "interruption": str(row.pk), "from": content["starts_on"], "to": content["ends_on"],
        "pauses": content["pauses"], "text": digest(content["text"]), "decision": str(decision.pk),
    }  # fmt: skip
    record(course, "course.cooling_off_agreed", None, "promoters", facts)
    tell(course, "course.interruption", party=_("all parties"))


def own_open(course: Course, party_id: uuid.UUID, kind: str) -> Interruption | None:
    """Return what a party has recorded of a kind and that still holds."""
    return course.interruptions.filter(kind=kind, party_id=party_id, ends_on__isnull=True).first()


def in_force(course: Course) -> list[Interruption]:
    """Return what interrupts the course today."""
    return gate.holding(course, standing.today())
