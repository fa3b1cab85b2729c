# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Each party answers to one exact version of the minutes; when all have approved it, they close for good.

Silence is no approval: a party that does not answer is reminded, and shown as not having answered.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common import files
from tavolo.common.documents.docx import docx
from tavolo.common.documents.pdf import pdf
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.meetings import access, papers
from tavolo.dialogue.meetings.models import Answer, Kind, Meeting, Minutes, MinutesVersion, Point
from tavolo.dialogue.meetings.services import telling
from tavolo.dialogue.meetings.services.drafting import record
from tavolo.dialogue.meetings.services.searching import remember
from tavolo.dialogue.models import Delegate, Party
from tavolo.people.models import Account

YES = (Answer.Choice.APPROVE, Answer.Choice.DECLARE)
LONGEST_TEXT = 10_000
REMIND_BEFORE = timedelta(days=2)
REMIND_EVERY = timedelta(days=3)


@transaction.atomic
def answer(
    minutes: Minutes, version_id: uuid.UUID, choice: str, *, actor_id: uuid.UUID, text: str = ""
) -> Answer:
    """Give a party's answer to an exact version: approve, approve with a statement, ask for a correction.

    The row of the minutes is locked, so that two answers and a new version come one after the other. A
    party may change its answer until the minutes close: the latest one counts.
    """
    minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    meeting = Meeting.objects.select_related("table").get(pk=minutes.meeting_id)
    party = access.answering_party(actor_id, meeting)
    if party is None:
        raise Problem(_("Only a delegate who may act for a party of this meeting answers for it."))
    text = _checked(minutes, version_id, choice, text)
    last = Answer.objects.filter(version_id=version_id, party=party).last()
    if last is not None and (last.choice, last.text) == (choice, text):
        if choice in YES and not missing(minutes, minutes.current):
            _close(minutes, meeting, actor_id)
        return last
    top = Answer.objects.filter(version_id=version_id).aggregate(top=Max("order"))["top"] or 0
    given = Answer.objects.create(
        territory=minutes.territory, version_id=version_id, party=party, choice=choice, text=text,
        order=top + 1, account_id=actor_id, name=Account.objects.get(pk=actor_id).name,
        role=_role(actor_id, party),
    )  # fmt: skip
    record(
        minutes, actor_id, "meetings.minutes_answered",
        {"party": str(party.pk), "answer": choice, "sha256": minutes.current.sha256}, role="delegate",
    )  # fmt: skip
    if choice == Answer.Choice.CORRECT:
        telling.tell(access.keepers(meeting) - {actor_id}, "correction", meeting, minutes)
    elif not missing(minutes, minutes.current):
        _close(minutes, meeting, actor_id)
    return given


