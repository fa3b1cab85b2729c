"""What the API says about agreements: texts, amendments, stances, private drafts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

StanceName = Literal["accepts", "reservation", "rejects", "abstains"]
Action = Literal["replace", "insert", "delete", "move", "split"]


class AgreementOut(Schema):
    """An agreement in a line."""

    id: UUID
    table_id: UUID | None
    title: str
    level: str
    state: str
    created_on: date
    version: int
    hash: str
    parties: list[str]
    open_amendments: int


class AgreementList(Schema):
    """The agreements of a table that I see."""

    items: list[AgreementOut]


class ConvergenceOut(Schema):
    """A statement that the majority of every shown group supports; shares are of a hundred who answered."""

    id: str
    text: str
    theme: str
    consultation_id: UUID
    shares: dict[str, int]


class ConvergenceList(Schema):
    """What a first draft may grow from."""

    items: list[ConvergenceOut]


class StartIn(Schema):
    """A new agreement: from convergences (their ids), a text sent to the table, a text, or empty."""

    title: str = Field(min_length=1, max_length=300, examples=["Intesa su formazione e produttività"])
    level: Literal["territorial", "company", "national", "protocol"] = "territorial"
    system: Literal["", "confindustria", "confapi", "confcommercio", "confartigianato"] = ""
    source: Literal["convergences", "platform", "text", "empty"] = "empty"
    convergences: list[str] = Field(default=[], max_length=500)
    platform: str = Field(default="", max_length=60)
    text: str = Field(default="", max_length=2_000_000)


class ClauseOut(Schema):
    """A clause of an exact version. `hash` names its exact words: a stance is lodged on it."""

    id: str
    number: str
    depth: int
    title: str
    body: str
    topics: list[str]
    hash: str


class TextOut(Schema):
    """An exact text."""

    agreement_id: UUID
    version: int
    hash: str
    clauses: list[ClauseOut]


class WishIn(Schema):
    """One change of a clause. `place` is "behind:ID" or "first:ID"; `at` is where a body is cut."""

    action: Action
    clause: str = Field(max_length=80, examples=["root"])
    title: str = Field(default="", max_length=300)
    body: str = Field(default="", max_length=100_000)
    topics: list[str] = Field(default=[], max_length=30)
    place: str = Field(default="", max_length=100)
    at: int = Field(default=0, ge=0, le=1_000_000)


class AmendIn(WishIn):
    """An amendment of one clause, written on a version (by default the current one)."""

    version: int | None = Field(default=None, ge=1, le=1_000_000)
    reason: str = Field(default="", max_length=5000)


class StanceOut(Schema):
    """What a party says of exact words. `silent`: nothing yet; `lapsed`: the words have changed since."""

    party: str
    party_id: UUID
    kind: Literal["accepts", "reservation", "rejects", "abstains", "silent", "lapsed"]
    text: str
    lodged_at: datetime | None
    fresh: bool


class AmendmentOut(Schema):
    """An amendment: its exact wording on a version, what of it is held, and the stances on it."""

    id: UUID
    number: int
    party: str
    state: str
    reason: str
    lodged_at: datetime
    revision_id: UUID
    version: int
    operations: list[Any]
    held: list[Any]
    sentences: list[str]
    agreed: bool
    stances: list[StanceOut]


class CollisionOut(Schema):
    """Two amendments that cannot both stand, and why."""

    clause: str
    reason: str
    why: str
    first: int
    second: int


class AmendmentList(Schema):
    """All amendments, and what collides among the open ones."""

    items: list[AmendmentOut]
    collisions: list[CollisionOut]


class RewriteIn(Schema):
    """Other words for an open amendment, as changes of single clauses of the current text."""

    changes: list[WishIn] = Field(min_length=1, max_length=200)


class StanceIn(Schema):
    """A stance on a clause's exact words (`clause`, `hash`) or on an amendment's (`revision_id`)."""

    kind: StanceName
    clause: str = Field(default="", max_length=80)
    hash: str = Field(default="", max_length=64)
    revision_id: UUID | None = None
    text: str = Field(default="", max_length=5000)


class RowOut(Schema):
    """A clause with what every party says of it."""

    clause: str
    number: str
    agreed: bool
    stances: list[StanceOut]


class MatrixOut(Schema):
    """Who says what of which clause."""

    version: int
    since: datetime | None
    rows: list[RowOut]


class TakeInIn(Schema):
    """The agreed amendments to take into the text."""

    amendments: list[UUID] = Field(min_length=1, max_length=500)
    note: str = Field(default="", max_length=300)


class CommentIn(Schema):
    """A comment on a clause or an amendment, or a private remark on a clause."""

    text: str = Field(min_length=1, max_length=5000)
    clause: str = Field(default="", max_length=80)
    amendment_id: UUID | None = None


class CommentOut(Schema):
    """A comment everybody at the table reads."""

    id: UUID
    party: str
    clause: str
    amendment_id: UUID | None
    text: str
    made_at: datetime


class CommentList(Schema):
    """The comments on a text."""

    items: list[CommentOut]


class RemarkIn(Schema):
    """A private remark on a clause, for the own delegation."""

    text: str = Field(min_length=1, max_length=5000)
    clause: str = Field(max_length=80)


class RemarkOut(Schema):
    """A private remark of my party."""

    id: UUID
    clause: str
    text: str
    made_at: datetime


class RemarkList(Schema):
    """My party's private remarks."""

    items: list[RemarkOut]


class DraftIn(Schema):
    """A private draft of my party: changes of single clauses of the current text."""

    title: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=5000)
    changes: list[WishIn] = Field(min_length=1, max_length=200)


class DraftOut(Schema):
    """A private draft of my party: what it would lodge, and what its Word file brought."""

    id: UUID
    title: str
    version: int
    older: bool
    changes: list[list[str]]
    found: dict[str, Any]


class DraftList(Schema):
    """My party's private drafts."""

    items: list[DraftOut]


class LodgeIn(Schema):
    """How a draft is lodged: what becomes of the comments of its Word file."""

    comments: Literal["drop", "publish", "keep"] = "drop"


class Done(Schema):
    """It is done."""

    done: bool


class Made(Schema):
    """What a request made."""

    ids: list[UUID]
