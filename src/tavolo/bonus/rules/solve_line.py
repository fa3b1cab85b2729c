"""Reverse of a plain slip: which gross gives a net, line by line, and which rise in pay gives it.

Closed form without caps: `gross = T / ((1 - c)(1 - t))`. With every line rounded several grosses give one
net, so the answer is an interval (smallest, largest) or none.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.money import from_fraction, round_line, times, to_cents
from tavolo.bonus.rules.parameters import LawReader


def plain_net(gross: Decimal, contribution_rate: Decimal, tax_rate: Decimal, policy: str) -> Decimal:
    """Net of a premium wholly under the flat tax, each line rounded by `policy`."""
    base = gross - round_line(times(gross, contribution_rate), policy)
    return base - round_line(times(base, tax_rate), policy)


def gross_interval(
    target: Decimal, contribution_rate: Decimal, tax_rate: Decimal, policy: str
) -> tuple[Decimal, Decimal] | None:
    """Smallest and largest gross in cents whose net is `target`; None when no gross gives it."""
    to_cents(target)
    kept = (1 - Fraction(contribution_rate)) * (1 - Fraction(tax_rate))
    if kept <= 0:
        raise RuleError("contributions and tax take everything: no gross gives a net")
    centre = int(Fraction(to_cents(target)) / kept)
    reach = int(2 / kept) + 2
    found = [
        cents
        for cents in range(max(0, centre - reach), centre + reach + 1)
        if plain_net(Decimal(cents).scaleb(-2), contribution_rate, tax_rate, policy) == target
    ]
    if not found:
        return None
    return Decimal(found[0]).scaleb(-2), Decimal(found[-1]).scaleb(-2)


def yearly_net(pay: Fraction, rate: Decimal, municipal: Decimal, reader: LawReader) -> Fraction:
    """Yearly net of a gross pay in Lombardia: contributions, income tax, deduction, surtaxes; unrounded."""
    taxable = pay * (1 - Fraction(rate))
    tax = _bands(taxable, reader.get("irpef_bands")) - _deduction(taxable, reader.get("employee_deduction"))
    surtaxes = _bands(taxable, reader.get("regional_bands_lombardia")) + taxable * Fraction(municipal)
    return taxable - max(Fraction(0), tax) - surtaxes


def raise_for_net(
    target: Decimal, start: Decimal, rate: Decimal, municipal: Decimal, reader: LawReader
) -> Fraction:
    """Rise in gross pay that brings `target` more net a year, to a millionth of a euro (bisection)."""
    before = yearly_net(Fraction(start), rate, municipal, reader)
    low, high = Fraction(0), Fraction(target) * 8
    while high - low > Fraction(1, 1_000_000):
        middle = (low + high) / 2
        if yearly_net(Fraction(start) + middle, rate, municipal, reader) - before < Fraction(target):
            low = middle
        else:
            high = middle
    return Fraction(from_fraction(high))


def _bands(income: Fraction, bands: tuple[dict[str, Decimal], ...]) -> Fraction:
    total, previous = Fraction(0), Fraction(0)
    for band in bands:
        rate = Fraction(band["rate"])
        total += max(Fraction(0), income - Fraction(band["from"])) * (rate - previous)
        previous = rate
    return total


def _deduction(income: Fraction, pieces: tuple[dict[str, Decimal], ...]) -> Fraction:
    piece = [p for p in pieces if income > p["from"] or p is pieces[0]][-1]
    fixed, share, until, width = (Fraction(piece[name]) for name in ("fixed", "share", "until", "width"))
    return fixed + share * (until - income) / width
