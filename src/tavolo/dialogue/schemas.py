"""What the API says about tables, consultations and their results."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from ninja import Field, Schema


class Refusal(Schema):
    """Why a request was not carried out, in a sentence, with file, row and column where they apply."""

    detail: str
    file: str | None = None
    row: int | None = None
    column: str | None = None


class PartyOut(Schema):
    """A party at a table."""

    id: UUID
    name: str
    side: str


class TableOut(Schema):
    """A table one sees. `minimum_group` is the smallest group any figure may show."""

    id: UUID
    title: str
    description: str
    state: str
    minimum_group: int
    notice_plenary: int
    notice_restricted: int
    themes: list[str]
    parties: list[PartyOut]


class TableList(Schema):
    """All tables one sees."""

    items: list[TableOut]


class GroupOut(Schema):
    """A constituency asked, with its promoter."""

    party: str
    constituency: str
    side: str


class ConsultationOut(Schema):
    """A consultation. `participation` is rounded down to whole batches while it is open."""

    id: UUID
    table_id: UUID
    title: str
    question: str
    introduction: str
    state: str
    imported: bool
    source: str
    participation: int
    opened_on: date | None
    closes_on: date | None
    closed_on: date | None
    groups: list[GroupOut]


class ConsultationList(Schema):
    """The consultations of a table one sees."""

    items: list[ConsultationOut]


class StatementOut(Schema):
    """An exact version of a statement."""

    statement_id: UUID
    version_id: UUID
    number: int
    version: int
    text: str
    language: str
    translations: dict[str, str]
    open_to_votes: bool
    theme: str | None


class StatementList(Schema):
    """All versions of all statements of a consultation."""

    items: list[StatementOut]


class NextOut(Schema):
    """The next statements for the person, best first; empty when all are answered."""

    items: list[StatementOut]
    answered: int
    total: int


class VoteIn(Schema):
    """A vote on an exact version. `request_id` makes a retry count once."""

    version_id: UUID
    choice: Literal["agree", "disagree", "pass", "undo"]
    request_id: str = Field(min_length=1, max_length=100)
    important: bool = False


class VoteOut(Schema):
    """The vote that stands now."""

    registered: bool
    choice: str


class ShareOut(Schema):
    """Counts of one label on one statement; null where too few answered to be shown."""

    label: str
    agree: int | None
    disagree: int | None
    passed: int | None


class ResultStatement(Schema):
    """One statement's figures and its verdict."""

    version_id: UUID
    number: int
    version: int
    text: str
    verdict: str
    probability: float
    by_label: list[ShareOut]


class LabelOut(Schema):
    """A side, a party that has released, or the rest of a side."""

    name: str
    kind: str
    side: str
    voters: int
    eligible: int | None


class ResultsOut(Schema):
    """What the shared map shows."""

    labels: list[LabelOut]
    hidden_sides: list[str]
    statements: list[ResultStatement]
