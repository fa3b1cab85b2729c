# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the operations of party rooms share: their router, doing something once, finding one's own room."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from tavolo.dialogue.answering import Operations
from tavolo.dialogue.party_room.frame import room_of
from tavolo.dialogue.party_room.models import Room

api = Operations("party_room")
doing = api.doing
ROOM, TABLE = "/rooms/{uuid:room_id}", "/tables/{uuid:table_id}"
DRAFT = ROOM + "/drafts/{uuid:room_draft_id}"
VOTE = ROOM + "/votes/{uuid:room_vote_id}"


def own_room(request: HttpRequest, room_id: UUID) -> Room:
    """Return a room this person may enter today, or 404."""
    table_id = Room.objects.filter(pk=room_id).values_list("table_id", flat=True).first()
    if table_id is None:
        raise Http404
    return room_of(request, table_id, room_id)


def nothing(result: object) -> None:
    """Drop a result that is not plain JSON."""
