"""A Word file read back: which clauses it holds now, whatever Word or LibreOffice did to its looks.

Tracked changes are read as accepted, plain edits as they stand; fonts, colours, spacing, spelling marks and
the other noise of an editor are not looked at. A clause is known by the bookmark on its heading; where that
is lost, by its title or number. In a file from elsewhere a clause is opened by a heading, by an article as
people type it ("Art. 3 – Premio") or as Word numbers it, and where there is none by a bold line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from tavolo.agreements.documents.word_looks import Looks
from tavolo.agreements.documents.word_package import opened, xml
from tavolo.agreements.documents.word_paragraphs import Paragraph, Paragraphs
from tavolo.agreements.documents.word_parts import STAMP, w
from tavolo.agreements.text.diff import edits, patch
from tavolo.agreements.text.markdown import (
    Run,
    blocks,
    escaped,
    normal_body,
    normal_line,
    paragraph_line,
    write_runs,
)
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.reading import Heading, heading_title, label_depth, typed_heading

LONGEST_BOLD = 100
_SIMPLE = re.compile(r"(\d{1,4})[.)]")
_BOLD_NUMBER = re.compile(r"(?:\d{1,2}|[A-Z]|[IVX]{1,5})[.)]\s+")
# What an editor writes one way or another and no reader sees: soft hyphens, hyphens that do not break.
_UNSEEN = {0x00AD: None, 0x2011: "-"}


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

    Raises TextError where the bytes are not a Word file or would unpack to far too much.
    """
    found = opened(data)
    looks = Looks(found)
    source = Paragraphs(looks)
    rows = list(source.of(xml(found["document"][0])))
    stamp = _stamp(found)
    reader = _Reader(looks, new_id, base, foreign=base is None and stamp is None)
    if reader.foreign:
        reader.look_over(rows)
        source.ignored |= {kind for kind in ("header", "footer") if _has_words(found.get(kind, []))}
    for paragraph in rows:
        reader.take(paragraph)
    return ReadBack(
        reader.text(), stamp, tuple(sorted(source.authors)), tuple(_notes(found, reader)),
        tuple(sorted(source.ignored)),
    )  # fmt: skip


def _stamp(found: dict[str, list[bytes]]) -> tuple[str, int, str] | None:
    if "core" not in found:
        return None
    words = " ".join(xml(found["core"][0]).itertext())
    known = STAMP.search(words)
    return (known[1], int(known[2]), known[3]) if known else None


def _has_words(files: list[bytes]) -> bool:
    """Say whether heads or feet of pages hold words, page numbers aside."""
    words = " ".join(text.text or "" for data in files for text in xml(data).iter(w("t")))
    words = re.sub(r"\b(?:pag(?:ina|e)?|di|of)\b", "", words, flags=re.I)
    return re.search(r"[^\W\d_]{3}", words) is not None


@dataclass
class _Clause:
    id: str
    title: str
    depth: int
    lines: list[str] = field(default_factory=list)
    last: str = ""
    counts: list[int] = field(default_factory=list)  # of the numbered items as they will be shown
    styled: bool = False  # opened by the look of a heading that is no article: articles lie below it
    children: list[_Clause] = field(default_factory=list)


