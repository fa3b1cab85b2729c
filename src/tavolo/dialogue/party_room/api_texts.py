# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of what lies in a party room: notes, drafts, files, approvals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import File, Form
from ninja.files import UploadedFile

from tavolo.dialogue.party_room import access, showing
from tavolo.dialogue.party_room import schemas as s
from tavolo.dialogue.party_room.answering import DRAFT, ROOM, TABLE, api, doing, nothing, own_room
from tavolo.dialogue.party_room.frame import table_of
from tavolo.dialogue.party_room.models import Draft, DraftVersion, Note, Room, RoomFile
from tavolo.dialogue.party_room.services import releasing, texts


@api.get(TABLE + "/rooms", s.RoomList, "rooms", "My rooms")
def rooms(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the rooms I may enter at a table today."""
    table = table_of(request, table_id)
    found = access.rooms_of(request.user.pk, table.pk)
    return {"items": [showing.room(one, request.user.pk) for one in found]}


@api.get(ROOM, s.RoomOut, "room", "One of my rooms")
def room(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return a room I may enter."""
    return showing.room(own_room(request, room_id), request.user.pk)


@api.get(ROOM + "/notes", s.NoteList, "notes", "Its notes")
def notes(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return the notes of a room."""
    found = own_room(request, room_id)
    with access.reading([found]):
        rows = Note.objects.filter(room=found).select_related("author")
        return {"items": [showing.note(row) for row in rows]}


@api.post(ROOM + "/notes", s.NoteOut, "notes", "Leave a note")
def add_note(request: HttpRequest, room_id: UUID, note: s.NoteIn) -> dict[str, Any]:
    """Leave a note in a room."""
    found = own_room(request, room_id)
    pk = doing(request, "note", note.dict(),
        lambda: str(
            texts.add_note(found, actor_id=request.user.pk, text=note.text, draft_id=note.draft_id).pk
        ),
    )  # fmt: skip
    with access.reading([found]):
        row = Note.objects.filter(room=found, pk=pk).select_related("author").first()
        if row is None:
            raise Http404
        return showing.note(row)


@api.delete(ROOM + "/notes/{uuid:room_note_id}", s.Done, "note", "Delete my note")
def remove_note(request: HttpRequest, room_id: UUID, room_note_id: UUID) -> dict[str, Any]:
    """Delete a note of my own for good."""
    doing(
        request,
        "remove_note",
        None,
        lambda: texts.remove_note(own_room(request, room_id), room_note_id, actor_id=request.user.pk),
    )
    return {"done": True}


@api.get(ROOM + "/drafts", s.DraftList, "drafts", "Its drafts")
def drafts(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return the drafts of a room, without their texts."""
    found = own_room(request, room_id)
    with access.reading([found]):
        return {"items": [showing.draft(row) for row in Draft.objects.filter(room=found)]}


@api.post(ROOM + "/drafts", s.DraftWhole, "drafts", "Begin a draft")
def new_draft(request: HttpRequest, room_id: UUID, draft: s.DraftIn) -> dict[str, Any]:
    """Begin a draft with its first version."""
    found = own_room(request, room_id)
    pk = doing(
        request,
        "draft",
        draft.dict(),
        lambda: str(texts.create_draft(found, actor_id=request.user.pk, **draft.dict()).pk),
    )
    return _whole(found, UUID(pk))


@api.get(DRAFT, s.DraftWhole, "draft", "A draft, all versions")
def draft(request: HttpRequest, room_id: UUID, room_draft_id: UUID) -> dict[str, Any]:
    """Return a draft with every version."""
    return _whole(own_room(request, room_id), room_draft_id)


def _whole(found: Room, draft_id: UUID) -> dict[str, Any]:
    with access.reading([found]):
        rows = DraftVersion.objects.filter(room=found, draft_id=draft_id).select_related("draft", "author")
        versions = list(rows.prefetch_related("approvals__party__organisation").order_by("-number"))
        if not versions:
            raise Http404
        return showing.draft(versions[0].draft) | {"versions": [showing.version(row) for row in versions]}


@api.patch(DRAFT, s.DraftWhole, "draft", "Put a draft aside")
def change_draft(
    request: HttpRequest, room_id: UUID, room_draft_id: UUID, change: s.DraftChange
) -> dict[str, Any]:
    """Put a draft aside, or take it up again."""
    found = own_room(request, room_id)
    doing(
        request,
        "change_draft",
        change.dict(),
        lambda: nothing(
            texts.archive_draft(found, room_draft_id, actor_id=request.user.pk, archived=change.archived)
        ),
    )
    return _whole(found, room_draft_id)


@api.delete(DRAFT, s.Done, "draft", "Delete a draft")
def discard_draft(request: HttpRequest, room_id: UUID, room_draft_id: UUID) -> dict[str, Any]:
    """Delete a draft with all its versions, unless something of it was released."""
    doing(
        request,
        "discard_draft",
        None,
        lambda: texts.discard_draft(own_room(request, room_id), room_draft_id, actor_id=request.user.pk),
    )
    return {"done": True}


@api.post(DRAFT + "/versions", s.DraftWhole, "versions", "Write a version")
def write_version(
    request: HttpRequest, room_id: UUID, room_draft_id: UUID, version: s.VersionIn
) -> dict[str, Any]:
    """Write a new version; refused where a colleague wrote another meanwhile."""
    found = own_room(request, room_id)
    doing(request, "version", version.dict(),
        lambda: texts.write_version(
            found, room_draft_id, actor_id=request.user.pk, **version.dict()
        ).number,
    )  # fmt: skip
    return _whole(found, room_draft_id)


@api.post(DRAFT + "/restore", s.DraftWhole, "restore", "Bring a version back")
def restore(request: HttpRequest, room_id: UUID, room_draft_id: UUID, older: s.RestoreIn) -> dict[str, Any]:
    """Bring an older version back as the newest."""
    found = own_room(request, room_id)
    doing(
        request,
        "restore",
        older.dict(),
        lambda: nothing(texts.restore_version(found, room_draft_id, older.number, actor_id=request.user.pk)),
    )
    return _whole(found, room_draft_id)


@api.get(ROOM + "/files", s.FileList, "files", "Its files")
def files(request: HttpRequest, room_id: UUID) -> dict[str, Any]:
    """Return the files of a room."""
    found = own_room(request, room_id)
    with access.reading([found]):
        rows = RoomFile.objects.filter(room=found).select_related("stored", "author")
        return {"items": [showing.file(found, row) for row in rows]}


@api.post(ROOM + "/files", s.FileOut, "files", "Put a file into the room")
def upload(
    request: HttpRequest,
    room_id: UUID,
    file: UploadedFile = File(...),  # noqa: B008 - how the framework names a part
    remark: str = Form("", max_length=300),
) -> dict[str, Any]:
    """Put a file into a room; what it is called is known there alone."""
    found = own_room(request, room_id)
    pk = doing(request, "file", [file.name, file.size, remark],
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


@api.delete(ROOM + "/files/{uuid:room_file_id}", s.Done, "file", "Delete a file")
def remove_file(request: HttpRequest, room_id: UUID, room_file_id: UUID) -> dict[str, Any]:
    """Delete a file of a room, unless it was released."""
    doing(
        request,
        "remove_file",
        None,
        lambda: texts.remove_file(own_room(request, room_id), room_file_id, actor_id=request.user.pk),
    )
    return {"done": True}


@api.post(ROOM + "/approvals", s.Done, "approvals", "My party's approval")
def approvals(request: HttpRequest, room_id: UUID, given: s.ApprovalIn) -> dict[str, Any]:
    """Approve exactly this version or file for my party, in a joint room, or take that back."""
    work = releasing.approve if given.approve else releasing.withdraw_approval
    found, what = own_room(request, room_id), {"version_id": given.version_id, "file_id": given.file_id}
    doing(request, "approval", given.dict(), lambda: nothing(work(found, actor_id=request.user.pk, **what)))
    return {"done": True}
