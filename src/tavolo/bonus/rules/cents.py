"""The same money on arrays: int64 cents and integer rates, exact, never a float that decides.

Rates are integers in millionths (0.0919 is 91,900). A product of cents and a rate needs
`|cents| < 2**63 / 10**6`, about 92 billion euro per line, which is checked.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from tavolo.bonus.rules.errors import RuleError

Cents = NDArray[np.int64]
RATE_SCALE = 1_000_000
_MAX_CENTS = 2**62 // RATE_SCALE
VECTOR_POLICIES = ("line_half_up", "line_half_even")


def rate_to_int(rate: Decimal) -> int:
    """A rate as an integer in millionths; raise RuleError when it has more than six decimals."""
    scaled = rate * RATE_SCALE
    if scaled != scaled.to_integral_value():
        raise RuleError(f"rate {rate} has more than six decimals")
    return int(scaled)


def check_vector_policy(policy: str) -> None:
    """Slips of many workers need lines that add up: only the line policies are allowed."""
    if policy not in VECTOR_POLICIES:
        raise RuleError(
            f"rounding policy '{policy}' does not give slips whose lines add up; a run for many workers "
            f"uses one of {', '.join(VECTOR_POLICIES)}"
        )


def apply_rate(cents: Cents, rate: int | Cents, policy: str, *, out: Cents | None = None) -> Cents:
    """Cents times a rate in millionths, rounded to the cent line by line. Amounts must not be negative.

    `cents`: int64 (n,), `rate`: int or int64 (n,); returns int64 (n,), in `out` when given.
    """
    product = np.multiply(cents, rate, out=out)
    if policy == "line_half_up":
        product += RATE_SCALE // 2
        product //= RATE_SCALE
        return product
    product[...] = divide_half(product, RATE_SCALE, policy)
    return product


def divide_half(numerator: Cents, denominator: int | Cents, policy: str) -> Cents:
    """Non-negative integers divided and rounded, half up or half to even."""
    if policy == "line_half_up":
        return (numerator + denominator // 2) // denominator
    quotient = numerator // denominator
    twice = (numerator - quotient * denominator) * 2
    up = (twice > denominator) | ((twice == denominator) & (quotient & 1 == 1))
    return np.asarray(quotient + up, dtype=np.int64)


def check_amounts(name: str, cents: Cents) -> None:
    """Refuse negative amounts and amounts so large that a product would leave 63 bits."""
    if cents.size and (int(cents.min()) < 0 or int(cents.max()) > _MAX_CENTS):
        raise RuleError(f"{name}: amounts must lie between 0 and {_MAX_CENTS // 100:,} euro")


def multiply_divide(values: Cents, factor: int, divisor: int) -> tuple[Cents, Cents]:
    """Exact `floor(values * factor / divisor)` and its remainder without 128-bit integers.

    The quotient is first estimated in float64, then corrected with the remainder computed modulo
    2**64. Exact while the quotient stays below 2**50 and the divisor below 2**61; raises RuleError
    beyond. `values`: int64 (n,), non-negative; returns two int64 (n,) arrays.
    """
    if not 0 < divisor < 2**61 or not 0 <= factor < 2**62:
        raise RuleError("sums are too large for exact 64-bit shares; use a coarser unit for the weights")
    if values.size and float(values.max()) * factor / divisor >= 2.0**50:
        raise RuleError("a share above ten thousand billion euro cannot be computed exactly")
    quotient = np.floor(values.astype(np.float64) * (factor / divisor)).astype(np.int64)
    with np.errstate(over="ignore"):
        product = values.astype(np.uint64) * np.uint64(factor)
        remainder = (product - quotient.astype(np.uint64) * np.uint64(divisor)).astype(np.int64)
    while True:
        low, high = remainder < 0, remainder >= divisor
        if not (low.any() or high.any()):
            return quotient, remainder
        shift = high.astype(np.int64) - low.astype(np.int64)
        quotient += shift
        remainder -= shift * divisor
