"""Share a pool to the cent: largest remainder, and water-filling where there are floors and caps.

`p_i = pool * w_i / sum w`; with limits `x_i(L) = min(cap_i, max(floor_i, L * w_i))` and the level L that
spends the pool exactly. Remainders are compared as integers; ties go by a declared rank of the workers, so
two runs give the same cents whatever the order of the rows. Largest remainder is not house-monotone: one
cent more in the pool can take one cent from somebody.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tavolo.bonus.rules.cents import Cents, multiply_divide
from tavolo.bonus.rules.errors import RuleError


def split_pool(pool: int, weights: Cents, rank: Cents) -> Cents:
    """Integer shares (n,) of `pool` cents, proportional to non-negative integer `weights` (n,).

    The sum equals the pool. Left-over cents go to the largest remainders, ties to the lowest `rank` (n,),
    which must be distinct. A worker of weight zero never gets a cent. RuleError when no weight is positive.
    """
    if pool < 0:
        raise RuleError("a pool cannot be negative")
    if weights.size and int(weights.min()) < 0:
        raise RuleError("a weight is negative")
    total = _exact_sum(weights)
    if total == 0:
        if pool == 0:
            return np.zeros(len(weights), dtype=np.int64)
        raise RuleError(
            "nobody has a positive weight, so the pool cannot be shared; check key, hours and leavers"
        )
    shares, remainders = multiply_divide(weights, pool, total)
    extra = pool - int(shares.sum())
    shares[_largest(remainders, extra, rank)] += 1
    return shares


def _exact_sum(weights: Cents) -> int:
    high, low = weights >> 32, weights & 0xFFFFFFFF
    return (int(high.sum()) << 32) + int(low.sum())


def _largest(remainders: Cents, count: int, rank: Cents) -> NDArray[np.intp]:
    """Positions of the `count` largest remainders, ties to the lowest rank. O(n)."""
    if count <= 0:
        return np.zeros(0, dtype=np.intp)
    threshold = np.partition(remainders, len(remainders) - count)[len(remainders) - count]
    above = np.flatnonzero(remainders > threshold)
    level = np.flatnonzero(remainders == threshold)
    wanted = count - len(above)
    if wanted < len(level):
        level = level[np.argpartition(rank[level], wanted)[:wanted]] if wanted else level[:0]
    return np.concatenate([above, level])


def water_fill(pool: int, weights: Cents, floors: Cents, caps: Cents, rank: Cents) -> tuple[Cents, int]:
    """Shares (n,) within `floors` and `caps` (int64 cents), and the cents that could not be given.

    Floors bind only workers with a positive weight. The rest is positive only when all caps are
    reached. RuleError when the floors alone exceed the pool: the shortage is named, nothing is clipped in
    silence.
    """
    active = weights > 0
    low = np.where(active, floors, 0)
    high = np.where(active, np.maximum(caps, low), 0)
    if _exact_sum(low) > pool:
        short = _exact_sum(low) - pool
        raise RuleError(f"the floors add up to more than the pool: {short / 100:.2f} euro are missing")
    if _exact_sum(high) <= pool:
        return high.astype(np.int64), pool - _exact_sum(high)
    state = _fixed_state(pool, weights, low, high)
    shares = np.where(state < 0, low, high)
    free = np.flatnonzero(state == 0)
    left = pool - _exact_sum(shares[np.flatnonzero(state != 0)])
    shares[free] = _within(left, weights[free], low[free], high[free], rank[free])
    return shares.astype(np.int64), 0


def _fixed_state(pool: int, weights: Cents, low: Cents, high: Cents) -> NDArray[np.int8]:
    """-1 for workers at their floor, +1 at their cap, 0 between, at the exact level L.

    The level is found by bisection over the sorted breakpoints `floor/w` and `cap/w`; the sum at a breakpoint
    is compared with the pool in exact integers, so no float decides.
    """
    active = np.flatnonzero(weights > 0)
    w, lo, hi = weights[active], low[active], high[active]
    numerators = np.concatenate([lo, hi])
    denominators = np.concatenate([w, w])
    order = np.argsort(numerators / denominators, kind="stable")
    first, last = 0, len(order) - 1  # the level lies above `first` and at or below `last`
    while first < last:
        middle = (first + last) // 2
        position = order[middle]
        if _spent(int(numerators[position]), int(denominators[position]), w, lo, hi) < pool:
            first = middle + 1
        else:
            last = middle
    upper = Fraction(int(numerators[order[first]]), int(denominators[order[first]]))
    return _states(pool, weights, active, w, lo, hi, upper)


def _states(
    pool: int, weights: Cents, active: NDArray[np.intp], w: Cents, lo: Cents, hi: Cents, upper: Fraction
) -> NDArray[np.int8]:
    """States just under the breakpoint `upper`, where the spending first reaches the pool."""
    state = np.ones(len(weights), dtype=np.int8)
    at = _compare(upper, w, lo)  # sign of upper*w - floor
    state[active] = np.where(at <= 0, -1, np.where(_compare(upper, w, hi) > 0, 1, 0))
    return state


def _compare(level: Fraction, w: Cents, limit: Cents) -> Cents:
    """Sign of `level * w - limit`, exact."""
    quotient, remainder = _at_level(w, level.numerator, level.denominator, limit)
    exact: Cents = np.sign(quotient - limit) + ((quotient == limit) & (remainder > 0))
    return exact


def _at_level(w: Cents, numerator: int, denominator: int, limit: Cents) -> tuple[Cents, Cents]:
    """`w * numerator / denominator` as quotient and remainder; what is far above `limit` is `2 * limit +
    9`."""
    far = w * (numerator / denominator) > 2.0 * limit + 8
    quotient, remainder = multiply_divide(np.where(far, 0, w), numerator, denominator)
    return np.where(far, 2 * limit + 9, quotient), remainder


def _spent(numerator: int, denominator: int, w: Cents, lo: Cents, hi: Cents) -> Fraction:
    """Exact `sum min(cap, max(floor, L*w))` at `L = numerator / denominator`."""
    quotient, remainder = _at_level(w, numerator, denominator, hi)
    at_floor = quotient < lo
    at_cap = quotient >= hi
    free = ~(at_floor | at_cap)
    whole = _exact_sum(np.where(at_floor, lo, np.where(at_cap, hi, quotient)))
    return whole + Fraction(_exact_sum(remainder[free]), denominator)


def _within(pool: int, weights: Cents, low: Cents, high: Cents, rank: Cents) -> Cents:
    """Largest remainder among free workers; a cent never lifts anyone above the cap."""
    if not len(weights):
        return np.zeros(0, dtype=np.int64)
    total = _exact_sum(weights)
    shares, remainders = multiply_divide(weights, pool, total)
    shares = np.minimum(np.maximum(shares, low), high)
    extra = pool - _exact_sum(shares)
    room = np.flatnonzero(shares < high)
    shares[room[_largest(remainders[room], extra, rank[room])]] += 1
    return shares
