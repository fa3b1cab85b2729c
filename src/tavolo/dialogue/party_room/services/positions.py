# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Points and positions: held in private, lodged for the table, superseded, never taken back."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate
from tavolo.dialogue.models import Delegate, Party, Table
from tavolo.dialogue.party_room.access import entered
from tavolo.dialogue.party_room.models import Kind, LodgedPosition, Point, PointAsked, Position, Room
from tavolo.dialogue.party_room.services.texts import clean, gone
from tavolo.ledger.services import record_act

LODGE = "positions.lodge"
LONGEST_CONDITION = 3_000


def add_private_point(room: Room, *, actor_id: uuid.UUID, title: str, description: str = "") -> Point:
    """Add a point only this party knows of, to prepare a position before anybody is told."""
    with entered(room, actor_id) as party:
        _own_room(room)
        return _new_point(party.table, title, description, party, room)


def add_point(table: Table, *, actor_id: uuid.UUID, title: str, description: str = "") -> Point:
    """Put a point before the whole table: a party, or the joint secretariat."""
    with transaction.atomic():
        party = _proposer(table, actor_id)
        point = _new_point(table, title, description, party, None)
        _record_point(point, actor_id, party)
        return point


def bring_to_table(room: Room, point_id: uuid.UUID, *, actor_id: uuid.UUID) -> Point:
    """Show a party's own point to the table; the party's position on it stays private."""
    with entered(room, actor_id) as party:
        point = Point.objects.filter(pk=point_id, room=room).first()
        if point is None:
            raise gone()
        point.room = None
        point.number = _next_number(point.table_id)
        point.save(update_fields=["room", "number"])
        _record_point(point, actor_id, party)
        return point


def _proposer(table: Table, actor_id: uuid.UUID) -> Party | None:
    """Return the party a person acts for; None for the secretariat; raise for anybody else."""
    party = standing.acting_party(actor_id, table.pk)
    if party is None and not standing.is_secretary(actor_id, table.pk):
        raise Problem(_("Points are added by the delegates of a party or by the joint secretariat."))
    return party


def _new_point(table: Table, title: str, description: str, party: Party | None, room: Room | None) -> Point:
    return Point.objects.create(
        territory_id=table.territory_id, table=table, room=room, proposer=party,
        title=clean(title, 200, _("Give the point a title.")), description=description.strip(),
        number=_next_number(table.pk),
    )  # fmt: skip


def _next_number(table_id: uuid.UUID) -> int:
    # Counted over the points of the table alone: a party's own must leave no gap in the others' list.
    shared = Point.objects.filter(table_id=table_id, room__isnull=True)
    return (shared.aggregate(top=Max("number"))["top"] or 0) + 1


def _record_point(point: Point, actor_id: uuid.UUID, party: Party | None) -> None:
    record_act(
        actor_id=actor_id, role="delegate" if party else "secretariat", act="party_room.point_added",
        object_type="party_room.point", object_id=point.pk,
        content={"title": point.title, "party": str(party.pk) if party else None},
    )  # fmt: skip


def ask_positions(
    table: Table, *, actor_id: uuid.UUID, point_ids: Iterable[uuid.UUID], party_ids: Iterable[uuid.UUID],
    due_on: date | None = None,
) -> int:  # fmt: skip
    """Ask parties for their position on points; return how many new questions that are.

    From then on their silence is shown as silence. Nobody asks itself.
    """
    with transaction.atomic():
        table = Table.objects.select_for_update(no_key=True).get(pk=table.pk)
        by = _proposer(table, actor_id)
        points = list(Point.objects.filter(table=table, room__isnull=True, pk__in=set(point_ids)))
        seated = standing.seated_parties(table.pk).filter(pk__in=set(party_ids))
        parties = [party for party in seated if party != by]
        if not points or not parties:
            raise Problem(_("Choose at least one point and one other party."))
        if due_on is not None and due_on < standing.today():
            raise Problem(_("The day until which an answer is asked lies in the past."))
        known = set(PointAsked.objects.filter(point__in=points).values_list("point_id", "party_id"))
        rows = [
            PointAsked(
                territory_id=table.territory_id, point=point, party=party, by_party=by,
                asked_on=standing.today(), due_on=due_on,
            )
            for point in points
            for party in parties
            if (point.pk, party.pk) not in known
        ]  # fmt: skip
        PointAsked.objects.bulk_create(rows)
        for party in {row.party for row in rows}:
            _tell_asked(table, party, actor_id, by, [row.point for row in rows if row.party == party])
        return len(rows)


