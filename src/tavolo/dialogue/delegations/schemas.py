"""What the API says about delegations, mandates, the joint secretariat and joint decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator


def _storable(text: str) -> str:
    """Refuse the one character the database cannot hold, before anything is done."""
    if "\x00" in text:
        raise ValueError("a text cannot contain the character NUL")
    return text


Plain = Annotated[str, AfterValidator(_storable)]


class VoiceOut(Schema):
    """A party beside a decision. `word`: consent, refuse, awaited or not_needed."""

    party_id: UUID
    party: str
    side: str
    word: str
    reason: str
    by: str
    given_at: datetime | None


class DecisionOut(Schema):
    """A joint decision. `needs`: each_side or each_party; `sides_missing`: sides still awaited."""

    id: UUID
    table_id: UUID
    kind: str
    title: str
    text: str
    content: dict[str, Any]
    needs: str
    state: str
    proposed_by: str
    proposed_at: datetime
    closed_at: datetime | None
    voices: list[VoiceOut]
    sides_missing: list[str]


class DecisionList(Schema):
    """The joint decisions of a table, open ones first."""

    items: list[DecisionOut]


class AnswerIn(Schema):
    """The party one answers for."""

    party_id: UUID = Field(examples=["7b0c1de2-58f1-4f2e-9c46-7a4f0f1d2b11"])


class RefusalIn(AnswerIn):
    """A refusal, with the reason the others read."""

    reason: Plain = Field(min_length=1, max_length=1000, examples=["Il tema va discusso prima in plenaria."])


class SecretaryOut(Schema):
    """A member of the joint secretariat, with the parties whose consents appointed them."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date | None
    proposed_by: str | None
    appointed_by: list[str]


class ParityOut(Schema):
    """How many serving members a side proposed."""

    side: str
    members: int


class SecretariatOut(Schema):
    """Who keeps a table. `operators` and `serving` before are told to those who sit there."""

    table_id: UUID
    confirmed_by: list[str]
    confirmed_at: datetime | None
    serving: list[SecretaryOut]
    parity: list[ParityOut]
    operators: list[str]


class SecretaryIn(Schema):
    """A person proposed for the secretariat, by address, with the party that proposes them."""

    email: Plain = Field(min_length=3, max_length=254, examples=["elisa.conti@example.org"])
    party_id: UUID
    starts_on: date | None = None
    ends_on: date | None = None


class ReasonIn(Schema):
    """The reason of a formal act."""

    reason: Plain = Field(min_length=1, max_length=1000, examples=["Non è più al di sopra delle parti."])


class RulesIn(Schema):
    """The rules as they should become; what is left out stays."""

    title: Plain | None = Field(None, min_length=1, max_length=200)
    description: Plain | None = Field(None, max_length=5000)
    minimum_group: int | None = Field(None, ge=3, le=1000)
    notice_plenary: int | None = Field(None, ge=0, le=60)
    notice_restricted: int | None = Field(None, ge=0, le=60)
    themes: list[Plain] | None = Field(None, max_length=100)


class SeatOut(Schema):
    """A seat in a delegation. `ends_on` is the day from which it no longer holds."""

    id: UUID
    account_id: UUID
    name: str
    role: str
    starts_on: date
    ends_on: date | None
    in_place_of: UUID | None


class FaceOut(Schema):
    """What others know of a mandate: whether one is in force, and its last day."""

    exists: bool
    last_day: date | None


class InvitedOut(Schema):
    """A seat promised with an invitation nobody has answered yet; told to who composes the delegation."""

    id: UUID
    email: str
    role: str
    starts_on: date | None
    ends_on: date | None
    in_place_of: UUID | None
    holds_until: datetime


class DelegationOut(Schema):
    """A party with the people who sit for it and the public face of its mandate."""

    party_id: UUID
    party: str
    side: str
    left_on: date | None
    seats: list[SeatOut]
    invited: list[InvitedOut]
    mandate: FaceOut


class DelegationList(Schema):
    """The delegations of a table, or the own one for an officer without a seat."""

    items: list[DelegationOut]


class OwnDelegation(Schema):
    """A delegation one composes."""

    party_id: UUID
    party: str
    table_id: UUID
    table: str


class OwnDelegationList(Schema):
    """The delegations one composes, at all tables."""

    items: list[OwnDelegation]


Roles = Literal["head", "member", "substitute", "observer"]


class SeatIn(Schema):
    """A seat for a person of the organisation."""

    email: Plain = Field(min_length=3, max_length=254, examples=["anna.pozzi@example.org"])
    role: Roles = "member"
    starts_on: date | None = None
    ends_on: date | None = None
    in_place_of: UUID | None = None


class RoleIn(Schema):
    """Another role for somebody who sits."""

    role: Roles
    in_place_of: UUID | None = None


class EndIn(Schema):
    """The day from which a seat no longer holds; today where it is left out."""

    on: date | None = None


class InviteIn(Schema):
    """The address of somebody invited into the organisation, and the seat they are to have."""

    email: Plain = Field(min_length=3, max_length=254, examples=["nuova.persona@example.org"])
    role: Roles = "member"
    starts_on: date | None = None
    ends_on: date | None = None
    in_place_of: UUID | None = None


class LeaveIn(Schema):
    """What a party wants said about its leaving."""

    statement: Plain = Field("", max_length=2000)


class DoneOut(Schema):
    """The id of what was written."""

    id: UUID


class RedLineOut(Schema):
    """A point the party does not give up."""

    id: UUID
    text: str
    theme_id: UUID | None


class MandateOut(Schema):
    """A version of a mandate, as its own party reads it. `last_day` is the last day on which it holds."""

    id: UUID
    number: int
    state: str
    scope: str
    themes: list[str]
    organ: str
    given_on: date
    starts_on: date
    last_day: date | None
    ratification: str
    ratified_by: str
    document_id: UUID | None
    red_lines: list[RedLineOut]
    lodged_at: datetime | None
    digest: str


class MandatesOut(Schema):
    """A party's mandate in force, the draft of the next one, and a warning where one is due."""

    party_id: UUID
    current: MandateOut | None
    draft: MandateOut | None
    versions: list[UUID]
    warning: str


class MandateIn(Schema):
    """What a mandate says. The document itself is uploaded on the page."""

    scope: Plain = Field(min_length=1, max_length=5000, examples=["Trattare formazione e tecnologia."])
    organ: Plain = Field(min_length=1, max_length=200, examples=["Comitato direttivo"])
    given_on: date
    starts_on: date
    last_day: date | None = None
    ratification: Literal["none", "organ", "members", "workers"] = "none"
    ratified_by: Plain = Field("", max_length=200)
    theme_ids: list[UUID] = Field(default_factory=list, max_length=100)


class RedLineIn(Schema):
    """A point the party does not give up."""

    text: Plain = Field(min_length=1, max_length=5000)
    theme_id: UUID | None = None
