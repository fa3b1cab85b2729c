"""Share one pool among more workers than fit in memory: chunk by chunk, to the same cents.

The chunks are read four times: to sum the weights, to count the remainders in 65,536 bins, to settle the
last cents inside one bin, and to give the shares. Memory is one chunk plus the workers of that single bin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tavolo.bonus.rules.cents import Cents, multiply_divide
from tavolo.bonus.rules.errors import RuleError

BINS = 65_536
Chunks = Callable[[], Iterator[tuple[Cents, Cents]]]


@dataclass(frozen=True)
class Threshold:
    """Who gets one of the last cents: remainders above `value`, and at `value` ranks up to `rank`."""

    total: int
    value: int
    rank: int


def last_cents(chunks: Chunks, pool: int) -> Threshold:
    """Find the threshold of the last cents. `chunks()` yields (weights, ranks) int64 arrays, the same every
    time."""
    total = sum(int(weights.sum()) for weights, _ in chunks())
    if total <= 0:
        raise RuleError("nobody has a positive weight, so the pool cannot be shared")
    given, counts = 0, np.zeros(BINS, dtype=np.int64)
    for weights, _ in chunks():
        shares, remainders = multiply_divide(weights, pool, total)
        given += int(shares.sum())
        counts += np.bincount(_bins(remainders, total), minlength=BINS)
    extra = pool - given
    if extra == 0:
        return Threshold(total, total, -1)
    above = np.cumsum(counts[::-1])[::-1]  # workers in this bin or a higher one
    wanted = int(np.flatnonzero(above >= extra)[-1])
    before = int(above[wanted + 1]) if wanted + 1 < BINS else 0
    return _inside(chunks, pool, total, wanted, extra - before)


def _bins(remainders: Cents, total: int) -> Cents:
    """Bin of each remainder, monotone in it; floats only group, they never decide a cent."""
    return np.minimum((remainders * (BINS / total)).astype(np.int64), BINS - 1)


def _inside(chunks: Chunks, pool: int, total: int, wanted: int, places: int) -> Threshold:
    """The remainder and rank of the last worker of bin `wanted` who gets a cent."""
    found, ranks = [], []
    for weights, rank in chunks():
        remainders = multiply_divide(weights, pool, total)[1]
        here = _bins(remainders, total) == wanted
        found.append(remainders[here])
        ranks.append(rank[here])
    remainder, rank = np.concatenate(found), np.concatenate(ranks)
    last = np.lexsort((rank, -remainder))[places - 1]
    return Threshold(total, int(remainder[last]), int(rank[last]))


def shares_of(weights: Cents, ranks: Cents, pool: int, threshold: Threshold) -> Cents:
    """Shares (n,) of one chunk in cents; over all chunks they add up to the pool."""
    shares, remainders = multiply_divide(weights, pool, threshold.total)
    shares += (remainders > threshold.value) | ((remainders == threshold.value) & (ranks <= threshold.rank))
    return shares
