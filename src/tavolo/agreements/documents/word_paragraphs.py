"""The paragraphs of a Word file as they read once every tracked change is accepted.

Words of tables and text boxes are paragraphs like others; what cannot be one (a picture, a footnote, another
file put inside) is named, so that whoever brings the file knows what stayed behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tavolo.agreements.documents.word_looks import Looks, on
from tavolo.agreements.documents.word_parts import clause_of, w
from tavolo.agreements.text.errors import TextError

MOST_PARAGRAPHS = 50_000
LEFT_OUT = {
    "drawing": "picture", "pict": "picture", "object": "picture", "footnoteReference": "footnote",
    "endnoteReference": "endnote", "sym": "symbol", "altChunk": "other file",
}  # fmt: skip
GONE = ("del", "moveFrom")
WORDS = {"tab": " ", "ptab": " ", "br": " ", "cr": " ", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}


@dataclass
class Paragraph:
    """One paragraph as accepted: words with their look, its bookmarks, comments that begin in it."""

    look: Any
    runs: list[tuple[str, bool, bool]] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    joins_next: bool = False
    after_deleted: bool = False
    lost: bool = False  # words of it are deleted
    in_table: bool = False
    row: Any = None  # of a table of several columns
    cell: Any = None
    is_title: bool = False

    @property
    def is_bold(self) -> bool:
        """Say whether all its words are bold."""
        inked = [bold for words, bold, _italic in self.runs if words.strip()]
        return bool(inked) and all(inked)


class Paragraphs:
    """Reads the paragraphs of a document in order, and remembers who changed it and what is no text."""

    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        self.authors: set[str] = set()
        self.ignored: set[str] = set()

    def of(self, root: Any) -> Iterator[Paragraph]:
        """Yield the paragraphs of a document; a row of a table is one, its cells apart by a bar."""
        waiting: Paragraph | None = None
        for made in self._single(root):
            if waiting is not None and self._same_row(waiting, made):
                apart = " " if waiting.cell is made.cell else " | "
                waiting.runs += [(apart, False, False), *made.runs] if made.runs else []
                waiting.comments += made.comments
                waiting.cell, waiting.look = made.cell, None
                continue
            if waiting is not None:
                yield waiting
            waiting = made
        if waiting is not None:
            yield waiting

    def _same_row(self, one: Paragraph, other: Paragraph) -> bool:
        """Say whether two paragraphs are plain words of one row; a heading or a number stands for itself."""
        return (
            one.row is not None
            and one.row is other.row
            and not any(
                self.looks.place(made.look) or self.looks.of(made.look)[1] or made.clauses
                for made in (one, other)
            )
        )

    def _single(self, root: Any) -> Iterator[Paragraph]:
        """Yield the paragraphs one by one; those whose end is deleted run into the next."""
        pending: Paragraph | None = None
        if next(root.iter(w("altChunk")), None) is not None:
            self.ignored.add("other file")
        for count, element in enumerate(root.iter(w("p"))):
            if count >= MOST_PARAGRAPHS:
                raise TextError("too_large")
            if not self._counts(element):
                continue
            made = self._read(element)
            if pending is not None:
                _run_into(pending, made)
                pending = None
            if made.joins_next:
                pending = made
            else:
                yield made
        if pending is not None:
            yield pending

    def _counts(self, element: Any) -> bool:
        """Say whether a paragraph is one of the text: not a second copy, not gone, not a list of contents."""
        for above in element.iterancestors():
            name = etree.QName(above).localname
            if name in ("Fallback", *GONE):  # an older drawing of what stands beside it already; deleted
                return False
            if name == "tr" and _row_is_gone(above):
                self._names(above.find(w("trPr")))
                return False
            if name == "tc" and above.find(f"{w('tcPr')}/{w('cellDel')}") is not None:
                return False
            if name == "sdt" and _is_contents(above):
                self.ignored.add("table of contents")
                return False
            if name in ("txbxContent", "tbl"):
                self.ignored.add("text box" if name == "txbxContent" else "table")
        if self.looks.is_contents(element.find(w("pPr"))):
            self.ignored.add("table of contents")
            return False
        return True

    def _read(self, element: Any) -> Paragraph:
        look = element.find(w("pPr"))
        made = Paragraph(look, in_table=next(element.iterancestors(w("tbl")), None) is not None)
        row = next(element.iterancestors(w("tr")), None)
        if row is not None and len(row.findall(f".//{w('tc')}")) > 1:
            made.row, made.cell = row, next(element.iterancestors(w("tc")), None)
        mark = look.find(w("rPr")) if look is not None else None
        if mark is not None:
            made.joins_next = any(mark.find(w(name)) is not None for name in GONE)
            self._names(mark)
        self._walk(element, made)
        return made

    def _names(self, element: Any) -> None:
        for change in element if element is not None else ():
            if change.tag in (w("ins"), w("del"), w("moveFrom"), w("moveTo")) and change.get(w("author")):
                self.authors.add(change.get(w("author")))

    def _walk(self, element: Any, made: Paragraph) -> None:
        for child in element:
            tag = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if tag in (*GONE, "pPr", "rPr", "sdtPr", "instrText", "txbxContent", "Fallback"):
                self._names([child])
                made.lost = made.lost or tag in GONE
            elif tag == "bookmarkStart":
                found = clause_of(child.get(w("name"), ""))
                if found is not None:
                    made.clauses.append(found)
            elif tag == "commentRangeStart":
                made.comments.append(child.get(w("id"), ""))
            elif tag in LEFT_OUT:
                self._left_out(child, tag)
            elif tag == "r":
                self._run(child, made)
            else:
                self._names([child])
                self._walk(child, made)

    def _left_out(self, element: Any, tag: str) -> None:
        """Name what is no text; a frame that only holds a text box is not a picture."""
        if next(element.iter(w("txbxContent")), None) is None:
            self.ignored.add(LEFT_OUT[tag])

    def _run(self, run: Any, made: Paragraph) -> None:
        look = run.find(w("rPr"))
        style = look.find(w("rStyle")) if look is not None else None
        key = style.get(w("val"), "") if style is not None else ""
        bold = self._has(look, "b", key, self.looks.strong)
        italic = self._has(look, "i", key, self.looks.emphasis)
        for child in run.iter():
            tag = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if tag in LEFT_OUT and not _inside(child, run, ("Fallback", "txbxContent")):
                self._left_out(child, tag)
            elif tag == "t" and not _inside(child, run, ("txbxContent", "Fallback")):
                made.runs.append((child.text or "", bold, italic))
            elif tag in WORDS and child.getparent() is run:
                made.runs.append((WORDS[tag], bold, italic))

    def _has(self, look: Any, name: str, style: str, styles: set[str]) -> bool:
        if look is not None and look.find(w(name)) is not None:
            return on(look, name)
        return any(one in styles for one in self.looks.chain(style))


def _run_into(first: Paragraph, second: Paragraph) -> None:
    """Put a paragraph whose end is deleted before the words of the next."""
    if first.runs:
        second.runs = first.runs + second.runs
        second.look = first.look
    if first.runs or not first.lost:
        # A heading deleted with its words takes its clause along: the next one is not it.
        second.clauses = first.clauses + second.clauses
    second.comments = first.comments + second.comments
    second.after_deleted = True


def _inside(element: Any, top: Any, names: tuple[str, ...]) -> bool:
    for above in element.iterancestors():
        if above is top:
            return False
        if etree.QName(above).localname in names:
            return True
    return False


def _row_is_gone(row: Any) -> bool:
    return row.find(f"{w('trPr')}/{w('del')}") is not None


def _is_contents(holder: Any) -> bool:
    gallery = holder.find(f"{w('sdtPr')}/{w('docPartObj')}/{w('docPartGallery')}")
    return gallery is not None and gallery.get(w("val")) == "Table of Contents"
