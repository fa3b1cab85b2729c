# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of meetings, agendas, attendance, decisions and points; papers are in `api_papers`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tavolo.common.errors import Problem
from tavolo.dialogue.meetings import access, agenda, policies, views
from tavolo.dialogue.meetings.answering import api, call
from tavolo.dialogue.meetings.models import AgendaItem, Decision, Meeting, Minutes, Point
from tavolo.dialogue.meetings.schemas import (
    AttendanceIn,
    ChangeIn,
    DecisionIn,
    ItemIn,
    Made,
    MeetingIn,
    MeetingList,
    MeetingOut,
    MoveIn,
    PersonIn,
    PointIn,
    PointList,
    ReasonIn,
    SourceList,
    StateIn,
)
from tavolo.dialogue.meetings.services import convening, running
from tavolo.dialogue.meetings.services import points as pointing
from tavolo.dialogue.models import Table

ICS_BODY = {"description": "OK", "content": {"text/calendar": {"schema": {"type": "string"}}}}
ICS = {"responses": {200: ICS_BODY}}
TABLE = "/tables/{uuid:table_id}"
ONE = "/meetings/{uuid:meeting_id}"


def table_of(request: HttpRequest, table_id: UUID) -> Table:
    """Return a table at which this person sits, or 404."""
    found = policies.table_at(request, {"table_id": table_id})
    if found is None:
        raise Http404
    return found


def meeting_of(request: HttpRequest, **arguments: UUID) -> Meeting:
    """Return a meeting this person may know of, or 404."""
    found = policies.meeting_at(request, arguments)
    if found is None:
        raise Http404
    return found


def made(pk: str, fallback: Any) -> dict[str, Any]:
    """Return the answer that names what was made; `fallback` where the work makes nothing of its own."""
    return {"id": pk or str(fallback)}


def aware(moment: Any) -> Any:
    """Return a moment with a time zone: one without is meant in the installation's."""
    try:
        local = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        timezone.localtime(local)
    except (OverflowError, ValueError):
        raise Problem("This day is out of the calendar: choose another.") from None
    return local


