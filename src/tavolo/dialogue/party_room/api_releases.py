# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of releases and of votes inside a party room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from tavolo.dialogue.party_room import access, reading, showing
from tavolo.dialogue.party_room import schemas as s
from tavolo.dialogue.party_room.answering import ROOM, TABLE, VOTE, api, doing, nothing, own_room
from tavolo.dialogue.party_room.frame import table_of
from tavolo.dialogue.party_room.models import Question, Room
from tavolo.dialogue.party_room.services import releasing, voting


@api.get(ROOM + "/releases", s.ReleaseList, "releases", "What it released")
def releases(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return what a room let out, and to whom it may."""
    found = own_room(request, room_id)
    with access.reading([found]):
        items = [showing.release(row) for row in reading.released(found)]
    receivers = [{"id": one.pk, "kind": one.kind, "name": str(one)} for one in access.receivers(found)]
    return {"items": items, "receivers": receivers}


@api.post(ROOM + "/releases", s.ReleaseOut, "releases", "Release a text")
def let_out(request: HttpRequest, room_id: UUID, what: s.ReleaseIn) -> dict[str, Any]:
    """Let out exactly this version or file: it cannot be undone. The same again is the same release."""
    found = own_room(request, room_id)
    return _released(
        found,
        doing(request, "release", what.dict(),
            lambda: str(releasing.release(found, actor_id=request.user.pk, **what.dict()).pk),
        ),
    )  # fmt: skip


@api.post(
    ROOM + "/releases/{uuid:room_release_id}/supersede", s.ReleaseOut, "supersede", "Supersede a release"
)
def supersede(
    request: HttpRequest, room_id: UUID, room_release_id: UUID, what: s.ChoiceOfOne
) -> dict[str, Any]:
    """Let out another text in the place of an earlier one, to the same receivers."""
    found = own_room(request, room_id)
    return _released(
        found,
        doing(request, "supersede", what.dict(),
            lambda: str(
                releasing.supersede(found, room_release_id, actor_id=request.user.pk, **what.dict()).pk
            ),
        ),
    )  # fmt: skip


def _released(found: Room, pk: str) -> dict[str, Any]:
    with access.reading([found]):
        return next(showing.release(row) for row in reading.released(found) if str(row.pk) == pk)


@api.get(ROOM + "/votes", s.QuestionList, "votes", "Its votes")
def votes(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return the votes of a room; figures once a vote is over."""
    found = own_room(request, room_id)
    with access.reading([found]):
        rows = Question.objects.filter(room=found)
        return {"items": [showing.question(row, request.user.pk) for row in rows]}


@api.post(ROOM + "/votes", s.QuestionOut, "votes", "Put a question")
def put_question(request: HttpRequest, room_id: UUID, question: s.QuestionIn) -> dict[str, Any]:
    """Put a question to the delegates of a room."""
    found = own_room(request, room_id)
    pk = doing(request, "question", question.dict(),
        lambda: str(voting.put_question(found, actor_id=request.user.pk, **question.dict()).pk),
    )  # fmt: skip
    return _question(request, found, UUID(pk))


def _question(request: HttpRequest, found: Room, pk: UUID) -> dict[str, Any]:
    with access.reading([found]):
        return showing.question(Question.objects.get(room=found, pk=pk), request.user.pk)


@api.post(VOTE + "/ballots", s.BallotOut, "ballots", "Vote")
def cast(request: HttpRequest, room_id: UUID, room_vote_id: UUID, ballot: s.BallotIn) -> dict[str, Any]:
    """Vote, once; a second vote changes nothing."""
    found = own_room(request, room_id)
    new = voting.cast(found, room_vote_id, ballot.option_id, actor_id=request.user.pk)
    return {"registered": True, "new": new}


@api.post(VOTE + "/close", s.QuestionOut, "close_vote", "End a vote")
def close_vote(request: HttpRequest, room_id: UUID, room_vote_id: UUID) -> dict[str, Any]:
    """End a vote and show its result to the room."""
    found = own_room(request, room_id)
    doing(
        request,
        "close_vote",
        None,
        lambda: nothing(voting.close(found, room_vote_id, actor_id=request.user.pk)),
    )
    return _question(request, found, room_vote_id)


@api.get(TABLE + "/received", s.ReceivedList, "received", "Texts I received")
def received(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return what others let out to my party, my side or all."""
    table = table_of(request, table_id)
    found = reading.received(request.user.pk, table)
    return {"items": [showing.received(one, table) for one in found]}


@api.get(TABLE + "/received/{uuid:received_id}", s.ReceivedOut, "received_one", "A text I received")
def received_one(request: HttpRequest, table_id: UUID, received_id: UUID) -> dict[str, Any]:
    """Return one received text."""
    table = table_of(request, table_id)
    one = reading.received_one(request.user.pk, table, received_id)
    if one is None:
        raise Http404
    return showing.received(one, table)
