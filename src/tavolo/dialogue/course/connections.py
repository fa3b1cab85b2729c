# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part gives to the register of acts and to the pages that gather from all parts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.dialogue import hooks, standing
from tavolo.dialogue.course import gate, kinds, path, policies
from tavolo.dialogue.course.models import Course, Entry, Interruption, Invited, NoAgreement
from tavolo.dialogue.course.services import beginning
from tavolo.dialogue.delegations.kinds import prepared_by
from tavolo.language.folding import fold
from tavolo.ledger import readers

ACTS = {
    "course.begun": gettext_lazy("A table was begun"),
    "course.adopted": gettext_lazy("A table was given its course"),
    "course.invitation_answered": gettext_lazy("An invited organisation answered"),
    "course.party_admitted": gettext_lazy("The parties admitted an organisation to the table"),
    "course.composed": gettext_lazy("The phases of a table were changed"),
    "course.phase_entered": gettext_lazy("A table passed to another phase"),
    "course.suspended": gettext_lazy("The talks were suspended"),
    "course.resumed": gettext_lazy("The talks were resumed"),
    "course.stepped_out": gettext_lazy("A party suspended its participation"),
    "course.stepped_in": gettext_lazy("A party took up its participation again"),
    "course.dispute_recorded": gettext_lazy("A state of agitation was recorded"),
    "course.dispute_ended": gettext_lazy("The end of a state of agitation was recorded"),
    "course.cooling_off_agreed": gettext_lazy("A cooling-off period was agreed"),
    "course.no_agreement_opened": gettext_lazy("A record of no agreement was opened"),
    "course.no_agreement_withdrawn": gettext_lazy("A record of no agreement was taken back"),
    "course.statement_lodged": gettext_lazy("A party lodged its statement"),
    "course.no_agreement_closed": gettext_lazy("A table ended without agreement"),
    "course.concluded": gettext_lazy("A table was concluded"),
}


def connect() -> None:
    """Register everything; called once the application is ready."""
    kinds.declare()
    prepared_by(beginning.preparation_of)
    readers.name_acts(ACTS)
    readers.readable("course.course", _reads_course)
    hooks.door(door)
    hooks.event(events)
    hooks.waiting(waiting)
    hooks.finder("course", find)


def _reads_course(request: HttpRequest, pk: uuid.UUID) -> bool:
    course = Course.objects.filter(pk=pk).first()
    return course is not None and policies.sits(request, {"table_id": course.table_id})


def door(request: HttpRequest, table: Any) -> hooks.Door | None:
    """Return the entry to the table's course, with where it is."""
    if not policies.sees_table(request, {"table_id": table.pk}):
        return None
    course = gate.course_of(table)
    if course is None and not policies.proposes(request, {"table_id": table.pk}):
        return None
    return hooks.Door(
        title=_("Course"), text=_("Where the table is, what comes next, the calendar."),
        link=reverse("course:path", args=[table.pk]), order=10, badge=_badge(course) if course else "",
    )  # fmt: skip


def _badge(course: Course) -> str:
    if course.end != Course.End.UNDER_WAY:
        return str(course.get_end_display())
    if gate.state_of(course, standing.today()).still:
        return _("the talks rest")
    passage = gate.current_passage(course)
    return str(passage.phase) if passage else ""


def events(account_id: uuid.UUID | None, table: Any) -> Iterable[hooks.Event]:
    """Yield the days of a table's course this person may know of, past and coming."""
    if account_id is None or not standing.sees_table(account_id, table.pk):
        return
    found = path.path_of(table, account_id)
    if found is None:
        return
    link = reverse("course:path", args=[table.pk])
    yield from _passages(found, link)
    for entry in [*found.coming, *found.gone]:
        text = " · ".join(
            part for part in (entry.at.strftime("%H:%M") if entry.at else "", entry.place) if part
        )
        yield hooks.Event(entry.on, "course.entry", entry.title, f"{link}#calendario", text)
    for row in [*found.now, *found.past]:
        yield from _interruption(row, found, link)
    if found.course.ended_on:
        title = _("The table has ended: %(end)s") % {"end": found.course.get_end_display()}
        yield hooks.Event(found.course.ended_on, "course.end", title, link)


