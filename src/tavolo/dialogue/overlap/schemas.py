"""What the API says about blind overlap."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import StringConstraints

Text = Annotated[str, StringConstraints(max_length=240, pattern=r"^[^\x00]*$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=160, pattern=r"^[^\x00]*$")]
Whole = Annotated[int, Field(ge=0, le=10)]


class AskIn(Schema):
    """A request for an exercise; the title is read by all and should give nothing away."""

    title: Title = Field(examples=["Formazione e orari"])


class IssueIn(Schema):
    """An issue with from two to six options."""

    title: Title = Field(examples=["Ore di formazione l'anno"])
    options: list[Text] = Field(min_length=2, max_length=6, examples=[["16 ore", "24 ore", "32 ore"]])


class ListIn(Schema):
    """The whole list; replaces the one before."""

    issues: list[IssueIn] = Field(min_length=1, max_length=12)
    closes_on: date = Field(examples=["2026-12-18"])


class ConsentIn(Schema):
    """The version of the list one has read."""

    version: int = Field(ge=1, le=30000, examples=[1])


class LodgingIn(Schema):
    """By places of the list. Without `points` no priorities; without `weights` all issues weigh the same."""

    accepts: list[list[bool]] = Field(min_length=1, max_length=12, examples=[[[True, True, False]]])
    points: list[list[Whole]] | None = Field(None, max_length=12, examples=[[[2, 1, 0]]])
    weights: list[Whole] | None = Field(None, max_length=12, examples=[[1]])


class LodgingOut(Schema):
    """What one's own party has lodged; all null before it has, and after it was destroyed."""

    lodged: bool
    accepts: list[list[bool]] | None = None
    points: list[list[int]] | None = None
    weights: list[int] | None = None


class PartyOut(Schema):
    """A party of the exercise, with what everybody may know of it."""

    id: UUID
    name: str
    asked: bool
    agrees_to_list: bool


class OptionOut(Schema):
    """An option. `all_accept` is null before the look."""

    id: UUID
    text: str
    all_accept: bool | None = None


class IssueOut(Schema):
    """An issue of the list."""

    id: UUID
    title: str
    options: list[OptionOut]


class ViewOut(Schema):
    """What a package gives a party: quarters of the way to its best (4: its best; null: no priorities)."""

    party: str
    band: int | None
    grades: dict[str, Literal["best", "between", "least", "same"]]
    words: str


class ChoiceOut(Schema):
    """The option a package takes on an issue; `issue` is the key used in `grades`."""

    issue: str
    title: str
    option: str


class PackageOut(Schema):
    """An efficient package. `alike`: others are worth exactly the same to everybody."""

    why: str
    best_for_worst_off: bool
    best_nash_product: bool
    alike: bool
    choice: list[ChoiceOut]
    parties: list[ViewOut]


class PackagesOut(Schema):
    """The packages shown. `all_shown`: there are no other efficient ones."""

    all_shown: bool
    priorities: bool
    items: list[PackageOut]


class OwnOut(Schema):
    """The own party's yeses; those to the look and to packages are told to nobody else."""

    asks: bool
    agrees_to_list: bool
    agrees_to_look: bool
    agrees_to_packages: bool


class ExerciseOut(Schema):
    """An exercise as one may see it. Nothing says who has lodged."""

    id: UUID
    table_id: UUID
    title: str
    state: str
    version: int
    closes_on: date
    asked_on: date
    looked_on: date | None
    ended_on: date | None
    parties: list[PartyOut]
    own: OwnOut
    issues: list[IssueOut]
    packages: PackagesOut | None


class ExerciseList(Schema):
    """A table's exercises."""

    items: list[ExerciseOut]
