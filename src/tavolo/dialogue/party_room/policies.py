# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may open which page of party rooms. Default is deny.

- A party's room is its delegation's of today, and nobody else's: not the joint secretariat's, not an
  operator's, not another party's. The joint room belongs to the delegations of its side.
- Observers read; head, members and substitutes work in the room and let texts out.
- Lodged positions are for the parties' delegations and the joint secretariat.
- A released text is for its receivers.

`answers` are the matrix's, for the room of CGIL and a table where everybody received something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from tavolo.common import files
from tavolo.common.models import StoredFile
from tavolo.common.policy import declare
from tavolo.common.sniffing import CSV, DOCX, JPEG, PDF, PNG, TEXT, XLSX
from tavolo.dialogue import standing
from tavolo.dialogue.models import Table
from tavolo.dialogue.party_room import access, reading
from tavolo.dialogue.party_room.models import Room
from tavolo.dialogue.party_room.services.releasing import RELEASED_KIND
from tavolo.dialogue.party_room.services.texts import FILE_KIND

Arguments = Mapping[str, Any]


def _room(request: HttpRequest, arguments: Arguments) -> Room | None:
    """Return the room an address names, if this person may enter it."""
    if not request.user.is_authenticated:
        return None
    table_id = arguments.get("table_id")
    if table_id is None:
        table_id = Room.objects.filter(pk=arguments["room_id"]).values_list("table_id", flat=True).first()
    if table_id is None:
        return None
    return access.room_at(request.user.pk, table_id, arguments["room_id"])


def enters(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the delegation, observers included."""
    return _room(request, arguments) is not None


def works(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those of the delegation who may act."""
    room = _room(request, arguments)
    return room is not None and access.acting_for(request.user.pk, room) is not None


def holds_positions(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the delegation in its own room; a joint room holds no positions."""
    room = _room(request, arguments)
    return room is not None and room.kind == Room.Kind.PARTY


def lodges(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those of the delegation who may act, in the party's own room."""
    return holds_positions(request, arguments) and works(request, arguments)


def sees_positions(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the parties' delegations and the joint secretariat."""
    if not request.user.is_authenticated:
        return False
    return access.reads_positions(request.user.pk, arguments["table_id"])


def brings_points(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow delegates who act for a party, and the joint secretariat."""
    if not request.user.is_authenticated:
        return False
    table_id = arguments["table_id"]
    acts = standing.acting_party(request.user.pk, table_id) is not None
    return acts or standing.is_secretary(request.user.pk, table_id)


def receives_here(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow those who may receive texts at the table: delegations and joint secretariat."""
    return sees_positions(request, arguments)


def reads_released(request: HttpRequest, arguments: Arguments) -> bool:
    """Allow the receivers of one released text."""
    if not receives_here(request, arguments):
        return False
    table = Table.objects.get(pk=arguments["table_id"])
    return reading.received_one(request.user.pk, table, arguments["received_id"]) is not None


def room_file(request: HttpRequest, stored: StoredFile) -> bool:
    """Allow the delegation of the room a file lies in. The room's own page gives it its real name."""
    return stored.subject_id is not None and enters(request, {"room_id": stored.subject_id})


def released_file(request: HttpRequest, stored: StoredFile) -> bool:
    """Allow the receivers of the release a frozen copy belongs to."""
    if not request.user.is_authenticated:
        return False
    return any(
        one.delivery.stored_id == stored.pk
        for table in standing.visible_tables(request.user.pk)
        if access.reads_positions(request.user.pk, table.pk)
        for one in reading.received(request.user.pk, table)
    )


TYPES = (PDF, DOCX, XLSX, CSV, TEXT, PNG, JPEG)
files.kind(FILE_KIND, may_read=room_file, types=TYPES)
files.kind(RELEASED_KIND, may_read=released_file, types=TYPES)

CGIL = "union_delegate"
TABLE = (CGIL, "other_union_delegate", "employer_delegate", "secretary")


def _pages(names: str, who: Any, says: str, roles: tuple[str, ...], status: int = 200) -> None:
    for name in names.split():
        declare(f"party_room:{name}", who, says=says, answers=dict.fromkeys(roles, status))


_pages("room draft compare vote released file", enters, "the room's delegation of today", (CGIL,))
_pages("new_draft edit_draft release new_vote release_file supersede", works, "its acting delegates", (CGIL,))
_pages(
    "note note_remove upload file_remove restore archive discard approve withdraw approve_file withdraw_file "
    "cast close_vote",
    works, "its acting delegates", (CGIL,), 405,
)  # fmt: skip
_pages("own_positions hold", holds_positions, "the party's delegation of today", (CGIL,))
_pages("lodge new_private_point", lodges, "the party's acting delegates", (CGIL,))
_pages("bring_point", lodges, "the party's acting delegates", (CGIL,), 405)
_pages("positions point", sees_positions, "delegations and joint secretariat", TABLE)
_pages("new_point ask", brings_points, "acting delegates and joint secretariat", TABLE)
_pages("received", receives_here, "delegations and joint secretariat: each what it received", TABLE)
# The matrix's released text is the platform, transmitted to the employers.
_pages("received_one", reads_released, "the receivers", ("employer_delegate",))
_pages("received_file", reads_released, "the receivers", ("employer_delegate",), 404)


def _api(names: str, who: Any, says: str, roles: tuple[str, ...], status: int = 200) -> None:
    for name in names.split():
        declare(f"api-1.0.0:party_room_{name}", who, says=says, answers=dict.fromkeys(roles, status))


_api("rooms positions received", sees_positions, "delegations and joint secretariat", TABLE)
# Reading and writing share these addresses; the services refuse an observer who would write.
_api("room notes drafts draft votes releases files", enters, "the room's delegation of today", (CGIL,))
_api("own_positions", holds_positions, "the party's delegation of today", (CGIL,))
_api("received_one", reads_released, "the receivers", ("employer_delegate",))
_api("points asks", brings_points, "acting delegates and joint secretariat", TABLE, 405)
_api("hold lodged private_points bring", lodges, "the party's acting delegates", (CGIL,), 405)
_api(
    "note file versions restore approvals supersede ballots close_vote", works, "its acting delegates",
    (CGIL,), 405,
)  # fmt: skip
