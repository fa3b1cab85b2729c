"""A printable page as data: what it says, apart from how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Headings and rows of text; `right` are the columns set flush right (numbers)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs, an optional table and a list of points."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A whole document; `figures` are (what, value) pairs shown first, `notes` the small print."""

    title: str
    lead: str
    figures: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
    lang: str = "it"
