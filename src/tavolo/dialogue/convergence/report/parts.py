"""The pieces a report is made of: frozen dataclasses of finished texts, nothing computed here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A table of finished cells; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG, what it shows in words, and the table below it."""

    svg: str
    alt: str
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: the statement's place in the report, its number, text, and what is said of it."""

    anchor: int
    id: str
    text: str
    detail: str
    confidence: str
    wide: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A list of statements under a title. ``code`` is the verdict's code."""

    code: str
    title: str
    intro: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement: its verdict in words and its picture with the table."""

    anchor: int
    id: str
    text: str
    code: str
    verdict: str
    words: str
    confidence: str
    wide: bool
    tag: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A mark of the map (group index, -1 for none) and its name."""

    group: int
    name: str


@dataclass(frozen=True, slots=True)
class MapView:
    """The map with its legend, its notes and what sets each group apart."""

    intro: str
    picture: Picture | None
    legend: tuple[LegendEntry, ...]
    notes: tuple[str, ...]
    representative: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The whole report in one language."""

    lang: str
    title: str
    description: str
    facts: tuple[str, ...]
    summary: tuple[str, ...]
    counts: Picture
    map: MapView
    sections: tuple[Section, ...]
    unheard: tuple[str, ...]
    unheard_table: Table
    statements: tuple[StatementView, ...]
    excluded: str
    method: tuple[tuple[str, str], ...]
    attribution: str
    labels: dict[str, str]