def _checked(minutes: Minutes, version_id: uuid.UUID, choice: str, text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if minutes.state == Minutes.State.CLOSED:
        raise Problem(_("These minutes are closed; what is wrong in them is put right by a correction."))
    if minutes.state != Minutes.State.APPROVAL:
        raise Problem(_("These minutes are being changed: wait for the next version, then answer."))
    if minutes.current_id != version_id:
        raise Problem(_("There is a newer version: read it before you answer."))
    if choice not in Answer.Choice.values:
        raise Problem(_("Choose one of: approve, approve with a statement for the record, correct."))
    if choice == Answer.Choice.APPROVE:
        return ""
    if not text:
        raise Problem(
            _("Write the statement for the record.")
            if choice == Answer.Choice.DECLARE
            else _("Write what must be corrected, and how it should read.")
        )
    if len(text) > LONGEST_TEXT:
        raise Problem(_("Shorten the text to %(most)s characters.") % {"most": LONGEST_TEXT})
    return text


def _role(account_id: uuid.UUID, party: Party) -> str:
    seats = Delegate.objects.active_on(standing.today()).filter(account_id=account_id, party=party)
    return seats.values_list("role", flat=True).first() or ""


def standing_answers(version: MinutesVersion) -> dict[uuid.UUID, Answer]:
    """Return by party the answer that counts on a version: its latest."""
    return {row.party_id: row for row in version.answers.select_related("party__organisation")}


def missing(minutes: Minutes, version: MinutesVersion) -> list[Party]:
    """Return the parties that have not approved a version: silent, or asking for a correction."""
    given = standing_answers(version)
    today = standing.today()
    # A party that has left the table meanwhile is waited for no longer; what it answered stays.
    called = [p for p in access.parties_called(minutes.meeting) if p.ends_on is None or p.ends_on > today]
    return [p for p in called if p.pk not in given or given[p.pk].choice not in YES]


def _close(minutes: Minutes, meeting: Meeting, actor_id: uuid.UUID) -> None:
    """Close for good: PDF and Word file are made once, stored, and their sums written into the register."""
    given = standing_answers(minutes.current)
    answers = [given[p.pk] for p in access.parties_called(meeting) if p.pk in given]
    answers = [row for row in answers if row.choice in YES]
    declared = [row for row in answers if row.choice == Answer.Choice.DECLARE]
    minutes.state, minutes.closed_at = Minutes.State.CLOSED, timezone.now()
    minutes.outcome = Minutes.Outcome.DECLARED if declared else Minutes.Outcome.APPROVED
    paper = papers.minutes_paper(minutes, minutes.current, answers)
    name = papers.file_name(minutes)
    for ending, make in (("pdf", pdf), ("docx", docx)):
        stored = files.store(
            make(paper), kind=papers.FROZEN, name=f"{name}.{ending}", owner_id=None, subject_id=minutes.pk
        )
        setattr(minutes, ending, stored)
    minutes.save(update_fields=["state", "closed_at", "outcome", "pdf", "docx"])
    if meeting.kind == Kind.PLENARY:
        settled = meeting.decisions.filter(point__isnull=False).values("point_id")
        Point.objects.filter(pk__in=settled, state=Point.State.OPEN).update(state=Point.State.SETTLED)
    record(
        minutes, actor_id, "meetings.minutes_closed",
        {
            "version": minutes.current.number, "sha256": minutes.current.sha256, "outcome": minutes.outcome,
            "pdf_sha256": minutes.pdf.sha256, "docx_sha256": minutes.docx.sha256,
            "declared": [str(row.party_id) for row in declared],
            "corrects": str(minutes.corrects_id) if minutes.corrects_id else None,
        }, role="delegate",
    )  # fmt: skip
    remember(meeting.table, "minutes", minutes.pk, meeting.title, papers.words(minutes.current, declared))
    _remember_decisions(minutes, meeting)
    telling.tell(access.people_of(meeting) - {actor_id}, "closed", meeting, minutes)


def _remember_decisions(minutes: Minutes, meeting: Meeting) -> None:
    if minutes.corrects_id is None:
        for row in meeting.decisions.all():
            remember(meeting.table, "decision", row.pk, row.text[:300], row.text)


def remind() -> int:
    """Remind parties that have not answered, from two days before the last day on; return how many people."""
    today = standing.today()
    waiting = Minutes.objects.filter(
        state=Minutes.State.APPROVAL, approve_by__lte=today + REMIND_BEFORE
    ).select_related("meeting__table", "current")
    told = 0
    for minutes in waiting:
        if minutes.reminded_on is None or minutes.reminded_on + REMIND_EVERY <= today:
            told += _remind_one(minutes)
    return told


@transaction.atomic
def _remind_one(minutes: Minutes) -> int:
    given = standing_answers(minutes.current)
    silent = [party for party in access.parties_called(minutes.meeting) if party.pk not in given]
    people = _people(minutes.meeting, silent)
    Minutes.objects.filter(pk=minutes.pk, state=Minutes.State.APPROVAL).update(reminded_on=standing.today())
    if people:
        telling.tell(people, "reminder", minutes.meeting, minutes)
    return len(people)


def _people(meeting: Meeting, parties: Iterable[Party]) -> set[uuid.UUID]:
    found: set[uuid.UUID] = set()
    for party in parties:
        found |= access.answering_people(meeting, party)
    return found
