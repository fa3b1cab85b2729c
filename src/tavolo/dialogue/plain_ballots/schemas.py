"""What the API says about plain ballots, their rules and results."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema

MOST = 10**9
# Text the database can hold: everything but the character zero.
PLAIN = r"^[^\x00]*$"
Words = Annotated[str, Field(pattern=PLAIN, max_length=600)]
Share = Literal["1/2", "2/3", "3/5", "3/4", "2/5", "1/3", "3/10"]
Reading = Literal["more_than", "at_least", "share_plus_one"]


class SourceOut(Schema):
    """Where a rule comes from, and how it was read."""

    act: str
    article: str
    text: str
    read_on: date
    status: str


class RuleOut(Schema):
    """A rule set as of a day, in plain words."""

    key: str
    name: str
    description: str
    system: str
    subject: str
    vote: str
    in_force: bool
    words: list[str]
    sources: list[SourceOut]


class RuleList(Schema):
    """All rule sets on file, and the hash of the files they come from."""

    version: str
    items: list[RuleOut]


class CountsIn(Schema):
    """What was counted."""

    yes: int = Field(0, ge=0, le=MOST)
    no: int = Field(0, ge=0, le=MOST)
    blank: int = Field(0, ge=0, le=MOST)
    spoiled: int = Field(0, ge=0, le=MOST)
    entitled: int | None = Field(None, ge=0, le=MOST)
    members: int | None = Field(None, ge=0, le=MOST)


class EvaluateIn(CountsIn):
    """Counts for a rule on a day."""

    rule_set: str = Field(max_length=60, examples=["company_rsa_vote"])
    day: date


class TestOut(Schema):
    """A comparison: how many were needed, how many there are."""

    share: str
    reading: str
    base: str
    of: int | None
    needed: int | None
    have: int | None
    reached: bool | None
    missing: int
    margin: int


class OutcomeOut(Schema):
    """What a rule computes: result, steps, sources, warnings. It declares nothing valid."""

    rule_set: str
    day: date
    result: str
    quorum: TestOut | None
    majority: TestOut | None
    steps: list[str]
    warnings: list[str]
    sources: list[SourceOut]
    note: str


class RequiredIn(Schema):
    """What is known about an agreement. Shares as text such as `51/100`."""

    system: str = Field(max_length=40, examples=["confindustria"])
    kind: Literal["company", "territorial", "national"]
    day: date
    body: Literal["", "rsu", "rsa"] = ""
    rsu_members: int | None = Field(None, ge=0, le=MOST)
    rsu_in_favour: int | None = Field(None, ge=0, le=MOST)
    delegations_share: str = Field("", max_length=40)
    signatories_share: str = Field("", max_length=40)
    least_signatory_share: str = Field("", max_length=40)
    vote_requested: bool | None = None
    vote: CountsIn | None = None
    consultation: CountsIn | None = None


class RequirementOut(Schema):
    """One thing a system asks, and whether the figures given meet it."""

    code: str
    rule_set: str
    met: bool | None
    text: str
    warnings: list[str]
    sources: list[SourceOut]


class RequirementList(Schema):
    """What a system asks for an agreement."""

    items: list[RequirementOut]
    note: str


class OptionOut(Schema):
    """An option, by the version one marks."""

    version_id: UUID
    text: str


class QuestionOut(Schema):
    """A question: for yes, no or blank its own version is marked, for a choice an option's."""

    id: UUID
    version_id: UUID
    number: int
    kind: str
    most: int
    text: str
    options: list[OptionOut]


class BallotOut(Schema):
    """A plain ballot. `rule` is empty while none is chosen."""

    id: UUID
    table_id: UUID
    title: str
    introduction: str
    state: str
    kind_of_vote: str
    closes_on: date | None
    text_title: str
    text: str
    text_hash: str
    rule: RuleOut | None
    rule_day: date | None
    questions: list[QuestionOut]
    promoters: list[str]
    missing_consents: list[str]


class BallotList(Schema):
    """A table's ballots one sees."""

    items: list[BallotOut]


class BallotIn(Schema):
    """A new ballot."""

    title: str = Field(min_length=1, max_length=200, pattern=PLAIN)
    introduction: str = Field("", max_length=4000, pattern=PLAIN)
    closes_on: date | None = None


class TermsIn(Schema):
    """The parties' own rule."""

    majority_share: Share = "1/2"
    majority_reading: Reading = "more_than"
    majority_base: Literal["voters", "valid", "entitled"] = "voters"
    quorum_share: Share | Literal[""] = ""
    quorum_reading: Reading = "more_than"
    where: str = Field(max_length=200, pattern=PLAIN)


class ChooseRuleIn(Schema):
    """A rule set as of a day; `terms` for "agreed"."""

    rule_set: str = Field(max_length=60, examples=["agreed"])
    day: date
    terms: TermsIn | None = None


class TextIn(Schema):
    """The exact text voted on."""

    title: str = Field(min_length=1, max_length=200, pattern=PLAIN)
    text: str = Field(min_length=1, max_length=200_000, pattern=PLAIN)


class WordingIn(Schema):
    """A text with its translations by language code."""

    text: str = Field(min_length=1, max_length=600, pattern=PLAIN)
    translations: dict[Literal["en", "ar", "es", "ro", "zh", "uk"], Words] = {}


class QuestionIn(WordingIn):
    """A question with its options."""

    kind: Literal["yes_no", "single", "approval"] = "yes_no"
    options: list[WordingIn] = Field(default_factory=list, max_length=30)
    most: int = Field(1, ge=1, le=30)


class TranslationIn(Schema):
    """The texts of a question in one language: the question, then its options in their order."""

    language: Literal["en", "ar", "es", "ro", "zh", "uk"]
    texts: list[Words] = Field(min_length=1, max_length=31)


class AskIn(Schema):
    """A constituency of one's own party."""

    constituency_id: UUID


class FileTextIn(Schema):
    """What the text in a file is called."""

    title: str = Field(min_length=1, max_length=200, examples=["Ipotesi di accordo del 3 marzo"])


class StateOut(Schema):
    """The state of the ballot after a consent, or of a question after its removal."""

    state: str


class SheetIn(Schema):
    """A whole sheet: exactly these marks. `request_id` makes a retry count once."""

    marks: dict[UUID, Literal["agree", "disagree", "pass"]] = Field(max_length=320)
    request_id: str = Field(min_length=1, max_length=100)
    take_back: bool = False


class SheetOut(Schema):
    """The sheet is in the box."""

    registered: bool
    again: bool


class LineOut(Schema):
    """Figures of one label; `options` in the order of the question."""

    label: str
    yes: int
    no: int
    blank: int
    options: list[int]
    voted: int
    entitled: int


class AnsweredOut(Schema):
    """A question's figures; null where nothing may be shown."""

    number: int
    text: str
    options: list[str]
    total: LineOut | None
    parts: list[LineOut]
    outcome: OutcomeOut | None


class BallotResults(Schema):
    """A closed ballot as far as everybody with access may see it."""

    hidden: bool
    too_few: bool
    items: list[AnsweredOut]
