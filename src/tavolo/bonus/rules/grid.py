"""From an indicator's result to its score: steps or straight lines over declared points.

`B = amount * gate * cap(sum_k w_k * phi_k(x_k))`. What happens between the points and outside them is
declared by the agreement, never implied.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tavolo.bonus.rules.errors import RuleError

MODES = ("step", "linear")
BELOW = ("zero", "first")
ABOVE = ("last", "extend")


@dataclass(frozen=True)
class Grid:
    """Declared points (x ascending, payout) with the reading between and outside them."""

    points: tuple[tuple[Fraction, Fraction], ...]
    mode: str
    below: str = "zero"
    above: str = "last"

    def __post_init__(self) -> None:
        if not self.points:
            raise RuleError("a grid needs at least one point")
        xs = [x for x, _ in self.points]
        if any(after <= before for before, after in pairwise(xs)):
            raise RuleError("the points of a grid must have increasing x values, each written once")
        for value, allowed, name in (
            (self.mode, MODES, "mode"),
            (self.below, BELOW, "below"),
            (self.above, ABOVE, "above"),
        ):
            if value not in allowed:
                raise RuleError(f"grid: {name} '{value}' is unknown; use one of {', '.join(allowed)}")
        if self.above == "extend" and (self.mode != "linear" or len(self.points) < 2):
            raise RuleError("grid: 'above: extend' needs mode linear and two points or more")

    def score(self, x: Fraction) -> Fraction:
        """Payout at `x`, exact."""
        first, last = self.points[0], self.points[-1]
        if x < first[0]:
            return Fraction(0) if self.below == "zero" else first[1]
        if x >= last[0]:
            if self.above == "extend":
                (x0, y0), (x1, y1) = self.points[-2:]
                return y1 + (x - x1) * (y1 - y0) / (x1 - x0)
            return last[1]
        index = max(i for i, (start, _) in enumerate(self.points) if start <= x)
        (x0, y0), (x1, y1) = self.points[index], self.points[index + 1]
        return y0 if self.mode == "step" else y0 + (x - x0) * (y1 - y0) / (x1 - x0)


@dataclass(frozen=True)
class Combination:
    """How the scores of several indicators become one: a weighted sum or a product, floor and ceiling."""

    form: str = "additive"
    floor: Fraction | None = None
    ceiling: Fraction | None = None

    def combine(self, scores: list[tuple[Fraction, Fraction]]) -> Fraction:
        """Total of (weight, score) pairs. The product form ignores weights."""
        if self.form == "additive":
            total = sum((weight * score for weight, score in scores), Fraction(0))
        elif self.form == "product":
            total = Fraction(1)
            for _, score in scores:
                total *= score
        else:
            raise RuleError(f"combination form '{self.form}' is unknown; use additive or product")
        if self.floor is not None:
            total = max(total, self.floor)
        return total if self.ceiling is None else min(total, self.ceiling)


def gate_open(mode: str, met: list[bool], at_least: int | None = None) -> bool:
    """A gate over conditions: any, all, or at_least k of n."""
    if mode == "any":
        return any(met)
    if mode == "all":
        return bool(met) and all(met)
    if mode == "at_least" and at_least is not None:
        return sum(met) >= at_least
    raise RuleError(f"gate mode '{mode}' is unknown; use any, all or at_least with its number")
