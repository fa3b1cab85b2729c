"""What the API says about an agreement's life, and what it takes."""

from __future__ import annotations

from datetime import date, time
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

Yielding = Literal["prevails", "yields", "better", "adds", "unsaid"]
Words = Field(..., min_length=1, max_length=4000)
Perhaps = Field("", max_length=4000)
Months = Field(0, ge=0, le=1200)


class TermsIn(Schema):
    """The terms the text sets."""

    starts_on: date
    ends_on: date | None = None
    renewal_months: int = Months
    notice_days: int = Field(90, ge=0, le=1200)
    notice_ends: Literal["everybody", "giver"] = "everybody"
    continued: Literal["none", "until_renewed", "months"] = "none"
    continued_months: int = Months
    continued_text: str = Perhaps
    to_national: Yielding = "unsaid"
    to_national_text: str = Perhaps
    to_company: Yielding = "unsaid"
    to_company_text: str = Perhaps
    joining: Literal["free", "each_side", "all"] = "each_side"
    opinion_days: int = Field(30, ge=0, le=1200)
    silence_applies: bool = False


class AmendIn(Schema):
    """The title of the agreement that amends."""

    title: str = Field(min_length=1, max_length=300)


class LifeOut(Schema):
    """Where it stands; phase: coming, in_force, renewed, under_notice, continued, ended, unknown."""

    agreement_id: UUID
    title: str
    phase: str
    until: date | None
    renewals: int
    terms: dict[str, Any] | None
    dates: list[dict[str, Any]]
    bound: list[str]
    notices: list[dict[str, Any]]
    bodies: list[dict[str, Any]]
    amended_by: list[UUID]


class TextOut(Schema):
    """The text in force on a day; `source` is the amending agreement a clause's words come from.

    `removed` holds the clauses an amending agreement took out by that day.
    """

    day: date
    in_force: bool
    clauses: list[dict[str, Any]]
    removed: list[dict[str, Any]]


class ClauseOut(Schema):
    """A clause with the joint answers on how it is read. `source`: the agreement its words come from."""

    in_force: bool
    source: UUID
    number: str
    title: str
    body: str
    interpretations: list[dict[str, Any]]


class BodyOut(Schema):
    """A joint body; `members` names people only to those who sit there."""

    id: UUID
    name: str
    kind: str
    tasks: str
    members: list[dict[str, Any]]
    questions: list[dict[str, Any]]


class QuestionOut(Schema):
    """A question, what each side holds (for who sits there), and the joint answer.

    It asks about the words of a version of the agreement `words_of`; `clause_now` says whether these are
    still in force: same, changed or removed.
    """

    id: UUID
    clause: str
    words_of: UUID
    version: int
    clause_now: str
    amended_by: UUID | None
    text: str
    sides: list[dict[str, Any]]
    answer: str


class ApplicationOut(Schema):
    """A firm's application, for the firm and the committee."""

    id: UUID
    agreement_id: UUID
    firm: str
    through: str
    state: str
    employees: int
    starts_on: date
    opinion_by: date | None
    closed_on: date | None
    checklist: list[dict[str, Any]]
    opinion: str


class MineOut(Schema):
    """Agreements that apply where a person works."""

    items: list[dict[str, Any]]


class DoneOut(Schema):
    """What was recorded."""

    id: str


class NoticeIn(Schema):
    """A notice of termination; given today unless a day is named."""

    text: str = Words
    given_on: date | None = None


class JoinIn(Schema):
    """A declaration of joining."""

    organisation_id: UUID
    text: str = Perhaps


class WordIn(Schema):
    """A signatory's word; a refusal says why."""

    consents: bool
    text: str = Perhaps


class BodyIn(Schema):
    """A joint body to set up."""

    kind: Literal["committee", "interpretation", "observatory"]
    name: str = Field(..., min_length=1, max_length=160)
    tasks: str = Perhaps
    clause: str = Field("", max_length=80)


class MemberIn(Schema):
    """A person to name."""

    email: str = Field(..., max_length=254)
    starts_on: date | None = None


class SittingIn(Schema):
    """A date of the body."""

    on: date
    title: str = Field(..., min_length=1, max_length=160)
    at: time | None = None
    place: str = Field("", max_length=200)


class AskIn(Schema):
    """A question on a clause in force today; "signed:ID" names the signed words of a replaced one."""

    clause: str = Field(..., max_length=90)
    text: str = Words


class TextIn(Schema):
    """Some lines of text."""

    text: str = Words


class JointIn(Schema):
    """A joint text; with `question_id` it is the joint answer proposed."""

    text: str = Words
    title: str = Field("", max_length=200)
    question_id: UUID | None = None


class ApplyIn(Schema):
    """A firm applies the agreement; `declared` holds points of the terms' list."""

    firm_id: UUID
    starts_on: date
    employees: int = Field(..., ge=1, le=1_000_000)
    declared: list[str] = []
    note: str = Perhaps


class CheckIn(Schema):
    """The points the committee found in order."""

    found: list[str] = Field(..., max_length=40)


class OpinionIn(Schema):
    """The committee's opinion on a firm."""

    outcome: Literal["positive", "negative"]
    text: str = Words


class SignIn(Schema):
    """The RSU's or RSA's answer."""

    signs: bool
