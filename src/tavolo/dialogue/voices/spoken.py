# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A statement as one voter meets it: translated where it is, else the original with a note."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from tavolo.dialogue.models import StatementVersion
from tavolo.dialogue.voices import notes
from tavolo.dialogue.voices.languages import direction


@dataclass(frozen=True)
class Spoken:
    """Words with their language and direction; `original` where they are a translation; `note` is the key
    of a sentence of the words of the page, or empty."""

    text: str
    language: str
    direction: str
    note: str = ""
    original: str = ""
    original_language: str = ""
    original_direction: str = "ltr"
    translated_by: str = ""
    audio: str = ""
    theme: str = ""
    theme_language: str = ""


def spoken(version: StatementVersion, language: str, themes: Mapping[uuid.UUID, str] | None = None) -> Spoken:
    """Return a version in a language. An unchecked translation is shown, and said to be one."""
    own = version.language or "it"
    row = next((row for row in version.translations.all() if row.language == language), None)
    theme = version.statement.theme
    in_theme = (themes or {}).get(theme.pk) if theme else None
    shared = {
        "theme": (in_theme or theme.name) if theme else "",
        "theme_language": language if in_theme else "it",
    }
    if own == language or row is None:
        note = "" if own == language else "no_translation"
        return Spoken(version.text, own, direction(own), note, audio=_audio(version, own), **shared)
    return Spoken(
        row.text,
        language,
        direction(language),
        "" if notes.is_checked(row) or not _has_note(row) else "draft_translation",
        version.text,
        own,
        direction(own),
        notes.made_by(row),
        _audio(version, language),
        **shared,
    )


def _has_note(row: object) -> bool:
    """Translations that came with the statement itself carry no note: its authors wrote both."""
    return getattr(row, "note", None) is not None


def _audio(version: StatementVersion, language: str) -> str:
    found = next((one for one in version.audio.all() if one.language == language), None)
    return reverse("voices:sound", args=[version.consultation_id, version.pk, language]) if found else ""