class _Reader:
    """Builds the tree of clauses paragraph by paragraph."""

    def __init__(self, looks: Looks, new_id: Callable[[], str], base: Text | None, *, foreign: bool) -> None:
        self.looks = looks
        self.new_id = new_id
        self.base = base
        # Not a file of this site: clauses are found as people write them, numbers kept as Word shows them.
        self.foreign = foreign
        known = base.clauses.values() if base is not None else ()
        self.heads = {_head(block.text) for clause in known for block in blocks(clause.body)}
        self.styled = self.bold = False
        self.root = _Clause(ROOT, "", 0)
        self.path = [self.root]
        self.claimed: set[str] = {ROOT}
        self.waiting: list[str] = []  # bookmarks of a heading whose words stand in the next paragraph
        self.untitled: _Clause | None = None
        self.at_comment: dict[str, str] = {}
        self.unnamed: list[tuple[_Clause, str]] = []

    def look_over(self, rows: list[Paragraph]) -> None:
        """Find out how a file from elsewhere marks its clauses: by styles, by articles, or by bold lines."""
        inked = [row for row in rows if row.runs and not row.in_table]
        depths = [self.looks.of(row.look)[1] for row in inked]
        self.styled = any(depths)
        titled = any(self.looks.of(row.look)[0] for row in inked)
        typed = [typed_heading(_plain(row), numbered=False) is not None for row in inked]
        others = sum(bool(one) for one in depths[1:]) + sum(typed[1:])
        if (
            inked
            and not titled
            and not typed[0]
            and others
            and 0 < depths[0] < min((one for one in depths[1:] if one), default=9)
        ):
            # A single heading above all others, first in the file, is the title.
            inked[0].is_title = True
        articles = any(
            self.looks.is_article(row.look) or typed_heading(_plain(row)) is not None for row in inked
        )
        self.bold = not self.styled and not articles

    def take(self, paragraph: Paragraph) -> None:
        """Add a paragraph to the tree: as the title, as a heading, or to the body of the last clause."""
        title, depth, item, level = self.looks.of(paragraph.look)
        label = self.looks.label(paragraph.look)
        plain = _plain(paragraph)
        waiting, self.waiting = self.waiting, []
        own = [one for one in paragraph.clauses if one not in self.claimed]
        named = [one for one in paragraph.clauses if one == ROOT] + own
        if own and not plain:
            # Enter at the start of a heading leaves its bookmark in an empty line above it.
            self.waiting = own
            return
        if waiting and not plain:
            self.waiting = waiting
        elif waiting and not own and depth:
            own = waiting
        elif waiting and not own:
            self._open(Paragraph(None), Heading(0, ""), waiting)
        if (title or paragraph.is_title or ROOT in named) and not self.root.title and len(self.path) == 1:
            self.root.title = plain
        elif depth or own:
            if plain or own:
                self._open(paragraph, Heading(depth, heading_title(plain)), own)
        elif plain:
            typed = self._typed(paragraph, label, plain)
            if typed is not None:
                self._open(paragraph, typed, [])
            elif not self._names_article(paragraph, plain):
                self._body(paragraph, item, level, label)
        for comment in paragraph.comments:
            self.at_comment[comment] = self.path[-1].id

    def _typed(self, paragraph: Paragraph, label: str, plain: str) -> Heading | None:
        """Return the clause a paragraph without the look of a heading opens in a file from elsewhere."""
        if paragraph.in_table or not (self.foreign or self._is_new(plain)):
            return None
        words = f"{label} {plain}" if label else plain
        found = typed_heading(words, numbered=self.foreign and not self.styled and not label)
        if found is not None:
            below = next((one.depth for one in reversed(self.path) if one.depth and one.styled), 0)
            return replace(found, depth=below + found.depth)
        short = len(plain) <= LONGEST_BOLD and not plain.endswith((".", ";", ",", ":"))
        if self.bold and short and paragraph.is_bold:
            if not self.root.title and len(self.path) == 1 and not self.root.lines:
                return None
            return Heading(1, _BOLD_NUMBER.sub("", plain))
        return None

    def _is_new(self, plain: str) -> bool:
        """Say whether no paragraph of the version begins so: "Art. 9 – Foro" was typed into its file."""
        return self.base is not None and _head(plain) not in self.heads

    def _names_article(self, paragraph: Paragraph, plain: str) -> bool:
        """Take a short line below "Art. 3" as its title: in brackets, bold or centred, as people set it."""
        clause, self.untitled = self.untitled, None
        if clause is None or clause is not self.path[-1] or clause.lines or len(plain) > LONGEST_BOLD:
            return False
        bracketed = plain.startswith("(") and plain.endswith(")")
        centred = paragraph.look is not None and any(
            one.get(w("val")) == "center" for one in paragraph.look.iter(w("jc"))
        )
        if not bracketed and (plain.endswith((".", ";", ",", ":")) or not (paragraph.is_bold or centred)):
            return False
        clause.title = plain[1:-1].strip() if bracketed else plain
        return True

    def _open(self, paragraph: Paragraph, heading: Heading, named: list[str]) -> None:
        known = named[0] if named else ""
        plain, depth = _plain(paragraph), heading.depth
        before = self.base.depth(known) if self.base is not None and known in self.base.clauses else 0
        # LibreOffice gives a heading the look of the deleted one above it; its number still says its depth.
        if not depth or (paragraph.after_deleted and before and before == label_depth(plain)):
            depth = before or 1
        while self.path[-1].depth >= depth:
            self.path.pop()
        made = _Clause(known, heading.title, max(depth, self.path[-1].depth + 1))
        made.styled = bool(self.looks.of(paragraph.look)[1]) and not typed_heading(plain)
        if known:
            self.claimed.add(known)
        else:
            self.unnamed.append((made, plain))
        self.path[-1].children.append(made)
        self.path.append(made)
        if heading.body:
            made.lines.append(escaped(heading.body))
        elif not heading.title and self.foreign:
            self.untitled = made

    def _body(self, paragraph: Paragraph, item: str, level: int, label: str) -> None:
        clause = self.path[-1]
        words = write_runs(Run(*run) for run in paragraph.runs)
        if item == "1." and not self._counts(clause, label, level):
            item, words = "", f"{escaped(label)} {words}" if label else words
        if not item:
            words = paragraph_line(words)
        if item:
            if clause.lines and not clause.last:
                clause.lines.append("")
            clause.lines.append(f"{'  ' * min(level, 3)}{item} {words}")
        else:
            clause.lines += ["", words] if clause.lines else [words]
            clause.counts = []
        clause.last = item

    def _counts(self, clause: _Clause, label: str, level: int) -> bool:
        """Say whether a numbered item will show the number Word gives it; "b)" and "3.2" are words."""
        simple = _SIMPLE.fullmatch(label)
        if label and not simple:
            return False
        if not self.foreign or simple is None:
            return True
        level = min(level, len(clause.counts), 3)
        count = (clause.counts[level] if level < len(clause.counts) else 0) + 1
        if int(simple[1]) != count:
            return False
        clause.counts = [*clause.counts[:level], count]
        return True

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
        title, body = made.title, normal_body("\n".join(made.lines))
        if old is not None:
            title, body = _seen(old.title, title), _seen(old.body, body)
        elif self.base is None:
            title, body = title.translate(_UNSEEN), body.translate(_UNSEEN)
        return Clause(
            made.id, title, body, old.topics if old else (), old.origin if old else (),
            tuple(self._closed(child) for child in made.children),
        )  # fmt: skip


def _seen(old: str, new: str) -> str:
    """Return the new words, with the old ones wherever the two differ only in what nobody sees."""
    if old == new:
        return new
    told = [
        one for one in edits(old, new)
        if old[one.start : one.end].translate(_UNSEEN) != one.text.translate(_UNSEEN)
    ]  # fmt: skip
    return patch(old, told)


def _head(words: str) -> str:
    """Return what a paragraph begins with: "art. 9" of "Art. 9 – Foro"."""
    return " ".join(words.split()[:2]).casefold()


def _plain(paragraph: Paragraph) -> str:
    return normal_line("".join(words for words, _b, _i in paragraph.runs))


def _notes(found: dict[str, list[bytes]], reader: _Reader) -> Iterator[Note]:
    if "comments" not in found:
        return
    for comment in xml(found["comments"][0]).iter(w("comment")):
        words = normal_line(" ".join(t.text or "" for t in comment.iter(w("t"))))
        clause = reader.at_comment.get(comment.get(w("id"), ""), ROOT)
        if words:
            yield Note(normal_line(comment.get(w("author"), "")), words, clause)
