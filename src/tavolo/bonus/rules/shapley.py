"""How many euro each indicator brought: exact Shapley values over indicators.

`v(S)` is the pool with the indicators in S at their measured values and the others at their base;
`psi_k = sum over S without k of |S|!(n-|S|-1)!/n! (v(S+k) - v(S))`. The parts add up to `v(all) - v(none)`.
Needed when gates, caps or products couple the indicators; with an additive grid it is the plain difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.bonus.rules.errors import RuleError

MOST_PLAYERS = 20


def shapley(players: int, value: Callable[[int], Fraction]) -> list[Fraction]:
    """Shapley values from `value(mask)`, where bit k of the mask means player k is at its measured value.

    Calls `value` for each of the 2**players masks. RuleError beyond MOST_PLAYERS.
    """
    if not 0 < players <= MOST_PLAYERS:
        raise RuleError(
            f"Shapley values are computed for 1 to {MOST_PLAYERS} indicators, there are {players}"
        )
    values = [value(mask) for mask in range(1 << players)]
    scale = lcm(*(item.denominator for item in values))
    return shapley_table(np.array([int(item * scale) for item in values], dtype=object), scale)


def shapley_table(values: NDArray[Any], scale: int = 1) -> list[Fraction]:
    """Shapley values from the table (2**n,) of integer coalition values, each divided by `scale`.

    int64 tables are summed size by size in exact Python integers: 20 indicators are a million coalitions.
    """
    players = len(values).bit_length() - 1
    if len(values) != 1 << players or not 0 < players <= MOST_PLAYERS:
        raise RuleError("a table of coalition values needs 2**n entries, n from 1 to 20")
    masks = np.arange(len(values), dtype=np.uint32)
    sizes = np.bitwise_count(masks).astype(np.int64)
    weights = [
        Fraction(factorial(s) * factorial(players - s - 1), factorial(players)) for s in range(players)
    ]
    result = []
    for player in range(players):
        without = np.flatnonzero((masks >> np.uint32(player)) & np.uint32(1) == 0)
        gains = values[without + (1 << player)] - values[without]
        group = sizes[without]
        total = sum((weights[s] * int(gains[group == s].sum()) for s in range(players)), Fraction(0))
        result.append(total / scale)
    return result


def additive_table(
    base: Sequence[Fraction], measured: Sequence[Fraction], floor: Fraction | None, ceiling: Fraction | None
) -> tuple[NDArray[np.int64], int]:
    """Total scores of every coalition of an additive grid with floor and ceiling, as integers and their
    scale.

    `base`, `measured`: weighted payouts of each indicator. RuleError when the figures do not fit 62 bits.
    """
    bounds = [bound for bound in (floor, ceiling) if bound is not None]
    scale = lcm(*(item.denominator for item in (*base, *measured, *bounds)))
    low, high = [int(item * scale) for item in base], [int(item * scale) for item in measured]
    if sum(max(abs(a), abs(b)) for a, b in zip(low, high, strict=True)) >= 2**62:
        raise RuleError(
            "the grid's figures have too many decimals for exact Shapley values; round the weights"
        )
    table = np.array([sum(low)], dtype=np.int64)
    for start, end in zip(low, high, strict=True):
        table = np.concatenate([table, table + (end - start)])
    if floor is not None:
        table = np.maximum(table, int(floor * scale))
    if ceiling is not None:
        table = np.minimum(table, int(ceiling * scale))
    return table, scale


def parts_in_cents(parts: Sequence[Fraction]) -> list[int]:
    """Euro parts to cents that add up to their total rounded half up: largest remainder, in order on ties."""
    total = sum(parts, Fraction(0)) * 100
    target = int((total + Fraction(1, 2)).__floor__())
    floors = [(part * 100).__floor__() for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (-(parts[i] * 100 - floors[i]), i))
    for index in order[: target - sum(floors)]:
        floors[index] += 1
    return floors
