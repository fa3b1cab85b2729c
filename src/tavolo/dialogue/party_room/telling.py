"""Notices of party rooms, and what the register calls their acts. No private word is in any of them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.common import notices
from tavolo.dialogue import hooks
from tavolo.dialogue.models import Table
from tavolo.dialogue.party_room import access, hooking
from tavolo.dialogue.party_room.models import Point, Room
from tavolo.ledger import readers

notices.kind(
    "party_room.received",
    title=_("A text was released to you"),
    text=_("%(sender)s released a text at the table “%(table)s”."),
    link=lambda context: reverse("party_room:received", args=[context["table_id"]]),
)
notices.kind(
    "party_room.position_asked",
    title=_("Your party is asked for its position"),
    text=_("At the table “%(table)s” your position is asked on: %(points)s."),
    link=lambda context: reverse("party_room:positions", args=[context["table_id"]]),
)
notices.kind(
    "party_room.position_lodged",
    title=_("A position was lodged"),
    text=_("%(party)s lodged its position on “%(point)s” at the table “%(table)s”."),
    link=lambda context: reverse("party_room:positions", args=[context["table_id"]]),
)
notices.kind(
    "party_room.vote_put",
    title=_("A vote in your room"),
    text=_("In your room at the table “%(table)s” a question waits for your vote."),
    link=lambda context: reverse("party_room:room", args=[context["table_id"], context["room_id"]]),
)

ACTS = {
    "party_room.version_approved": _("A party approved a version in the joint room"),
    "party_room.approval_withdrawn": _("A party took back its approval in the joint room"),
    "party_room.released": _("A text was released"),
    "party_room.delivered": _("A released text was delivered"),
    "party_room.point_added": _("A point was brought to the table"),
    "party_room.position_asked": _("A party was asked for its position"),
    "party_room.position_lodged": _("A party lodged its position"),
}


def in_room(request: HttpRequest, room_id: object) -> bool:
    """Say whether a visitor may enter a room."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None or not request.user.is_authenticated:
        return False
    return access.room_at(request.user.pk, room.table_id, room.pk) is not None


def receives(request: HttpRequest, room_id: object) -> bool:
    """Say whether a visitor reads what a room received."""
    table = Table.objects.filter(rooms=room_id).first()
    if table is None or not request.user.is_authenticated:
        return False
    return any(room.pk == room_id for room in access.trays(request.user.pk, table))


def knows_point(request: HttpRequest, point_id: object) -> bool:
    """Say whether a visitor sees the positions on a shared point."""
    point = Point.objects.filter(pk=point_id, room__isnull=True).first()
    if point is None or not request.user.is_authenticated:
        return False
    return access.reads_positions(request.user.pk, point.table_id)


def connect() -> None:
    """Tell the register and the pages that gather."""
    readers.name_acts(ACTS)
    readers.readable("party_room.room", in_room)
    readers.readable("party_room.delivery", receives)
    readers.readable("party_room.point", knows_point)
    for door in (hooking.room_door, hooking.joint_door, hooking.positions_door, hooking.received_door):
        hooks.door(door)
    hooks.waiting(hooking.waiting)
    hooks.event(hooking.events)
    hooks.finder("party_room", hooking.finder)
