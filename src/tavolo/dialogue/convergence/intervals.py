"""Exact intervals and exact one-sided tests for a share of a stated population.

The population is the group itself: every member, whether heard or not. The share is the part of *all its
members* who would choose a given answer if asked ("support" = would say agree). PASS is an answer: it stays
in the denominator and is neither support nor dissent.

Two cases, both by inverting exact one-sided tests at (1 - level) / 2 each:

* group size unknown or unlimited: binomial, Clopper and Pearson, Biometrika 26 (1934) 404-413;
* group size N known (census): hypergeometric, Buonaccorsi, The American Statistician 41 (1987) 215-218;
  Wright, Exact confidence bounds when sampling from small finite universes, Springer (1991).

Exact intervals never cover less than the stated level; they may cover more, because counts are whole numbers.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

# Above this census the binomial is used until everyone is heard. It only errs on the safe side (Uhlmann,
# Metrika 10 (1966) 145-158: beyond the mean the hypergeometric tail is the lighter one), by less than the
# width of a line, and keeps the cost from growing with the square root of the census.
LARGE_CENSUS = 200_000
# Terms below this part of the running sum no longer change a float64.
_NEGLIGIBLE = 1e-17


def share_interval(
    count: ArrayLike, seen: ArrayLike, census: ArrayLike = 0, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Exact two-sided interval for the share of a population that would give an answer.

    Parameters broadcast together: ``count`` answers of the kind, ``seen`` answers in all (PASS included),
    ``census`` members of the population, 0 where unknown (above ``LARGE_CENSUS`` see there). Returns
    ``(low, high)`` in [0, 1]; with a census both are whole numbers of people divided by the census.
    Nobody heard gives (0, 1).

    Raises ValueError when a count exceeds what was seen, or more people answered than the census holds.
    """
    x, n, size = _checked(count, seen, census)
    _check_level(level)
    low, high = np.zeros(x.shape), np.ones(x.shape)
    known = _finite(n, size)
    for mask, bounds in ((~known, _binomial_bounds), (known, _finite_bounds)):
        if mask.any():
            cells, back = _distinct(np.stack([x[mask], n[mask], size[mask]]))
            below, above = bounds(cells, (1.0 - level) / 2.0)
            low[mask], high[mask] = below[back], above[back]
    members = np.maximum(size, 1)
    certain = np.where(size > 0, x / members, 0.0), np.where(size > 0, (size - n + x) / members, 1.0)
    return np.maximum(low, certain[0]), np.minimum(high, certain[1])


