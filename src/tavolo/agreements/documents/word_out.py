"""A text as a Word file, with amendments as tracked changes under their parties' names.

Every clause's heading carries a bookmark with its id, and the file's keywords say which version it is, so
that the file can come back (`word_in`). Word and LibreOffice keep both when they save.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from tavolo.agreements.documents.word_parts import Line, Piece, bookmark_of, lines
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.markdown import normal_line
from tavolo.agreements.text.marking import Mark, MarkedClause, marked
from tavolo.agreements.text.model import ROOT, Text
from tavolo.agreements.text.operations import Amendment

DEEPEST = 6


@dataclass(frozen=True)
class Stamp:
    """Which text a file is: the agreement, the version's number, its day, and a line for the foot."""

    agreement: uuid.UUID
    version: int
    day: date
    foot: str = ""


def write_docx(
    text: Text, stamp: Stamp, *, amendments: Iterable[Amendment] = (),
    authors: Mapping[str, str] | None = None, language: str = "it",
) -> bytes:  # fmt: skip
    """Return the Word file of a text, byte for byte the same for the same input.

    `amendments` must not collide; each is a tracked change by `authors[its id]` (else its own author).
    Raises TextError where they do not fit.
    """
    asked = list(amendments)
    names = {one.id: normal_line((authors or {}).get(one.id, one.author)) or "Tavolo" for one in asked}
    writer = _Writer(stamp, names, language)
    for clause in marked(text, asked):
        writer.clause(clause)
    writer.properties(text, text_hash(text))
    return writer.saved()


