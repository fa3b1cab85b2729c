"""What the API says about the archive and verification."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class MatchedOut(Schema):
    """Which text of an amended agreement was searched: that of these days, by these amending agreements."""

    day: date
    starts_on: date | None
    ends_on: date | None
    sha256: str
    amending: list[UUID]
    words: str


class AmendingOut(Schema):
    """An agreement that amends another: `key` is its address in the archive, `starts_on` its first day."""

    title: str
    key: str
    starts_on: date | None
    signed_on: date | None
    sha256: str


class EntryOut(Schema):
    """One public agreement, as the export says it. `sha256` names the signed text, `in_force_sha256` today's.

    `matched` is given by a search where later agreements amend this one.
    """

    address: str
    key: str
    agreement_id: UUID
    title: str
    level: str
    state: str
    made_elsewhere: bool
    corrected: bool
    parties: list[str]
    topics: list[str]
    municipality: str
    sector: str
    signed_on: date
    starts_on: date
    ends_on: date | None = None
    sha256: str
    amended_by: list[str]
    in_force_sha256: str
    matched: MatchedOut | None = None


class FacetValue(Schema):
    """How many hits have a value of a facet."""

    value: str
    count: int


class SearchOut(Schema):
    """A page of hits, the number of all of them, and facets."""

    total: int
    page: int
    pages: int
    items: list[EntryOut]
    facets: dict[str, list[FacetValue]]


class OneOut(EntryOut):
    """One public agreement with its clauses and who signed."""

    text: dict[str, Any]
    text_in_force: dict[str, Any] | None = None
    in_force_on: date | None = None
    signers: list[dict[str, Any]]


class TextOut(Schema):
    """A text in its canonical form; its SHA-256 over UTF-8 is `sha256`. `which`: signed or in_force.

    The text in force on a day is put together from signed ones and signed by nobody itself: `words_of` names,
    by clause, the amending agreement its words come from, `removed` the clauses that fell.
    """

    canonical: str
    sha256: str
    which: str
    day: date | None = None
    applies: bool | None = None
    amended_by: list[AmendingOut] = []
    words_of: dict[str, UUID] = {}
    removed: list[str] = []


class FindingOut(Schema):
    """A section of a report: its code and its sentences."""

    section: str
    sentences: list[str]


class ReportOut(Schema):
    """A report: `outcome` is 0 proved, 1 changed, 2 unreadable, or null where nothing can be proved yet.

    With `uncompared` the outcome is 2 although the file holds by its own checkpoint: only the checkpoint sent
    along could not be compared with it.
    """

    outcome: int | None
    uncompared: bool = False
    verdict: str
    hash: str = ""
    title: str = ""
    sections: list[FindingOut] = []


class PartyIn(Schema):
    """A party of an agreement made elsewhere."""

    name: str = Field(min_length=1, max_length=200)
    signed: bool = True


class BroughtIn(Schema):
    """An agreement made elsewhere. `text` is plain; lines such as "Art. 3 – Premio" become clauses."""

    title: str = Field(max_length=300)
    text: str = Field(max_length=2_000_000)
    parties: list[PartyIn] = Field(max_length=60)
    signed_on: date
    source: str = Field(max_length=300)
    organisation_id: UUID
    level: str = "territorial"
    topics: list[str] = []
    municipality: str = Field("", max_length=120)
    sector: str = Field("", max_length=10)
    starts_on: date | None = None
    ends_on: date | None = None
    ended: bool = False
    not_the_same: bool = Field(False, description="Add it although nearly the same text is here already.")
    reason: str = Field("", max_length=300, description="For a correction: what was wrong.")
    amends: str = Field(
        "", max_length=26, description="The address of the agreement made elsewhere that this one amends."
    )
    changes_only: bool = Field(
        False,
        description="Of one that amends: `text` holds only the clauses it changes or adds, the others stay. "
        "Otherwise it is the whole text as it reads from then on, and what is missing was taken out.",
    )

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "title": "Accordo sul premio di risultato",
                    "text": "Art. 1 – Premio\nIl premio dipende da qualità e puntualità delle consegne.",
                    "parties": [{"name": "Officine Prova srl"}, {"name": "RSU Officine Prova"}],
                    "signed_on": "2019-05-06", "source": "Archivio dell'associazione",
                    "organisation_id": "11111111-1111-4111-8111-111111111111", "level": "company",
                }
            ]
        }
    }  # fmt: skip


class KeyOut(Schema):
    """The address of an entry."""

    key: str
