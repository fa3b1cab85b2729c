"""The small Markdown of clauses: paragraphs, lists, bold, italics. No links, no images, no HTML.

    A paragraph with **bold** and *italics*.

    - an item
    - another
      - an item below it

    1. numbered
    2. items

A backslash before `*`, a list mark or another backslash takes away its meaning. Normal form: Unicode NFC,
one space between words, one blank line between blocks, list marks `-` and `1.` (numbers are counted when
shown, so that a new item changes no other), two spaces for each level of a list. Two bodies that read the
same have one normal form, so that hash, comparison and amendments speak of words, not of keystrokes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_SPACES = re.compile(r"[^\S\n]+")
# What no reader sees, and what XML has no place for (XML 1.0, 2.2): PDF, Word and Akoma Ntoso refuse it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_ITEM = re.compile(r"( *)(?:([-•*+])|(\d{1,4})[.)]) (.*)")
_MARK = re.compile(r"\\([\\*\-•+.)])|(\*\*|\*)")
LEVELS = 4


@dataclass(frozen=True)
class Run:
    """Some words with the same look."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph, or an item of a list at a level (0 is the outermost). `number` is the item's own."""

    kind: Literal["paragraph", "bullet", "number"]
    runs: tuple[Run, ...]
    level: int = 0
    number: int = 0

    @property
    def text(self) -> str:
        """Return the words without their look."""
        return "".join(run.text for run in self.runs)


def normal_line(text: str) -> str:
    """Return one line in normal form: NFC, single spaces, nothing invisible."""
    plain = unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r", "\n")))
    return " ".join(plain.split())


def normal_body(text: str) -> str:
    """Return a body in normal form. Applying it twice changes nothing more."""
    blocks: list[tuple[str, str]] = []  # (kind, line); "" is a paragraph
    fresh = True
    for raw in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        line = _SPACES.sub(" ", _CONTROL.sub("", raw.replace("\t", "  "))).rstrip()
        indent = len(raw.replace("\t", "  ")) - len(raw.replace("\t", "  ").lstrip(" "))
        words = line.strip()
        if not words:
            fresh = True
            continue
        found = _ITEM.fullmatch(words)
        if found and found[4].strip():
            level = min(indent // 2, LEVELS - 1)
            blocks.append((f"{'n' if found[3] else 'b'}{level}", found[4].strip()))
        elif fresh or not blocks:
            blocks.append(("", words))
        else:
            blocks[-1] = (blocks[-1][0], f"{blocks[-1][1]} {words}")
        fresh = False
    inked = [(kind, write_runs(runs(words))) for kind, words in blocks]
    return _written([(kind, words) for kind, words in inked if words])


def _written(blocks: list[tuple[str, str]]) -> str:
    out: list[str] = []
    before = ""
    depth = -1
    for kind, words in blocks:
        if not kind:
            out.append(("\n\n" if out else "") + paragraph_line(words))
            depth = -1
        else:
            # An item lies at most one level below the one before it.
            level = min(int(kind[1]), depth + 1)
            mark = "1." if kind[0] == "n" else "-"
            joint = "\n" if before else "\n\n"
            out.append((joint if out else "") + "  " * level + f"{mark} {words}")
            depth = level
        before = kind
    return "".join(out)


def paragraph_line(words: str) -> str:
    """Return a line that is a paragraph even where it begins like an item: its mark is escaped."""
    found = _ITEM.fullmatch(words)
    if not found:
        return words
    return f"{found[3]}\\{words[len(found[3]) :]}" if found[3] else f"\\{words}"


def blocks(body: str) -> list[Block]:
    """Return the blocks of a body in normal form, for writing it as HTML, Word, PDF or XML."""
    found: list[Block] = []
    for part in body.split("\n\n") if body else []:
        counters = [0] * LEVELS
        for line in part.split("\n"):
            item = _ITEM.fullmatch(line)
            if not item:
                found.append(Block("paragraph", runs(line)))
                continue
            level = len(item[1]) // 2
            counters[level + 1 :] = [0] * (LEVELS - level - 1)
            counters[level] = counters[level] + 1 if item[3] else 0
            found.append(Block("number" if item[3] else "bullet", runs(item[4]), level, counters[level]))
    return found


def runs(line: str) -> tuple[Run, ...]:
    """Return a line's words with their look; a mark without its partner is a plain asterisk."""
    marks = [found for found in _MARK.finditer(line) if found[2]]
    paired = _paired([(found.start(), found[2]) for found in marks])
    out: list[Run] = []
    bold = italic = False
    at = 0

    def add(text: str) -> None:
        if text:
            if out and (out[-1].bold, out[-1].italic) == (bold, italic):
                out[-1] = Run(out[-1].text + text, bold, italic)
            else:
                out.append(Run(text, bold, italic))

    for found in _MARK.finditer(line):
        add(line[at : found.start()])
        at = found.end()
        if found[1]:
            add(found[1])
        elif found.start() not in paired:
            add(found[2])
        elif found[2] == "**":
            bold = not bold
        else:
            italic = not italic
    add(line[at:])
    return tuple(out)


def write_runs(found: Iterable[Run]) -> str:
    """Return words with their look as one line in normal form.

    Space between words of different looks has only what both have; asterisks and backslashes that are words
    are escaped. `runs` reads it back.
    """
    chars = [(char, run.bold, run.italic) for run in found for char in run.text]
    words = [(char, bold, italic) for char, bold, italic in chars if not char.isspace()]
    out: list[str] = []
    bold = italic = False
    gap = False
    place = 0
    for char, *_look in chars:
        if char.isspace():
            gap = bool(out)
            continue
        _, want_bold, want_italic = words[place]
        place += 1
        closing = ("**" if bold and not want_bold else "") + ("*" if italic and not want_italic else "")
        opening = ("**" if want_bold and not bold else "") + ("*" if want_italic and not italic else "")
        out += (closing, " " if gap else "", opening, f"\\{char}" if char in "\\*" else char)
        bold, italic, gap = want_bold, want_italic, False
    out.append(("**" if bold else "") + ("*" if italic else ""))
    return "".join(out)


def _paired(marks: list[tuple[int, str]]) -> set[int]:
    """Return the places of marks that have a partner of the same form."""
    open_at: dict[str, int] = {}
    paired: set[int] = set()
    for place, mark in marks:
        if mark in open_at:
            paired |= {open_at.pop(mark), place}
        else:
            open_at[mark] = place
    return paired


def escaped(text: str) -> str:
    """Return plain words as a line of the small Markdown that reads exactly so."""
    return paragraph_line(write_runs([Run(text)]))
