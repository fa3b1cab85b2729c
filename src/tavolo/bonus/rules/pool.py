"""Pools: how many euro there are to share, by formula. All arithmetic is exact (Fractions).

Algebra as in the gainsharing literature (ILO EMD/16; ORNL 1989; SPRING Singapore 2011): Scanlon, Rucker,
Improshare, profit sharing, the French statutory reserve (Code du travail L. 3324-1) and the
price-corrected productivity pool by Bennet's decomposition (OECD Measuring Productivity 2001; Balk 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tavolo.bonus.rules.errors import RuleError

ZERO = Fraction(0)


@dataclass(frozen=True)
class Gain:
    """A gain against the base and how it is divided. `difference` keeps its sign, `gain` is its positive
    part."""

    ratio: Fraction
    allowed: Fraction
    difference: Fraction
    gain: Fraction
    workers: Fraction
    firm: Fraction
    reserve: Fraction


def share_gain(difference: Fraction, share: Fraction, reserve: Fraction = ZERO) -> tuple[Fraction, ...]:
    """Positive part of a difference, workers' part, firm's part and reserve: they add up to the gain."""
    for name, value in (("worker share", share), ("reserve", reserve)):
        if not 0 <= value <= 1:
            raise RuleError(f"the {name} must lie between 0 and 1")
    gain = max(ZERO, difference)
    held = gain * reserve
    workers = share * (gain - held)
    return gain, workers, gain - held - workers, held


def ratio_plan(
    base_labour: Fraction, base_value: Fraction, labour: Fraction, value: Fraction,
    share: Fraction = Fraction(1), reserve: Fraction = ZERO,
) -> Gain:  # fmt: skip
    """Scanlon (value = sales value of production) and Rucker (value = value added).

    `r0 = labour0 / value0`; `gain = (r0 * value1 - labour1)+`; workers get `share * (1 - reserve) * gain`.
    """
    if base_value <= 0:
        raise RuleError("the base value of production must be positive")
    ratio = base_labour / base_value
    allowed = ratio * value
    gain, workers, firm, held = share_gain(allowed - labour, share, reserve)
    return Gain(ratio, allowed, allowed - labour, gain, workers, firm, held)


@dataclass(frozen=True)
class HoursGain:
    """Improshare: hours earned against hours worked. `rate` is the bonus per hour worked."""

    factor: Fraction
    earned: Fraction
    saved: Fraction
    rate: Fraction
    carried_over: Fraction


def improshare(
    base_hours: Fraction, base_standard: Fraction, hours: Fraction, standard: Fraction,
    share: Fraction = Fraction(1, 2), ceiling: Fraction | None = None,
) -> HoursGain:  # fmt: skip
    """`BPF = H0 / sum(std*u0)`; `earned = BPF * sum(std*u1)`; `saved = earned - H1`; rate
    `share*(saved)+/H1`.

    `standard` is output weighted by standard hours (or plain units when all are alike). With a `ceiling` on
    `saved / H1` the hours above it are carried over (buy-back), not paid.
    """
    if base_standard <= 0 or hours <= 0:
        raise RuleError("Improshare needs a positive base output and positive hours worked")
    factor = base_hours / base_standard
    earned = factor * standard
    saved = earned - hours
    paid = max(ZERO, saved)
    carried = ZERO
    if ceiling is not None and paid > ceiling * hours:
        carried = paid - ceiling * hours
        paid = ceiling * hours
    return HoursGain(factor, earned, saved, share * paid / hours, carried)


def profit_share(profit: Fraction, threshold: Fraction, share: Fraction) -> Fraction:
    """`share * (profit - threshold)+`."""
    return share * max(ZERO, profit - threshold)


FRENCH_RESERVE = "RSP = 1/2 * (B - 0.05 * C) * (S / VA)"


def french_reserve(profit: Fraction, capital: Fraction, wages: Fraction, value_added: Fraction) -> Fraction:
    """`1/2 * (B - 5% C) * (S / VA)`, never negative (Code du travail L. 3324-1)."""
    if value_added <= 0:
        raise RuleError("the statutory reserve needs a positive value added")
    return max(ZERO, Fraction(1, 2) * (profit - Fraction(1, 20) * capital) * wages / value_added)


@dataclass(frozen=True)
class Item:
    """A product sold or an input used: quantity and price in the base and in the measured period."""

    name: str
    quantity0: Fraction
    quantity1: Fraction
    price0: Fraction
    price1: Fraction


@dataclass(frozen=True)
class Bennet:
    """Change of profit split exactly into productivity and prices, in euro, term by term."""

    productivity: Fraction
    price: Fraction
    terms: tuple[tuple[str, Fraction, Fraction], ...]

    @property
    def total(self) -> Fraction:
        """Change of profit."""
        return self.productivity + self.price


def bennet(outputs: Sequence[Item], inputs: Sequence[Item]) -> Bennet:
    """Bennet's decomposition: `sum 1/2(p0+p1)dq - sum 1/2(w0+w1)dx` plus `sum 1/2(q0+q1)dp - sum
    1/2(x0+x1)dw`."""
    terms = []
    for sign, items in ((1, outputs), (-1, inputs)):
        for item in items:
            quantity = sign * (item.price0 + item.price1) / 2 * (item.quantity1 - item.quantity0)
            price = sign * (item.quantity0 + item.quantity1) / 2 * (item.price1 - item.price0)
            terms.append((item.name, quantity, price))
    return Bennet(
        sum((term[1] for term in terms), ZERO), sum((term[2] for term in terms), ZERO), tuple(terms)
    )


def real_productivity_gain(
    value_added0: Fraction, hours0: Fraction, value_added1: Fraction, hours1: Fraction, deflator: Fraction
) -> Fraction:
    """`G = VA1/deflator - (VA0/H0) * H1`: gain in euro at base prices; signed."""
    if hours0 <= 0 or deflator <= 0:
        raise RuleError("hours of the base and the deflator must be positive")
    return value_added1 / deflator - value_added0 / hours0 * hours1


def indexes(items: Sequence[Item]) -> dict[str, Fraction]:
    """Laspeyres and Paasche quantity and price indexes; Fisher's squared is their product (kept rational)."""
    p0q0 = sum((i.price0 * i.quantity0 for i in items), ZERO)
    p0q1 = sum((i.price0 * i.quantity1 for i in items), ZERO)
    p1q0 = sum((i.price1 * i.quantity0 for i in items), ZERO)
    p1q1 = sum((i.price1 * i.quantity1 for i in items), ZERO)
    if 0 in (p0q0, p1q0, p0q1):
        raise RuleError("an index needs values different from zero in both periods")
    return {
        "laspeyres_quantity": p0q1 / p0q0, "paasche_quantity": p1q1 / p1q0,
        "laspeyres_price": p1q0 / p0q0, "paasche_price": p1q1 / p0q1,
        "fisher_quantity_squared": p0q1 / p0q0 * (p1q1 / p1q0),
        "fisher_price_squared": p1q0 / p0q0 * (p1q1 / p0q1),
    }  # fmt: skip


def family_of_measures(gains: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Each measure brings a gain or a loss with its own share; all in one pool, never negative
    (masternak)."""
    return max(ZERO, sum((gain * share for gain, share in gains), ZERO))
