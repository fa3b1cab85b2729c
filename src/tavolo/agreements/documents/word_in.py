"""A Word file read back: which clauses it holds now, whatever Word or LibreOffice did to its looks.

Tracked changes are read as accepted, plain edits as they stand; fonts, colours, spacing, spelling marks and
the other noise of an editor are not looked at. A clause is known by the bookmark on its heading; where that
is lost, by its title or number. Only words, bold, italics, lists and headings count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from tavolo.agreements.documents.archive_bytes import BadArchive, parts
from tavolo.agreements.documents.word_looks import Looks, on, xml
from tavolo.agreements.documents.word_parts import STAMP, clause_of, w
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.markdown import Run, normal_line, paragraph_line, write_runs
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.reading import heading_title, label_depth

MOST_PARAGRAPHS = 50_000


@dataclass(frozen=True)
class Note:
    """A comment in the file: its author, its words, and the clause it stands at."""

    author: str
    text: str
    clause: str


@dataclass(frozen=True)
class ReadBack:
    """What a Word file holds: the text, the version it says it is of, the authors of its tracked changes,
    its comments, and what could not be read as a text (tables, pictures), by name."""

    text: Text
    stamp: tuple[str, int, str] | None
    authors: tuple[str, ...]
    notes: tuple[Note, ...]
    ignored: tuple[str, ...]


def read_docx(data: bytes, new_id: Callable[[], str], base: Text | None = None) -> ReadBack:
    """Read a Word file; `base` is the version it was made from, whose topics and origins are kept.

    Raises TextError("unreadable") where the bytes are not a Word file or would unpack to far too much.
    """
    try:
        found = parts(
            data,
            {
                "word/document.xml", "word/styles.xml", "word/numbering.xml", "word/comments.xml",
                "docProps/core.xml",
            },
        )  # fmt: skip
    except BadArchive as error:
        raise TextError("unreadable", value=str(error)) from error
    if "word/document.xml" not in found:
        raise TextError("unreadable", value="word/document.xml")
    reader = _Reader(Looks(found), new_id, base)
    for paragraph in _paragraphs(xml(found["word/document.xml"]), reader):
        reader.take(paragraph)
    return ReadBack(
        reader.text(), _stamp(found), tuple(sorted(reader.authors)), tuple(_notes(found, reader)),
        tuple(sorted(reader.ignored)),
    )  # fmt: skip


def _stamp(found: dict[str, bytes]) -> tuple[str, int, str] | None:
    if "docProps/core.xml" not in found:
        return None
    words = " ".join(xml(found["docProps/core.xml"]).itertext())
    known = STAMP.search(words)
    return (known[1], int(known[2]), known[3]) if known else None


@dataclass
class _Paragraph:
    """One paragraph as accepted: words with their look, its bookmarks, comments that begin in it."""

    look: Any
    runs: list[tuple[str, bool, bool]] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    joins_next: bool = False
    after_deleted: bool = False


def _paragraphs(root: Any, reader: _Reader) -> Iterator[_Paragraph]:
    """Yield the paragraphs of a document in order; those whose end is deleted run into the next."""
    count = 0
    pending: _Paragraph | None = None
    for element in root.iter(w("p")):
        count += 1
        if count > MOST_PARAGRAPHS:
            raise TextError("unreadable", value=f"> {MOST_PARAGRAPHS}")
        if any(above.tag == w("txbxContent") for above in element.iterancestors()):
            reader.ignored.add("text box")
            continue
        if any(above.tag == w("tbl") for above in element.iterancestors()):
            reader.ignored.add("table")
        made = reader.paragraph(element)
        if pending is not None:
            if pending.runs or pending.clauses:
                made.runs = pending.runs + made.runs
                made.look = pending.look if pending.runs else made.look
            made.clauses = pending.clauses + made.clauses
            made.comments = pending.comments + made.comments
            made.after_deleted = True
            pending = None
        if made.joins_next:
            pending = made
        else:
            yield made
    if pending is not None:
        yield pending


@dataclass
class _Clause:
    id: str
    title: str
    depth: int
    lines: list[str] = field(default_factory=list)
    last: str = ""
    children: list[_Clause] = field(default_factory=list)


class _Reader:
    """Builds the tree of clauses paragraph by paragraph."""

    def __init__(self, looks: Looks, new_id: Callable[[], str], base: Text | None) -> None:
        self.looks = looks
        self.new_id = new_id
        self.base = base
        self.authors: set[str] = set()
        self.ignored: set[str] = set()
        self.root = _Clause(ROOT, "", 0)
        self.path = [self.root]
        self.claimed: set[str] = {ROOT}
        self.at_comment: dict[str, str] = {}
        self.unnamed: list[tuple[_Clause, str]] = []

    def paragraph(self, element: Any) -> _Paragraph:
        """Return a paragraph as accepted."""
        look = element.find(w("pPr"))
        made = _Paragraph(look)
        mark = look.find(w("rPr")) if look is not None else None
        if mark is not None:
            made.joins_next = mark.find(w("del")) is not None or mark.find(w("moveFrom")) is not None
            self._authors(mark)
        self._walk(element, made)
        return made

    def _authors(self, element: Any) -> None:
        for change in element:
            if change.tag in (w("ins"), w("del"), w("moveFrom"), w("moveTo")) and change.get(w("author")):
                self.authors.add(change.get(w("author")))

    def _walk(self, element: Any, made: _Paragraph) -> None:
        for child in element:
            tag = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if tag in ("del", "moveFrom", "pPr", "rPr", "instrText", "footnoteReference", "txbxContent"):
                self._authors([child])
                if tag == "footnoteReference":
                    self.ignored.add("footnote")
            elif tag == "bookmarkStart":
                found = clause_of(child.get(w("name"), ""))
                if found is not None:
                    made.clauses.append(found)
            elif tag == "commentRangeStart":
                made.comments.append(child.get(w("id"), ""))
            elif tag in ("drawing", "pict", "object"):
                self.ignored.add("picture")
            elif tag == "r":
                self._run(child, made)
            else:
                self._authors([child])
                self._walk(child, made)

    def _run(self, run: Any, made: _Paragraph) -> None:
        look = run.find(w("rPr"))
        style = look.find(w("rStyle")) if look is not None else None
        key = style.get(w("val"), "") if style is not None else ""
        bold = self._has(look, "b", key, self.looks.strong)
        italic = self._has(look, "i", key, self.looks.emphasis)
        for child in run:
            tag = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if tag == "t":
                made.runs.append((child.text or "", bold, italic))
            elif tag in ("tab", "br", "cr"):
                made.runs.append((" ", bold, italic))
            elif tag == "noBreakHyphen":
                made.runs.append(("-", bold, italic))
            elif tag in ("drawing", "pict", "object"):
                self.ignored.add("picture")
            elif tag == "footnoteReference":
                self.ignored.add("footnote")

    def _has(self, look: Any, name: str, style: str, styles: set[str]) -> bool:
        if look is not None and look.find(w(name)) is not None:
            return on(look, name)
        return any(one in styles for one in self.looks.chain(style))

    def take(self, paragraph: _Paragraph) -> None:
        """Add a paragraph to the tree: as the title, as a heading, or to the body of the last clause."""
        title, depth, item, level = self.looks.of(paragraph.look)
        plain = normal_line("".join(words for words, _b, _i in paragraph.runs))
        named = [one for one in paragraph.clauses if one not in self.claimed or one == ROOT]
        if (title or ROOT in named) and not self.root.title and len(self.path) == 1:
            self.root.title = plain
        elif depth or [one for one in named if one != ROOT]:
            if plain or named:
                self._open(paragraph, plain, depth, [one for one in named if one != ROOT])
        elif plain:
            self._body(paragraph, item, level)
        for comment in paragraph.comments:
            self.at_comment[comment] = self.path[-1].id

    def _open(self, paragraph: _Paragraph, plain: str, depth: int, named: list[str]) -> None:
        known = named[0] if named else ""
        before = self.base.depth(known) if self.base is not None and known in self.base.clauses else 0
        # LibreOffice gives a heading the look of the deleted one above it; its number still says its depth.
        if not depth or (paragraph.after_deleted and before and before == label_depth(plain)):
            depth = before or 1
        while self.path[-1].depth >= depth:
            self.path.pop()
        made = _Clause(known, heading_title(plain), max(depth, self.path[-1].depth + 1))
        if known:
            self.claimed.add(known)
        else:
            self.unnamed.append((made, plain))
        self.path[-1].children.append(made)
        self.path.append(made)

    def _body(self, paragraph: _Paragraph, item: str, level: int) -> None:
        clause = self.path[-1]
        words = write_runs(Run(*run) for run in paragraph.runs)
        if not item:
            words = paragraph_line(words)
        if item:
            if clause.lines and not clause.last:
                clause.lines.append("")
            clause.lines.append(f"{'  ' * min(level, 3)}{item} {words}")
        else:
            clause.lines += ["", words] if clause.lines else [words]
        clause.last = item

    def text(self) -> Text:
        """Return the tree, with an id for every clause that lost its own."""
        for made, plain in self.unnamed:
            made.id = self._lost(made, plain) or self.new_id()
            self.claimed.add(made.id)
        return Text(self._closed(self.root))

    def _lost(self, made: _Clause, plain: str) -> str | None:
        """Return the clause of the base this heading must be, if its title or number says so alone."""
        if self.base is None:
            return None
        free = [one for one in self.base.clauses.values() if one.id not in self.claimed]
        same = [one.id for one in free if one.title and one.title == made.title]
        if len(same) == 1:
            return same[0]
        number = re.match(r"(?:art\.?\s*)?(\d+(?:\.\d+)*)", plain, re.I)
        if number and not made.title:
            bare = [one.id for one in free if not one.title and self.base.numbers[one.id] == number[1]]
            return bare[0] if len(bare) == 1 else None
        return None

    def _closed(self, made: _Clause) -> Clause:
        old = self.base.clauses.get(made.id) if self.base is not None else None
        return Clause(
            made.id,
            made.title,
            "\n".join(made.lines),
            old.topics if old else (),
            old.origin if old else (),
            tuple(self._closed(child) for child in made.children),
        )


def _notes(found: dict[str, bytes], reader: _Reader) -> Iterator[Note]:
    if "word/comments.xml" not in found:
        return
    for comment in xml(found["word/comments.xml"]).iter(w("comment")):
        words = normal_line(" ".join(t.text or "" for t in comment.iter(w("t"))))
        clause = reader.at_comment.get(comment.get(w("id"), ""), ROOT)
        if words:
            yield Note(normal_line(comment.get(w("author"), "")), words, clause)
