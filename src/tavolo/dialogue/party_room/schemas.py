"""What the API says about party rooms, positions and released texts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

Kind = Literal["accept", "accept_if", "reject", "open"]


class RoomOut(Schema):
    """A room I may enter today. `may_work` is false for an observer."""

    id: UUID
    table_id: UUID
    kind: Literal["party", "side"]
    name: str
    parties: list[str]
    may_work: bool


class RoomList(Schema):
    """The rooms I may enter at a table."""

    items: list[RoomOut]


class NoteIn(Schema):
    """A note, on the room or beside a draft."""

    text: str = Field(min_length=1, max_length=5000, examples=["Sentire i delegati della logistica."])
    draft_id: UUID | None = None


class NoteOut(Schema):
    """A note."""

    id: UUID
    text: str
    author: str
    created_at: datetime
    draft_id: UUID | None


class NoteList(Schema):
    """The notes of a room, the newest first."""

    items: list[NoteOut]


class DraftIn(Schema):
    """A new draft with its first version. A platform is written in a joint room."""

    title: str = Field(min_length=1, max_length=200, examples=["Formazione: otto ore l'anno"])
    text: str = Field(default="", max_length=200_000)
    kind: Literal["text", "platform"] = "text"


class VersionIn(Schema):
    """A new version on top of the one named in `based_on`."""

    title: str = Field(min_length=1, max_length=200)
    text: str = Field(default="", max_length=200_000)
    based_on: int = Field(ge=1, le=1_000_000)
    remark: str = Field(default="", max_length=300)


class DraftChange(Schema):
    """Put a draft aside, or take it up again."""

    archived: bool


class VersionOut(Schema):
    """An exact version, with the parties of a joint room that approved it."""

    id: UUID
    number: int
    title: str
    text: str
    remark: str
    restored: int | None
    author: str
    sha256: str
    created_at: datetime
    approved_by: list[str]


class DraftOut(Schema):
    """A draft without its texts."""

    id: UUID
    title: str
    kind: str
    archived: bool
    changed_at: datetime


class DraftWhole(DraftOut):
    """A draft with all its versions, the newest first."""

    versions: list[VersionOut]


class DraftList(Schema):
    """The drafts of a room."""

    items: list[DraftOut]


class RestoreIn(Schema):
    """The number of the version to bring back."""

    number: int = Field(ge=1, le=1_000_000)


class FileOut(Schema):
    """A file of a room; `url` sends it to those who may enter."""

    id: UUID
    name: str
    size: int
    media_type: str
    sha256: str
    author: str
    created_at: datetime
    url: str


class FileList(Schema):
    """The files of a room."""

    items: list[FileOut]


class ChoiceOfOne(Schema):
    """An exact version or a file."""

    version_id: UUID | None = None
    file_id: UUID | None = None


class ApprovalIn(ChoiceOfOne):
    """My party's yes to exactly this, or its taking back."""

    approve: bool = True


class ReleaseIn(ChoiceOfOne):
    """What is let out, and to which rooms (see `receivers` of the list of releases)."""

    to: list[UUID] = Field(min_length=1, max_length=50)


class ReceiverOut(Schema):
    """A room a text may be let out to: a party's, a side's, or all at the table."""

    id: UUID
    kind: Literal["party", "side", "table"]
    name: str


class ReleaseOut(Schema):
    """A text this room let out."""

    id: UUID
    kind: str
    title: str
    text: str
    sha256: str
    to: list[str]
    released_at: datetime
    supersedes: UUID | None
    superseded: bool


class ReleaseList(Schema):
    """What a room let out, and to whom it may."""

    items: list[ReleaseOut]
    receivers: list[ReceiverOut]


class ReceivedOut(Schema):
    """A text others let out to me, exactly as it left them."""

    id: UUID
    sender: str
    kind: str
    title: str
    text: str
    file_url: str | None
    sha256: str
    delivered_at: datetime
    superseded_by: UUID | None


class ReceivedList(Schema):
    """What others let out to my party, my side or all."""

    items: list[ReceivedOut]


class QuestionIn(Schema):
    """A question for the delegates of a room."""

    text: str = Field(min_length=1, max_length=400, examples=["Accettiamo le otto ore?"])
    options: list[str] = Field(min_length=2, max_length=10, examples=[["Sì", "No"]])
    secret: bool
    closes_on: date | None = None


class OptionOut(Schema):
    """An option; `votes` and `names` once the vote is over and they may be shown."""

    id: UUID
    text: str
    votes: int | None
    names: list[str]


class QuestionOut(Schema):
    """A vote in a room."""

    id: UUID
    text: str
    secret: bool
    open: bool
    closes_on: date | None
    voted: bool
    votes_cast: int
    options: list[OptionOut]


class QuestionList(Schema):
    """The votes of a room."""

    items: list[QuestionOut]


class BallotIn(Schema):
    """My vote."""

    option_id: UUID


class BallotOut(Schema):
    """`new` is false where I had voted before: that vote stands."""

    registered: bool
    new: bool


class PositionIn(Schema):
    """What my party holds on a point, among itself."""

    kind: Kind
    condition: str = Field(default="", max_length=3000)
    motivation: str = Field(default="", max_length=10_000)


class LodgeIn(Schema):
    """What my party tells the table. `after` is the number of the one it replaces, 0 for the first."""

    kind: Kind
    condition: str = Field(default="", max_length=3000)
    after: int = Field(default=0, ge=0, le=1_000_000)


class LodgedOut(Schema):
    """A lodged position."""

    number: int
    kind: str
    condition: str
    lodged_at: datetime


class HeldOut(Schema):
    """A point as my party's room sees it."""

    point_id: UUID
    title: str
    only_ours: bool
    kind: str | None
    condition: str
    motivation: str
    lodged: LodgedOut | None
    asked_on: date | None
    due_on: date | None


class HeldList(Schema):
    """All points with my party's positions."""

    items: list[HeldOut]


class PointIn(Schema):
    """A point."""

    title: str = Field(min_length=1, max_length=200, examples=["Diritto alla disconnessione"])
    description: str = Field(default="", max_length=4000)


class PointOut(Schema):
    """A point."""

    id: UUID
    title: str
    description: str


class CellOut(Schema):
    """What a party told the table: lodged, silent (asked, no answer) or not asked."""

    party_id: UUID
    party: str
    state: Literal["lodged", "silent", "not_asked"]
    lodged: LodgedOut | None
    asked_on: date | None
    due_on: date | None


class RowOut(Schema):
    """A point with one cell for each party."""

    point: PointOut
    cells: list[CellOut]


class Matrix(Schema):
    """Positions by point and party. Nothing is agreed until everything is agreed."""

    rows: list[RowOut]


class AskIn(Schema):
    """Parties asked for their position on points."""

    points: list[UUID] = Field(min_length=1, max_length=200)
    parties: list[UUID] = Field(min_length=1, max_length=50)
    due_on: date | None = None


class Asked(Schema):
    """How many questions are new."""

    new: int


class Done(Schema):
    """It is done; asking again changes nothing."""

    done: bool