@api.get(f"{TABLE}/meetings", MeetingList, "meetings", "A table's meetings")
def meetings(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the meetings of a table this person may know of, the latest first."""
    rows = access.visible_meetings(request.user.pk).filter(table=table_of(request, table_id))
    return {"items": [_meeting(request, row) for row in rows]}


@api.post(f"{TABLE}/meetings", Made, "meetings", "Convene a meeting")
def convene(request: HttpRequest, table_id: UUID, body: MeetingIn) -> dict[str, Any]:
    """Convene a plenary (secretariat), a restricted or a party meeting (delegates)."""
    table = table_of(request, table_id)
    facts = body.dict() | {"starts_at": aware(body.starts_at)}
    work = lambda: convening.convene(table, actor_id=request.user.pk, **facts)  # noqa: E731
    return made(call(request, "convene", work, [str(table_id), facts]), table.pk)


@api.get(ONE, MeetingOut, "meeting", "One meeting")
def meeting(request: HttpRequest, meeting_id: UUID) -> dict[str, Any]:
    """Return a meeting with agenda, attendance, decisions and the ids of its minutes."""
    return _meeting(request, meeting_of(request, meeting_id=meeting_id))


@api.patch(ONE, Made, "meeting", "Change a meeting to come")
def change(request: HttpRequest, meeting_id: UUID, body: ChangeIn) -> dict[str, Any]:
    """Change time, place or words; everybody it is for is told."""
    found = meeting_of(request, meeting_id=meeting_id)
    facts = body.dict(exclude_none=True)
    if "starts_at" in facts:
        facts["starts_at"] = aware(facts["starts_at"])
    work = lambda: convening.change(found, actor_id=request.user.pk, **facts)  # noqa: E731
    return made(call(request, "change", work, [str(found.pk), facts]), found.pk)


@api.post(f"{ONE}/cancel", Made, "cancel", "Call a meeting off")
def cancel(request: HttpRequest, meeting_id: UUID, body: ReasonIn) -> dict[str, Any]:
    """Call a meeting off, with the reason."""
    found = meeting_of(request, meeting_id=meeting_id)
    work = lambda: convening.cancel(found, actor_id=request.user.pk, reason=body.reason)  # noqa: E731
    return made(call(request, "cancel", work, [str(found.pk), body.reason]), found.pk)


@api.get(f"{ONE}/calendar", None, "calendar", "The meeting as a calendar entry", extra=ICS)
def calendar(request: HttpRequest, meeting_id: UUID) -> HttpResponseBase:
    """Return the meeting as iCalendar."""
    return views.calendar(request, meeting_id)


@api.post(f"{ONE}/people", Made, "people", "Name a person")
def name_person(request: HttpRequest, meeting_id: UUID, body: PersonIn) -> dict[str, Any]:
    """Name one more person for a restricted meeting."""
    found = meeting_of(request, meeting_id=meeting_id)
    work = lambda: convening.name_person(found, body.account_id, actor_id=request.user.pk)  # noqa: E731
    return made(call(request, "name_person", work, [str(found.pk), str(body.account_id)]), found.pk)


@api.post(f"{ONE}/agenda", Made, "agenda", "Add an agenda item")
def add_item(request: HttpRequest, meeting_id: UUID, body: ItemIn) -> dict[str, Any]:
    """Add free words, an open point or a reference to the agenda."""
    found = meeting_of(request, meeting_id=meeting_id)
    facts = body.dict()
    work = lambda: running.add_item(found, actor_id=request.user.pk, **facts)  # noqa: E731
    return made(call(request, "add_item", work, [str(found.pk), facts]), found.pk)


@api.delete("/agenda/{uuid:item_id}", Made, "item", "Take an item off")
def remove_item(request: HttpRequest, item_id: UUID) -> dict[str, Any]:
    """Take an item off the agenda."""
    meeting_of(request, item_id=item_id)
    row = get_object_or_404(AgendaItem, pk=item_id)
    work = lambda: running.remove_item(row, actor_id=request.user.pk)  # noqa: E731
    return made(call(request, "remove_item", work, str(item_id)), item_id)


@api.post("/agenda/{uuid:item_id}/move", Made, "item_move", "Move an item")
def move_item(request: HttpRequest, item_id: UUID, body: MoveIn) -> dict[str, Any]:
    """Move an item up or down by one place."""
    meeting_of(request, item_id=item_id)
    row = get_object_or_404(AgendaItem, pk=item_id)
    up = body.direction == "up"
    work = lambda: running.move_item(row, actor_id=request.user.pk, up=up)  # noqa: E731
    return made(call(request, "move_item", work, [str(item_id), up]), item_id)


@api.put(f"{ONE}/attendance", Made, "attendance", "Write down who came")
def attendance(request: HttpRequest, meeting_id: UUID, body: AttendanceIn) -> dict[str, Any]:
    """Write down who came; it replaces what was written before."""
    found = meeting_of(request, meeting_id=meeting_id)
    guests = [(guest.name, guest.quality) for guest in body.guests]
    work = lambda: running.record_attendance(  # noqa: E731
        found, body.came, actor_id=request.user.pk, guests=guests
    )
    return made(call(request, "attendance", work, [str(found.pk), body.dict()]), found.pk)


@api.post(f"{ONE}/decisions", Made, "decisions", "Write down a decision")
def decide(request: HttpRequest, meeting_id: UUID, body: DecisionIn) -> dict[str, Any]:
    """Write down a decision; its id is what agreements cite."""
    found = meeting_of(request, meeting_id=meeting_id)
    facts = body.dict()
    work = lambda: running.add_decision(found, actor_id=request.user.pk, **facts)  # noqa: E731
    return made(call(request, "add_decision", work, [str(found.pk), facts]), found.pk)


@api.delete("/decisions/{uuid:meeting_decision_id}", Made, "decision", "Take a decision back")
def remove_decision(request: HttpRequest, meeting_decision_id: UUID) -> dict[str, Any]:
    """Take back a decision written down by mistake, while the minutes are being drafted."""
    meeting_of(request, meeting_decision_id=meeting_decision_id)
    row = get_object_or_404(Decision, pk=meeting_decision_id)
    work = lambda: running.remove_decision(row, actor_id=request.user.pk)  # noqa: E731
    asked = str(meeting_decision_id)
    return made(call(request, "remove_decision", work, asked), meeting_decision_id)


@api.get(f"{TABLE}/points", PointList, "points", "A table's points")
def points(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the points of a table with owner, state and origin."""
    rows = Point.objects.filter(table=table_of(request, table_id)).select_related("owner__organisation")
    return {"items": [_point(row) for row in rows]}


@api.post(f"{TABLE}/points", Made, "points", "Add a point")
def add_point(request: HttpRequest, table_id: UUID, body: PointIn) -> dict[str, Any]:
    """Add an open point."""
    table = table_of(request, table_id)
    facts = body.dict()
    work = lambda: pointing.add_point(table, actor_id=request.user.pk, **facts)  # noqa: E731
    return made(call(request, "add_point", work, [str(table_id), facts]), table.pk)


@api.patch("/points/{uuid:point_id}", Made, "point", "Settle or drop a point")
def point_state(request: HttpRequest, point_id: UUID, body: StateIn) -> dict[str, Any]:
    """Settle, drop or reopen a point."""
    row = get_object_or_404(Point, pk=point_id)
    work = lambda: pointing.set_state(row, body.state, actor_id=request.user.pk)  # noqa: E731
    return made(call(request, "point_state", work, [str(point_id), body.state]), point_id)


@api.get(f"{TABLE}/agenda-sources", SourceList, "sources", "What an agenda may refer to")
def sources(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return consultations, convergences, decisions and whatever other parts offer."""
    offered = agenda.offered(request.user.pk, table_of(request, table_id))
    rows = [row for _label, found in offered for row in found]
    return {"items": [{"kind": row.kind, "id": row.id, "label": row.label} for row in rows]}


def _meeting(request: HttpRequest, row: Meeting) -> dict[str, Any]:
    minutes = Minutes.objects.filter(meeting=row)
    if not access.keeps(request.user.pk, row):
        minutes = minutes.filter(current__isnull=False)
    plain = (
        "kind", "number", "title", "starts_at", "minutes_long", "place", "link", "note", "state",
        "urgent_reason", "cancel_reason",
    )  # fmt: skip
    return {
        "id": row.pk, "table_id": row.table_id, **{name: getattr(row, name) for name in plain},
        "parties": [str(party) for party in access.parties_called(row)],
        "agenda": [
            {
                "id": item.pk, "title": item.title, "text": item.text, "point_id": item.point_id,
                "source_kind": item.source_kind, "source_id": item.source_id,
            }
            for item in row.agenda.all()
        ],
        "attendance": [
            {"name": one.name, "party": one.party_name, "role": one.role, "status": one.status}
            for one in row.attendances.all()
        ],
        "decisions": [
            {"id": one.pk, "number": one.number, "text": one.text, "point_id": one.point_id}
            for one in row.decisions.all()
        ],
        "minutes": list(minutes.values_list("pk", flat=True)),
    }  # fmt: skip


def _point(row: Point) -> dict[str, Any]:
    return {
        "id": row.pk, "number": row.number, "title": row.title, "text": row.text, "state": row.state,
        "owner": str(row.owner) if row.owner else None, "origin_kind": row.origin_kind,
        "origin_id": row.origin_id, "origin_label": row.origin_label,
    }  # fmt: skip
