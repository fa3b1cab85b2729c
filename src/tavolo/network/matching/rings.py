"""Barter rings: two, three or four firms, each of which gives one thing and takes one thing.

A gift is one offer that answers one need. A ring is a closed walk of gifts through distinct firms. Rings
are found by joining gifts end to end, each ring from its smallest firm, and bounded in number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]

MAX_RINGS = 2_000_000
_CHUNK = 2_000_000


@dataclass(frozen=True)
class Gifts:
    """Possible gifts as arrays of one shape: giving and taking firm, offer, need, and value (positive).

    Firms, offers and needs are positions counted from 0; `offer_limits` and `need_limits` say how often
    each may be used (a fair default is once), `rings_per_firm` in how many rings a firm may take part.
    """

    giver: Indices
    taker: Indices
    offer: Indices
    need: Indices
    value: Indices
    firms: int
    offer_limits: Indices
    need_limits: Indices
    rings_per_firm: int = 5

    def __len__(self) -> int:
        return len(self.giver)


@dataclass(frozen=True)
class Rings:
    """Found rings: rows of gift positions, one array per length; `complete` is False if cut off."""

    by_length: tuple[Indices, ...]
    complete: bool

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.by_length)

    def gifts_of(self) -> list[tuple[int, ...]]:
        """Return each ring as a tuple of gift positions, shortest rings first."""
        return [tuple(row) for rows in self.by_length for row in rows.tolist()]


def gifts_from(rows: Sequence[tuple[int, int, int, int, int]], firms: int, rings_per_firm: int = 5) -> Gifts:
    """Return gifts from (giver, taker, offer, need, value) with every offer and need used at most once.

    Raises ValueError if an offer has two givers or a need two takers.
    """
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    for sheet, owner in ((2, 0), (3, 1)):
        pairs = np.unique(table[:, [sheet, owner]], axis=0)
        if len(np.unique(pairs[:, 0])) < len(pairs):
            raise ValueError("an offer belongs to one giving firm and a need to one taking firm")
    offers = int(table[:, 2].max()) + 1 if len(table) else 0
    needs = int(table[:, 3].max()) + 1 if len(table) else 0
    giver, taker, offer, need, value = (table[:, column].copy() for column in range(5))
    return Gifts(
        giver,
        taker,
        offer,
        need,
        value,
        firms,
        np.ones(offers, dtype=np.int64),
        np.ones(needs, dtype=np.int64),
        rings_per_firm,
    )


def find_rings(gifts: Gifts, max_length: int = 3, most: int = MAX_RINGS) -> Rings:
    """Return every ring of 2 to `max_length` gifts (2, 3 or 4), at most `most`.

    Raises ValueError for another length. Gifts of a firm to itself and gifts without value are passed over.
    """
    if max_length not in (2, 3, 4):
        raise ValueError("rings have 2, 3 or 4 firms")
    usable = np.flatnonzero((gifts.giver != gifts.taker) & (gifts.value > 0))
    usable = usable[np.lexsort((usable, gifts.taker[usable], gifts.giver[usable]))]
    first = np.searchsorted(gifts.giver[usable], np.arange(gifts.firms + 1))
    # The pair of firms of a gift as one number, sorted because `usable` is: closing gifts are looked up.
    pair = gifts.giver[usable] * gifts.firms + gifts.taker[usable]
    found: list[list[Indices]] = [[] for _ in range(max_length - 1)]
    counted = 0
    for block in _blocks(first, gifts, usable, max_length):
        paths = block[:, None]
        for length in range(2, max_length + 1):
            closed = _closed(paths, gifts, usable, pair)
            found[length - 2].append(closed)
            counted += len(closed)
            if length < max_length:
                paths = _longer(paths, gifts, usable, first)
        if counted > most:
            break
    by_length = [np.concatenate(rows) if rows else _none(at + 2) for at, rows in enumerate(found)]
    complete = counted <= most
    if not complete:
        by_length = _cut(by_length, most)
    return Rings(tuple(by_length), complete)


def _none(length: int) -> Indices:
    return np.zeros((0, length), dtype=np.int64)


def _cut(by_length: list[Indices], most: int) -> list[Indices]:
    kept = []
    for rows in by_length:
        kept.append(rows[:most])
        most -= len(kept[-1])
    return kept


def _blocks(first: Indices, gifts: Gifts, usable: Indices, max_length: int) -> list[Indices]:
    """Return the starting gifts in blocks small enough that their paths fit in memory."""
    start = usable[gifts.taker[usable] > gifts.giver[usable]]
    fan = np.diff(first)
    mean = max(1.0, float(fan.mean()) if len(fan) else 1.0)
    work = fan[gifts.taker[start]] * mean ** max(0, max_length - 3)
    cuts = np.flatnonzero(np.diff(np.cumsum(work) // _CHUNK)) + 1
    return np.split(start, cuts) if len(start) else []


def _longer(paths: Indices, gifts: Gifts, usable: Indices, first: Indices) -> Indices:
    """Return the paths made one gift longer, to firms larger than the first and not yet on the path."""
    end = gifts.taker[paths[:, -1]]
    fan = first[end + 1] - first[end]
    repeated = np.repeat(np.arange(len(paths)), fan)
    offset = np.arange(len(repeated)) - np.repeat(np.cumsum(fan) - fan, fan)
    step = usable[first[end][repeated] + offset]
    there = gifts.taker[step]
    fine = there > gifts.giver[paths[repeated, 0]]
    for column in range(1, paths.shape[1]):
        fine &= there != gifts.giver[paths[repeated, column]]
    return np.column_stack([paths[repeated[fine]], step[fine]])


def _closed(paths: Indices, gifts: Gifts, usable: Indices, pair: Indices) -> Indices:
    """Return the rings that one more gift, back to the first firm, makes of the paths."""
    back = gifts.taker[paths[:, -1]] * gifts.firms + gifts.giver[paths[:, 0]]
    low, high = np.searchsorted(pair, back, "left"), np.searchsorted(pair, back, "right")
    fan = high - low
    repeated = np.repeat(np.arange(len(paths)), fan)
    offset = np.arange(len(repeated)) - np.repeat(np.cumsum(fan) - fan, fan)
    return np.column_stack([paths[repeated], usable[low[repeated] + offset]])
