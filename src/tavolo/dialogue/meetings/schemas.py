"""What goes in and out of the API of meetings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, Field


def storable(text: str) -> str:
    """Refuse what no database can hold: a NUL, or half of a character."""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("the text holds a character that cannot be stored")
    return text


Words = Annotated[str, AfterValidator(storable)]
Line = Annotated[Words, Field(max_length=300)]
Long = Annotated[Words, Field(max_length=100_000)]


class Refusal(Schema):
    """Why nothing was done: a sentence, or the places of a body that could not be read."""

    detail: str | list[dict[str, Any]]


class Made(Schema):
    """The id of what was made or changed."""

    id: UUID


class ItemOut(Schema):
    """An item of an agenda."""

    id: UUID
    title: str
    text: str
    point_id: UUID | None
    source_kind: str
    source_id: UUID | None


class DecisionOut(Schema):
    """Something decided; `id` is what agreements cite."""

    id: UUID
    number: int
    text: str
    point_id: UUID | None


class AttendanceOut(Schema):
    """Who was expected, and whether they came; party and role as of the day."""

    name: str
    party: str
    role: str
    status: str


class MeetingOut(Schema):
    """A meeting this person may know of."""

    id: UUID
    table_id: UUID
    kind: str
    number: int | None
    title: str
    starts_at: datetime
    minutes_long: int
    place: str
    link: str
    note: str
    state: str
    urgent_reason: str
    cancel_reason: str
    parties: list[str]
    agenda: list[ItemOut]
    attendance: list[AttendanceOut]
    decisions: list[DecisionOut]
    minutes: list[UUID]


class MeetingList(Schema):
    """A table's meetings, as far as this person may know of them."""

    items: list[MeetingOut]


class MeetingIn(Schema):
    """A meeting to convene."""

    kind: Literal["plenary", "restricted", "party"]
    title: Line = Field(examples=["Seconda plenaria: formazione e premio"])
    starts_at: datetime
    minutes_long: int = Field(default=120, ge=15, le=1440)
    place: Line = ""
    link: Annotated[Words, Field(max_length=500)] = ""
    note: Long = ""
    urgent_reason: Line = ""
    wants_minutes: bool = True
    people: list[UUID] = Field(default=[], max_length=100)
    parties: list[UUID] = Field(default=[], max_length=50)
    agenda: list[Line] = Field(default=[], max_length=60)
    open_points: list[UUID] = Field(default=[], max_length=60)


class ChangeIn(Schema):
    """What changes about a meeting to come; what is left out stays."""

    title: Line | None = None
    starts_at: datetime | None = None
    minutes_long: int | None = Field(default=None, ge=15, le=1440)
    place: Line | None = None
    link: Annotated[Words, Field(max_length=500)] | None = None
    note: Long | None = None
    wants_minutes: bool | None = None
    urgent_reason: Line = ""


class ReasonIn(Schema):
    """Why a meeting does not take place."""

    reason: Line


class ItemIn(Schema):
    """An item to add: free words, an open point, or a reference a source offers."""

    title: Line = ""
    text: Long = ""
    point_id: UUID | None = None
    source_kind: Annotated[Words, Field(max_length=40)] = ""
    source_id: UUID | None = None


class MoveIn(Schema):
    """Where an item goes."""

    direction: Literal["up", "down"]


class GuestIn(Schema):
    """Somebody who came without sitting at the table."""

    name: Annotated[Words, Field(max_length=150)]
    quality: Annotated[Words, Field(max_length=220)] = ""


class AttendanceIn(Schema):
    """Who came: account id to status; whoever is left out was absent."""

    came: dict[UUID, Literal["present", "remote", "excused", "absent"]]
    guests: list[GuestIn] = Field(default=[], max_length=50)


class PersonIn(Schema):
    """A person to name for a restricted meeting."""

    account_id: UUID


class DecisionIn(Schema):
    """Something the meeting decided."""

    text: Annotated[Words, Field(min_length=1, max_length=4000)]
    point_id: UUID | None = None


class DraftIn(Schema):
    """The minutes' texts: a general one, and one for each agenda item by its id."""

    text: Long = ""
    notes: dict[UUID, Long] = {}


class TextIn(Schema):
    """The text of a correction."""

    text: Annotated[Words, Field(min_length=1, max_length=100_000)]


class SendIn(Schema):
    """The last day to answer; left out: ten days from today."""

    approve_by: date | None = None


