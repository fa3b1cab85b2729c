"""A good package to start from, and a line that every package as good must reach. Neither decides.

The line only needs to be valid, not found exactly: any weights of zero or more give one.

- Worst-off: with weights w >= 0 that sum to 1, the smallest share is at most the weighted mean of shares.
  Good weights are the dual values of the linear programme over mixtures of options (von Neumann's minimax
  theorem).
- Nash: log is concave, so for gains g and positive start s: sum log g <= sum log s + sum (g/s - 1). A package
  with a product at least that of s has sum g/s >= number of parties.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from tavolo.dialogue.overlap.solver.criteria import Criterion, below
from tavolo.dialogue.overlap.solver.vectors import Gains, Space, Whole

Line = tuple[NDArray[np.float64], float]
ROUNDS = 50


def climb(given: Space, criterion: Criterion, weights: Sequence[NDArray[np.float64]]) -> Whole:
    """Return the gains of a package no change on one or two issues improves, from the best of some starts."""
    best: Whole | None = None
    for weight in weights:
        chosen = [int(np.argmax(own @ weight)) for own in given.gains]
        reached = _improve(given.gains, chosen, criterion)
        if best is None or _better(criterion, reached, best):
            best = reached
    assert best is not None
    return best


def _better(criterion: Criterion, one: Whole, two: Whole) -> bool:
    return criterion.exact(one) > criterion.exact(two)


def _improve(gains: Sequence[Gains], chosen: list[int], criterion: Criterion) -> Whole:
    now = sum((own[place].astype(np.int64) for own, place in zip(gains, chosen, strict=True)), np.int64(0))
    assert isinstance(now, np.ndarray)
    for _round in range(ROUNDS):
        moved = False
        pairs = [*((i, i) for i in range(len(gains))), *combinations(range(len(gains)), 2)]
        for i, j in pairs:
            change = gains[i][:, None, :] - gains[i][chosen[i]].astype(np.int64)
            if i != j:
                change = change + gains[j][None, :, :] - gains[j][chosen[j]]
            flat = (now + change).reshape(-1, len(now))
            table = criterion.table(flat)
            place = int(np.lexsort(-table.T[::-1])[0])
            if below(criterion.table(now[None, :])[0], table[place], criterion.slack):
                now, moved = flat[place], True
                chosen[i], other = divmod(place, change.shape[1])
                chosen[j] = chosen[j] if i == j else other
        if not moved:
            break
    return now


def fair_weights(given: Space) -> NDArray[np.float64]:
    """Return weights for shares, shape (parties,), positive or zero with sum 1: the duals of the mixture."""
    parties, columns = len(given.parties), sum(len(own) for own in given.gains)
    upper = np.ones((parties, columns + 1))
    upper[:, :-1] = -np.concatenate(given.gains).T / given.ranges[:, None]
    equal = np.zeros((len(given.gains), columns + 1))
    at = 0
    for row, own in enumerate(given.gains):
        equal[row, at : at + len(own)] = 1
        at += len(own)
    cost = np.zeros(columns + 1)
    cost[-1] = -1
    solved = linprog(cost, upper, np.zeros(parties), equal, np.ones(len(given.gains)), method="highs")
    even = np.full(parties, 1 / parties)
    if solved.status != 0:
        return even
    dual = np.clip(-solved.ineqlin.marginals, 0, None)
    total = float(dual.sum())
    weights: NDArray[np.float64] = dual / total if total > 0 else even
    return weights


def fair_line(given: Space, start: Whole, weights: NDArray[np.float64]) -> Line:
    """Return weights for gains, and what a package must reach to have a smallest share like `start`'s."""
    return weights / given.ranges, float((start / given.ranges).min())


def nash_line(start: Whole) -> Line:
    """Return weights for gains, and what a package must reach to have a product like `start`'s."""
    if (start <= 0).any():
        return np.zeros(len(start)), 0.0
    return 1.0 / start, float(len(start))
