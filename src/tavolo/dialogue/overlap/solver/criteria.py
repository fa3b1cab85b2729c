"""What makes a package better for the worst-off, or better by Nash's product, compared exactly.

Shares. A party's share of a package is gain / range, from 0 (the package worst for it within the overlap) to
1 (the best). Two shares g/R and h/S with R, S <= 1,200 that differ do so by at least 1/(R S) > 6e-7, and
division is correctly rounded (IEEE 754): equal fractions give equal doubles, different ones different doubles
in the same order. So comparing doubles is exact here; nothing is ever compared with a tolerance.

Nash. The product of gains over parties to whom packages differ (J. F. Nash, *The bargaining problem*,
Econometrica 18, 1950). The disagreement point is, for each party, the package worst for it within the
overlap: nothing lodged says what no agreement is worth, so the comparison is between agreements only. Where
no package gives every party a positive gain the product is 0 for all; then as many parties as possible get a
positive gain, and among those packages the product over the parties that do is greatest. Products are
compared as whole numbers.
"""

from __future__ import annotations

from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Key = tuple[float, ...] | tuple[int, ...]
COUNT = 1000.0  # more than the greatest sum of logarithms of eight gains
SLACK = 1e-9  # far above the rounding of such a sum; what falls within it is compared exactly


class Criterion(Protocol):
    """A way to compare packages by rows of numbers, the first column first; the greatest row is best.

    The better of two packages never has a row that is smaller by more than `slack` in the first column where
    the two differ by more than `slack`. `exact` settles what is left.
    """

    slack: float

    def table(self, gains: Whole) -> NDArray[np.float64]:
        """Return rows, shape (n, columns), for gains of shape (n, parties). Greater gains: no smaller row."""
        ...

    def exact(self, gains: Whole) -> Key:
        """Return the exact key of one vector of gains, shape (parties,); the greatest is best."""
        ...


class WorstOff:
    """Maximin of shares, ties settled by the next worst-off and so on (leximin). The table is exact."""

    slack = 0.0

    def __init__(self, ranges: Whole) -> None:
        self.ranges = ranges

    def table(self, gains: Whole) -> NDArray[np.float64]:
        """Return each vector's shares from the worst-off up."""
        return np.sort(gains / self.ranges, axis=1)

    def exact(self, gains: Whole) -> Key:
        """Return the shares from the worst-off up."""
        return tuple(sorted((gains / self.ranges).tolist()))


class Nash:
    """The number of parties with a positive gain, then the product of the positive gains."""

    slack = SLACK

    def table(self, gains: Whole) -> NDArray[np.float64]:
        """Return count and logarithm of the product in one number."""
        positive = gains > 0
        logs = np.log(np.where(positive, gains, 1))
        total: NDArray[np.float64] = COUNT * positive.sum(axis=1) + logs.sum(axis=1)
        return total[:, None]

    def exact(self, gains: Whole) -> Key:
        """Return (parties with a positive gain, product of positive gains)."""
        positive = [int(gain) for gain in gains if gain > 0]
        return (len(positive), prod(positive))


def top(table: NDArray[np.float64], slack: float) -> NDArray[np.int64]:
    """Return the places of the greatest rows of a table, and of those the slack does not tell from them."""
    places = np.arange(len(table))
    for column in table.T:
        values = column[places]
        places = places[values >= values.max() - slack]
    return places


def below(row: NDArray[np.float64], other: NDArray[np.float64], slack: float) -> bool:
    """Say whether a row is certainly smaller than another."""
    for one, two in zip(row, other, strict=True):
        if one < two - slack:
            return True
        if one > two + slack:
            return False
    return False
