# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The state of translated words: a draft, or checked by a second person.

What is checked is an exact text, by its digest: whoever changes the words, by whatever door, makes them
a draft again.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from tavolo.dialogue.models import Translation
from tavolo.dialogue.voices.models import OtherWords, TranslationNote


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def note_entered(translation: Translation, *, actor_id: uuid.UUID, translated_by: str) -> TranslationNote:
    """Write down who entered a translation and who made it, in the caller's transaction."""
    note, _made = TranslationNote.objects.update_or_create(
        territory_id=translation.territory_id, translation=translation,
        defaults={
            "entered_by_id": actor_id, "translated_by": translated_by.strip()[:200],
            "checked_by_id": None, "checked_digest": "",
        },
    )  # fmt: skip
    return note


def is_checked(row: Any) -> bool:
    """Say whether a translation (or other words) was checked by a second person exactly as it stands."""
    note: Any = row if isinstance(row, OtherWords) else getattr(row, "note", None)
    return bool(
        note is not None and note.checked_by_id is not None and note.checked_digest == digest(row.text)
    )


def made_by(row: Any) -> str:
    """Return who made a translation, or nothing where nobody said."""
    note = row if isinstance(row, OtherWords) else getattr(row, "note", None)
    return str(note.translated_by) if note is not None else ""
