"""Money to the cent under a named rounding policy: the exact, one-slip-at-a-time arithmetic.

A slip is a list of lines and its lines must add up, so the policy of every run is explicit. The
policies are those a payroll office meets; which one is used changes the result by a cent: 908.10 at 5%
is 45.405 exactly, a tie that half-up, half-even and a single rounding at the end settle differently.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

from tavolo.bonus.rules.errors import RuleError

CENT = Decimal("0.01")
EURO = Decimal("1")

#: name -> (Italian, English) description
ROUNDING_POLICIES: dict[str, tuple[str, str]] = {
    "line_half_up": (
        "ogni riga arrotondata al centesimo, il mezzo centesimo per eccesso; le righe si sommano",
        "each line rounded to the cent, half away from zero; the lines add up",
    ),
    "line_half_even": (
        "ogni riga arrotondata al centesimo, il mezzo centesimo al pari; le righe si sommano",
        "each line rounded to the cent, half to even; the lines add up",
    ),
    "end_half_up": (
        "nessun arrotondamento intermedio; solo la cifra finale, il mezzo centesimo per eccesso",
        "no intermediate rounding; only the final figure, half away from zero",
    ),
    "whole_euro_half_up": (
        "cifra finale arrotondata all'euro, il mezzo euro per eccesso",
        "final figure rounded to the whole euro, half away from zero",
    ),
    "none": ("cifre esatte, nessun arrotondamento", "all figures exact, no rounding takes place"),
}
_EXACT = Context(prec=60)


def check_policy(policy: str) -> str:
    """Return `policy` if it is known; raise RuleError naming the known ones otherwise."""
    if policy not in ROUNDING_POLICIES:
        raise RuleError(f"rounding policy '{policy}' is unknown; use one of {', '.join(ROUNDING_POLICIES)}")
    return policy


def round_to(amount: Decimal, unit: Decimal, *, even: bool = False) -> Decimal:
    """Round `amount` to a multiple of `unit` (0.01 or 1), half away from zero or half to even."""
    with localcontext(_EXACT):
        return amount.quantize(unit, rounding=ROUND_HALF_EVEN if even else ROUND_HALF_UP)


def round_line(amount: Decimal, policy: str) -> Decimal:
    """Round an intermediate line as `policy` says: to the cent for line policies, not at all otherwise."""
    if policy == "line_half_up":
        return round_to(amount, CENT)
    if policy == "line_half_even":
        return round_to(amount, CENT, even=True)
    return amount


def round_final(amount: Decimal, policy: str) -> Decimal:
    """Round a figure to be shown as `policy` says."""
    if policy in ("line_half_up", "end_half_up"):
        return round_to(amount, CENT)
    if policy == "line_half_even":
        return round_to(amount, CENT, even=True)
    if policy == "whole_euro_half_up":
        return round_to(amount, EURO)
    return amount


def times(amount: Decimal, *factors: Decimal) -> Decimal:
    """Exact product (60 digits), independent of the caller's decimal context."""
    with localcontext(_EXACT):
        for factor in factors:
            amount = amount * factor
        return amount


def fraction(value: Decimal) -> Fraction:
    """Exact rational value of a Decimal."""
    return Fraction(value)


def from_fraction(value: Fraction) -> Decimal:
    """Decimal of a rational, exact where finite and to 60 digits otherwise."""
    with localcontext(_EXACT):
        return Decimal(value.numerator) / Decimal(value.denominator)


def to_cents(amount: Decimal) -> int:
    """Euro to integer cents; raise RuleError when the amount is finer than a cent."""
    cents = amount.scaleb(2)
    if cents != cents.to_integral_value():
        raise RuleError(f"{amount} is not a whole number of cents")
    return int(cents)


def euros(cents: int) -> Decimal:
    """Integer cents to euro with two decimals."""
    return Decimal(int(cents)).scaleb(-2)


def format_euro(cents: int, lang: str = "it") -> str:
    """Cents as people write them: `1.234,56 €` in Italian, `€1,234.56` in English."""
    text = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    sign = "-" if cents < 0 else ""
    if lang == "it":
        return sign + text.replace(",", " ").replace(".", ",").replace(" ", ".") + " €"
    return f"{sign}€{text}"


def format_number(value: Decimal, lang: str = "it") -> str:
    """A figure without trailing zeros, with the decimal mark of the language and grouped thousands."""
    normal = value.normalize()
    text = f"{normal:,f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".") if lang == "it" else text


def format_percent(rate: Decimal, lang: str = "it") -> str:
    """A rate as a percentage: 0.0919 is `9,19%` in Italian."""
    return format_number(rate.scaleb(2), lang) + "%"
