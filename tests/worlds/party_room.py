"""Rows of the demonstration that the routes of party rooms point at: CGIL's room, the employers' tray."""

from __future__ import annotations

from typing import Any

from tavolo.common.row_security import opened
from tavolo.dialogue.party_room.models import (
    Delivery,
    Draft,
    Note,
    Point,
    Question,
    Release,
    Room,
    RoomFile,
)
from tavolo.dialogue.party_room.services import releasing, voting


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return a value for every argument of the part's routes."""
    room = Room.objects.get(party=seated.parties["cgil"])
    employers = Room.objects.get(party=seated.parties["employers"])
    actor = written.people["cgil_delegate"]
    question = voting.put_question(
        room, actor_id=actor, text="Accettiamo le otto ore?", options=["Sì", "No"], secret=True
    )
    with opened([room.pk]):
        draft = Draft.objects.get(room=room)
        found = {
            "room_id": room.pk,
            "room_draft_id": draft.pk,
            "room_note_id": Note.objects.filter(room=room, draft=None).get().pk,
            "room_file_id": RoomFile.objects.get(room=room).pk,
            "room_vote_id": Question.objects.get(pk=question.pk).pk,
            "position_point_id": Point.objects.filter(table=seated.table, room=None).earliest("number").pk,
        }
        version = draft.versions.get(number=1)
    # Something let out of CGIL's room, so that its releases have one to point at.
    uil = Room.objects.get(party=seated.parties["uil"])
    release = releasing.release(room, actor_id=actor, to=[uil.pk], version_id=version.pk)
    with opened([room.pk, employers.pk]):
        found["room_release_id"] = Release.objects.get(pk=release.pk).pk
        found["received_id"] = Delivery.objects.get(room=employers).pk
    return found
