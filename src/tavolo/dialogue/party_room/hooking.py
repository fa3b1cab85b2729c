# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What party rooms give to the pages that gather: doors, what awaits a person, events, search.

Each opens only the rooms this person may enter today; nothing of a room is told to anybody else.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.dialogue import hooks, standing
from tavolo.dialogue.models import Party, Table
from tavolo.dialogue.party_room import access, reading
from tavolo.dialogue.party_room.models import (
    Approval,
    Draft,
    DraftVersion,
    LodgedPosition,
    Note,
    PointAsked,
    Position,
    Question,
    Room,
    RoomFile,
    VoteCast,
)
from tavolo.dialogue.party_room.services.voting import is_open
from tavolo.language.stemming import stems


def room_door(request: HttpRequest, table: Table) -> hooks.Door | None:
    """Lead a delegation into its own room."""
    if not request.user.is_authenticated:
        return None
    for room in access.rooms_of(request.user.pk, table.pk):
        if room.kind == Room.Kind.PARTY:
            text = _("Notes, drafts, files, positions and votes of %(party)s: nobody else sees them.")
            return hooks.Door(_("Your room"), text % {"party": room}, _room_link(room), 10, group=hooks.ROOMS)
    return None


def joint_door(request: HttpRequest, table: Table) -> hooks.Door | None:
    """Lead the parties of a side into their joint room."""
    if not request.user.is_authenticated:
        return None
    for room in access.rooms_of(request.user.pk, table.pk):
        if room.kind == Room.Kind.SIDE:
            names = ", ".join(str(party) for party in access.members(room))
            return hooks.Door(
                _("Joint room"),
                _("Where %(parties)s work together.") % {"parties": names},
                _room_link(room),
                11,
                group=hooks.ROOMS,
            )
    return None


def positions_door(request: HttpRequest, table: Table) -> hooks.Door | None:
    """Lead to the lodged positions."""
    if not request.user.is_authenticated or not access.reads_positions(request.user.pk, table.pk):
        return None
    link = reverse("party_room:positions", args=[table.pk])
    return hooks.Door(_("Positions"), _("What each party has lodged, point by point."), link, 20)


def received_door(request: HttpRequest, table: Table) -> hooks.Door | None:
    """Lead to the texts others released to one."""
    if not request.user.is_authenticated or not access.trays(request.user.pk, table):
        return None
    count = len(reading.received(request.user.pk, table))
    link = reverse("party_room:received", args=[table.pk])
    return hooks.Door(
        _("Received texts"),
        _("What the other parties released to you."),
        link,
        21,
        str(count) if count else "",
        hooks.ROOMS,
    )


