"""Observations behind an indicator: monthly bands, and the periods or lines an agreement leaves out.

An agreement may exclude a whole period (stock above a limit for one supplier code) or single
observations (production lines in short-time work); what was left out stays countable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tavolo.bonus.rules.errors import RuleError

BANDS = ("monthly", "quarterly", "half_yearly", "yearly")
AGGREGATES = ("mean", "sum", "last")
_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


@dataclass(frozen=True)
class Observation:
    """One measured value in a month `YYYY-MM`, with its other fields as text."""

    month: str
    value: Fraction
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Exclusion:
    """Leave out the `period` (whole band) or the single `observation` whose `field` meets the condition.

    With `by`, values of the field are summed for each value of that other field inside the band first, and
    one of them meeting the condition is enough.
    """

    what: str
    field: str
    above: Fraction | None = None
    below: Fraction | None = None
    equals: str | None = None
    by: str | None = None

    def met(self, text: str) -> bool:
        """True when a field's value meets the condition; an empty field never does for limits."""
        if self.equals is not None:
            return text == self.equals
        if not text:
            return False
        return self.beyond(Fraction(text))

    def beyond(self, number: Fraction) -> bool:
        """True when a number is past the limit."""
        return (self.above is not None and number > self.above) or (
            self.below is not None and number < self.below
        )


def band_of(month: str, band: str) -> str:
    """The band a month belongs to: `2025-02` is `2025-02`, `2025-Q1`, `2025-H1` or `2025`."""
    try:
        year, number = month.split("-")
        index = (int(number) - 1) // _MONTHS[band] + 1
    except (ValueError, KeyError):
        raise RuleError(
            f"'{month}' is not a month as YYYY-MM, or '{band}' not one of {', '.join(BANDS)}"
        ) from None
    letter = {"monthly": None, "quarterly": "Q", "half_yearly": "H", "yearly": ""}[band]
    if letter is None:
        return month
    return f"{year}-{letter}{index}" if letter else year


def aggregate(
    observations: Sequence[Observation], *, band: str, how: str, exclusions: Sequence[Exclusion]
) -> dict[str, Fraction]:
    """The value of each band kept, in order; bands left out by an exclusion are absent."""
    if how not in AGGREGATES:
        raise RuleError(f"aggregate '{how}' is unknown; use one of {', '.join(AGGREGATES)}")
    singles = [rule for rule in exclusions if rule.what == "observation"]
    periods = [rule for rule in exclusions if rule.what == "period"]
    groups: dict[str, list[Observation]] = {}
    for item in sorted(observations, key=lambda o: o.month):
        groups.setdefault(band_of(item.month, band), []).append(item)
    kept = {}
    for name, items in groups.items():
        if any(_period_out(rule, items) for rule in periods):
            continue
        values = [
            item.value
            for item in items
            if not any(rule.met(item.fields.get(rule.field, "")) for rule in singles)
        ]
        if values:
            kept[name] = {"sum": sum(values, Fraction(0)), "last": values[-1]}.get(
                how, sum(values) / Fraction(len(values))
            )
    return kept


def _period_out(rule: Exclusion, items: Sequence[Observation]) -> bool:
    if rule.by is None or rule.equals is not None:
        return any(rule.met(item.fields.get(rule.field, "")) for item in items)
    sums: dict[str, Fraction] = {}
    for item in items:
        text = item.fields.get(rule.field, "")
        if text:
            key = item.fields.get(rule.by, "")
            sums[key] = sums.get(key, Fraction(0)) + Fraction(text)
    return any(rule.beyond(total) for total in sums.values())
