# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Party rooms over HTTP and JSON: the same policies and services as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import File, Form, Router
from ninja.files import UploadedFile

from tavolo.common.idempotency import key_from, once
from tavolo.dialogue.party_room import access, reading, showing
from tavolo.dialogue.party_room import schemas as s
from tavolo.dialogue.party_room.frame import room_of, table_of
from tavolo.dialogue.party_room.models import Draft, DraftVersion, Note, Question, Room, RoomFile
from tavolo.dialogue.party_room.services import positions, releasing, texts, voting
from tavolo.dialogue.schemas import Refusal
from tavolo.people.tokens import key_or_session

router = Router(tags=["party_room"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
MAY_FAIL = {422: Refusal, **REFUSED}
ROOM = "/rooms/{uuid:room_id}"
DRAFT = ROOM + "/drafts/{uuid:room_draft_id}"
VOTE = ROOM + "/votes/{uuid:room_vote_id}"
TABLE = "/tables/{uuid:table_id}"


def _name(name: str) -> str:
    return f"party_room_{name}"


def _room(request: HttpRequest, room_id: UUID) -> Room:
    table_id = Room.objects.filter(pk=room_id).values_list("table_id", flat=True).first()
    if table_id is None:
        raise Http404
    return room_of(request, table_id, room_id)


def _once(request: HttpRequest, action: str, work: Callable[[], Any]) -> Any:
    """Do `work` once for the key the request carries; without a key each request counts."""
    key = key_from(request)
    if not key:
        return work()
    return once(key, account_id=request.user.pk, action=f"party_room.{action}").run(work)


@router.get(
    TABLE + "/rooms", response={200: s.RoomList, **REFUSED}, url_name=_name("rooms"), summary="My rooms"
)
def rooms(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the rooms I may enter at a table today."""
    table = table_of(request, table_id)
    found = access.rooms_of(request.user.pk, table.pk)
    return {"items": [showing.room(one, request.user.pk) for one in found]}


@router.get(ROOM, response={200: s.RoomOut, **REFUSED}, url_name=_name("room"), summary="One of my rooms")
def room(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return a room I may enter."""
    return showing.room(_room(request, room_id), request.user.pk)


@router.get(
    ROOM + "/notes", response={200: s.NoteList, **REFUSED}, url_name=_name("notes"), summary="Its notes"
)
def notes(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return the notes of a room."""
    found = _room(request, room_id)
    with access.reading([found]):
        rows = Note.objects.filter(room=found).select_related("author")
        return {"items": [showing.note(row) for row in rows]}


@router.post(
    ROOM + "/notes", response={200: s.NoteOut, **MAY_FAIL}, url_name=_name("notes"), summary="Leave a note"
)
def add_note(request: HttpRequest, room_id: UUID, note: s.NoteIn) -> dict[str, Any]:
    """Leave a note in a room."""
    found = _room(request, room_id)
    pk = _once(
        request, "note",
        lambda: str(
            texts.add_note(found, actor_id=request.user.pk, text=note.text, draft_id=note.draft_id).pk
        ),
    )  # fmt: skip
    with access.reading([found]):
        row = Note.objects.filter(room=found, pk=pk).select_related("author").first()
        if row is None:
            raise Http404
        return showing.note(row)


@router.delete(
    ROOM + "/notes/{uuid:room_note_id}", response={200: s.Done, **MAY_FAIL}, url_name=_name("note"),
    summary="Delete my note",
)  # fmt: skip
def remove_note(request: HttpRequest, room_id: UUID, room_note_id: UUID) -> dict[str, Any]:
    """Delete a note of my own for good."""
    texts.remove_note(_room(request, room_id), room_note_id, actor_id=request.user.pk)
    return {"done": True}


@router.get(
    ROOM + "/drafts", response={200: s.DraftList, **REFUSED}, url_name=_name("drafts"), summary="Its drafts"
)
def drafts(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return the drafts of a room, without their texts."""
    found = _room(request, room_id)
    with access.reading([found]):
        return {"items": [showing.draft(row) for row in Draft.objects.filter(room=found)]}


@router.post(
    ROOM + "/drafts",
    response={200: s.DraftWhole, **MAY_FAIL},
    url_name=_name("drafts"),
    summary="Begin a draft",
)
def new_draft(request: HttpRequest, room_id: UUID, draft: s.DraftIn) -> dict[str, Any]:
    """Begin a draft with its first version."""
    found = _room(request, room_id)
    pk = _once(
        request, "draft", lambda: str(texts.create_draft(found, actor_id=request.user.pk, **draft.dict()).pk)
    )
    return _whole(found, UUID(pk))


@router.get(
    DRAFT, response={200: s.DraftWhole, **REFUSED}, url_name=_name("draft"), summary="A draft, all versions"
)
def draft(request: HttpRequest, room_id: UUID, room_draft_id: UUID) -> dict[str, Any]:
    """Return a draft with every version."""
    return _whole(_room(request, room_id), room_draft_id)


def _whole(found: Room, draft_id: UUID) -> dict[str, Any]:
    with access.reading([found]):
        rows = DraftVersion.objects.filter(room=found, draft_id=draft_id).select_related("draft", "author")
        versions = list(rows.prefetch_related("approvals__party__organisation").order_by("-number"))
        if not versions:
            raise Http404
        return showing.draft(versions[0].draft) | {"versions": [showing.version(row) for row in versions]}


@router.patch(
    DRAFT, response={200: s.DraftWhole, **MAY_FAIL}, url_name=_name("draft"), summary="Put a draft aside"
)
def change_draft(
    request: HttpRequest, room_id: UUID, room_draft_id: UUID, change: s.DraftChange
) -> dict[str, Any]:
    """Put a draft aside, or take it up again."""
    found = _room(request, room_id)
    texts.archive_draft(found, room_draft_id, actor_id=request.user.pk, archived=change.archived)
    return _whole(found, room_draft_id)


@router.delete(DRAFT, response={200: s.Done, **MAY_FAIL}, url_name=_name("draft"), summary="Delete a draft")
def discard_draft(request: HttpRequest, room_id: UUID, room_draft_id: UUID) -> dict[str, Any]:
    """Delete a draft with all its versions, unless something of it was released."""
    texts.discard_draft(_room(request, room_id), room_draft_id, actor_id=request.user.pk)
    return {"done": True}


@router.post(
    DRAFT + "/versions", response={200: s.DraftWhole, **MAY_FAIL}, url_name=_name("versions"),
    summary="Write a version",
)  # fmt: skip
def write_version(
    request: HttpRequest, room_id: UUID, room_draft_id: UUID, version: s.VersionIn
) -> dict[str, Any]:
    """Write a new version; refused where a colleague wrote another meanwhile."""
    found = _room(request, room_id)
    _once(
        request, "version",
        lambda: texts.write_version(
            found, room_draft_id, actor_id=request.user.pk, **version.dict()
        ).number,
    )  # fmt: skip
    return _whole(found, room_draft_id)


@router.post(
    DRAFT + "/restore", response={200: s.DraftWhole, **MAY_FAIL}, url_name=_name("restore"),
    summary="Bring a version back",
)  # fmt: skip
def restore(request: HttpRequest, room_id: UUID, room_draft_id: UUID, older: s.RestoreIn) -> dict[str, Any]:
    """Bring an older version back as the newest."""
    found = _room(request, room_id)
    texts.restore_version(found, room_draft_id, older.number, actor_id=request.user.pk)
    return _whole(found, room_draft_id)


@router.get(
    ROOM + "/files", response={200: s.FileList, **REFUSED}, url_name=_name("files"), summary="Its files"
)
def files(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return the files of a room."""
    found = _room(request, room_id)
    with access.reading([found]):
        rows = RoomFile.objects.filter(room=found).select_related("stored", "author")
        return {"items": [showing.file(found, row) for row in rows]}


@router.post(
    ROOM + "/files",
    response={200: s.FileOut, **MAY_FAIL},
    url_name=_name("files"),
    summary="Put a file into the room",
)
def upload(
    request: HttpRequest,
    room_id: UUID,
    file: UploadedFile = File(...),  # noqa: B008 - how the framework names a part
    remark: str = Form("", max_length=300),
) -> dict[str, Any]:
    """Put a file into a room; what it is called is known there alone."""
    found = _room(request, room_id)
    pk = _once(
        request, "file",
        lambda: str(
            texts.store_file(
                found, file.file, name=file.name or "", actor_id=request.user.pk, remark=remark
            ).pk
        ),
    )  # fmt: skip
    with access.reading([found]):
        row = RoomFile.objects.filter(room=found, pk=pk).select_related("stored", "author").first()
        if row is None:
            raise Http404
        return showing.file(found, row)


@router.delete(
    ROOM + "/files/{uuid:room_file_id}", response={200: s.Done, **MAY_FAIL}, url_name=_name("file"),
    summary="Delete a file",
)  # fmt: skip
def remove_file(request: HttpRequest, room_id: UUID, room_file_id: UUID) -> dict[str, Any]:
    """Delete a file of a room, unless it was released."""
    texts.remove_file(_room(request, room_id), room_file_id, actor_id=request.user.pk)
    return {"done": True}


@router.post(
    ROOM + "/approvals", response={200: s.Done, **MAY_FAIL}, url_name=_name("approvals"),
    summary="My party's approval",
)  # fmt: skip
def approvals(request: HttpRequest, room_id: UUID, given: s.ApprovalIn) -> dict[str, Any]:
    """Approve exactly this version or file for my party, in a joint room, or take that back."""
    work = releasing.approve if given.approve else releasing.withdraw_approval
    work(
        _room(request, room_id), actor_id=request.user.pk, version_id=given.version_id, file_id=given.file_id
    )
    return {"done": True}


@router.get(
    ROOM + "/releases", response={200: s.ReleaseList, **REFUSED}, url_name=_name("releases"),
    summary="What it released",
)  # fmt: skip
def releases(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return what a room let out, and to whom it may."""
    found = _room(request, room_id)
    with access.reading([found]):
        items = [showing.release(row) for row in reading.released(found)]
    receivers = [{"id": one.pk, "kind": one.kind, "name": str(one)} for one in access.receivers(found)]
    return {"items": items, "receivers": receivers}


@router.post(
    ROOM + "/releases",
    response={200: s.ReleaseOut, **MAY_FAIL},
    url_name=_name("releases"),
    summary="Release a text",
)
def let_out(request: HttpRequest, room_id: UUID, what: s.ReleaseIn) -> dict[str, Any]:
    """Let out exactly this version or file: it cannot be undone. The same again is the same release."""
    found = _room(request, room_id)
    return _released(
        found,
        _once(
            request, "release",
            lambda: str(releasing.release(found, actor_id=request.user.pk, **what.dict()).pk),
        ),
    )  # fmt: skip


@router.post(
    ROOM + "/releases/{uuid:room_release_id}/supersede", response={200: s.ReleaseOut, **MAY_FAIL},
    url_name=_name("supersede"), summary="Supersede a release",
)  # fmt: skip
def supersede(
    request: HttpRequest, room_id: UUID, room_release_id: UUID, what: s.ChoiceOfOne
) -> dict[str, Any]:
    """Let out another text in the place of an earlier one, to the same receivers."""
    found = _room(request, room_id)
    return _released(
        found,
        _once(
            request, "supersede",
            lambda: str(
                releasing.supersede(found, room_release_id, actor_id=request.user.pk, **what.dict()).pk
            ),
        ),
    )  # fmt: skip


def _released(found: Room, pk: str) -> dict[str, Any]:
    with access.reading([found]):
        return next(showing.release(row) for row in reading.released(found) if str(row.pk) == pk)


@router.get(
    ROOM + "/votes", response={200: s.QuestionList, **REFUSED}, url_name=_name("votes"), summary="Its votes"
)
def votes(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return the votes of a room; figures once a vote is over."""
    found = _room(request, room_id)
    with access.reading([found]):
        rows = Question.objects.filter(room=found)
        return {"items": [showing.question(row, request.user.pk) for row in rows]}


@router.post(
    ROOM + "/votes",
    response={200: s.QuestionOut, **MAY_FAIL},
    url_name=_name("votes"),
    summary="Put a question",
)
def put_question(request: HttpRequest, room_id: UUID, question: s.QuestionIn) -> dict[str, Any]:
    """Put a question to the delegates of a room."""
    found = _room(request, room_id)
    pk = _once(
        request, "question",
        lambda: str(voting.put_question(found, actor_id=request.user.pk, **question.dict()).pk),
    )  # fmt: skip
    return _question(request, found, UUID(pk))


def _question(request: HttpRequest, found: Room, pk: UUID) -> dict[str, Any]:
    with access.reading([found]):
        return showing.question(Question.objects.get(room=found, pk=pk), request.user.pk)


@router.post(
    VOTE + "/ballots", response={200: s.BallotOut, **MAY_FAIL}, url_name=_name("ballots"), summary="Vote"
)
def cast(request: HttpRequest, room_id: UUID, room_vote_id: UUID, ballot: s.BallotIn) -> dict[str, Any]:
    """Vote, once; a second vote changes nothing."""
    found = _room(request, room_id)
    new = voting.cast(found, room_vote_id, ballot.option_id, actor_id=request.user.pk)
    return {"registered": True, "new": new}


@router.post(
    VOTE + "/close",
    response={200: s.QuestionOut, **MAY_FAIL},
    url_name=_name("close_vote"),
    summary="End a vote",
)
def close_vote(request: HttpRequest, room_id: UUID, room_vote_id: UUID) -> dict[str, Any]:
    """End a vote and show its result to the room."""
    found = _room(request, room_id)
    voting.close(found, room_vote_id, actor_id=request.user.pk)
    return _question(request, found, room_vote_id)


@router.get(
    ROOM + "/positions", response={200: s.HeldList, **REFUSED}, url_name=_name("own_positions"),
    summary="My party's positions",
)  # fmt: skip
def own_positions(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return all points with what my party holds and what it lodged."""
    found = _room(request, room_id)
    with access.reading([found]):
        return {"items": [showing.held(row) for row in reading.held(found, found.party)]}


def _held(found: Room, point_id: UUID) -> dict[str, Any]:
    with access.reading([found]):
        rows = reading.held(found, found.party)
        return next(showing.held(row) for row in rows if row.point.pk == point_id)


@router.put(
    ROOM + "/positions/{uuid:position_point_id}", response={200: s.HeldOut, **MAY_FAIL},
    url_name=_name("hold"), summary="Write a position down",
)  # fmt: skip
def hold(
    request: HttpRequest, room_id: UUID, position_point_id: UUID, position: s.PositionIn
) -> dict[str, Any]:
    """Write down what my party holds; the table is not told."""
    found = _room(request, room_id)
    positions.hold(found, position_point_id, actor_id=request.user.pk, **position.dict())
    return _held(found, position_point_id)


@router.post(
    ROOM + "/positions/{uuid:position_point_id}/lodge", response={200: s.LodgedOut, **MAY_FAIL},
    url_name=_name("lodged"), summary="Lodge a position",
)  # fmt: skip
def lodge(
    request: HttpRequest, room_id: UUID, position_point_id: UUID, position: s.LodgeIn
) -> dict[str, Any]:
    """Tell the table; it cannot be taken back, only superseded. The same again changes nothing."""
    found = _room(request, room_id)
    made = positions.lodge(found, position_point_id, actor_id=request.user.pk, **position.dict())
    return showing.lodged(made)


@router.post(
    ROOM + "/points", response={200: s.PointOut, **MAY_FAIL}, url_name=_name("private_points"),
    summary="A point of our own",
)  # fmt: skip
def private_point(request: HttpRequest, room_id: UUID, point: s.PointIn) -> dict[str, Any]:
    """Add a point only my party knows of."""
    found = _room(request, room_id)
    pk = _once(
        request, "private_point",
        lambda: str(positions.add_private_point(found, actor_id=request.user.pk, **point.dict()).pk),
    )  # fmt: skip
    return {"id": pk, **point.dict()}


@router.post(
    ROOM + "/points/{uuid:position_point_id}/bring", response={200: s.PointOut, **MAY_FAIL},
    url_name=_name("bring"), summary="Bring our point to the table",
)  # fmt: skip
def bring(request: HttpRequest, room_id: UUID, position_point_id: UUID) -> dict[str, Any]:
    """Show a point of our own to the table."""
    made = positions.bring_to_table(_room(request, room_id), position_point_id, actor_id=request.user.pk)
    return showing.point(made)


@router.get(
    TABLE + "/positions", response={200: s.Matrix, **REFUSED}, url_name=_name("positions"),
    summary="Lodged positions by point and party",
)  # fmt: skip
def matrix(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return what each party lodged on each point, who is silent and who was not asked."""
    return {"rows": [showing.row(one) for one in reading.matrix(table_of(request, table_id))]}


@router.post(
    TABLE + "/points", response={200: s.PointOut, **MAY_FAIL}, url_name=_name("points"),
    summary="A point for the table",
)  # fmt: skip
def add_point(request: HttpRequest, table_id: UUID, point: s.PointIn) -> dict[str, Any]:
    """Put a point before the whole table."""
    table = table_of(request, table_id)
    pk = _once(
        request, "point",
        lambda: str(positions.add_point(table, actor_id=request.user.pk, **point.dict()).pk),
    )  # fmt: skip
    return {"id": pk, **point.dict()}


@router.post(
    TABLE + "/asks", response={200: s.Asked, **MAY_FAIL}, url_name=_name("asks"), summary="Ask for positions"
)
def asks(request: HttpRequest, table_id: UUID, asked: s.AskIn) -> dict[str, Any]:
    """Ask parties for their position: from then on their silence is shown as silence."""
    table = table_of(request, table_id)
    new = _once(
        request, "ask",
        lambda: positions.ask_positions(
            table, actor_id=request.user.pk, point_ids=asked.points, party_ids=asked.parties,
            due_on=asked.due_on,
        ),
    )  # fmt: skip
    return {"new": new}


@router.get(
    TABLE + "/received", response={200: s.ReceivedList, **REFUSED}, url_name=_name("received"),
    summary="Texts I received",
)  # fmt: skip
def received(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return what others let out to my party, my side or all."""
    table = table_of(request, table_id)
    found = reading.received(request.user.pk, table)
    return {"items": [showing.received(one, table) for one in found]}


@router.get(
    TABLE + "/received/{uuid:received_id}", response={200: s.ReceivedOut, **REFUSED},
    url_name=_name("received_one"), summary="A text I received",
)  # fmt: skip
def received_one(request: HttpRequest, table_id: UUID, received_id: UUID) -> dict[str, Any]:
    """Return one received text."""
    table = table_of(request, table_id)
    one = reading.received_one(request.user.pk, table, received_id)
    if one is None:
        raise Http404
    return showing.received(one, table)
