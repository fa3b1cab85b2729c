# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Whose room is whose: who reads in it, who works in it, asked of today's delegations each time.

`entered` is the only way in: it asks, then opens the room in the database for one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.remembering import remembered
from tavolo.common.row_security import opened
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate, DelegateRole, Party, Table
from tavolo.dialogue.party_room.models import Room


@remembered
def _reads_for(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person sits for a party today. An RSU's delegate must also hold that office."""
    if standing.may_act_for(account_id, party):
        return True
    roles = {seat.role for seat in standing.own_seats(account_id) if seat.party_id == party.pk}
    return DelegateRole.OBSERVER in roles if party.as_rsu else bool(roles)


@remembered
def own_parties(account_id: uuid.UUID, table_id: uuid.UUID | None = None) -> list[Party]:
    """Return the parties whose room a person may enter today."""
    return [party for party in standing.own_parties(account_id, table_id) if _reads_for(account_id, party)]


@remembered
def rooms_of(account_id: uuid.UUID, table_id: uuid.UUID | None = None) -> list[Room]:
    """Return the rooms a person may enter today: the own party's, and the joint room of its side."""
    parties = own_parties(account_id, table_id)
    own = Q(kind=Room.Kind.PARTY, party__in=parties)
    joint = Q(pk__in=[])
    for party in parties:
        joint |= Q(kind=Room.Kind.SIDE, table_id=party.table_id, side=party.side)
    found = Room.objects.filter(own | joint).select_related("party__organisation", "table")
    return [room for room in found.order_by("table_id", "kind") if is_entered(room)]


@remembered
def is_entered(room: Room) -> bool:
    """Say whether a room is one people work in: the tray is none, nor a side with a single party."""
    if room.kind == Room.Kind.SIDE:
        return len(_speaking(room)) > 1
    return room.kind == Room.Kind.PARTY


@remembered
def _of_table(table_id: uuid.UUID) -> list[Party]:
    return list(Party.objects.filter(table_id=table_id).select_related("organisation"))


def _speaking(room: Room) -> list[Party]:
    """Return the parties of a party's or a side's room, from those of its table."""
    own = _of_table(room.table_id)
    if room.kind == Room.Kind.PARTY:
        return [party for party in own if party.pk == room.party_id]
    return [party for party in own if room.kind != Room.Kind.SIDE or party.side == room.side]


def members(room: Room) -> Iterable[Party]:
    """Return the parties that speak through a room together."""
    parties = Party.objects.filter(table_id=room.table_id).select_related("organisation")
    if room.kind == Room.Kind.PARTY:
        return parties.filter(pk=room.party_id)
    return parties.filter(side=room.side) if room.kind == Room.Kind.SIDE else parties


def room_at(account_id: uuid.UUID, table_id: uuid.UUID, room_id: uuid.UUID) -> Room | None:
    """Return a room of a table if the person may enter it today."""
    # The API's addresses hand ids over as text.
    return next((room for room in rooms_of(account_id, table_id) if str(room.pk) == str(room_id)), None)


@remembered
def acting_for(account_id: uuid.UUID, room: Room) -> Party | None:
    """Return the party for which a person works in a room today; an observer works for none."""
    if not is_entered(room):
        return None
    return next((party for party in _speaking(room) if standing.may_act_for(account_id, party)), None)


def people_of(room: Room) -> list[uuid.UUID]:
    """Return the accounts of those who may act in a room today: each has one vote in it."""
    seats = Delegate.objects.active_on(standing.today()).filter(
        party__in=members(room), role__in=standing.ACTING
    )
    found = seats.values_list("account_id", flat=True).distinct()
    return [account for account in found if acting_for(account, room) is not None]


def trays(account_id: uuid.UUID, table: Table) -> list[Room]:
    """Return the rooms whose received texts a person reads at a table.

    Delegates: what their party, their side or all received; the joint secretariat: what all received.
    """
    parties = own_parties(account_id, table.pk)
    readable = Q(kind=Room.Kind.PARTY, party__in=parties)
    for side in {party.side for party in parties}:
        readable |= Q(kind=Room.Kind.SIDE, side=side)
    if parties or standing.is_secretary(account_id, table.pk):
        readable |= Q(kind=Room.Kind.TABLE)
    return list(Room.objects.filter(readable, table=table).select_related("party__organisation"))


def reads_positions(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person sees lodged positions: the parties' delegations and the joint secretariat."""
    return bool(own_parties(account_id, table_id)) or standing.is_secretary(account_id, table_id)


def receivers(room: Room) -> list[Room]:
    """Return the rooms a text may be let out to: other parties, whole sides, all."""
    seated = standing.seated_parties(room.table_id)
    parties = dict(seated.order_by().values_list("side").annotate(count=Count("pk")))
    found = Room.objects.filter(table_id=room.table_id).exclude(pk=room.pk)
    found = found.exclude(Q(kind=Room.Kind.PARTY) & ~Q(party__in=seated))
    named = [
        one
        for one in found.select_related("party__organisation")
        # A side of one party is that party; its joint room would only be a second name for it.
        if one.kind != Room.Kind.SIDE or parties.get(one.side, 0) > 1
    ]
    order = {Room.Kind.PARTY: 0, Room.Kind.SIDE: 1, Room.Kind.TABLE: 2}
    return sorted(named, key=lambda one: (order[Room.Kind(one.kind)], str(one)))


@contextmanager
def reading(rooms: Iterable[Room]) -> Iterator[None]:
    """Open rooms a policy has granted for reading; read to the end inside."""
    with opened([room.pk for room in rooms]):
        yield


@contextmanager
def entered(room: Room, account_id: uuid.UUID, *, also: Iterable[Room] = ()) -> Iterator[Party]:
    """Let a person work in a room, in one transaction: asks first, opens it, locks it against others.

    Gives the party the person acts for. `also`: rooms that receive something from this one.
    """
    with opened([room.pk, *(one.pk for one in also)]):
        Room.objects.select_for_update(no_key=True, of=("self",)).get(pk=room.pk)
        party = acting_for(account_id, room)
        if party is None:
            raise Problem(_("Only a delegate who may act for this party works in its room; observers read."))
        yield party
