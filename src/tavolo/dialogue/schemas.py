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


class ConsultationIn(Schema):
    """A consultation to prepare. After `closes_on` any promoter may close; before it, all together."""

    title: str = Field(min_length=1, max_length=200, examples=["Turni di notte"])
    question: str = Field(
        min_length=1, max_length=1000, examples=["Che cosa renderebbe sostenibili i turni di notte?"]
    )
    introduction: str = Field("", max_length=4000)
    theme: str | None = Field(None, max_length=200, description="the name of one of the table's themes")
    closes_on: date | None = None


class GroupIn(Schema):
    """A constituency of one's own party; without a name it carries the party's."""

    constituency_id: UUID
    name: str = Field("", max_length=200)


class StatementIn(Schema):
    """One thought, in plain words, that one can agree or disagree with."""

    text: str = Field(min_length=1, max_length=600, examples=["I turni si conoscono un mese prima."])
    theme: str | None = Field(None, max_length=200, description="the name of one of the table's themes")


class VersionIn(Schema):
    """A new wording of a statement; votes already given stay with the old one."""

    text: str = Field(min_length=1, max_length=600)


class VersionMade(Schema):
    """The version that was made, and whether it is open to votes or waits for the other sides."""

    statement_id: UUID
    version_id: UUID
    open_to_votes: bool


class ConsultationState(Schema):
    """The state of a consultation after an act, and the parties whose consent is still missing."""

    state: str
    waiting_for: list[str]


class ReleaseOut(Schema):
    """One's own party's results: released, and on the shared map or waiting until that reveals nobody."""

    state: Literal["shown", "waiting"]


class OwnRow(Schema):
    """Counts on one statement among one's own people, with the share's interval; null where too few."""

    id: str
    text: str
    agree: int | None
    disagree: int | None
    passed: int | None
    seen: int | None
    low: float | None
    high: float | None


class OwnResults(Schema):
    """A party's own figures, which it sees before anybody else."""

    party: str
    voters: int
    eligible: int | None
    rows: list[OwnRow]


class ImportIn(Schema):
    """What a finished consultation held elsewhere is called, and where it comes from."""

    title: str = Field(min_length=1, max_length=200)
    question: str = Field("", max_length=1000)
    source: str = Field("", max_length=300)


class ImportProblem(Schema):
    """What is wrong with an upload, and where."""

    file: str | None = None
    row: int | None = None
    column: str | None = None
    message: str


class ImportPart(Schema):
    """The first rows of one table of an upload, as they were read."""

    name: str
    rows_read: int
    columns: list[str]
    rows: list[list[str]]


class ImportOut(Schema):
    """An upload on its way: checked, shown, confirmed, then saved whole or not at all.

    `state`: uploaded, checking, refused, ready, importing, done, failed, cancelled. What is `ready` waits for
    the confirmation.
    """

    id: UUID
    kind: str
    state: str
    problems: list[ImportProblem]
    problem_count: int
    parts: list[ImportPart]
    summary: dict[str, int]
