"""What changed between two versions of a text, paragraph by paragraph and word by word. Pure.

Lines are compared first (`difflib`), then the words of lines that were replaced. The parts put together
again give back both texts exactly, which the tests check.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Lines less alike than this are shown as one taken out and one put in: word by word they would be confetti.
ALIKE = 0.4


@dataclass(frozen=True)
class Span:
    """Some words of a line: `kind` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the comparison; `kind` is same, added, removed or changed."""

    kind: str
    spans: tuple[Span, ...]


def compare(before: str, after: str) -> list[Line]:
    """Return the lines of both texts in order, with what was taken out and what was put in."""
    old, new = before.split("\n"), after.split("\n")
    found: list[Line] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Line(SAME, (Span(SAME, line),)) for line in old[a:b]]
        else:
            found += _changed(old[a:b], new[c:d])
    return found


def _changed(old: list[str], new: list[str]) -> Iterator[Line]:
    """Pair lines that stand at the same place where they are alike; show the others apart."""
    pairs = min(len(old), len(new))
    for place in range(pairs):
        words = difflib.SequenceMatcher(None, _words(old[place]), _words(new[place]), autojunk=False)
        if words.ratio() >= ALIKE:
            yield Line(CHANGED, tuple(_spans(words, _words(old[place]), _words(new[place]))))
        else:
            yield Line(REMOVED, (Span(REMOVED, old[place]),))
            yield Line(ADDED, (Span(ADDED, new[place]),))
    yield from (Line(REMOVED, (Span(REMOVED, line),)) for line in old[pairs:])
    yield from (Line(ADDED, (Span(ADDED, line),)) for line in new[pairs:])


def _words(line: str) -> list[str]:
    return _WORDS.findall(line)


def _spans(matched: difflib.SequenceMatcher[str], old: list[str], new: list[str]) -> Iterator[Span]:
    for tag, a, b, c, d in matched.get_opcodes():
        if tag == "equal":
            yield Span(SAME, "".join(old[a:b]))
            continue
        if b > a:
            yield Span(REMOVED, "".join(old[a:b]))
        if d > c:
            yield Span(ADDED, "".join(new[c:d]))


def folded(lines: list[Line], around: int = 2) -> list[Line | int]:
    """Return the lines with long unchanged stretches replaced by how many lines were left out."""
    keep = set()
    for place, line in enumerate(lines):
        if line.kind != SAME:
            keep |= set(range(place - around, place + around + 1))
    found: list[Line | int] = []
    left_out = 0
    for place, line in enumerate(lines):
        if place in keep:
            if left_out:
                found.append(left_out)
            found.append(line)
            left_out = 0
        else:
            left_out += 1
    return [*found, left_out] if left_out else found
