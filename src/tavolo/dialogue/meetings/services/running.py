# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The agenda, who came, and what was decided. None of it changes once the minutes are out for approval."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.meetings import access, agenda
from tavolo.dialogue.meetings.models import AgendaItem, Attendance, Decision, Kind, Meeting, Minutes, Point
from tavolo.dialogue.meetings.services.convening import index, locked
from tavolo.dialogue.models import Delegate, Secretariat
from tavolo.people.models import Account

MOST_ITEMS = 60


def open_to_change(meeting: Meeting, actor_id: uuid.UUID) -> Meeting:
    """Return the meeting locked, if its record may still change; raise where not."""
    found = locked(meeting, actor_id)
    if found.state == Meeting.State.CANCELLED:
        raise Problem(_("This meeting was called off."))
    main = Minutes.objects.filter(meeting=found, corrects__isnull=True).first()
    if main is not None and main.state != Minutes.State.DRAFT:
        raise Problem(_("The minutes are out for approval or closed: this can no longer change."))
    return found


def append_item(
    meeting: Meeting, *, title: str, text: str = "", point: Point | None = None, source_kind: str = "",
    source_id: uuid.UUID | None = None,
) -> AgendaItem:  # fmt: skip
    """Put an item at the end of the agenda; the caller has checked who may."""
    if not title.strip():
        raise Problem(_("Give the item of the agenda a title."))
    top = meeting.agenda.aggregate(top=Max("position"))["top"] or 0
    if meeting.agenda.count() >= MOST_ITEMS:
        raise Problem(_("An agenda holds at most %(most)s items.") % {"most": MOST_ITEMS})
    return AgendaItem.objects.create(
        territory=meeting.territory, meeting=meeting, position=top + 1, title=title.strip()[:300],
        text=text.strip(), point=point, source_kind=source_kind, source_id=source_id,
    )  # fmt: skip


@transaction.atomic
def add_item(
    meeting: Meeting, *, actor_id: uuid.UUID, title: str = "", text: str = "",
    point_id: uuid.UUID | None = None, source_kind: str = "", source_id: uuid.UUID | None = None,
) -> AgendaItem:  # fmt: skip
    """Add to the agenda: free words, an open point of the table, or a reference a source offers."""
    meeting = open_to_change(meeting, actor_id)
    point = None
    if point_id is not None:
        point = Point.objects.filter(pk=point_id, table=meeting.table, state=Point.State.OPEN).first()
        if point is None:
            raise Problem(_("This is not an open point of the table: choose it from the list."))
        title = title.strip() or point.title
    if source_kind or source_id:
        found = agenda.find(actor_id, meeting.table, source_kind, source_id) if source_id else None
        if found is None:
            raise Problem(_("What the item refers to was not found: choose it from the list."))
        title = title.strip() or found.label
    item = append_item(
        meeting, title=title, text=text, point=point, source_kind=source_kind, source_id=source_id
    )
    index(meeting)
    return item


@transaction.atomic
def remove_item(item: AgendaItem, *, actor_id: uuid.UUID) -> None:
    """Take an item off the agenda."""
    meeting = open_to_change(item.meeting, actor_id)
    item.delete()
    index(meeting)


@transaction.atomic
def move_item(item: AgendaItem, *, actor_id: uuid.UUID, up: bool) -> None:
    """Exchange an item with the one before it (`up`) or after it; at the edge nothing happens."""
    meeting = open_to_change(item.meeting, actor_id)
    rows = meeting.agenda.order_by("-position" if up else "position")
    near = rows.filter(**{"position__lt" if up else "position__gt": item.position}).first()
    if near is None:
        return
    own, other = item.position, near.position
    # A third place in between: two items never share one, not even for a moment.
    AgendaItem.objects.filter(pk=item.pk).update(position=0)
    AgendaItem.objects.filter(pk=near.pk).update(position=own)
    AgendaItem.objects.filter(pk=item.pk).update(position=other)


