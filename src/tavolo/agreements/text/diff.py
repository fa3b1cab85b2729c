"""Word-level differences as edits: exact places in the old words and what stands there instead.

The longest common subsequence of the words is found by the bit-vector method (Crochemore, Iliopoulos,
Pinzon and Reid, "A fast and practical bit-vector algorithm for the longest common subsequence problem",
Information Processing Letters 80, 2001; Hyyrö 2004): one big-integer step a word, so that a clause is
compared in microseconds and the result is the true optimum, not a heuristic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tavolo.agreements.text.errors import TextError

# A word keeps the space after it, so that a space never counts as common ground between two sentences.
_COARSE = re.compile(r"\n+ *|[\w’'°%€]+ ?|[^\w\s] ?| +")
_FINE = re.compile(r"\n| +|[\w’'°%€]+|[^\w\s]")


@dataclass(frozen=True, order=True)
class Edit:
    """The characters from `start` up to `end` of the old words become `text`. Insertions: start = end."""

    start: int
    end: int
    text: str

    @property
    def shift(self) -> int:
        """Return by how much the words after the edit move."""
        return len(self.text) - (self.end - self.start)


@dataclass(frozen=True)
class Span:
    """A stretch of a marked view: words kept, deleted or inserted."""

    kind: Literal["same", "deleted", "inserted"]
    text: str


def edits(old: str, new: str) -> tuple[Edit, ...]:
    """Return the edits that turn `old` into `new`, in order, none touching another."""
    if old == new:
        return ()
    before, after = _COARSE.findall(old), _COARSE.findall(new)
    found: list[Edit] = []
    at = 0  # characters of `old` already passed
    last_i = last_j = 0
    pairs = [*_common(before, after), (len(before), len(after))]
    for i, j in pairs:
        gone, come = "".join(before[last_i:i]), "".join(after[last_j:j])
        if gone or come:
            found.append(_trimmed(at, gone, come))
        at += len(gone)
        if i < len(before):
            at += len(before[i])
        last_i, last_j = i + 1, j + 1
    return _apart([edit for edit in found if edit.start != edit.end or edit.text])


def _trimmed(at: int, gone: str, come: str) -> Edit:
    """Return one edit without the words both sides begin and end with."""
    old, new = _FINE.findall(gone), _FINE.findall(come)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start = at + len("".join(old[:head]))
    middle = "".join(old[head : len(old) - tail])
    return Edit(start, start + len(middle), "".join(new[head : len(new) - tail]))


def _apart(found: list[Edit]) -> tuple[Edit, ...]:
    """Join edits that touch, so that every edit stands alone."""
    out: list[Edit] = []
    for edit in found:
        if out and out[-1].end == edit.start:
            out[-1] = Edit(out[-1].start, edit.end, out[-1].text + edit.text)
        else:
            out.append(edit)
    return tuple(out)


def _common(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Return index pairs of a longest common subsequence of two sequences of words."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle = _bit_vector_pairs(a[head : len(a) - tail], b[head : len(b) - tail])
    return [
        *((i, i) for i in range(head)),
        *((i + head, j + head) for i, j in middle),
        *((len(a) - tail + k, len(b) - tail + k) for k in range(tail)),
    ]


def _bit_vector_pairs(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs by rows of bits: bit i of row j is 0 where a[i] lengthens the subsequence."""
    if not a or not b:
        return []
    places: dict[str, int] = {}
    for i, word in enumerate(a):
        places[word] = places.get(word, 0) | (1 << i)
    full = (1 << len(a)) - 1
    row = full
    rows = [row]
    for word in b:
        match = places.get(word, 0)
        hit = row & match
        row = ((row + hit) | (row & ~match)) & full
        rows.append(row)
    return _backtrack(a, b, rows)


def _backtrack(a: Sequence[str], b: Sequence[str], rows: list[int]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    i, j = len(a) - 1, len(b)
    while i >= 0 and j > 0:
        if rows[j] >> i & 1:  # a[i] does not lengthen here: skip it
            i -= 1
        elif not rows[j - 1] >> i & 1:  # it did so already one word earlier
            j -= 1
        else:
            pairs.append((i, j - 1))
            i, j = i - 1, j - 1
    pairs.reverse()
    return pairs


def patch(old: str, changes: Iterable[Edit]) -> str:
    """Return `old` with the edits carried out; raise TextError where they overlap or lie outside."""
    out: list[str] = []
    at = 0
    for edit in sorted(changes):
        if edit.start < at or edit.end < edit.start or edit.end > len(old):
            raise TextError("bad_edit", value=f"{edit.start}-{edit.end}")
        out += (old[at : edit.start], edit.text)
        at = edit.end
    out.append(old[at:])
    return "".join(out)


def touch(one: Edit, other: Edit) -> bool:
    """Say whether two edits of the same words overlap or meet, so that their order would matter."""
    return one.start <= other.end and other.start <= one.end


def shifted(edit: Edit, done: Iterable[Edit]) -> Edit:
    """Return an edit's place after other edits, none of which it touches, were carried out."""
    move = sum(other.shift for other in done if other.end <= edit.start and other != edit)
    return Edit(edit.start + move, edit.end + move, edit.text)


def spans(old: str, changes: Sequence[Edit]) -> Iterator[Span]:
    """Yield the marked view of some edits: kept, deleted and inserted words in reading order."""
    at = 0
    for edit in sorted(changes):
        if edit.start > at:
            yield Span("same", old[at : edit.start])
        if edit.end > edit.start:
            yield Span("deleted", old[edit.start : edit.end])
        if edit.text:
            yield Span("inserted", edit.text)
        at = edit.end
    if at < len(old):
        yield Span("same", old[at:])
