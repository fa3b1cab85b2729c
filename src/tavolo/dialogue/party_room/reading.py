# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What pages and the API show: positions on the table, what a person received. Questions only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from tavolo.dialogue.models import Party, Table
from tavolo.dialogue.party_room import access
from tavolo.dialogue.party_room.models import (
    Delivery,
    Draft,
    LodgedPosition,
    Point,
    PointAsked,
    Position,
    Release,
    Room,
)

LODGED, SILENT, NOT_ASKED = "lodged", "silent", "not_asked"


@dataclass(frozen=True)
class Cell:
    """What a party told the table on a point: `state` is lodged, silent (asked, no answer) or not asked."""

    party: Party
    state: str
    lodged: LodgedPosition | None = None
    asked: PointAsked | None = None


@dataclass(frozen=True)
class Row:
    """A point with one cell for each party."""

    point: Point
    cells: list[Cell]


@dataclass(frozen=True)
class ChangeSince:
    """A position lodged after a day, with what it replaced."""

    lodged: LodgedPosition
    former: LodgedPosition | None


def parties_of(table: Table) -> list[Party]:
    """Return the table's parties in their order."""
    return list(Party.objects.filter(table=table).select_related("organisation"))


def shared_points(table: Table) -> list[Point]:
    """Return the points all at the table know."""
    return list(Point.objects.filter(table=table, room__isnull=True).select_related("theme", "proposer"))


def matrix(table: Table) -> list[Row]:
    """Return every shared point with what each party lodged, or that it is silent, or was not asked."""
    lodged: dict[tuple[uuid.UUID, uuid.UUID], LodgedPosition] = {}
    for row in LodgedPosition.objects.filter(point__table=table).order_by("number"):
        lodged[row.point_id, row.party_id] = row
    asked = {
        (row.point_id, row.party_id): row
        for row in PointAsked.objects.filter(point__table=table).select_related("by_party__organisation")
    }
    parties = parties_of(table)
    return [
        Row(
            point,
            [
                _cell(party, lodged.get((point.pk, party.pk)), asked.get((point.pk, party.pk)))
                for party in parties
            ],
        )
        for point in shared_points(table)
    ]


def _cell(party: Party, lodged: LodgedPosition | None, asked: PointAsked | None) -> Cell:
    state = LODGED if lodged else SILENT if asked else NOT_ASKED
    return Cell(party, state, lodged, asked)


def changes_since(table: Table, day: date) -> list[ChangeSince]:
    """Return the positions lodged on or after a day, the newest first, each with the one it replaced."""
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    found = LodgedPosition.objects.filter(point__table=table, lodged_at__gte=start)
    rows = list(found.select_related("party__organisation", "point__theme").order_by("-lodged_at"))
    former = {
        (row.point_id, row.party_id, row.number): row
        for row in LodgedPosition.objects.filter(point__in=[row.point_id for row in rows])
    }
    return [ChangeSince(row, former.get((row.point_id, row.party_id, row.number - 1))) for row in rows]


@dataclass(frozen=True)
class Held:
    """A point as a party's own room sees it: what it holds, what it lodged, whether it was asked."""

    point: Point
    position: Position | None
    lodged: LodgedPosition | None
    asked: PointAsked | None

    @property
    def differs(self) -> bool:
        """Say whether what the party holds is not what it told the table."""
        if self.position is None or self.lodged is None:
            return False
        return (self.position.kind, self.position.condition) != (self.lodged.kind, self.lodged.condition)


def held(room: Room, party: Party) -> list[Held]:
    """Return all points of a table with a party's positions; the party's room must be open."""
    points = Point.objects.filter(table_id=room.table_id).select_related("theme")
    positions: dict[uuid.UUID, Position] = {}
    for row in Position.objects.filter(room=room).order_by("number"):
        positions[row.point_id] = row
    lodged: dict[uuid.UUID, LodgedPosition] = {}
    for told in LodgedPosition.objects.filter(party=party).order_by("number"):
        lodged[told.point_id] = told
    asked = {row.point_id: row for row in PointAsked.objects.filter(party=party)}
    return [
        Held(point, positions.get(point.pk), lodged.get(point.pk), asked.get(point.pk)) for point in points
    ]


@dataclass(frozen=True)
class Received:
    """A text as its receivers read it; `after` is the newer one that superseded it."""

    delivery: Delivery
    after: Delivery | None

    @property
    def superseded(self) -> bool:
        """Say whether a newer text stands in its place."""
        return self.after is not None


def received(account_id: uuid.UUID, table: Table) -> list[Received]:
    """Return what a person's party, its side or all at the table received from others, newest first."""
    trays = access.trays(account_id, table)
    with access.reading(trays):
        found = Delivery.objects.filter(room__in=trays).select_related(
            "sender__party__organisation", "room__party__organisation", "stored"
        )
        rows = list(found.order_by("-delivered_at", "pk"))
    own = {room.pk for room in access.rooms_of(account_id, table.pk)}
    return [
        Received(row, after)
        for row, after in zip(rows, _after(rows), strict=True)
        if row.sender_id not in own
    ]


def _after(rows: Sequence[Delivery]) -> list[Delivery | None]:
    newer = {(row.room_id, row.supersedes_ref): row for row in rows if row.supersedes_ref}
    return [newer.get((row.room_id, row.release_ref)) for row in rows]


def received_one(account_id: uuid.UUID, table: Table, delivery_id: uuid.UUID) -> Received | None:
    """Return one received text, if this person may read it today."""
    return next(
        (one for one in received(account_id, table) if str(one.delivery.pk) == str(delivery_id)), None
    )


def released(room: Room) -> list[Release]:
    """Return what a room let out, newest first, with its receivers; the room must be open."""
    return released_from([room])


def released_from(rooms: Sequence[Room]) -> list[Release]:
    """Return what several open rooms let out, newest first."""
    rows = list(
        Release.objects.filter(room__in=rooms).select_related(
            "superseded_by", "supersedes", "author", "version"
        )
    )
    wanted = {pk for row in rows for pk in row.to_rooms}
    names = {
        str(one.pk): str(one)
        for one in Room.objects.filter(pk__in=wanted).select_related("party__organisation")
    }
    for row in rows:
        row.receivers = [names[pk] for pk in row.to_rooms if pk in names]
    return rows


def platform(table: Table, account_id: uuid.UUID) -> list[Received]:
    """Return the platforms a person received at a table, the newest first."""
    return [one for one in received(account_id, table) if one.delivery.kind == Draft.Kind.PLATFORM]


def platform_transmitted(table: Table) -> bool:
    """Say whether a platform was transmitted at a table: from the register, which knows no words."""
    from tavolo.ledger.models import ActContent

    rooms = Room.objects.filter(table=table).values_list("pk", flat=True)
    return bool(
        ActContent.objects.filter(
            object_type="party_room.delivery", object_id__in=list(rooms), content__kind=Draft.Kind.PLATFORM
        ).exists()
    )