class AnswerIn(Schema):
    """A party's answer to the exact version it has read."""

    version_id: UUID
    choice: Literal["approve", "declare", "correct"]
    text: Annotated[Words, Field(max_length=10_000)] = ""


class AnswerOut(Schema):
    """What a party answered; null where it has not answered."""

    party: str
    choice: str | None
    text: str | None
    name: str | None
    at: datetime | None


class MinutesOut(Schema):
    """Minutes: the version that counts for this person, its SHA-256, and the parties' answers to it."""

    id: UUID
    meeting_id: UUID
    corrects: UUID | None
    state: str
    outcome: str
    approve_by: date | None
    closed_at: datetime | None
    version_id: UUID
    version: int
    sha256: str
    content: dict[str, Any]
    answers: list[AnswerOut]
    pdf_sha256: str | None
    docx_sha256: str | None


class ChangeOut(Schema):
    """A passage taken out, put in or replaced since the version before; `place` says where it stands."""

    place: str
    before: list[str]
    after: list[str]


class VersionAnswerOut(Schema):
    """What a party answered to one version."""

    party: str
    choice: str
    text: str
    name: str
    at: datetime


class MinutesVersionOut(Schema):
    """A version of minutes: what it says, what changed since the one before, what was answered to it."""

    id: UUID
    number: int
    sha256: str
    content: dict[str, Any]
    changes: list[ChangeOut]
    answers: list[VersionAnswerOut]


class MinutesVersionList(Schema):
    """The versions of minutes a reader may see, the oldest first."""

    items: list[MinutesVersionOut]


class PointOut(Schema):
    """A point of a table."""

    id: UUID
    number: int
    title: str
    text: str
    owner: str | None
    state: str
    origin_kind: str
    origin_id: UUID | None
    origin_label: str


class PointList(Schema):
    """A table's points."""

    items: list[PointOut]


class PointIn(Schema):
    """A point to add."""

    title: Annotated[Words, Field(min_length=1, max_length=200)]
    text: Long = ""
    origin_kind: Annotated[Words, Field(max_length=40)] = ""
    origin_id: UUID | None = None


class StateIn(Schema):
    """A point's new state."""

    state: Literal["open", "settled", "dropped"]


class SourceOut(Schema):
    """Something an agenda or a point may refer to."""

    kind: str
    id: UUID
    label: str


class SourceList(Schema):
    """What an agenda of the table may refer to."""

    items: list[SourceOut]


class VersionOut(Schema):
    """One version of a document."""

    number: int
    name: str
    media_type: str
    size: int
    sha256: str
    note: str


class DocumentOut(Schema):
    """A document this person may see."""

    id: UUID
    title: str
    audience: str
    owner: str | None
    meeting_id: UUID | None
    versions: list[VersionOut]


class DocumentList(Schema):
    """A table's documents, as far as this person may see them."""

    items: list[DocumentOut]


class DocumentIn(Schema):
    """A document to add, beside its file. `parties` for those one names, `meeting_id` for a meeting's."""

    audience: Literal["table", "side", "parties", "meeting"]
    title: Annotated[Words, Field(max_length=200)] = ""
    meeting_id: UUID | None = None
    parties: list[UUID] = Field(default=[], max_length=50)
    note: Line = ""


class NoteIn(Schema):
    """What changed in a new version of a document, beside its file."""

    note: Line = ""


class CommuniqueIn(Schema):
    """A communiqué to draft. `joint`: every party approves it; else one's own party's."""

    title: Annotated[Words, Field(min_length=1, max_length=200)]
    text: Annotated[Words, Field(min_length=1, max_length=20_000)]
    joint: bool = True
    meeting_id: UUID | None = None


class WordingIn(Schema):
    """A new wording of a communiqué."""

    title: Annotated[Words, Field(min_length=1, max_length=200)]
    text: Annotated[Words, Field(min_length=1, max_length=20_000)]


class ReadIn(Schema):
    """The exact wording that was read."""

    version_id: UUID


class CommuniqueOut(Schema):
    """A communiqué, its current wording, and which parties have not approved it yet."""

    id: UUID
    table_id: UUID
    party: str | None
    state: str
    version_id: UUID
    version: int
    title: str
    text: str
    sha256: str
    published_at: datetime | None
    missing: list[str]


class CommuniqueList(Schema):
    """Communiqués this person may read."""

    items: list[CommuniqueOut]
