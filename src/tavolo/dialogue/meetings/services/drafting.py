# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Writing minutes: every change is a version of its own; what is sent is one exact version."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import rfc8785
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.meetings import access
from tavolo.dialogue.meetings.models import Kind, Meeting, Minutes, MinutesVersion, Sending
from tavolo.dialogue.meetings.services import telling
from tavolo.dialogue.meetings.services.convening import locked
from tavolo.ledger.services import record_act

LONGEST_TEXT = 100_000
DAYS_TO_APPROVE = 10


@transaction.atomic
def write(
    meeting: Meeting, *, actor_id: uuid.UUID, text: str, notes: Mapping[uuid.UUID, str] | None = None
) -> Minutes:
    """Write the minutes of a meeting that was held: a general text, and a text for each agenda item."""
    meeting = locked(meeting, actor_id)
    if not meeting.wants_minutes:
        raise Problem(_("This meeting was convened without minutes; change that first."))
    if meeting.state != Meeting.State.HELD:
        raise Problem(_("First write down who came: minutes begin with those present."))
    minutes = Minutes.objects.filter(meeting=meeting, corrects__isnull=True).first()
    if minutes is None:
        minutes = Minutes.objects.create(territory=meeting.territory, meeting=meeting)
    minutes = _draft(minutes)
    _add_version(minutes, compose(meeting, text, notes or {}), actor_id)
    return minutes


@transaction.atomic
def begin_correction(closed: Minutes, *, actor_id: uuid.UUID, text: str) -> Minutes:
    """Begin a correction of closed minutes (verbale di rettifica): a new act that points to them."""
    meeting = locked(closed.meeting, actor_id)
    closed = Minutes.objects.get(pk=closed.pk)
    if closed.state != Minutes.State.CLOSED or closed.corrects_id is not None:
        raise Problem(_("Only closed minutes are corrected by a new act; others are simply changed."))
    if closed.corrections.exclude(state=Minutes.State.CLOSED).exists():
        raise Problem(_("A correction of these minutes is already under way: finish that one first."))
    minutes = Minutes.objects.create(territory=meeting.territory, meeting=meeting, corrects=closed)
    _add_version(minutes, _correction(closed, text), actor_id)
    return minutes


@transaction.atomic
def rewrite_correction(minutes: Minutes, *, actor_id: uuid.UUID, text: str) -> Minutes:
    """Change the text of a correction that is still being drafted."""
    locked(minutes.meeting, actor_id)
    minutes = _draft(minutes)
    if minutes.corrects is None:
        raise Problem(_("These are not a correction."))
    _add_version(minutes, _correction(minutes.corrects, text), actor_id)
    return minutes


@transaction.atomic
def send(minutes: Minutes, *, actor_id: uuid.UUID, approve_by: date | None = None) -> Minutes:
    """Lay the minutes before the parties: each approves this exact version or asks for a correction."""
    meeting = locked(minutes.meeting, actor_id)
    minutes = _draft(minutes)
    last = minutes.versions.last()
    if last is None:
        raise Problem(_("Write the minutes first."))
    due = approve_by or standing.today() + timedelta(days=DAYS_TO_APPROVE)
    if due < standing.today():
        raise Problem(_("The last day to approve must not lie in the past."))
    if minutes.corrects_id is None:
        # Who came and what was decided may have changed since the text was last saved.
        old = last.content
        last = _add_version(minutes, compose(meeting, old["text"], _notes(old)), actor_id)
    fresh = not Sending.objects.filter(version=last).exists()
    if fresh:
        Sending.objects.create(territory=minutes.territory, version=last, sent_by_id=actor_id)
    minutes.state, minutes.current, minutes.approve_by = Minutes.State.APPROVAL, last, due
    minutes.reminded_on = None
    minutes.save(update_fields=["state", "current", "approve_by", "reminded_on"])
    record(minutes, actor_id, "meetings.minutes_sent", {"version": last.number, "sha256": last.sha256})
    for party in access.parties_called(meeting):
        telling.tell(access.answering_people(meeting, party), "to_approve", meeting, minutes)
    return minutes


