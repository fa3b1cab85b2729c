"""What a sealed lodging holds, always of one length, so that size tells nothing. No database, no clock.

Layout, version 1 (159 bytes whatever the list, whatever was lodged):

    1 byte         layout version
    1 byte         1 once the party has lodged
    1 byte         1 where it gave priorities
    12 x 6 bytes   0 or 1: could it accept this option
    12 x 6 bytes   points of this option, 0 to 10
    12 bytes       weight of this issue, 0 to 10

Sealed by AES-256-GCM with a fresh nonce, bound to exercise and party: a payload put into another row does not
open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tavolo.dialogue.overlap.solver.question import (
    MOST_ISSUES,
    MOST_OPTIONS,
    MOST_POINTS,
    MOST_WEIGHT,
    Issue,
    Lodged,
    Question,
)

LAYOUT = 1
CELLS = MOST_ISSUES * MOST_OPTIONS
LENGTH = 3 + 2 * CELLS + MOST_ISSUES


@dataclass(frozen=True)
class Payload:
    """By places in the list: accepted or not, points, weights. `points` is None without priorities."""

    lodged: bool
    accepts: tuple[tuple[bool, ...], ...]
    points: tuple[tuple[int, ...], ...] | None = None
    weights: tuple[int, ...] | None = None

    @classmethod
    def empty(cls) -> Payload:
        """Return what a party's row holds before it has lodged."""
        return cls(False, ())

    def encode(self) -> bytes:
        """Return the bytes to seal. Raises ValueError where a number does not fit."""
        out = bytearray(LENGTH)
        out[:3] = bytes((LAYOUT, self.lodged, self.points is not None))
        _fill(out, 3, self.accepts, 1)
        _fill(out, 3 + CELLS, self.points or (), MOST_POINTS)
        for place, weight in enumerate(self.weights or ()):
            if not 0 <= weight <= MOST_WEIGHT:
                raise ValueError(f"a weight goes from 0 to {MOST_WEIGHT}")
            out[3 + 2 * CELLS + place] = weight
        return bytes(out)

    @classmethod
    def decode(cls, plain: bytes, sizes: Sequence[int]) -> Payload:
        """Read a payload of a list whose issues have so many options."""
        if len(plain) != LENGTH or plain[0] != LAYOUT:
            raise ValueError("a lodging of an unknown layout")

        def rows(start: int) -> tuple[tuple[int, ...], ...]:
            return tuple(
                tuple(plain[start + i * MOST_OPTIONS : start + i * MOST_OPTIONS + size])
                for i, size in enumerate(sizes)
            )

        accepts = tuple(tuple(bool(value) for value in row) for row in rows(3))
        if not plain[2]:
            return cls(bool(plain[1]), accepts)
        weights = tuple(plain[3 + 2 * CELLS : 3 + 2 * CELLS + len(sizes)])
        return cls(bool(plain[1]), accepts, rows(3 + CELLS), weights)


def _fill(out: bytearray, start: int, rows: Sequence[Sequence[int]], most: int) -> None:
    if len(rows) > MOST_ISSUES or any(len(row) > MOST_OPTIONS for row in rows):
        raise ValueError("more issues or options than a lodging has room for")
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if not 0 <= value <= most:
                raise ValueError(f"points go from 0 to {most}")
            out[start + i * MOST_OPTIONS + j] = value


def key(place: int) -> str:
    """Return the solver's key of the issue or option at a place of the list: keys sort as the list does."""
    return f"{place:02d}"


def question(sizes: Sequence[int]) -> Question:
    """Return the solver's question for a list whose issues have so many options."""
    return Question(tuple(Issue(key(i), tuple(key(j) for j in range(n))) for i, n in enumerate(sizes)))


def as_lodged(payload: Payload) -> Lodged:
    """Return a payload as the solver takes it."""
    accepts = {
        key(i): frozenset(key(j) for j, yes in enumerate(row) if yes) for i, row in enumerate(payload.accepts)
    }
    if payload.points is None:
        return Lodged(accepts)
    points = {key(i): {key(j): v for j, v in enumerate(row)} for i, row in enumerate(payload.points)}
    return Lodged(accepts, points, {key(i): weight for i, weight in enumerate(payload.weights or ())})
