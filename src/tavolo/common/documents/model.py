"""A document as data: what it says, in order, without any word about how a page looks.

The same document becomes a PDF (`pdf.pdf`), a Word file (`docx.docx`) and a piece of a page (`html.html`).
Whatever a person wrote stays text: bold and italics are marks beside it (`Span`), never signs inside it, so
that no text can become a command of the typesetter, of Word or of the browser.

    Document(
        title="Verbale di incontro", language="it", date=date(2026, 11, 22),
        blocks=(Heading(1, "Presenti"), Bullets(("Una delegata", "Un delegato")), *paragraphs(long_text)),
    )
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date as Day


@dataclass(frozen=True)
class Span:
    """A piece of text, perhaps marked."""

    text: str
    bold: bool = False
    italic: bool = False


Text = str | tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A heading inside the document; the title stands above level 1. Levels 1 to 4."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 4:
            raise ValueError(f"a heading has a level from 1 to 4, not {self.level}")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a line end inside it stays a line end. `small` for notes."""

    text: Text
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list in no order."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Numbered:
    """A numbered list, beginning at `start`."""

    items: tuple[Text, ...]
    start: int = 1


@dataclass(frozen=True)
class Facts:
    """Short facts, each a label and what it says: ("Luogo", "Milano")."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Table:
    """A table with one header row. `numbers` names the columns (from 0) aligned as numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    caption: str = ""
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.header or any(len(row) != len(self.header) for row in self.rows):
            raise ValueError("every row of a table has as many cells as its header")


@dataclass(frozen=True)
class Quote:
    """What somebody said in their own words, such as a statement for the record."""

    author: str
    text: str


@dataclass(frozen=True)
class Signatures:
    """Places to sign by hand: (name, role) each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True)
class Qr:
    """A QR code with what it carries, and a caption that says where it leads."""

    text: str
    caption: str = ""


Block = Heading | Paragraph | Bullets | Numbered | Facts | Table | Quote | Signatures | PageBreak | Qr


@dataclass(frozen=True)
class Document:
    """A whole document. `language` is a BCP 47 code; `date` is the day it speaks for, never "now".

    `identifier` is printed in the footer beside the page numbers; a document with a `date` becomes
    PDF/A-2a as well as PDF/UA-1 (the archive format demands a date).
    """

    title: str
    language: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)
    subtitle: str = ""
    footer: str = ""
    date: Day | None = None
    identifier: str = ""


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Return what a person typed as paragraphs: a blank line parts two of them."""
    parts = re.split(r"\n[ \t]*\n\s*", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return tuple(Paragraph(part.strip()) for part in parts if part.strip())


def spans(text: Text) -> tuple[Span, ...]:
    """Return a text as marked pieces, whichever way it was given."""
    return (Span(text),) if isinstance(text, str) else text


def plain(text: Text) -> str:
    """Return a text without its marks."""
    return "".join(span.text for span in spans(text))
