"""Plain text in and out: a platform that was pasted, a text from an archive, a file of lines.

Headings are recognised as people write them: `# Title`, `## Art. 3 Premio`, `Articolo 3 – Premio`, `ART. 3`,
`3.2 Durata`, `Art. 3 bis`. Everything between two headings is the body of the clause above it. What comes
before the first heading is the title (its first line) and the preamble.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from tavolo.agreements.text.markdown import normal_line
from tavolo.agreements.text.model import ROOT, Clause, Text

_ARTICLE = re.compile(
    r"(?:art(?:icolo|\.)?|clausola|article)\s*(?:n\.\s*)?(?P<number>\d+(?:\s*(?:bis|ter|quater))?)\s*"
    r"(?P<mark>[°º]?\s*\.?\s*[-–—:.)]?)\s*(?P<rest>.*)",
    re.I,
)
_NUMBERED = re.compile(r"(\d+(?:\.\d+){1,4})\.?\s+(\S.*)")
_LABELLED = re.compile(r"(?:art(?:icolo|\.)?\s*)?\d{1,3}(?:\.\d{1,3})*\.?\s+[-–—]\s+(.*)", re.I)
_MARKDOWN = re.compile(r"(#{1,6})\s+(.*)")
_ID = re.compile(r"\s*\{#([A-Za-z0-9][A-Za-z0-9._-]{0,79})\}\s*$")
_STOPS = (".", ";", ",", ":")
LONGEST_TITLE = 160
_DASHES = ("-", "–", "—", ":")
WORDY = 8  # so many words with a full stop are a sentence, not a title
WORDY_UNMARKED = 5  # where nothing stands between the number and the words


@dataclass
class _Open:
    id: str
    title: str
    depth: int
    lines: list[str] = field(default_factory=list)
    children: list[_Open] = field(default_factory=list)

    def closed(self) -> Clause:
        children = tuple(child.closed() for child in self.children)
        return Clause(self.id, self.title, "\n".join(self.lines), children=children)


def read_plain(source: str, new_id: Callable[[], str]) -> Text:
    """Return the text that `source` writes; `new_id` gives the id of each clause that names none.

    A heading may name its id at the end, as in `## Art. 1 Premio {#premio}`. Never fails: what is not
    recognised as a heading is body.
    """
    root = _Open(ROOT, "", 0)
    path = [root]
    for line in source.replace("\r\n", "\n").split("\n"):
        heading = _heading(line)
        if heading is None:
            if not root.title and len(path) == 1 and not any(one.strip() for one in root.lines):
                root.title = normal_line(line)
            else:
                path[-1].lines.append(line)
            continue
        depth = heading.depth
        if depth == 0:
            root.title = root.title or heading.title
            continue
        while path[-1].depth >= depth:
            path.pop()
        made = _Open(heading.named or new_id(), heading.title, path[-1].depth + 1)
        made.lines += [heading.body] if heading.body else []
        path[-1].children.append(made)
        path.append(made)
        # A deeper heading without its article above still goes one level down, not several.
        made.depth = max(depth, path[-2].depth + 1)
    return Text(root.closed())


@dataclass(frozen=True)
class Heading:
    """A line that opens a clause: its depth (0: the text's title), title, named id, words that follow."""

    depth: int
    title: str
    named: str = ""
    body: str = ""


def _heading(line: str) -> Heading | None:
    """Return what a heading line says, or None for a line of the body."""
    words = line.strip()
    found_id = _ID.search(words)
    named = found_id[1] if found_id else ""
    words = _ID.sub("", words)
    marked = _MARKDOWN.fullmatch(words)
    if marked and (named or len(words) <= LONGEST_TITLE):
        inner = _numbered(marked[2])
        return Heading(len(marked[1]) - 1, inner if inner is not None else normal_line(marked[2]), named)
    found = typed_heading(words)
    return replace(found, named=named) if found is not None and named else found


def typed_heading(words: str, *, numbered: bool = True) -> Heading | None:
    """Return the clause a line opens as people type it: "Art. 3 – Premio", "ART. 3", "3.2 Durata".

    An article whose words follow its number at once ("Art. 3. Le parti convengono …") has them as its body;
    a sentence that merely begins with another text's article ("Art. 5 CCNL si applica …") opens nothing.
    """
    words = normal_line(words)
    article = _ARTICLE.fullmatch(words)
    rest = article["rest"] if article else ""
    plain_title = article and words[0].isupper() and article["mark"].strip(" °º.") in _DASHES
    if article and (not rest or rest[0].isupper() or rest[0] in "«“\"'(" or plain_title):
        marked = bool(article["mark"].strip(" °º"))
        wordy = len(rest.split()) > (WORDY if marked else WORDY_UNMARKED)
        runs_on = len(words) > LONGEST_TITLE or (rest.endswith(_STOPS) and wordy)
        if not runs_on:
            return Heading(1, rest)
        return Heading(1, "", body=rest) if marked else None
    found = _NUMBERED.fullmatch(words) if numbered else None
    if found and len(words) <= 100 and not words.endswith(_STOPS):
        return Heading(found[1].count(".") + 1, normal_line(found[2]))
    return None


def heading_title(words: str) -> str:
    """Return a heading's title: what follows "Art. 3 –" or "3.2", or the words themselves."""
    labelled = _LABELLED.fullmatch(words.strip())
    if labelled:
        return normal_line(labelled[1])
    found = _numbered(words)
    if found is not None:
        return found
    return "" if re.fullmatch(r"\d+(?:\.\d+)*\.?", words.strip()) else normal_line(words)


def label_depth(words: str) -> int:
    """Return the depth a heading's number speaks of: 1 for "Art. 3", 2 for "3.1", 0 where there is none."""
    found = re.match(r"(?:art(?:icolo|\.)?\s*)?(\d{1,3}(?:\.\d{1,3})*)\.?(?:\s|$)", words.strip(), re.I)
    return found[1].count(".") + 1 if found else 0


def _numbered(words: str) -> str | None:
    """Return a heading's title without the number people write before it."""
    article = _ARTICLE.fullmatch(words)
    if article:
        return normal_line(article["rest"])
    numbered = _NUMBERED.fullmatch(words)
    return normal_line(numbered[2]) if numbered else None


def write_plain(text: Text, *, ids: bool = False) -> str:
    """Return a text as lines of Markdown, with the clauses' ids where asked: `read_plain` reads it back."""
    return "\n".join(_lines(text, ids)) + "\n"


def _lines(text: Text, ids: bool) -> Iterator[str]:
    for clause in text.root.walk():
        depth = text.depth(clause.id)
        if depth == 0:
            yield f"# {clause.title}"
        else:
            number = text.numbers[clause.id]
            label = f"Art. {number}" if depth == 1 else number
            mark = f" {{#{clause.id}}}" if ids else ""
            yield f"\n{'#' * min(depth + 1, 6)} {label} {clause.title}{mark}".replace("  ", " ").rstrip()
        if clause.body:
            yield "\n" + "\n".join(_no_heading(line) for line in clause.body.split("\n"))


def _no_heading(line: str) -> str:
    """Return a line of a body so that it is not read back as a heading: its first stop is escaped."""
    return line.replace(".", "\\.", 1) if _heading(line) is not None and "." in line else line


def counted_ids(prefix: str = "c") -> Callable[[], str]:
    """Return a giver of ids `c1`, `c2`, …: for texts whose ids nobody else has given yet."""
    count = 0

    def next_id() -> str:
        nonlocal count
        count += 1
        return f"{prefix}{count}"

    return next_id
