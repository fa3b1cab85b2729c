"""What the API says about plain language, sheets of translations and recordings."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from ninja import Field, Schema

from tavolo.dialogue.voices.schemas import Code


class HintOut(Schema):
    """What could be said more plainly: long_sentence, jargon, double_negative or two_ideas."""

    code: str
    found: str
    instead: str


class ReadingOut(Schema):
    """How a wording reads: Gulpease index (null below three words), hints, places that may name somebody."""

    index: int | None
    level: Literal["easy", "middle", "hard", "short"]
    words: int
    sentences: int
    hints: list[HintOut]
    flags: list[str]


class LanguageIn(Schema):
    """A language, all of whose translations one has read."""

    language: Code = Field(examples=["ar"])


class LanguageDone(Schema):
    """How far one language is: texts to translate into it, translated, and checked by a second person."""

    language: Code = Field(examples=["ar"])
    name: str = Field(examples=["العربية"])
    wanted: int
    done: int
    checked: int


class CompletenessOut(Schema):
    """How far each language of a consultation is."""

    items: list[LanguageDone]


class CheckedOut(Schema):
    """How many translations are marked as checked by this; those one entered oneself are not."""

    checked: int


class RecordingIn(Schema):
    """In which language a recording speaks, and who speaks."""

    language: Code = Field(examples=["ar"])
    spoken_by: str = Field("", max_length=200)


class RecordingOut(Schema):
    """A recording of an exact version of a statement or of a ballot's question or option."""

    version_id: UUID
    number: int
    language: str
    spoken_by: str
    name: str
    media_type: str
    size: int
    sha256: str


class RecordingList(Schema):
    """The recordings of a consultation."""

    items: list[RecordingOut]