@transaction.atomic
def take_back(minutes: Minutes, *, actor_id: uuid.UUID) -> Minutes:
    """Take minutes back to correct them. What was approved was that version: the next one starts anew."""
    locked(minutes.meeting, actor_id)
    minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    if minutes.state != Minutes.State.APPROVAL:
        raise Problem(_("Only minutes that wait for approval can be taken back."))
    minutes.state = Minutes.State.DRAFT
    minutes.save(update_fields=["state"])
    return minutes


def _draft(minutes: Minutes) -> Minutes:
    found = Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    if found.state == Minutes.State.APPROVAL:
        raise Problem(_("These minutes are out for approval: take them back before changing them."))
    if found.state == Minutes.State.CLOSED:
        raise Problem(_("Closed minutes never change: write a correction, which is a new act."))
    return found


def _notes(content: dict[str, Any]) -> dict[uuid.UUID, str]:
    return {uuid.UUID(item["id"]): item["text"] for item in content.get("agenda", [])}


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content's canonical form (RFC 8785): what a party approves."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def _add_version(minutes: Minutes, content: dict[str, Any], actor_id: uuid.UUID) -> MinutesVersion:
    last = minutes.versions.last()
    sha256 = digest(content)
    if last is not None and last.sha256 == sha256:
        return last
    return MinutesVersion.objects.create(
        territory=minutes.territory, minutes=minutes, number=last.number + 1 if last else 1,
        content=content, sha256=sha256, author_id=actor_id,
    )  # fmt: skip


def _clean(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if len(words) > LONGEST_TEXT:
        raise Problem(_("Shorten the text to %(most)s characters.") % {"most": LONGEST_TEXT})
    return words


def _frame(meeting: Meeting) -> dict[str, Any]:
    return {
        "table": {"id": str(meeting.table_id), "title": meeting.table.title},
        "meeting": {
            "id": str(meeting.pk), "kind": meeting.kind, "number": meeting.number, "title": meeting.title,
            "starts_at": timezone.localtime(meeting.starts_at).isoformat(),
            "minutes_long": meeting.minutes_long, "place": meeting.place or meeting.link,
        },
        "parties": [{"id": str(p.pk), "name": str(p)} for p in access.parties_called(meeting)],
    }  # fmt: skip


def compose(meeting: Meeting, text: str, notes: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """Return everything the minutes say, as data: facts of the meeting as they stand now, and the texts."""
    text = _clean(text)
    agenda = [
        {"id": str(item.pk), "title": item.title, "text": _clean(notes.get(item.pk, ""))}
        for item in meeting.agenda.all()
    ]
    decisions = [
        {"id": str(row.pk), "number": row.number, "text": row.text} for row in meeting.decisions.all()
    ]
    if not text and not decisions and not any(item["text"] for item in agenda):
        raise Problem(_("Write what was said or decided: the minutes are still empty."))
    came = [
        {"name": row.name, "party": row.party_name, "role": row.role, "status": row.status}
        for row in meeting.attendances.order_by("party__position", "name", "pk")
    ]
    return {
        "act": "minutes", **_frame(meeting), "present": came, "agenda": agenda, "text": text,
        "decisions": decisions,
    }  # fmt: skip


def _correction(closed: Minutes, text: str) -> dict[str, Any]:
    text = _clean(text)
    if not text:
        raise Problem(_("Write what is corrected, and how it reads now."))
    corrected = {"minutes": str(closed.pk), "sha256": closed.current.sha256}
    return {"act": "correction", **_frame(closed.meeting), "corrects": corrected, "text": text}


def record(minutes: Minutes, actor_id: uuid.UUID, act: str, content: dict[str, Any], role: str = "") -> None:
    """Record a formal act on minutes. Of discreet meetings only the closing is an act."""
    meeting = minutes.meeting
    if meeting.kind != Kind.PLENARY and act != "meetings.minutes_closed":
        return
    record_act(
        actor_id=actor_id, role=role or ("secretariat" if meeting.kind == Kind.PLENARY else "delegate"),
        act=act, object_type="meetings.meeting", object_id=meeting.pk,
        content={"minutes": str(minutes.pk), **content},
    )  # fmt: skip