class _Writer:
    def __init__(self, stamp: Stamp, names: Mapping[str, str], language: str) -> None:
        self.stamp = stamp
        self.names = names
        self.file = docx.Document()
        self.marks = 0
        self.counting: dict[int, int] = {}  # by level, the numbered list that goes on
        self.seen: set[str] = set()
        self.when = datetime(stamp.day.year, stamp.day.month, stamp.day.day, 12, tzinfo=UTC)
        self._styles(language)

    def _styles(self, language: str) -> None:
        styles = self.file.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = "Liberation Serif", Pt(11)
        tag = "it-IT" if language == "it" else language
        for lang in styles.element.iter(qn("w:lang")):
            lang.set(qn("w:val"), tag)
        for level in range(1, DEEPEST + 1):
            name = f"Heading {level}"
            if name not in styles:
                styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            font = styles[name].font
            font.name, font.color.rgb = "Liberation Sans", None
            fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
            for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{attribute}"), None)

    def clause(self, clause: MarkedClause) -> None:
        """Write a clause's heading and body."""
        end = _whole(clause)
        if clause.id == ROOT:
            self._heading(clause, "Title", "", end)
        else:
            label = f"Art. {clause.number}" if clause.depth == 1 else clause.number
            style = f"Heading {min(clause.depth, DEEPEST)}"
            self._heading(clause, style, label if clause.number else "", end)
        found = lines(clause.body)
        self.counting = {}
        for place, line in enumerate(found):
            # The end of a clause's last line goes or comes with the clause as a whole.
            ends = line if place < len(found) - 1 else Line(line.item, line.level, line.pieces, *end)
            self._line(ends)

    def _heading(self, clause: MarkedClause, style: str, label: str, end: tuple[str, str]) -> None:
        paragraph = self.file.add_paragraph(style=style)
        pieces: list[Piece] = []
        if label:
            gap = " – " if clause.title else ""
            pieces.append(Piece(label + gap, end[0], end[1]))
        title = tuple(Mark(m.kind, _literal(m.text), m.amendment) for m in clause.title)
        for line in lines(title, is_title=True):
            pieces += line.pieces
        here = clause.place not in ("deleted", "moved_away") and clause.id not in self.seen
        if here:
            self.seen.add(clause.id)
            self._bookmark(paragraph, clause.id, pieces)
        else:
            self._pieces(paragraph._p, pieces)
        self._end(paragraph, *end)

    def _bookmark(self, paragraph: Any, clause_id: str, pieces: list[Piece]) -> None:
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        self.marks += 1
        for mark in (start, end):
            mark.set(qn("w:id"), str(self.marks))
        start.set(qn("w:name"), bookmark_of(clause_id))
        paragraph._p.append(start)
        self._pieces(paragraph._p, pieces)
        paragraph._p.append(end)

    def _line(self, line: Line) -> None:
        suffix = "" if line.level == 0 else f" {min(line.level + 1, 3)}"
        style = {"-": f"List Bullet{suffix}", "1.": f"List Number{suffix}"}.get(line.item, "Normal")
        paragraph = self.file.add_paragraph(style=style)
        self._number(paragraph, line)
        self._pieces(paragraph._p, line.pieces)
        self._end(paragraph, line.end, line.end_by)

    def _number(self, paragraph: Any, line: Line) -> None:
        """Let every numbered list begin at 1, as the pages show it: Word would count on through the file."""
        for level in [one for one in self.counting if one > line.level or not line.item]:
            del self.counting[level]
        if line.item != "1.":
            self.counting.pop(line.level, None)
            return
        if line.level not in self.counting:
            lists = self.file.part.numbering_part.element
            own = paragraph.style.element.pPr.numPr.numId.val
            made = lists.add_num(lists.num_having_numId(own).abstractNumId.val)
            made.add_lvlOverride(0).add_startOverride(1)
            self.counting[line.level] = made.numId
        place = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        place.get_or_add_ilvl().val = 0
        place.get_or_add_numId().val = self.counting[line.level]

    def _pieces(self, parent: Any, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            holder = parent
            if piece.kind != "same":
                holder = self._change("w:ins" if piece.kind == "inserted" else "w:del", piece.amendment)
                parent.append(holder)
            run = OxmlElement("w:r")
            if piece.bold or piece.italic:
                look = OxmlElement("w:rPr")
                for on, name in ((piece.bold, "w:b"), (piece.italic, "w:i")):
                    if on:
                        look.append(OxmlElement(name))
                run.append(look)
            words = OxmlElement("w:delText" if piece.kind == "deleted" else "w:t")
            words.text = piece.text
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(words)
            holder.append(run)

    def _change(self, name: str, amendment: str) -> Any:
        self.marks += 1
        change = OxmlElement(name)
        change.set(qn("w:id"), str(self.marks))
        change.set(qn("w:author"), self.names.get(amendment, "Tavolo"))
        change.set(qn("w:date"), self.when.strftime("%Y-%m-%dT%H:%M:%SZ"))
        return change

    def _end(self, paragraph: Any, kind: str, amendment: str) -> None:
        """Mark the end of a paragraph as coming or going."""
        if kind == "same":
            return
        look = paragraph._p.get_or_add_pPr()
        mark = OxmlElement("w:rPr")
        mark.append(self._change("w:ins" if kind == "inserted" else "w:del", amendment))
        look.append(mark)

    def properties(self, text: Text, own_hash: str) -> None:
        """Write title, version and foot."""
        core = self.file.core_properties
        core.title, core.author, core.comments = text.root.title[:250], "Tavolo", ""
        core.keywords = f"tavolo:{self.stamp.agreement}:{self.stamp.version}:{own_hash}"
        core.created = core.modified = self.when.replace(tzinfo=None)
        core.revision = 1
        foot = self.file.sections[0].footer.paragraphs[0]
        foot.text = normal_line(self.stamp.foot) or f"Versione {self.stamp.version} · {own_hash[:12]}"
        for run in foot.runs:
            run.font.size = Pt(8)

    def saved(self) -> bytes:
        """Return the file's bytes, with fixed times inside the archive."""
        from tavolo.agreements.documents.archive_bytes import fixed

        out = io.BytesIO()
        self.file.save(out)
        return fixed(out.getvalue())


def _literal(words: str) -> str:
    """Return a title's words so that no sign among them is read as a look."""
    return words.replace("\\", "\\\\").replace("*", "\\*")


def _whole(clause: MarkedClause) -> tuple[str, str]:
    kinds = {"deleted": "deleted", "moved_away": "deleted", "inserted": "inserted", "moved_here": "inserted"}
    return kinds.get(clause.place, "same"), clause.amendment
