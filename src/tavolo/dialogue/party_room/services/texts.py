# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Notes, drafts with versions, and files of a room. Nobody outside learns that any of them exists."""

from __future__ import annotations

import hashlib
import uuid
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.dialogue.party_room.access import entered
from tavolo.dialogue.party_room.models import Draft, DraftVersion, Note, Release, Room, RoomFile

LONGEST_NOTE = 5_000
LONGEST_TEXT = 200_000
FILE_KIND = "party_room.file"
# A stored file's row lies outside the wall, so its name tells nothing.
NEUTRAL = "documento"


def gone() -> Problem:
    """Return the refusal for a thing that is not (or no longer) in the room."""
    return Problem(_("This is no longer in the room: reload the page."))


def add_note(room: Room, *, actor_id: uuid.UUID, text: str, draft_id: uuid.UUID | None = None) -> Note:
    """Leave a note in a room, on the whole or beside a draft."""
    words = clean(text, LONGEST_NOTE, _("Write the note."))
    with entered(room, actor_id):
        if draft_id is not None and not Draft.objects.filter(room=room, pk=draft_id).exists():
            raise gone()
        return Note.objects.create(
            territory_id=room.territory_id, room=room, draft_id=draft_id, text=words, author_id=actor_id
        )


def remove_note(room: Room, note_id: uuid.UUID, *, actor_id: uuid.UUID) -> None:
    """Delete a note for good; only who wrote it may."""
    with entered(room, actor_id):
        note = Note.objects.filter(room=room, pk=note_id).first()
        if note is None:
            return
        if note.author_id != actor_id:
            raise Problem(_("Only who wrote a note can delete it."))
        note.delete()


def create_draft(
    room: Room, *, actor_id: uuid.UUID, title: str, text: str, kind: str = Draft.Kind.TEXT
) -> Draft:
    """Begin a draft with its first version; a platform is written in a joint room."""
    if kind == Draft.Kind.PLATFORM and room.kind != Room.Kind.SIDE:
        raise Problem(_("A platform is written in the joint room, by the parties of a side together."))
    with entered(room, actor_id):
        draft = Draft.objects.create(
            territory_id=room.territory_id, room=room, kind=kind, title=_title(title), author_id=actor_id
        )
        _write(draft, 1, title, text, actor_id)
        return draft


def write_version(
    room: Room, draft_id: uuid.UUID, *, actor_id: uuid.UUID, title: str, text: str, based_on: int,
    remark: str = "",
) -> DraftVersion:  # fmt: skip
    """Write a new version on top of the one the author had before their eyes.

    Refused where somebody wrote another meanwhile: nobody's words are overwritten unseen.
    """
    with entered(room, actor_id):
        draft, last = latest(room, draft_id)
        if last.number != based_on:
            raise Problem(
                _(
                    "Meanwhile %(name)s wrote version %(number)s. Compare it with yours, then save again: "
                    "your text is still in the form."
                )
                % {"name": last.author.name, "number": last.number}
            )
        if (_title(title), text.strip()) == (last.title, last.text):
            return last
        return _write(draft, last.number + 1, title, text, actor_id, remark)


def restore_version(room: Room, draft_id: uuid.UUID, number: int, *, actor_id: uuid.UUID) -> DraftVersion:
    """Bring an older version back as the newest one; nothing is lost."""
    with entered(room, actor_id):
        draft, last = latest(room, draft_id)
        older = DraftVersion.objects.filter(draft=draft, number=number).first()
        if older is None:
            raise gone()
        if (older.title, older.text) == (last.title, last.text):
            return last
        return _write(draft, last.number + 1, older.title, older.text, actor_id, "", older.number)


def archive_draft(room: Room, draft_id: uuid.UUID, *, actor_id: uuid.UUID, archived: bool = True) -> Draft:
    """Put a draft aside, or take it up again."""
    with entered(room, actor_id):
        draft, _last = latest(room, draft_id)
        draft.archived = archived
        draft.save(update_fields=["archived"])
        return draft


def discard_draft(room: Room, draft_id: uuid.UUID, *, actor_id: uuid.UUID) -> None:
    """Delete a draft with all its versions for good, unless something of it was let out."""
    with entered(room, actor_id):
        draft = Draft.objects.filter(room=room, pk=draft_id).first()
        if draft is None:
            return
        if Release.objects.filter(room=room, version__draft=draft).exists():
            raise Problem(_("A version of this draft was released: it is kept. You can put it aside."))
        draft.delete()


def latest(room: Room, draft_id: uuid.UUID) -> tuple[Draft, DraftVersion]:
    """Return a draft and its newest version; the room must be open."""
    last = (
        DraftVersion.objects.filter(room=room, draft_id=draft_id)
        .select_related("draft", "author")
        .order_by("-number")
        .first()
    )
    if last is None:
        raise gone()
    return last.draft, last


def _write(
    draft: Draft, number: int, title: str, text: str, actor_id: uuid.UUID, remark: str = "",
    restored: int | None = None,
) -> DraftVersion:  # fmt: skip
    title, text = _title(title), text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise Problem(
            _("The text is longer than %(most)s characters: attach it as a file.") % {"most": LONGEST_TEXT}
        )
    version = DraftVersion.objects.create(
        territory_id=draft.territory_id, room_id=draft.room_id, draft=draft, number=number, title=title,
        text=text, remark=remark.strip()[:300], restored=restored, author_id=actor_id,
        sha256=fingerprint(title, text),
    )  # fmt: skip
    Draft.objects.filter(pk=draft.pk).update(title=title, changed_at=timezone.now())
    return version


def fingerprint(title: str, text: str) -> str:
    """Return the SHA-256 of a text as it is let out: title, an empty line, the text, in UTF-8."""
    return hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()


def store_file(
    room: Room, source: BinaryIO | bytes, *, name: str, actor_id: uuid.UUID, remark: str = ""
) -> RoomFile:
    """Put a file into a room. What it is called is known in the room alone."""
    shown = files.safe_name(name)
    with entered(room, actor_id):
        stored = files.store(source, kind=FILE_KIND, name=neutral(shown), owner_id=None, subject_id=room.pk)
        return RoomFile.objects.create(
            territory_id=room.territory_id, room=room, stored=stored, name=shown,
            remark=remark.strip()[:300], author_id=actor_id,
        )  # fmt: skip


def remove_file(room: Room, file_id: uuid.UUID, *, actor_id: uuid.UUID) -> None:
    """Delete a file of a room, row and bytes, unless it was let out."""
    with entered(room, actor_id):
        found = RoomFile.objects.filter(room=room, pk=file_id).select_related("stored").first()
        if found is None:
            return
        if Release.objects.filter(room=room, file=found).exists():
            raise Problem(_("This file was released: it is kept."))
        found.delete()
        files.remove(found.stored)


def neutral(name: str) -> str:
    """Return a name that keeps the ending, by which text formats are told apart, and nothing else."""
    ending = name.rpartition(".")[2].lower()
    return f"{NEUTRAL}.{ending}" if ending in ENDINGS else NEUTRAL


ENDINGS = frozenset({"pdf", "docx", "xlsx", "csv", "txt", "png", "jpg", "jpeg"})


def _title(title: str) -> str:
    return clean(title, 200, _("Give the text a title."))


def clean(text: str, most: int, missing: str) -> str:
    """Return text without space around it; raise where it is empty or too long."""
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise Problem(missing)
    if len(words) > most:
        raise Problem(_("Shorten the text to %(most)s characters.") % {"most": most})
    return words
