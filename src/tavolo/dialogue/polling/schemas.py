"""What the API says about committees, lists, slips, paper and records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator

from tavolo.dialogue.schemas import Refusal

__all__ = ["Refusal"]


def storable(text: str) -> str:
    """Refuse signs no database stores: a zero byte, half a character."""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("the text holds signs that cannot be stored")
    return text


Text = Annotated[str, AfterValidator(storable)]


class MemberOut(Schema):
    """A person in an electoral committee."""

    id: UUID
    name: str
    party: str
    role: str
    starts_on: date
    ends_on: date | None


class CommitteeOut(Schema):
    """The committee of one's side. `groups` are those whose list one handles."""

    side: str
    members: list[MemberOut]
    groups: list[UUID]


class MemberIn(Schema):
    """Somebody named for the party one acts for."""

    email: Text = Field(max_length=254)
    role: Literal["member", "scrutineer"] = "member"
    starts_on: date | None = None
    ends_on: date | None = None


class Done(Schema):
    """What was done; `id` where something was made."""

    done: bool = True
    id: UUID | None = None
    count: int | None = None


class PersonOut(Schema):
    """One line of a list. `key` names the person in other calls; nothing says whether they have voted."""

    key: str
    name: str
    detail: str
    email: str
    way: str
    handed: bool


class ListOut(Schema):
    """A group's list, for the committee's members its party named."""

    group_id: UUID
    numbers: dict[str, int]
    items: list[PersonOut]


class VoterIn(Schema):
    """Somebody without an account."""

    name: Text = Field(min_length=1, max_length=150)
    detail: Text = Field("", max_length=120)
    email: Text = Field("", max_length=254)
    way: Literal["", "mail", "slip", "paper"] = ""
    language: Text = Field("it", max_length=8)


class VotersIn(Schema):
    """People added together, all or none."""

    items: list[VoterIn] = Field(min_length=1, max_length=5000)


class WayIn(Schema):
    """A person's way of voting from now on."""

    person: Text = Field(max_length=60)
    way: Literal["account", "mail", "slip", "paper"]


class PersonIn(Schema):
    """A person of the list, by the list's key."""

    person: Text = Field(max_length=60, examples=["listed:7b0c1de2-58f1-4f2e-9c46-7a4f0f1d2b11"])


class HandIn(Schema):
    """People who signed for a slip or a paper ballot."""

    people: list[Text] = Field(min_length=1, max_length=5000)


class PrintIn(Schema):
    """A batch to make."""

    kind: Literal["slip", "paper"]
    number: int = Field(ge=1, le=2000)
    language: Text = Field("it", max_length=8)


class PrintOut(Schema):
    """A batch as made. `codes` (slips) or `numbers` (paper) are in this answer and nowhere else."""

    batch_id: UUID
    codes: list[str]
    numbers: list[int]
    address: str


class BatchOut(Schema):
    """A batch, without its codes."""

    id: UUID
    kind: str
    number: int
    size: int
    language: str
    printed_on: date
    void: bool
    reason: str


class BatchList(Schema):
    """The batches of a group."""

    items: list[BatchOut]


class ReasonIn(Schema):
    """Why a batch is voided."""

    reason: Text = Field(min_length=1, max_length=300)


class ReturnIn(Schema):
    """A slip that came back, and who gave it back."""

    code: Text = Field(max_length=80)
    person: Text = Field("", max_length=60)


class AssemblyIn(Schema):
    """A tablet to start."""

    place: Text = Field(min_length=1, max_length=120)
    until: datetime


class AssemblyOut(Schema):
    """A tablet as started; the pairing code is in this answer and nowhere else."""

    id: UUID
    pairing_code: str
    expires_at: datetime


class TabletOut(Schema):
    """A tablet in use."""

    id: UUID
    place: str
    expires_at: datetime


class AssemblyList(Schema):
    """The tablets in use on one's side."""

    items: list[TabletOut]


class SlipIn(Schema):
    """A slip's or a mailed code."""

    code: Text = Field(min_length=1, max_length=120, examples=["ABCD-EFGH-JKLM-NPQR"])


class SlipStatement(Schema):
    """A statement open to votes."""

    version_id: UUID
    number: int
    text: str
    language: str
    translations: dict[str, str]