def _tell_asked(
    table: Table, party: Party, actor_id: uuid.UUID, by: Party | None, points: list[Point]
) -> None:
    for point in points:
        record_act(
            actor_id=actor_id, role="delegate" if by else "secretariat", act="party_room.position_asked",
            object_type="party_room.point", object_id=point.pk,
            content={"party": str(party.pk), "by": str(by.pk) if by else None},
        )  # fmt: skip
    seats = Delegate.objects.active_on(standing.today()).filter(party=party, role__in=standing.ACTING)
    notices.send(
        seats.values_list("account_id", flat=True), "party_room.position_asked",
        {"table": table.title, "table_id": str(table.pk), "points": ", ".join(map(str, points))},
    )  # fmt: skip


def hold(
    room: Room, point_id: uuid.UUID, *, actor_id: uuid.UUID, kind: str, condition: str = "",
    motivation: str = "",
) -> Position:  # fmt: skip
    """Write down what the party holds on a point, for itself; earlier ones stay as history."""
    with entered(room, actor_id):
        _own_room(room)
        point = _point_for(room, point_id)
        kind, condition = checked(kind, condition)
        motivation = motivation.replace("\r\n", "\n").strip()
        last = Position.objects.filter(room=room, point=point).order_by("-number").first()
        if last and (last.kind, last.condition, last.motivation) == (kind, condition, motivation):
            return last
        return Position.objects.create(
            territory_id=room.territory_id, room=room, point=point, number=last.number + 1 if last else 1,
            kind=kind, condition=condition, motivation=motivation, author_id=actor_id,
        )  # fmt: skip


def lodge(
    room: Room, point_id: uuid.UUID, *, actor_id: uuid.UUID, kind: str, condition: str = "",
    after: int | None = None,
) -> LodgedPosition:  # fmt: skip
    """Tell the table what the party holds on a point: it cannot be taken back, only superseded.

    `after` is the number of the lodged position the author had before their eyes (0 for none); a
    colleague's newer one refuses this. The motivation stays inside.
    """
    with entered(room, actor_id) as party:
        _own_room(room)
        point = _point_for(room, point_id)
        if point.room_id is not None:
            raise Problem(_("The others do not know this point yet: bring it to the table first."))
        gate.require(party.table, LODGE, party)
        kind, condition = checked(kind, condition)
        last = LodgedPosition.objects.filter(point=point, party=party).order_by("-number").first()
        if last and (last.kind, last.condition) == (kind, condition):
            return last
        number = last.number if last else 0
        if after is not None and after != number:
            raise Problem(
                _("A colleague lodged a position on this point a moment ago: read it before you replace it.")
            )
        act_id = record_act(
            actor_id=actor_id, role="delegate", act="party_room.position_lodged",
            object_type="party_room.point", object_id=point.pk,
            content={
                "party": str(party.pk), "number": number + 1, "kind": kind,
                "condition_sha256": hashlib.sha256(condition.encode()).hexdigest() if condition else None,
            },
        )  # fmt: skip
        made = LodgedPosition.objects.create(
            territory_id=room.territory_id, point=point, party=party, number=number + 1, kind=kind,
            condition=condition, act_id=act_id,
        )  # fmt: skip
        _tell_lodged(party, point)
        return made


def _tell_lodged(party: Party, point: Point) -> None:
    seats = Delegate.objects.active_on(standing.today()).filter(party__table=party.table)
    others = seats.exclude(party=party).values_list("account_id", flat=True)
    notices.send(
        set(others), "party_room.position_lodged",
        {
            "party": str(party), "point": str(point), "table": party.table.title,
            "table_id": str(party.table_id),
        },
    )  # fmt: skip


def _own_room(room: Room) -> None:
    if room.kind != Room.Kind.PARTY:
        raise Problem(_("Positions are held by each party in its own room."))


def _point_for(room: Room, point_id: uuid.UUID) -> Point:
    point = Point.objects.filter(pk=point_id, table_id=room.table_id).select_related("theme").first()
    if point is None:
        raise gone()
    return point


def checked(kind: str, condition: str) -> tuple[str, str]:
    """Return a kind with its condition, which only "accepts if" has; raise where one is missing."""
    words = condition.replace("\r\n", "\n").strip()
    if kind not in Kind.values:
        raise Problem(_("Choose what the party holds: accepts, accepts if, rejects, open."))
    if kind == Kind.ACCEPT_IF and not words:
        raise Problem(_("Write on which condition the party accepts."))
    if len(words) > LONGEST_CONDITION:
        raise Problem(_("Shorten the text to %(most)s characters.") % {"most": LONGEST_CONDITION})
    return kind, words if kind == Kind.ACCEPT_IF else ""