def majority_p_value(count: ArrayLike, seen: ArrayLike, census: ArrayLike = 0) -> FloatArray:
    """Exact p-value against "at most one half of the population would give this answer".

    Small values establish a majority. At the boundary (exactly one half) P(p <= t) <= t for every t.
    """
    x, n, size = _checked(count, seen, census)
    return _tail(x, n, size, size // 2)


def no_majority_p_value(count: ArrayLike, seen: ArrayLike, census: ArrayLike = 0) -> FloatArray:
    """Exact p-value against "more than one half of the population would give this answer".

    Small values establish that the answer has no majority. With a census the least favourable population
    is the smallest majority, ``census // 2 + 1`` people.
    """
    x, n, size = _checked(count, seen, census)
    # P(X <= x | K) is the upper tail of the other answers, of which the population holds census - K.
    return _tail(n - x, n, size, size - size // 2 - 1)


def hypergeometric_at_least(x: ArrayLike, n: ArrayLike, marked: ArrayLike, size: ArrayLike) -> FloatArray:
    """P(X >= x) when ``n`` are drawn without replacement from ``size`` of whom ``marked`` count.

    Vectorised sum of the tail that lies away from the mean, term by term from its largest; the ratio of
    neighbouring terms needs no further logarithm. Relative error about 1e-15 times ``size``'s logarithm
    of the factorial (1e-9 at a million members).
    """
    x, n, marked, size = np.broadcast_arrays(*(np.asarray(a, dtype=np.int64) for a in (x, n, marked, size)))
    out = np.where(x <= np.maximum(0, n + marked - size), 1.0, 0.0)
    inside = (x > np.maximum(0, n + marked - size)) & (x <= np.minimum(n, marked))
    if inside.any():
        a, m, k, s = x[inside], n[inside], marked[inside], size[inside]
        near = a * s.astype(float) <= m * k.astype(float)  # at or below the mean: sum the other tail
        a, k = np.where(near, m - a + 1, a), np.where(near, s - k, k)
        tail = _sum_up(a.astype(float), m.astype(float), k.astype(float), s.astype(float))
        out[inside] = np.clip(np.where(near, 1.0 - tail, tail), 0.0, 1.0)
    return out


def _sum_up(x: FloatArray, n: FloatArray, marked: FloatArray, size: FloatArray) -> FloatArray:
    possible = x <= np.minimum(n, marked)
    term = np.zeros(x.shape)
    at = [a[possible] for a in (x, n, marked, size)]
    term[possible] = np.exp(
        _log_choose(at[2], at[0]) + _log_choose(at[3] - at[2], at[1] - at[0]) - _log_choose(at[3], at[1])
    )
    total = term.copy()
    active = np.flatnonzero(term > 0)
    j = x.copy()
    while active.size:
        ja, na, ka, sa = j[active], n[active], marked[active], size[active]
        current, summed = term[active], total[active]
        for _ in range(16):
            current = current * ((ka - ja) * (na - ja) / ((ja + 1) * (sa - ka - na + ja + 1)))
            current = np.maximum(current, 0.0)
            summed = summed + current
            ja = ja + 1
        j[active], term[active], total[active] = ja, current, summed
        active = active[current > summed * _NEGLIGIBLE]
    return total


def _distinct(cells: IntArray) -> tuple[IntArray, NDArray[np.intp]]:
    """Distinct columns of (x, n, size, ...) and the way back: each case is computed once.

    x, n and size determine the rest. Counts small enough are packed in one number, ten times faster to sort.
    """
    base = int(cells[:3].max()) + 1
    if base**3 >= 2**62:
        distinct, back = np.unique(cells, axis=1, return_inverse=True)
        return distinct, back.ravel()
    _, first, back = np.unique(
        (cells[2] * base + cells[1]) * base + cells[0], return_index=True, return_inverse=True
    )
    return cells[:, first], back.ravel()


def _log_choose(n: FloatArray, k: FloatArray) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def _tail(x: IntArray, n: IntArray, size: IntArray, marked: IntArray) -> FloatArray:
    """P(X >= x) for a population just at the boundary: half (unlimited) or ``marked`` of ``size``."""
    out = np.ones(x.shape)
    known = _finite(n, size)
    if known.any():
        cells, back = _distinct(np.stack([x[known], n[known], size[known], marked[known]]))
        out[known] = hypergeometric_at_least(cells[0], cells[1], cells[3], cells[2])[back]
    free = ~known & (x > 0)
    out[free] = special.betainc(x[free], n[free] - x[free] + 1, 0.5)
    return out


def _finite(n: IntArray, size: IntArray) -> BoolArray:
    """Where the census counts: known, and not too large unless everyone was heard."""
    return np.asarray((size > 0) & ((size <= LARGE_CENSUS) | (n == size)))


def _binomial_bounds(cells: IntArray, alpha: float) -> tuple[FloatArray, FloatArray]:
    x, n = cells[0], cells[1]
    low, high = np.zeros(x.shape), np.ones(x.shape)
    some, short = x > 0, x < n
    low[some] = special.betaincinv(x[some], n[some] - x[some] + 1, alpha)
    high[short] = special.betaincinv(x[short] + 1, n[short] - x[short], 1.0 - alpha)
    return low, high


def _finite_bounds(cells: IntArray, alpha: float) -> tuple[FloatArray, FloatArray]:
    x, n, size = cells
    return (
        _smallest_population(x, n, size, alpha) / size,
        1.0 - _smallest_population(n - x, n, size, alpha) / size,
    )


def _smallest_population(x: IntArray, n: IntArray, size: IntArray, alpha: float) -> IntArray:
    """Smallest number of holders of the answer that the test P(X >= x) <= alpha does not reject.

    Integer search between x - 1 (impossible) and size - n + x (certain), started from the binomial bound
    shrunk by the finite-population factor, so that a handful of tests is enough.
    """
    low, high = x - 1, size - n + x
    share = x / np.maximum(n, 1)
    bound = _binomial_bounds(np.stack([x, n, size]), alpha)[0]
    factor = np.sqrt((size - n) / np.maximum(size - 1, 1))
    probe = np.floor((share - (share - bound) * factor) * size).astype(np.int64)
    step = np.maximum(1, size // 1000)
    first_low, first_high = low.copy(), high.copy()
    while True:
        todo = np.flatnonzero(high - low > 1)
        if not todo.size:
            return high
        at = np.clip(probe[todo], low[todo] + 1, high[todo] - 1)
        kept = hypergeometric_at_least(x[todo], n[todo], at, size[todo]) > alpha
        high[todo] = np.where(kept, at, high[todo])
        low[todo] = np.where(kept, low[todo], at)
        open_ended = (low == first_low) | (high == first_high)
        outward = np.where(high == first_high, low + step, high - step)
        probe = np.where(open_ended, outward, (low + high) // 2)
        step = step * 2


def _checked(count: ArrayLike, seen: ArrayLike, census: ArrayLike) -> tuple[IntArray, IntArray, IntArray]:
    x, n, size = np.broadcast_arrays(*(np.asarray(a, dtype=np.int64) for a in (count, seen, census)))
    if (x < 0).any() or (x > n).any():
        raise ValueError("A count of answers is negative or larger than all answers seen: check the counts.")
    if (size < 0).any():
        raise ValueError("A census size is negative: give the number of members, or 0 where it is unknown.")
    if ((size > 0) & (n > size)).any():
        raise ValueError(
            "More people answered than the census says the group has: correct the census size, "
            "or leave it out for that group."
        )
    return x, n, size


def _check_level(level: float) -> None:
    if not 0.5 <= level < 1.0:
        raise ValueError(f"The level must lie between 0.5 and 1 (for example 0.95), not {level}.")
