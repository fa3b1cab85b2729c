# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of positions: held by a party, lodged at the table, and the points they are on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from tavolo.dialogue.party_room import access, reading, showing
from tavolo.dialogue.party_room import schemas as s
from tavolo.dialogue.party_room.answering import ROOM, TABLE, api, doing, nothing, own_room
from tavolo.dialogue.party_room.frame import table_of
from tavolo.dialogue.party_room.models import LodgedPosition, Point, Room
from tavolo.dialogue.party_room.services import positions


@api.get(ROOM + "/positions", s.HeldList, "own_positions", "My party's positions")
def own_positions(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return all points with what my party holds and what it lodged."""
    found = own_room(request, room_id)
    with access.reading([found]):
        return {"items": [showing.held(row) for row in reading.held(found, found.party)]}


def _held(found: Room, point_id: UUID) -> dict[str, Any]:
    with access.reading([found]):
        rows = reading.held(found, found.party)
        return next(showing.held(row) for row in rows if row.point.pk == point_id)


@api.put(ROOM + "/positions/{uuid:position_point_id}", s.HeldOut, "hold", "Write a position down")
def hold(
    request: HttpRequest, room_id: UUID, position_point_id: UUID, position: s.PositionIn
) -> dict[str, Any]:
    """Write down what my party holds; the table is not told."""
    found = own_room(request, room_id)
    doing(
        request,
        "hold",
        position.dict(),
        lambda: nothing(
            positions.hold(found, position_point_id, actor_id=request.user.pk, **position.dict())
        ),
    )
    return _held(found, position_point_id)


@api.post(ROOM + "/positions/{uuid:position_point_id}/lodge", s.LodgedOut, "lodged", "Lodge a position")
def lodge(
    request: HttpRequest, room_id: UUID, position_point_id: UUID, position: s.LodgeIn
) -> dict[str, Any]:
    """Tell the table; it cannot be taken back, only superseded. The same again changes nothing."""
    found = own_room(request, room_id)
    made = []

    def work() -> str:
        made.append(positions.lodge(found, position_point_id, actor_id=request.user.pk, **position.dict()))
        return str(made[0].pk)

    pk = doing(request, "lodge", position.dict(), work)
    return showing.lodged(made[0] if made else LodgedPosition.objects.get(pk=pk))


@api.post(ROOM + "/points", s.PointOut, "private_points", "A point of our own")
def private_point(request: HttpRequest, room_id: UUID, point: s.PointIn) -> dict[str, Any]:
    """Add a point only my party knows of."""
    found = own_room(request, room_id)
    pk = doing(request, "private_point", point.dict(),
        lambda: str(positions.add_private_point(found, actor_id=request.user.pk, **point.dict()).pk),
    )  # fmt: skip
    return {"id": pk, **point.dict()}


@api.post(
    ROOM + "/points/{uuid:position_point_id}/bring", s.PointOut, "bring", "Bring our point to the table"
)
def bring(request: HttpRequest, room_id: UUID, position_point_id: UUID) -> dict[str, Any]:
    """Show a point of our own to the table."""
    found, made = own_room(request, room_id), []

    def work() -> str:
        made.append(positions.bring_to_table(found, position_point_id, actor_id=request.user.pk))
        return str(made[0].pk)

    pk = doing(request, "bring", None, work)
    return showing.point(made[0] if made else Point.objects.get(pk=pk))


@api.get(TABLE + "/positions", s.Matrix, "positions", "Lodged positions by point and party")
def matrix(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return what each party lodged on each point, who is silent and who was not asked."""
    return {"rows": [showing.row(one) for one in reading.matrix(table_of(request, table_id))]}


@api.post(TABLE + "/points", s.PointOut, "points", "A point for the table")
def add_point(request: HttpRequest, table_id: UUID, point: s.PointIn) -> dict[str, Any]:
    """Put a point before the whole table."""
    table = table_of(request, table_id)
    pk = doing(request, "point", point.dict(),
        lambda: str(positions.add_point(table, actor_id=request.user.pk, **point.dict()).pk),
    )  # fmt: skip
    return {"id": pk, **point.dict()}


@api.post(TABLE + "/asks", s.Asked, "asks", "Ask for positions")
def asks(request: HttpRequest, table_id: UUID, asked: s.AskIn) -> dict[str, Any]:
    """Ask parties for their position: from then on their silence is shown as silence."""
    table = table_of(request, table_id)
    new = doing(request, "ask", asked.dict(),
        lambda: positions.ask_positions(
            table, actor_id=request.user.pk, point_ids=asked.points, party_ids=asked.parties,
            due_on=asked.due_on,
        ),
    )  # fmt: skip
    return {"new": new}
