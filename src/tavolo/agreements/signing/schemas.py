"""What programs send and receive about initials, signatures and deposits."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Field, Schema

HASH = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the exact text that was shown")


class Refusal(Schema):
    """Why something was refused, in a sentence."""

    detail: str


class Made(Schema):
    """The id of what was recorded."""

    id: str


class Row(Schema):
    """An agreement of a table."""

    id: UUID
    title: str
    state: str
    headline: str


class RowList(Schema):
    """Agreements of a table."""

    items: list[Row]


class VoteOut(Schema):
    """A members' vote tied to the text: `parties` ask, `asked` are the constituencies, `own` is the caller's.

    `steps` say what its own rule computes, empty until the figures are published. Nothing here says that a
    vote or an agreement is valid.
    """

    consultation: UUID
    title: str
    state: str
    own: bool
    parties: list[str]
    asked: list[str]
    closes_on: date | None
    closed_on: date | None
    rule: str
    record: str
    yes: int | None
    no: int | None
    blank: int | None
    steps: list[str]
    warnings: list[str]
    sources: list[str]
    disclaimer: str


class StandingOut(Schema):
    """Where an agreement stands. `facts` has the form of signatures.json; `hash` is empty until frozen.

    `state_words` says a state as exactly as it is known: "voting" may still be a vote in preparation.
    """

    id: UUID
    title: str
    state: str
    state_words: str
    votes: list[VoteOut]
    headline: str
    hash: str
    version: int
    missing: list[str]
    deposit_due: date | None
    signed_pdf: str
    bundle: str
    facts: dict[str, Any]
    asked: dict[str, Any] | None


class InitialIn(Schema):
    """A party's initials."""

    shown_hash: str = HASH
    reserve: bool = False
    reserve_reason: str = Field("", max_length=500)
    reserve_due: date | None = None
    statement: str = Field("", max_length=5000)


class WordsIn(Schema):
    """A party that does not go along."""

    shown_hash: str = HASH
    statement: str = Field(max_length=5000)


class SeparateIn(Schema):
    """Going on separately."""

    effect: str = Field(max_length=5000)


class VoteIn(Schema):
    """A ballot that asks about this exact text, by `consultation`; or whom to ask in a new one.

    With `together` the other parties of the side may join before it opens.
    """

    consultation: UUID | None = None
    constituency: UUID | None = None
    rule_set: str = Field("", max_length=80)
    closes_on: date | None = None
    together: bool = False


class ReservationIn(Schema):
    """A party's answer to its own reservation."""

    shown_hash: str = HASH
    lifts: bool
    ground: str = Field(max_length=500)
    statement: str = Field("", max_length=5000)


class PersonIn(Schema):
    """A person who signs for a party."""

    account: UUID
    office: str = Field("", max_length=200)


class SignatoriesIn(Schema):
    """Who signs for a party, and how many of them it takes."""

    people: list[PersonIn] = Field(max_length=10)
    needed: int = Field(1, ge=1, le=10)


class SignIn(Schema):
    """A signature on this site."""

    shown_hash: str = HASH
    statement: str = Field("", max_length=5000)


class CopyIn(Schema):
    """The facts of a scan."""

    shown_hash: str = HASH
    signed_on: date
    place: str = Field("", max_length=200)


class ConfirmIn(Schema):
    """A party's confirmation of a scan."""

    shown_hash: str = HASH
    copy_id: UUID
    name: str = Field(max_length=200)
    office: str = Field("", max_length=200)
    statement: str = Field("", max_length=5000)


class AttachIn(Schema):
    """What goes with a file signed outside."""

    shown_hash: str = HASH
    statement: str = Field("", max_length=5000)


class DepositIn(Schema):
    """The deposit."""

    deposited_on: date
    office: str = Field(max_length=200)
    reference: str = Field(max_length=200)