def _passages(found: path.Path, link: str) -> Iterator[hooks.Event]:
    for passage in found.course.passages.all():
        title = _("The table enters the phase “%(phase)s”") % {"phase": passage.phase}
        yield hooks.Event(
            passage.entered_on, "course.phase", title, link, passage.reason if found.sits else ""
        )
    if found.course.ended_on:
        return
    for stage in found.stages:
        begins, ends = stage.phase.planned_from, stage.phase.planned_to
        if stage.state == path.AHEAD and begins and begins >= found.today:
            title = _("Planned: “%(phase)s” begins") % {"phase": stage.title}
            yield hooks.Event(begins, "course.planned", title, link)
        if stage.state == path.HERE and ends and ends >= found.today:
            title = _("Planned: “%(phase)s” ends") % {"phase": stage.title}
            yield hooks.Event(ends, "course.planned", title, link)


def _interruption(row: Interruption, found: path.Path, link: str) -> Iterator[hooks.Event]:
    who = f" ({row.party})" if row.party else ""
    title = str(row.get_kind_display()).capitalize() + who
    link = f"{link}#interruzioni"
    yield hooks.Event(row.starts_on, "course.interruption", title, link, row.text if found.sits else "")
    if row.ends_on is not None:
        title = _("End: %(what)s") % {"what": title}
        yield hooks.Event(row.ends_on, "course.interruption", title, link, row.end_text if found.sits else "")


def waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Yield near deadlines, invitations to answer, and statements still to write."""
    yield from _deadlines(account_id)
    yield from _invitations(account_id)
    yield from _statements(account_id)


def _deadlines(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    today = standing.today()
    near = Entry.objects.filter(
        course__table__in=standing.tables_sat_at(account_id), course__end=Course.End.UNDER_WAY,
        kind=Entry.Kind.DEADLINE, withdrawn=False, on__gte=today, on__lte=today + timedelta(days=60),
    ).select_related("course__table")  # fmt: skip
    for entry in near:
        if entry.on - timedelta(days=max(entry.remind_days, 1)) <= today:
            yield hooks.Waiting(
                "course.deadline", entry.title, _("Deadline in the calendar of “%(table)s”.")
                % {"table": entry.course.table.title},
                reverse("course:path", args=[entry.course.table_id]) + "#calendario", entry.on,
                entry.course.table_id,
            )  # fmt: skip


def _invitations(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    asked = Invited.objects.filter(answer=Invited.Answer.AWAITED, course__end=Course.End.UNDER_WAY)
    for row in asked.select_related("course__table", "organisation"):
        if beginning.may_answer(row, account_id):
            yield hooks.Waiting(
                "course.invitation", _("Invitation to a table"),
                _("%(organisation)s is invited to “%(table)s”.")
                % {"organisation": row, "table": row.course.table.title},
                reverse("course:invitation", args=[row.pk]), None, row.course.table_id,
            )  # fmt: skip


def _statements(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    tables = standing.tables_sat_at(account_id)
    open_ones = NoAgreement.objects.filter(closed_on__isnull=True, course__table__in=tables)
    for record in open_ones.select_related("course__table"):
        party = standing.acting_party(account_id, record.course.table_id)
        if party is not None and not record.statements.filter(party=party).exists():
            yield hooks.Waiting(
                "course.statement", _("Record of no agreement: your party's statement"),
                _("The record of “%(table)s” is open; your party has not written anything yet.")
                % {"table": record.course.table.title},
                reverse("course:no_agreement", args=[record.course.table_id]), None, record.course.table_id,
            )  # fmt: skip


def find(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Yield dates of the calendar and phases whose words hold all words of the query."""
    wanted = fold(query).split()
    if account_id is None or not wanted:
        return
    for table in standing.visible_tables(account_id):
        found = path.path_of(table, account_id)
        if found is None:
            continue
        link = reverse("course:path", args=[table.pk])
        for entry in [*found.coming, *found.gone]:
            rank = _rank(wanted, entry.title, f"{entry.text} {entry.place}")
            if rank:
                snippet = " ".join(f"{entry.on:%d/%m/%Y} {entry.place} {entry.text}".split())[:200]
                yield hooks.Match("course.entry", entry.title, snippet, f"{link}#calendario", rank, table.pk)
        for stage in found.stages:
            rank = _rank(wanted, stage.title, "")
            if rank:
                yield hooks.Match("course.phase", stage.title, stage.meaning, link, rank, table.pk)


def _rank(wanted: list[str], title: str, text: str) -> float:
    head, body = fold(title), fold(text)
    if not all(word in head or word in body for word in wanted):
        return 0.0
    return sum(1.0 if word in head else 0.4 for word in wanted) / len(wanted)
