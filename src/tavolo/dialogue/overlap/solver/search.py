"""The best packages where there are too many efficient ones to list: branch and bound over two halves.

The issues are split in two; of each half only undominated partial vectors matter. Every package is a pair,
one of each half. Each half is cut into leaves of near vectors (median cuts); the greatest gains of two
leaves, added, bound all their pairs, because both criteria can only grow when a gain grows. Pairs of leaves
are opened from the highest bound down, until no bound reaches the best package found: what was not opened
cannot be better nor equal. A line (see `climbing`) leaves out beforehand what can be part of no best package.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.overlap.solver.climbing import Line, climb, fair_line, fair_weights, nash_line
from tavolo.dialogue.overlap.solver.criteria import Criterion, Key, Nash, WorstOff, below, top
from tavolo.dialogue.overlap.solver.vectors import Front, Space, Whole, front

LEAF = 48
CHUNK = 2_000_000
MARGIN = 1e-6  # far above the rounding of a sum of eight quotients; only spares work, decides nothing


@dataclass(frozen=True)
class Best:
    """All distinct best vectors: gains, shape (n, parties); packages behind each; first code of each."""

    vectors: Whole
    counts: tuple[int, ...]
    codes: tuple[int, ...]


def best_of(candidates: Front, criterion: Criterion) -> Best:
    """Return the best among listed vectors."""
    gains = candidates.vectors.astype(np.int64)
    found = top(criterion.table(gains), criterion.slack)
    return _keep(criterion, gains[found], candidates.counts[found], candidates.codes[found])


def _keep(criterion: Criterion, gains: Whole, counts: Whole, codes: Whole) -> Best:
    """Return those with the greatest exact key, equal vectors merged, by code."""
    keys: list[Key] = [criterion.exact(row) for row in gains]
    greatest = max(keys)
    merged: dict[tuple[int, ...], tuple[int, int]] = {}
    for place, key in enumerate(keys):
        if key == greatest:
            vector = tuple(int(value) for value in gains[place])
            count, code = merged.get(vector, (0, int(codes[place])))
            merged[vector] = (count + int(counts[place]), min(code, int(codes[place])))
    ordered = sorted(merged.items(), key=lambda item: item[1][1])
    return Best(
        np.array([vector for vector, _ in ordered], np.int64).reshape(len(ordered), gains.shape[1]),
        tuple(count for _, (count, _) in ordered),
        tuple(code for _, (_, code) in ordered),
    )


def best_pair(given: Space) -> tuple[Best, Best]:
    """Return the best for the worst-off and the best Nash products of a space too large to list."""
    left, right, radix = _halves(given)
    fair, nash = WorstOff(given.ranges), Nash()
    weights = fair_weights(given)
    starts = [weights / given.ranges, 1.0 / given.ranges]
    start = climb(given, fair, starts)
    best_fair = _search(left, right, radix, fair, start, fair_line(given, start, weights))
    start = climb(given, nash, [*starts, 1.0 / np.maximum(start, 1)])
    return best_fair, _search(left, right, radix, nash, start, nash_line(start))


def _halves(given: Space) -> tuple[Front, Front, int]:
    """Cut a space where the larger half is smallest; the number is that of packages of the second half."""
    sizes = [len(options) for options in given.options]
    products = [prod(sizes[:cut]) for cut in range(len(sizes) + 1)]
    cut = min(range(len(products)), key=lambda c: max(products[c], products[-1] // products[c]))
    parties = len(given.parties)
    return front(given.gains[:cut], parties), front(given.gains[cut:], parties), prod(sizes[cut:])


@dataclass(frozen=True)
class Half:
    """Vectors of a half that can still be part of a best package, cut into leaves of near vectors.

    `tops`, shape (leaves, parties): the greatest gains in each leaf; `highest`, shape (leaves,): the greatest
    value of the line in each.
    """

    vectors: Whole
    counts: Whole
    codes: Whole
    leaves: tuple[NDArray[np.int64], ...]
    tops: Whole
    highest: NDArray[np.float64]


def _half(found: Front, kept: NDArray[np.bool_], values: NDArray[np.float64]) -> Half:
    vectors, values = found.vectors[kept].astype(np.int64), values[kept]
    leaves = _leaves(vectors)
    tops = np.stack([vectors[leaf].max(axis=0) for leaf in leaves])
    highest = np.array([values[leaf].max() for leaf in leaves])
    return Half(vectors, found.counts[kept], found.codes[kept], leaves, tops, highest)


def _leaves(vectors: Whole) -> tuple[NDArray[np.int64], ...]:
    """Cut vectors at medians of their widest column until each part is small."""
    done, todo = [], [np.arange(len(vectors))]
    while todo:
        part = todo.pop()
        if len(part) <= LEAF:
            done.append(part)
            continue
        values = vectors[part]
        widest = int(np.argmax(values.max(axis=0) - values.min(axis=0)))
        order = part[np.argsort(values[:, widest], kind="stable")]
        middle = len(order) // 2
        todo += [order[:middle], order[middle:]]
    return tuple(done)


def _search(left: Front, right: Front, radix: int, criterion: Criterion, start: Whole, line: Line) -> Best:
    """Return all best packages; `start` are the gains of one, good or not, that bounds are held against."""
    weights, least = line[0], line[1] - MARGIN
    values = left.vectors @ weights, right.vectors @ weights
    one = _half(left, values[0] + values[1].max() >= least, values[0])
    two = _half(right, values[1] + values[0].max() >= least, values[1])
    pairs, bounds = _bounds(criterion, one, two, least)
    row = criterion.table(start[None, :])[0]
    found: Best | None = None
    # The first column counts most: lexsort wants it last.
    for place in np.lexsort(-bounds.T[::-1]):
        if below(bounds[place], row, criterion.slack):
            break
        first, second = divmod(int(pairs[place]), len(two.leaves))
        here = _open(criterion, one, two, one.leaves[first], two.leaves[second], radix, row)
        if here is not None:
            found = _join(criterion, found, here)
            best = criterion.table(found.vectors[:1])[0]
            row = best if below(row, best, 0.0) else row
    assert found is not None
    return found


def _open(
    criterion: Criterion, one: Half, two: Half, rows: NDArray[np.int64], columns: NDArray[np.int64],
    radix: int, row: NDArray[np.float64],
) -> Best | None:  # fmt: skip
    """Return the best of all pairs of two leaves, or None where they are certainly below `row`."""
    sums = one.vectors[rows][:, None, :] + two.vectors[columns][None, :, :]
    gains = sums.reshape(-1, sums.shape[2])
    table = criterion.table(gains)
    near = top(table, criterion.slack)
    if below(table[near].max(axis=0), row, criterion.slack):
        return None
    a, b = rows[near // len(columns)], columns[near % len(columns)]
    return _keep(criterion, gains[near], one.counts[a] * two.counts[b], one.codes[a] * radix + two.codes[b])


def _bounds(
    criterion: Criterion, one: Half, two: Half, least: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of leaves that reach the line, and the rows of their greatest gains."""
    reach = one.highest[:, None] + two.highest[None, :] >= least
    pairs = np.flatnonzero(reach)
    step = CHUNK // one.tops.shape[1]
    parts = []
    for at in range(0, len(pairs), step):
        first, second = np.divmod(pairs[at : at + step], len(two.leaves))
        parts.append(criterion.table(one.tops[first] + two.tops[second]))
    return pairs, np.concatenate(parts)


def _join(criterion: Criterion, one: Best | None, two: Best) -> Best:
    """Return the best of two lists; the same vector may come from several pairs."""
    if one is None:
        return two
    return _keep(
        criterion, np.concatenate([one.vectors, two.vectors]),
        np.array([*one.counts, *two.counts], np.int64), np.array([*one.codes, *two.codes], np.int64),
    )  # fmt: skip