def waiting(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    """Return the positions asked, votes and approvals a person is awaited for."""
    rooms = access.rooms_of(account_id)
    own = [one for one in access.own_parties(account_id) if standing.may_act_for(account_id, one)]
    yield from _asked(own, rooms)
    acting = {room: party for room in rooms if (party := access.acting_for(account_id, room)) is not None}
    if not acting:
        return
    with access.reading(acting):
        found = [*_votes(acting, account_id), *_approvals(acting)]
    yield from found


def _asked(parties: list[Party], rooms: list[Room]) -> Iterator[hooks.Waiting]:
    told = LodgedPosition.objects.filter(party=OuterRef("party"), point=OuterRef("point"))
    open_ones = PointAsked.objects.filter(~Exists(told), party__in=parties)
    room_of = {room.party_id: room for room in rooms if room.kind == Room.Kind.PARTY}
    for row in open_ones.select_related("point__theme", "party__organisation") if parties else ():
        yield hooks.Waiting(
            "party_room.position_asked", _("Position on “%(point)s”") % {"point": row.point},
            _("The table has asked %(party)s for its position.") % {"party": row.party},
            reverse(
                "party_room:hold", args=[row.party.table_id, room_of[row.party_id].pk, row.point_id]
            ),
            row.due_on, row.party.table_id,
        )  # fmt: skip


def _votes(rooms: Iterable[Room], account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    here = {room.pk: room for room in rooms}
    voted = VoteCast.objects.filter(room__in=list(here), account_id=account_id).values("question_id")
    open_ones = Question.objects.filter(room__in=list(here), closed_at__isnull=True)
    for question in open_ones.exclude(pk__in=voted):
        if is_open(question):
            room = here[question.room_id]
            yield hooks.Waiting(
                "party_room.vote", _("Vote in your room: %(question)s") % {"question": question.text},
                _("Only the delegates of %(room)s see it.") % {"room": room},
                reverse("party_room:vote", args=[room.table_id, room.pk, question.pk]),
                question.closes_on, room.table_id,
            )  # fmt: skip


def _approvals(acting: Mapping[Room, Party]) -> Iterator[hooks.Waiting]:
    """Return the newest versions others of the side have approved and this party has not."""
    joint = {room.pk: (room, party) for room, party in acting.items() if room.kind == Room.Kind.SIDE}
    if not joint:
        return
    drafts = Draft.objects.filter(room__in=list(joint), archived=False)
    newest = DraftVersion.objects.filter(draft__in=drafts).order_by("draft_id", "-number")
    last = list(newest.distinct("draft_id").select_related("draft"))
    given = defaultdict(set)
    for one in Approval.objects.filter(version__in=last):
        given[one.version_id].add(one.party_id)
    for version in last:
        room, party = joint[version.draft.room_id]
        if given[version.pk] and party.pk not in given[version.pk]:
            yield hooks.Waiting(
                "party_room.approval", _("Approval of “%(title)s”") % {"title": version.draft.title},
                _("Others in the joint room approved version %(number)s.") % {"number": version.number},
                reverse("party_room:draft", args=[room.table_id, room.pk, version.draft_id]), None,
                room.table_id,
            )  # fmt: skip


def events(account_id: uuid.UUID | None, table: Table) -> Iterator[hooks.Event]:
    """Return lodged positions and received texts, for those who see them."""
    if account_id is None or not access.reads_positions(account_id, table.pk):
        return
    found = LodgedPosition.objects.filter(point__table=table).select_related(
        "party__organisation", "point__theme"
    )
    for row in found:
        yield hooks.Event(
            _day(row.lodged_at), "party_room.position_lodged",
            _("%(party)s lodged its position on “%(point)s”") % {"party": row.party, "point": row.point},
            reverse("party_room:point", args=[table.pk, row.point_id]),
        )  # fmt: skip
    for one in reading.received(account_id, table):
        yield hooks.Event(
            _day(one.delivery.delivered_at), "party_room.received",
            _("%(sender)s released “%(title)s”")
            % {"sender": one.delivery.sender, "title": one.delivery.title},
            reverse("party_room:received_one", args=[table.pk, one.delivery.pk]),
        )  # fmt: skip
    rooms = access.rooms_of(account_id, table.pk)
    with access.reading(rooms):
        own = reading.released_from(rooms)
    for row in own:
        yield hooks.Event(
            _day(row.released_at), "party_room.released",
            _("You released “%(title)s” to: %(receivers)s")
            % {"title": row.title, "receivers": ", ".join(row.receivers)},
            reverse("party_room:released", args=[table.pk, row.room_id]),
        )  # fmt: skip


def finder(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Search one's own rooms, received texts and lodged positions."""
    wanted = set(stems(query))
    if account_id is None or not wanted:
        return []
    found = [*_in_rooms(account_id), *_on_tables(account_id)]
    matches = []
    for kind, title, text, link, table_id in found:
        words = stems(f"{title} {text}")
        hits = wanted & set(words)
        if hits:
            rank = len(hits) / len(wanted) + (0.25 if wanted & set(stems(title)) else 0.0)
            matches.append(hooks.Match(kind, title, _snippet(text, hits), link, rank, table_id))
    return matches


Text = tuple[str, str, str, str, Any]


def _in_rooms(account_id: uuid.UUID) -> list[Text]:
    rooms = access.rooms_of(account_id)
    found: list[Text] = []
    with access.reading(rooms):
        for room in rooms:
            found += _in_room(room)
    return found


def _in_room(room: Room) -> Iterator[Text]:
    place = [room.table_id, room.pk]
    own, home = _("Your room"), _room_link(room)
    for note in Note.objects.filter(room=room):
        yield own, _("Note"), note.text, home, room.table_id
    for draft in Draft.objects.filter(room=room):
        last = DraftVersion.objects.filter(draft=draft).order_by("-number").first()
        link = reverse("party_room:draft", args=[*place, draft.pk])
        yield own, draft.title, last.text if last else "", link, room.table_id
    for file in RoomFile.objects.filter(room=room):
        yield own, file.name, file.remark, home, room.table_id
    for question in Question.objects.filter(room=room):
        yield own, question.text, "", reverse("party_room:vote", args=[*place, question.pk]), room.table_id
    seen = set()
    for row in Position.objects.filter(room=room).select_related("point__theme").order_by("-number"):
        if row.point_id not in seen:
            seen.add(row.point_id)
            link = reverse("party_room:hold", args=[*place, row.point_id])
            yield own, str(row.point), f"{row.condition} {row.motivation}", link, room.table_id


def _on_tables(account_id: uuid.UUID) -> Iterator[Text]:
    for table in standing.visible_tables(account_id):
        if not access.reads_positions(account_id, table.pk):
            continue
        for row in reading.matrix(table):
            told = "; ".join(
                f"{cell.party}: {cell.lodged.get_kind_display()} {cell.lodged.condition}".strip()
                for cell in row.cells
                if cell.lodged
            )
            link = reverse("party_room:point", args=[table.pk, row.point.pk])
            yield _("Positions"), str(row.point), f"{row.point.description} {told}".strip(), link, table.pk
        for one in reading.received(account_id, table):
            link = reverse("party_room:received_one", args=[table.pk, one.delivery.pk])
            yield _("Received texts"), one.delivery.title, one.delivery.text, link, table.pk


def _snippet(text: str, hits: set[str], around: int = 160) -> str:
    """Return the part of a text round the first telling word."""
    words = " ".join(text.split())
    place = 0
    for word in words.split():
        if set(stems(word)) & hits:
            place = max(0, words.find(word) - around // 3)
            break
    cut = words[place : place + around]
    return ("… " if place else "") + cut + (" …" if place + around < len(words) else "")


def _day(moment: Any) -> Any:
    return timezone.localdate(moment)


def _room_link(room: Room) -> str:
    return reverse("party_room:room", args=[room.table_id, room.pk])
