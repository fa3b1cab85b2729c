"""What the API says about languages, proposals, moderation and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

Code = Literal["it", "en", "ar", "es", "ro", "zh", "uk"]


class WordsOut(Schema):
    """The words of the voting page in one language."""

    language: str
    direction: Literal["ltr", "rtl"]
    words: dict[str, str]


class RuleOut(Schema):
    """One reason for which a proposal may be refused."""

    code: str = Field(examples=["R2"], min_length=1, max_length=8)
    title: str = Field(examples=["Riguarda persone"], min_length=1, max_length=200)
    text: str = Field(examples=["La proposta nomina una persona."], min_length=1, max_length=2000)


class EditionIn(Schema):
    """An edition of the rules, proposed to the parties."""

    introduction: str = Field("", max_length=4000)
    days_to_decide: int = 5
    days_to_appeal: int = 10
    per_day: int = 3
    per_person: int = 5
    rules: list[RuleOut]


class EditionOut(EditionIn):
    """An edition of the rules as it is or was in force."""

    number: int
    in_force: bool
    starts_on: date
    ends_on: date | None


class EditionList(Schema):
    """All editions of a table's rules, the newest first."""

    items: list[EditionOut]


class DecisionOut(Schema):
    """A joint decision proposed to the parties; they answer it where the table's decisions are."""

    decision_id: UUID
    state: str


class GuarantorIn(Schema):
    """A person proposed as guarantor."""

    account_id: UUID
    words: str = Field("", max_length=300)


class ModeratorIn(Schema):
    """A person one's party names to moderate, by address."""

    email: str = Field(min_length=3, max_length=254, examples=["anna.pozzi@example.org"])


class ModeratorOut(Schema):
    """A person who moderates for a party."""

    id: UUID
    name: str
    party: str
    starts_on: date


class GuarantorOut(Schema):
    """A person who hears appeals."""

    id: UUID
    name: str
    words: str
    starts_on: date


class OfficesOut(Schema):
    """Who moderates and who hears appeals today; the joint secretariat moderates too."""

    moderators: list[ModeratorOut]
    guarantors: list[GuarantorOut]


class OfficeMade(Schema):
    """The office given."""

    id: UUID


class TypedIn(Schema):
    """What somebody is about to propose."""

    text: str = Field(max_length=2000, examples=["I turni vanno comunicati prima."])


class AlikeStatement(Schema):
    """A statement that says nearly the same. `likeness`: from 0 to 1."""

    version_id: UUID
    number: int
    text: str
    likeness: float


class AlikeOut(Schema):
    """What is alike, the likest first, and what may point to a person."""

    alike: list[AlikeStatement]
    flags: list[str]


class ToldOut(Schema):
    """How many people were told."""

    told: int


class ProposalIn(Schema):
    """A statement one proposes. `request_id` makes a retry count once."""

    text: str = Field(examples=["I turni vanno comunicati due settimane prima."], max_length=2000)
    language: Code = "it"
    request_id: str = Field(min_length=1, max_length=100)


class ProposalOut(Schema):
    """One's own proposal, with what was decided about it."""

    id: UUID
    number: int
    text: str
    language: str
    state: str
    due_on: date
    statement: int | None
    rule: str | None
    reasons: list[str]
    appeal: str
    answer: str
    may_appeal_until: date | None


class ProposalList(Schema):
    """One's own proposals."""

    items: list[ProposalOut]


class WordsIn(Schema):
    """Somebody's reasons."""

    words: str = Field(max_length=2000)


class QueuedOut(Schema):
    """A proposal that waits for a decision. `blocked` says why this moderator cannot decide it."""

    id: UUID
    number: int
    text: str
    language: str
    due_on: date
    state: str
    doubt_rule: str | None
    doubt_words: str
    blocked: str


class QueueOut(Schema):
    """What waits for a moderator."""

    items: list[QueuedOut]


class DecideIn(Schema):
    """A moderator's decision; a refusal names a rule and gives words, an acceptance may name a theme."""

    accepts: bool
    rule: str = Field("", max_length=8)
    words: str = Field("", max_length=2000)
    theme: UUID | None = None


class StateOut(Schema):
    """The state of a proposal now."""

    state: str


class RefusedOut(Schema):
    """A refused proposal, for guarantors."""

    id: UUID
    number: int
    text: str
    state: str
    rule: str
    reasons: list[str]
    appeal: str
    answer: str


class RefusedList(Schema):
    """What was refused in a consultation."""

    items: list[RefusedOut]


class RulingIn(Schema):
    """A guarantor's answer to an appeal."""

    reinstates: bool
    words: str = Field(max_length=2000)


class CountsOut(Schema):
    """What the public reads about moderation; nothing below the table's smallest group."""

    shown: bool
    least: int
    counts: dict[str, Any]


class OutcomeIn(Schema):
    """What became of a statement."""

    statement_id: UUID
    kind: Literal["theme", "meeting", "clause", "commitment", "later", "not_taken"]
    text: str = Field(max_length=2000)
    link: str = Field("", max_length=1000)


class OutcomeOut(Schema):
    """One thing that became of a statement."""

    kind: str
    text: str
    link: str


class FateOut(Schema):
    """A statement with its result and what became of it. `mine`: the reader proposed it."""

    statement_id: UUID
    number: str
    text: str
    verdict: str | None
    proposed: bool
    mine: bool
    outcomes: list[OutcomeOut]


class FateList(Schema):
    """What became of a consultation, statement by statement."""

    items: list[FateOut]


class ShareOut(Schema):
    """Marks of importance of one label; null where they may not be shown."""

    label: str
    voted: int | None
    marked: int | None


class ImportanceLine(Schema):
    """Marks of importance on one statement."""

    number: str
    text: str
    voted: int
    marked: int
    by_label: list[ShareOut]


class ImportanceList(Schema):
    """Statements by how often they were marked as important."""

    items: list[ImportanceLine]


class TranslationOut(Schema):
    """A translation with its state."""

    id: UUID
    place: str
    language: str
    original: str
    text: str
    checked: bool
    translated_by: str


class TranslationList(Schema):
    """All translations of a consultation."""

    items: list[TranslationOut]


class TranslationIn(Schema):
    """A translation of a statement (its number), of title, question, or theme:name."""

    place: str = Field(examples=["12"], max_length=150)
    language: Code
    text: str = Field(max_length=2000)
    translated_by: str = Field("", max_length=200)


class SeedOut(Schema):
    """Whether a waiting wording is open now."""

    open: bool
