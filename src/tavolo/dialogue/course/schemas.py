"""What the API says about a table's course."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

Kind = Literal[
    "preparation", "listening", "positions", "convergence", "drafting", "tentative_agreement",
    "members_vote", "signature", "follow_up",
]  # fmt: skip


class PhaseOut(Schema):
    """A phase. `state`: done, here, ahead or skipped. `acts`: act -> roles it is open to."""

    id: UUID
    number: int
    kind: str
    title: str
    state: str
    planned_from: date | None
    planned_to: date | None
    entered_on: date | None
    left_on: date | None
    acts: dict[str, list[str]]


class EntryOut(Schema):
    """A date of the calendar one may see."""

    id: UUID
    kind: str
    title: str
    text: str
    place: str
    on: date
    at: time | None
    audience: str
    remind_days: int
    withdrawn: bool


class InterruptionOut(Schema):
    """Something recorded beside the talks. Texts are empty for those who do not sit at the table."""

    id: UUID
    kind: str
    party: str | None
    text: str
    starts_on: date
    ends_on: date | None
    pauses: bool
    end_text: str
    holds: bool


class ProposalOut(Schema):
    """A joint decision of this part; answer it at /delegations/decisions/{id}."""

    id: UUID
    kind: str
    title: str
    state: str
    needs: str
    missing: list[str]


class InvitedOut(Schema):
    """An organisation invited while the table is prepared, or admitted to it by the parties later."""

    id: UUID
    organisation: str
    side: str
    answer: str
    reason: str


class CourseOut(Schema):
    """A table's course. `open_acts`: what is open today, to which roles."""

    table_id: UUID
    blueprint: str
    origin: str
    reference: str
    begun_on: date
    end: str
    ended_on: date | None
    rests: bool
    phases: list[PhaseOut]
    open_acts: dict[str, list[str]]
    calendar: list[EntryOut]
    interruptions: list[InterruptionOut]
    proposals: list[ProposalOut]
    invited: list[InvitedOut]


class BlueprintOut(Schema):
    """A ready composition."""

    code: str
    title: str
    text: str
    kinds: list[str]


class BlueprintList(Schema):
    """All ready compositions."""

    items: list[BlueprintOut]


class AllowedOut(Schema):
    """Whether an act is open at a table today; `why_not` says it in a sentence."""

    act: str
    allowed: bool
    why_not: str


class PhaseIn(Schema):
    """A phase of a composition. `acts` left out: the usual acts of its kind."""

    id: UUID | None = None
    kind: Kind = Field(examples=["listening"])
    title: str = Field("", max_length=120)
    planned_from: date | None = None
    planned_to: date | None = None
    acts: dict[str, list[str]] | None = None


class CompositionIn(Schema):
    """All phases in their new order; a phase left out is dropped."""

    phases: list[PhaseIn] = Field(min_length=1, max_length=20)


class BeginIn(Schema):
    """A new table. Either `blueprint` names a ready composition, or `phases` gives one's own."""

    organisation_id: UUID
    title: str = Field(min_length=1, max_length=200, examples=["Lavoro di qualità nella logistica"])
    description: str = Field("", max_length=4000)
    origin: Literal["platform", "invitation", "joint_decision"] = Field(examples=["invitation"])
    reference: str = Field(min_length=1, max_length=300, examples=["Invito del 12 marzo 2026"])
    blueprint: Literal["territorial", "company", "consultation", "standing_body", "free"] = "territorial"
    phases: list[PhaseIn] = Field(default_factory=list, max_length=20)
    starts_on: date | None = None
    guests: list[UUID] = Field(max_length=30)
    rsu_of: list[UUID] = Field(default_factory=list, max_length=5)
    secretaries: list[UUID] = Field(default_factory=list, max_length=6)
    themes: list[str] = Field(default_factory=list, max_length=30)


class AdoptIn(Schema):
    """A course for a table that has none."""

    origin: Literal["platform", "invitation", "joint_decision"] = "joint_decision"
    reference: str = Field(min_length=1, max_length=300)
    blueprint: Literal["territorial", "company", "consultation", "standing_body", "free"] = "territorial"
    phases: list[PhaseIn] = Field(default_factory=list, max_length=20)
    starts_on: date | None = None


class MoveIn(Schema):
    """Passing to another phase, with the reason the parties read."""

    phase_id: UUID
    reason: str = Field(min_length=1, max_length=1000, examples=["Le consultazioni sono concluse."])


class TextIn(Schema):
    """A text in the words of whoever sends it."""

    text: str = Field(min_length=1, max_length=4000)


class DisputeIn(TextIn):
    """A state of agitation, from a day on."""

    on: date


class CoolingOffIn(TextIn):
    """What the parties undertake not to do, from a day to another, both included."""

    starts_on: date
    ends_on: date
    pauses: bool = False


class EntryIn(Schema):
    """A date of the calendar."""

    kind: Literal["appointment", "deadline"] = "appointment"
    title: str = Field(min_length=1, max_length=160, examples=["Plenaria sulla bozza"])
    on: date
    at: time | None = None
    text: str = Field("", max_length=2000)
    place: str = Field("", max_length=200)
    audience: Literal["table", "asked"] = "table"
    remind_days: int = Field(7, ge=0, le=60)


class AdmitIn(Schema):
    """An organisation to admit to a table under way; `as_rsu`: the RSU/RSA inside that firm."""

    organisation_id: UUID
    as_rsu: bool = False
    reason: str = Field(min_length=1, max_length=1000, examples=["Rappresenta le imprese artigiane."])


class AnswerIn(Schema):
    """The answer to an invitation; a declined one needs a reason."""

    accept: bool
    reason: str = Field("", max_length=1000)


class StatementOut(Schema):
    """What a party wrote into the record of no agreement."""

    party: str
    text: str
    on: date | None


class RecordOut(Schema):
    """The record of no agreement. `pdf`, `docx`: addresses of its documents once it is closed."""

    table_id: UUID
    points: str
    opened_on: date
    closed_on: date | None
    statements: list[StatementOut]
    pdf: str | None
    docx: str | None


class FeedOut(Schema):
    """One's calendar address. `address` is given only when it is made; afterwards its last four signs."""

    in_use: bool
    last_four: str
    made_at: datetime | None
    address: str | None