def expected(meeting: Meeting) -> list[Attendance]:
    """Return who was expected, in unsaved rows, with party and role as of the meeting's day."""
    day = timezone.localtime(meeting.starts_at).date()
    seats = Delegate.objects.active_on(day).filter(party__in=access.parties_called(meeting))
    if meeting.kind == Kind.RESTRICTED:
        seats = seats.filter(account_id__in=meeting.named.values("account_id"))
    rows = [
        Attendance(
            meeting=meeting, account=seat.account, party=seat.party, name=seat.account.name,
            party_name=str(seat.party), role=seat.role,
        )
        for seat in seats.select_related("account", "party__organisation").order_by(
            "party__position", "role", "account__name"
        )
    ]  # fmt: skip
    if meeting.kind == Kind.PLENARY:
        desks = Secretariat.objects.active_on(day).filter(table=meeting.table).select_related("account")
        rows += [
            Attendance(meeting=meeting, account=desk.account, name=desk.account.name, role="secretariat")
            for desk in desks.order_by("account__name")
        ]
    return rows


@transaction.atomic
def record_attendance(
    meeting: Meeting, came: Mapping[uuid.UUID, str], *, actor_id: uuid.UUID,
    guests: Iterable[tuple[str, str]] = (),
) -> list[Attendance]:  # fmt: skip
    """Write down who came: status by account, guests as (name, in which quality). Replaces what was there.

    The meeting counts as held from then on. Name, party and role are those of the meeting's day.
    """
    meeting = open_to_change(meeting, actor_id)
    if meeting.starts_at > timezone.now():
        raise Problem(_("The meeting has not begun yet: write down who came when it has."))
    rows = {row.account_id: row for row in expected(meeting)}
    unknown = set(came) - set(rows)
    if unknown or set(came.values()) - set(Attendance.Status.values):
        raise Problem(_("Choose for each person of the meeting: present, at a distance, excused or absent."))
    guests = [(name.strip(), quality.strip()) for name, quality in guests if name.strip()]
    meeting.attendances.all().delete()
    for account_id, row in rows.items():
        row.status = came.get(account_id, Attendance.Status.ABSENT)
        row.territory = meeting.territory
        row.save()
    for name, quality in guests:
        Attendance.objects.create(
            territory=meeting.territory, meeting=meeting, name=name[:150], party_name=quality[:220],
            role="guest", status=Attendance.Status.PRESENT,
        )  # fmt: skip
    if meeting.state == Meeting.State.CONVENED:
        meeting.state = Meeting.State.HELD
        meeting.save(update_fields=["state"])
    return list(meeting.attendances.all())


@transaction.atomic
def add_decision(
    meeting: Meeting, *, actor_id: uuid.UUID, text: str, point_id: uuid.UUID | None = None
) -> Decision:
    """Write down something the meeting decided; its id is what agreements cite."""
    meeting = open_to_change(meeting, actor_id)
    if not text.strip():
        raise Problem(_("Write what was decided."))
    point = Point.objects.filter(pk=point_id, table=meeting.table).first() if point_id else None
    if point_id and point is None:
        raise Problem(_("This is not a point of the table: choose it from the list."))
    number = (meeting.decisions.aggregate(top=Max("number"))["top"] or 0) + 1
    return Decision.objects.create(
        territory=meeting.territory, meeting=meeting, number=number, text=text.strip(), point=point
    )


@transaction.atomic
def remove_decision(decision: Decision, *, actor_id: uuid.UUID) -> None:
    """Take back a decision written down by mistake, while the minutes are still being drafted."""
    open_to_change(decision.meeting, actor_id)
    decision.delete()


def possible_people(meeting: Meeting) -> list[Account]:
    """Return the people of the table who could still be named for a restricted meeting."""
    from tavolo.dialogue import standing

    seats = Delegate.objects.active_on(standing.today()).filter(party__table=meeting.table)
    left = seats.exclude(account_id__in=meeting.named.values("account_id"))
    return list(Account.objects.filter(pk__in=left.values("account_id")).order_by("name"))