class SlipOption(Schema):
    """An option of a question."""

    id: UUID
    text: str


class SlipQuestion(Schema):
    """A question of a plain ballot. `kind`: yes_no, single or approval, of at most `most` options."""

    id: UUID
    text: str
    kind: str
    most: int
    options: list[SlipOption]


class OpenedOut(Schema):
    """What a code votes on: statements, or the questions of a plain ballot."""

    consultation_id: UUID
    title: str
    question: str
    kind: str
    statements: list[SlipStatement]
    questions: list[SlipQuestion]


class SlipVoteIn(SlipIn):
    """A vote on a statement. `request_id` makes a retry count once."""

    version_id: UUID
    choice: Literal["agree", "disagree", "pass", "undo"]
    request_id: Text = Field(min_length=1, max_length=100)
    important: bool = False


class SlipSheetIn(SlipIn):
    """A whole sheet: exactly these marks, by question or option. `request_id` makes a retry count once."""

    marks: dict[UUID, Literal["agree", "disagree", "pass"]] = Field(default_factory=dict, max_length=320)
    request_id: Text = Field(min_length=1, max_length=100)
    take_back: bool = False


class CastOut(Schema):
    """The vote is registered."""

    registered: bool
    choice: str


class LotIn(Schema):
    """Ballots found in one urn."""

    found: int = Field(ge=1, le=100_000)


class LotOut(Schema):
    """How far the keying of an urn has come, as one of its two readers sees it."""

    id: UUID
    number: int
    found: int
    state: str
    keyed_by_me: list[int]
    differences: list[int]
    spoiled: int


class LotList(Schema):
    """The urns of a group."""

    items: list[LotOut]


class KeyIn(Schema):
    """One ballot as read: the version of each question or option marked, and what was ticked there.

    On a plain ballot agree is yes (or the option), disagree is no, pass is a blank vote.
    """

    number: int = Field(ge=1, le=999_999)
    marks: dict[UUID, Literal["agree", "disagree", "pass"]] = Field(default_factory=dict)
    spoiled: bool = False


class RemarkIn(Schema):
    """Something for the record."""

    kind: Literal["irregularity", "contested", "statement"]
    text: Text = Field(min_length=1, max_length=4000)


class DigestIn(Schema):
    """The digest of the record as read."""

    digest: Text = Field(max_length=64)


class DepartedParty(Schema):
    """A promoter that left the table, and the day."""

    party: str
    left_on: date


class RecordDeclaration(Schema):
    """Why a record was closed without every approval: nobody of its side sits at the table any more."""

    on: date
    parties: list[DepartedParty]
    approved: list[str]
    not_approved: list[str]


class RecordOut(Schema):
    """A record of a count. The files' sums stand in the register of acts.

    `state`: draft, approval, final (approved by all) or declared (closed with a declaration).
    """

    id: UUID
    side: str
    state: str
    digest: str
    approved_on: date | None
    waiting_for: list[str]
    declaration: RecordDeclaration | None
    facts: dict[str, Any]
    pdf_sha256: str | None
    docx_sha256: str | None


class RecordList(Schema):
    """The records of a consultation one may read."""

    items: list[RecordOut]


class SuccessionOut(Schema):
    """A proposal about the list of a party that left; decided when nobody's consent is missing."""

    id: UUID
    choice: str
    reason: str
    proposed_by: str
    missing: list[str]


class DepartureOut(Schema):
    """A promoter that has left the table. `carried_on_since`: those who remain handle its list."""

    party_id: UUID
    party: str
    left_on: date
    carried_on_since: date | None
    proposals: list[SuccessionOut]


class DeparturesOut(Schema):
    """The promoters of one's side that left an open vote, and those who remain."""

    side: str
    remaining: list[str]
    items: list[DepartureOut]


class SuccessionIn(Schema):
    """What becomes of the list of a party that left. `reason` is public, and needed to end the vote."""

    party_id: UUID
    choice: Literal["carry_on", "annul"]
    reason: Text = Field("", max_length=600)


class EndingOut(Schema):
    """The vote of a side ended without result."""

    side: str
    cause: str
    reason: str
    ended_on: date


class EndingsOut(Schema):
    """`state` is "void" where the whole consultation ended."""

    state: str
    items: list[EndingOut]
