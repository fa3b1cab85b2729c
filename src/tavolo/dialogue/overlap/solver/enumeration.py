"""Plain enumeration of every package: the reference of the solver, and its peer in benchmarks.

It looks at all packages one after the other in blocks (numpy), with no pruning and nothing clever. Time grows
with options ** issues; above some millions of packages it does not finish in reasonable time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.overlap.solver.vectors import Space

Whole = NDArray[np.int64]
STEP = 200_000


@dataclass(frozen=True)
class Enumerated:
    """Keys of the best packages and how many packages reach them; `efficient` where it was asked for."""

    worst_off: tuple[float, ...]
    worst_off_packages: int
    nash: tuple[int, int]
    nash_packages: int
    efficient_vectors: int | None
    efficient_packages: int | None


def gains_of(given: Space, codes: Whole) -> Whole:
    """Return the gains of packages by their codes, shape (n, parties)."""
    total = np.zeros((len(codes), len(given.parties)), np.int64)
    for own in reversed(given.gains):
        codes, place = np.divmod(codes, len(own))
        total += own[place]
    return total


def enumerate_all(given: Space, *, efficient: bool = True) -> Enumerated:
    """Look at every package of a space with at least one party to whom packages differ."""
    best: tuple[float, ...] = ()
    nash = (-1, -1)
    fair_count = nash_count = 0
    seen: dict[tuple[int, ...], int] = {}
    for start in range(0, given.size, STEP):
        gains = gains_of(given, np.arange(start, min(start + STEP, given.size)))
        shares = np.sort(gains / given.ranges, axis=1)
        top = tuple(shares[np.lexsort(shares.T[::-1])[-1]].tolist())
        here = int((shares == np.array(top)).all(axis=1).sum())
        fair_count = here if top > best else fair_count + here * (top == best)
        best = max(best, top)
        nash, nash_count = _nash(gains, nash, nash_count)
        if efficient:
            rows, counts = np.unique(gains, axis=0, return_counts=True)
            for row, count in zip(rows.tolist(), counts.tolist(), strict=True):
                seen[tuple(row)] = seen.get(tuple(row), 0) + count
    kept = _efficient(seen) if efficient else None
    return Enumerated(
        best, fair_count, nash, nash_count,
        len(kept) if kept is not None else None, sum(kept) if kept is not None else None,
    )  # fmt: skip


def _nash(gains: Whole, best: tuple[int, int], count: int) -> tuple[tuple[int, int], int]:
    """Return the best (parties with a positive gain, product) so far, and how many packages reach it."""
    positive = (gains > 0).sum(axis=1)
    most = int(positive.max())
    if most < best[0]:
        return best, count
    among = gains[positive == most]
    # Whole products of up to six gains of 1,200 stay below 2 ** 63.
    products = np.where(among > 0, among, 1).prod(axis=1)
    top = (most, int(products.max()))
    here = int((products == products.max()).sum())
    if top > best:
        return top, here
    return best, count + here * (top == best)


def _efficient(seen: dict[tuple[int, ...], int]) -> list[int]:
    """Return the packages behind each vector that no other vector dominates."""
    vectors = np.array(list(seen), np.int64)
    counts = list(seen.values())
    kept = []
    for place, vector in enumerate(vectors):
        covers = (vectors >= vector).all(axis=1) & (vectors > vector).any(axis=1)
        if not covers.any():
            kept.append(counts[place])
    return kept


def largest(options: int, budget: int) -> int:
    """Return for how many issues of so many options all packages stay within a budget."""
    issues = 1
    while prod([options] * (issues + 1)) <= budget:
        issues += 1
    return issues
