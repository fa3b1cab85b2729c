# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The calendar of a table: dated entries, and reminders before them and before the ends of phases."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.course.models import MOST_REMIND_DAYS, Course, Entry, Reminder
from tavolo.dialogue.course.services.common import clean, day_text, living, locked, must_have, storable, tell
from tavolo.dialogue.models import Secretariat, Table

FARTHEST = timedelta(days=3660)
MOST_ENTRIES = 500


def may_write(table: Table, account_id: uuid.UUID) -> bool:
    """Say whether a person writes the calendar: the secretariat; a delegation while there is none."""
    if standing.is_secretary(account_id, table.pk):
        return True
    served = Secretariat.objects.active_on(standing.today()).filter(table=table).exists()
    return not served and standing.acting_party(account_id, table.pk) is not None


@dataclass(frozen=True)
class Dated:
    """What a dated entry says."""

    kind: str
    title: str
    on: date
    at: time | None = None
    text: str = ""
    place: str = ""
    audience: str = Entry.Audience.TABLE
    remind_days: int = 7


@transaction.atomic
def add_entry(table: Table, said: Dated, *, actor_id: uuid.UUID) -> Entry:
    """Write a date into the calendar; the delegations and the secretariat get a notice."""
    course = living(must_have(table))
    _require(table, actor_id)
    if course.entries.count() >= MOST_ENTRIES:
        raise Problem(
            _("The calendar of this table is full: at most %(most)s dates.") % {"most": MOST_ENTRIES}
        )
    entry = Entry(territory_id=course.territory_id, course=course)
    _fill(entry, said)
    entry.save(force_insert=True)
    _tell(course, entry)
    return entry


@transaction.atomic
def change_entry(entry: Entry, said: Dated, *, actor_id: uuid.UUID) -> Entry:
    """Correct or move a date; a moved day is reminded anew."""
    course, row = _changeable(entry, actor_id)
    moved = row.on != said.on or row.at != said.at
    _fill(row, said)
    row.changes += 1
    row.save()
    if moved:
        _tell(course, row)
    return row


@transaction.atomic
def withdraw_entry(entry: Entry, *, actor_id: uuid.UUID) -> None:
    """Take a date out of the calendar; calendars that follow it show it as cancelled. Again: nothing more."""
    course = locked(entry.course)
    row = Entry.objects.select_for_update().get(pk=entry.pk)
    _require(course.table, actor_id)
    if not row.withdrawn:
        row.withdrawn = True
        row.changes += 1
        row.save(update_fields=["withdrawn", "changes"])


def _changeable(entry: Entry, actor_id: uuid.UUID) -> tuple[Course, Entry]:
    course = living(entry.course)
    row = Entry.objects.select_for_update().get(pk=entry.pk)
    _require(course.table, actor_id)
    if row.withdrawn:
        raise Problem(_("This date was withdrawn: write a new one."))
    return course, row


def _require(table: Table, actor_id: uuid.UUID) -> None:
    if not may_write(table, actor_id):
        raise Problem(_("The joint secretariat keeps this calendar: ask it to write the date."))


def _fill(entry: Entry, said: Dated) -> None:
    if abs(said.on - standing.today()) > FARTHEST:
        raise Problem(_("Choose a day at most ten years away from today."))
    if not 0 <= said.remind_days <= MOST_REMIND_DAYS:
        raise Problem(_("A reminder goes out at most %(most)s days before.") % {"most": MOST_REMIND_DAYS})
    if said.kind not in Entry.Kind.values or said.audience not in Entry.Audience.values:
        raise Problem(_("Choose what kind of date this is and who sees it from the lists."))
    entry.kind, entry.on, entry.at = said.kind, said.on, said.at
    entry.title = clean(said.title, what=_("what happens on that day"), most=160)
    entry.text, entry.place = storable(said.text).strip()[:2000], storable(said.place).strip()[:200]
    entry.audience, entry.remind_days = said.audience, said.remind_days


def _tell(course: Course, entry: Entry) -> None:
    tell(course, "course.entry", what=entry.title, day=day_text(entry.on))


def visible_entries(account_id: uuid.UUID, table: Table) -> Iterable[Entry]:
    """Return the dates a person sees: all for those who sit there, the open ones for those consulted."""
    found = Entry.objects.filter(course__table=table, withdrawn=False)
    if not standing.works_at(account_id, table.pk):
        found = found.filter(audience=Entry.Audience.ASKED)
    return found


# --- Reminders --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A day that is near: what, when, and how many days before the reminder goes out."""

    subject_id: uuid.UUID
    what: str
    on: date
    remind_days: int


def remind(day: date) -> int:
    """Send the reminders due by a day in the current territory, each once; return how many dates."""
    sent = 0
    for course in Course.objects.filter(end=rules.UNDER_WAY).select_related("table"):
        for due in days_of(course):
            if due.on - timedelta(days=due.remind_days) <= day <= due.on:
                sent += _send(course, due)
    return sent


@transaction.atomic
def _send(course: Course, due: Due) -> int:
    """Send one reminder unless it went out; two workers at once send it once."""
    row = Reminder(territory_id=course.territory_id, course=course, subject_id=due.subject_id, on=due.on)
    Reminder.objects.bulk_create([row], ignore_conflicts=True)
    if not Reminder.objects.filter(pk=row.pk).exists():
        return 0
    with translation.override("it"):
        tell(course, "course.reminder", what=due.what, day=day_text(due.on))
    return 1


def days_of(course: Course) -> Iterator[Due]:
    """Yield the days of a course that are reminded: its dates, the planned end of the current phase, the
    last day of a cooling-off."""
    for entry in course.entries.filter(withdrawn=False, remind_days__gt=0):
        yield Due(entry.pk, entry.title, entry.on, entry.remind_days)
    passage = gate.current_passage(course)
    with translation.override("it"):
        if passage is not None and passage.phase.planned_to is not None:
            what = _("planned end of the phase “%(phase)s”") % {"phase": passage.phase}
            yield Due(passage.phase_id, what, passage.phase.planned_to, course.remind_days)
        last = _("last day of the cooling-off")
        for row in course.interruptions.filter(kind="cooling_off"):
            yield Due(row.pk, last, row.ends_on, course.remind_days)
