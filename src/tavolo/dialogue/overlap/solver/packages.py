"""The efficient packages within an overlap: best for the worst-off, best Nash product, and others.

What is exact, always, within the sizes of `question`: the number of packages, the best for the worst-off
(leximin) and the best Nash product with all their ties, each proved by complete listing or by bounds. The set
of efficient packages is exact up to `frontier_bound` different vectors of gains; beyond that
`efficient_vectors` and `efficient_packages` are None and `others` is a sample of packages that are certainly
efficient (each maximises a weighted sum of shares with positive weights: Geoffrion 1968), not all of them.

Nothing depends on the order in which parties, issues or options are given. Where several packages are worth
exactly the same to everybody, the one whose options come first in the order of keys stands for them, with
their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tavolo.dialogue.overlap.solver.criteria import Nash, WorstOff
from tavolo.dialogue.overlap.solver.question import Lodged, Question, overlap
from tavolo.dialogue.overlap.solver.search import Best, best_of, best_pair
from tavolo.dialogue.overlap.solver.vectors import Front, Space, Whole, decode, front, space

FRONTIER_BOUND = 20_000
MOST_SHOWN = 6


@dataclass(frozen=True)
class Package:
    """One option on each issue of the overlap. `alike`: packages worth exactly the same to everybody.

    `shares`: party -> gain over range, 0 the worst within the overlap, 1 the best; parties to whom all
    packages are worth the same have 1. `gains` likewise in whole points.
    """

    choice: Mapping[str, str]
    gains: Mapping[str, int]
    shares: Mapping[str, float]
    alike: int


@dataclass(frozen=True)
class Packages:
    """What can be said about the packages of an overlap. Empty tuples where no issue has a common option."""

    common: Mapping[str, tuple[str, ...]]
    total: int
    indifferent: tuple[str, ...]
    worst_off: tuple[Package, ...]
    nash: tuple[Package, ...]
    others: tuple[Package, ...]
    efficient_vectors: int | None
    efficient_packages: int | None


def packages(
    question: Question, lodged: Mapping[str, Lodged], *, frontier_bound: int = FRONTIER_BOUND,
    most_shown: int = MOST_SHOWN,
) -> Packages:  # fmt: skip
    """Return the efficient packages across all issues that have an option all accept.

    `most_shown` bounds `worst_off`, `nash` and `others` each. Raises ValueError as `check` does.
    """
    common = overlap(question, lodged)
    given = space(common, lodged)
    if not given.issues:
        return Packages(common, 0, tuple(sorted(lodged)), (), (), (), 0, 0)
    listed = front(given.gains, len(given.parties), frontier_bound)
    indifferent = tuple(sorted(set(lodged) - set(given.parties)))
    if not given.parties:
        only = _package(given, lodged, np.zeros(0, np.int64), given.size, int(listed.codes[0]))
        return Packages(common, given.size, indifferent, (only,), (only,), (), 1, given.size)
    worst_off, nash = _best(given, listed)
    others = listed if listed.complete else _sample(given)
    known = listed.complete
    return Packages(
        common, given.size, indifferent,
        _shown(given, lodged, worst_off, most_shown), _shown(given, lodged, nash, most_shown),
        _others(given, lodged, others, (worst_off, nash), most_shown),
        len(listed) if known else None, int(listed.counts.sum()) if known else None,
    )  # fmt: skip


def _best(given: Space, listed: Front) -> tuple[Best, Best]:
    if listed.complete:
        return best_of(listed, WorstOff(given.ranges)), best_of(listed, Nash())
    return best_pair(given)


def _sample(given: Space) -> Front:
    """Return packages that maximise weighted sums of shares: all parties alike, and each one favoured.

    A sum separates over issues, so each issue is settled by itself; counts and codes are those of the chosen
    options. Weights are whole: range products would overflow, so shares are compared as exact fractions of
    the least common multiple of the ranges, in Python's whole numbers.
    """
    multiple = int(np.lcm.reduce(given.ranges.astype(object)))
    base = [multiple // int(value) for value in given.ranges]
    parties = len(base)
    rows: dict[tuple[int, ...], tuple[int, int]] = {}
    favours = [[1] * parties]
    favours += [[k if p == q else 1 for q in range(parties)] for k in (2, 4, 16) for p in range(parties)]
    for favour in favours:
        vector, count, code = _separable(given, [b * f for b, f in zip(base, favour, strict=True)])
        rows.setdefault(vector, (count, code))
    vectors = np.array(list(rows), np.int16)
    counts, codes = zip(*rows.values(), strict=True)
    return Front(vectors, np.array(counts, np.int64), np.array(codes, np.int64), complete=False)


def _separable(given: Space, weights: list[int]) -> tuple[tuple[int, ...], int, int]:
    """Return the package that maximises a weighted sum: gains, options alike, code. Ties: greatest gains."""
    total, alike, code = [0] * len(weights), 1, 0
    for own in given.gains:
        rows = [tuple(int(value) for value in row) for row in own]
        scored = [(sum(w * v for w, v in zip(weights, row, strict=True)), row) for row in rows]
        top = max(scored)
        place = scored.index(top)
        alike *= scored.count(top)
        code = code * len(rows) + place
        total = [a + b for a, b in zip(total, rows[place], strict=True)]
    return tuple(total), alike, code


def _others(
    given: Space, lodged: Mapping[str, Lodged], listed: Front, best: tuple[Best, Best], most: int
) -> tuple[Package, ...]:
    """Return further efficient packages, those kinder to the worst-off first."""
    named = {tuple(int(v) for v in row) for one in best for row in one.vectors}
    gains = listed.vectors.astype(np.int64)
    table = WorstOff(given.ranges).table(gains)
    order = np.lexsort((listed.codes, *(-table.T[::-1])))
    rest = [int(place) for place in order if tuple(int(v) for v in gains[place]) not in named]
    return tuple(
        _package(given, lodged, gains[place], int(listed.counts[place]), int(listed.codes[place]))
        for place in rest[:most]
    )


def _shown(given: Space, lodged: Mapping[str, Lodged], best: Best, most: int) -> tuple[Package, ...]:
    rows = zip(best.vectors, best.counts, best.codes, strict=True)
    return tuple(_package(given, lodged, row, count, code) for row, count, code in rows)[:most]


def _package(given: Space, lodged: Mapping[str, Lodged], gains: Whole, alike: int, code: int) -> Package:
    own = {party: int(gain) for party, gain in zip(given.parties, gains, strict=True)}
    ranges = {party: int(value) for party, value in zip(given.parties, given.ranges, strict=True)}
    return Package(
        dict(zip(given.issues, decode(given, code), strict=True)),
        {party: own.get(party, 0) for party in sorted(lodged)},
        {party: own[party] / ranges[party] if party in own else 1.0 for party in sorted(lodged)},
        alike,
    )
