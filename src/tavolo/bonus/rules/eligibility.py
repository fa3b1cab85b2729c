"""Tax eligibility: does the comparison prove an increment? A result of its own beside the amount due.

`d_k = dir_k * (x_k1 - x_k0)`; eligible if any (or all, or k) of the gate's `d_k > 0`. Equality is not an
increment. Reaching a target is not enough (ris. 78/E 2018; risp. 130/2018; risp. 59/2024); criteria are
fixed with the outcome uncertain and the result matures after signing (risp. 205/2019, 456/2019, 550/2020;
ris. 36/E 2020); one of alternative gate indicators admits the whole premium (circ. 5/E 2018); profit
sharing and cooperative refunds need no increment (circ. 28/E 2016; risp. 284/2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tavolo.bonus.rules.grid import gate_open

DIRECTIONS = ("up", "down")


@dataclass(frozen=True)
class Comparison:
    """One indicator against its comparison period; `None` when it was not measured."""

    indicator: str
    direction: str
    base: Fraction | None
    measured: Fraction | None
    document: str = ""

    @property
    def change(self) -> Fraction | None:
        """Signed improvement: positive means better."""
        if self.base is None or self.measured is None:
            return None
        return (self.measured - self.base) * (1 if self.direction == "up" else -1)

    @property
    def incremental(self) -> bool:
        """True only when the improvement is proved and strictly positive."""
        return self.change is not None and self.change > 0


@dataclass(frozen=True)
class Timing:
    """When the criteria were fixed. Each fact may be unknown (None), which proves nothing against."""

    criteria_fixed: str = "before_period"
    outcome_uncertain: bool | None = None
    matured_after_signing: bool | None = None


CRITERIA_FIXED = ("before_period", "during_period", "near_end_of_period", "after_period")

#: reason -> (Italian, English, source)
REASONS: dict[str, tuple[str, str, str]] = {
    "increment": ("l'incremento è provato dal confronto", "the comparison proves the "
        "increment", "L. 208/2015 art. 1 c. 182; DM 25.3.2016 art. "
        "2"),
    "profit_sharing": ("utili o ristorni: l'incremento non è richiesto",
    "profit sharing or refunds: no increment is "
        "required", "circ. 28/E 2016; risp. 284/2023"),
    "no_increment": ("il risultato non supera quello del periodo di confronto",
    "the result does not exceed the comparison "
        "period", "ris. 78/E 2018"),
    "not_measured": ("l'accordo non misura un incremento", "the agreement does not measure an "
        "increment", "risp. 130/2018; risp. 59/2024"),
    "late_criteria": ("criteri fissati a periodo quasi concluso o concluso",
    "criteria fixed near or after the end of the "
        "period", "risp. 205/2019"),
    "certain_outcome": ("alla firma l'esito non era più incerto", "the outcome was no longer uncertain at "
        "signing", "risp. 456/2019; risp. 550/2020; ris. 36/E 2020"),
    "matured_before": ("il risultato è maturato prima della firma", "the result matured before "
        "signing", "ris. 36/E 2020"),
}  # fmt: skip


@dataclass(frozen=True)
class Eligibility:
    """The verdict with its reason and the comparisons it rests on."""

    eligible: bool
    reason: str
    eligible_as: str
    comparisons: tuple[Comparison, ...] = field(default=())

    @property
    def share(self) -> Fraction:
        """Share of the premium admitted: the whole or nothing (circ. 5/E 2018)."""
        return Fraction(int(self.eligible))

    def sentence(self, lang: str) -> str:
        """Why, in Italian or English, with the source."""
        italian, english, source = REASONS[self.reason]
        return f"{italian if lang == 'it' else english} ({source})"


def judge(
    comparisons: Sequence[Comparison], *, mode: str = "any", at_least: int | None = None,
    timing: Timing | None = None,
    instrument: str = "premium", increment_required: bool = True,
) -> Eligibility:  # fmt: skip
    """The verdict on one agreement and period; see the module for the rules and their sources."""
    found = tuple(comparisons)
    if instrument in ("profit_sharing", "ristorni"):
        return Eligibility(True, "profit_sharing", "profit_sharing", found)
    timing = timing or Timing()
    reason = _timing_reason(timing)
    if reason is None and (not increment_required or not any(c.change is not None for c in found)):
        reason = "not_measured"
    if reason is None and not gate_open(mode, [c.incremental for c in found], at_least):
        reason = "no_increment"
    return Eligibility(reason is None, reason or "increment", "premium", found)


def _timing_reason(timing: Timing) -> str | None:
    if timing.criteria_fixed in ("near_end_of_period", "after_period"):
        return "late_criteria"
    if timing.outcome_uncertain is False:
        return "certain_outcome"
    if timing.matured_after_signing is False:
        return "matured_before"
    return None
