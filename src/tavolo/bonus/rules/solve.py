"""Reverse questions: which gross, pool or indicator gives a wanted figure. All answers, or none, said
clearly.

Net pay is not monotone: caps, the income limit, bands and the fringe cliff make it flat or falling in
places, and rounding makes several grosses give one net. So the gross is searched cent by cent, completely;
pool and indicator on declared steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from tavolo.bonus.rules.amount import compute_amount, compute_eligibility, read_indicators
from tavolo.bonus.rules.cents import Cents
from tavolo.bonus.rules.distribution import distribute
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.net import compute_net
from tavolo.bonus.rules.run import Payment, Run, pay_again

WANTED = ("net", "gross", "cost", "take_home")
MOST_CENTS = 5_000_000
BLOCK = 262_144


@dataclass(frozen=True)
class Interval:
    """Solutions from `low` to `high`, both included."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Solutions:
    """All intervals found, in order; when empty, the nearest figures reached on either side of the target.

    `nearest_below` and `nearest_above` are (unknown, figure) pairs.
    """

    intervals: tuple[Interval, ...]
    searched: Interval
    step: Fraction
    nearest_below: tuple[Fraction, Fraction] | None = None
    nearest_above: tuple[Fraction, Fraction] | None = None


def figure(lines: Mapping[str, Cents], wanted: str) -> Cents:
    """The figure asked for: net paid, net plus welfare (take_home), or the firm's cost, in cents."""
    if wanted == "net":
        return lines["net"]
    if wanted == "take_home":
        return lines["net"] + lines["welfare"] + lines["uplift"]
    if wanted == "cost":
        paid = lines["cash"] + lines["welfare"] + lines["uplift"]
        return paid + lines["employer_contributions"] + lines["solidarity"] + lines["severance"]
    raise RuleError(f"'{wanted}' cannot be solved for; use one of {', '.join(WANTED)}")


def solve_gross(
    payment: Payment,
    eligible: bool,
    position: int,
    target: int,
    wanted: str,
    policy: str,
    most: int = 2_000_000,
) -> Solutions:
    """Every gross from 0 to `most` cents that gives one worker the wanted figure in one payment."""
    if not 0 < most <= MOST_CENTS:
        raise RuleError(f"the search goes up to at most {MOST_CENTS // 100:,} euro")
    search = _Search(target, Fraction(1, 100))
    for start in range(0, most + 1, BLOCK):
        gross = np.arange(start, min(start + BLOCK, most + 1), dtype=np.int64)
        people = payment.people.pick(np.full(len(gross), position, dtype=np.intp))
        lines = compute_net(gross, eligible, people, payment.terms, policy)
        search.add(gross, figure(lines, wanted) if wanted != "gross" else gross)
    return search.result(Fraction(0), Fraction(most, 100))


class _Search:
    """Collects the points where a figure meets its target, and the nearest misses."""

    def __init__(self, target: int, unit: Fraction) -> None:
        self.target, self.unit = target, unit
        self.runs: list[list[int]] = []
        self.below: tuple[int, int] | None = None
        self.above: tuple[int, int] | None = None

    def add(self, points: Cents, figures: Cents) -> None:
        """Ascending integer points with their figures in cents."""
        for point in points[figures == self.target].tolist():
            if self.runs and point == self.runs[-1][1] + 1:
                self.runs[-1][1] = point
            else:
                self.runs.append([point, point])
        low, high = figures < self.target, figures > self.target
        if low.any():
            best = int(figures[low].max())
            if self.below is None or best > self.below[1]:
                self.below = (int(points[np.flatnonzero(figures == best)[0]]), best)
        if high.any():
            best = int(figures[high].min())
            if self.above is None or best < self.above[1]:
                self.above = (int(points[np.flatnonzero(figures == best)[0]]), best)

    def join(self, stretches: Sequence[tuple[int, int]]) -> None:
        """Add stretches known to meet the target, and merge what touches."""
        merged: list[list[int]] = []
        for start, end in sorted([*map(tuple, self.runs), *stretches]):
            if merged and start <= merged[-1][1] + 1:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        self.runs = merged

    def result(self, low: Fraction, high: Fraction) -> Solutions:
        """The intervals, or the nearest misses when there are none."""
        intervals = tuple(Interval(a * self.unit, b * self.unit) for a, b in self.runs)
        if intervals:
            return Solutions(intervals, Interval(low, high), self.unit)
        near = [
            None if m is None else (m[0] * self.unit, Fraction(m[1], 100)) for m in (self.below, self.above)
        ]
        return Solutions((), Interval(low, high), self.unit, near[0], near[1])


def solve_points(
    evaluate: Callable[[Fraction], int],
    target: int,
    low: Fraction,
    high: Fraction,
    step: Fraction,
    most: int = 20_000,
) -> Solutions:
    """All points of a declared grid from `low` to `high` where `evaluate` (cents) equals the target."""
    if step <= 0 or high < low:
        raise RuleError("the search needs a positive step and an upper bound above the lower one")
    count = int((high - low) / step) + 1
    if count > most:
        raise RuleError(
            f"{count:,} points are too many to try (at most {most:,}); use a larger step or a narrower range"
        )
    search = _Search(target, step)
    first = low / step
    if first.denominator != 1:
        raise RuleError("the lower bound must be a multiple of the step")
    for k in range(int(first), int(first) + count):
        search.add(np.array([k]), np.array([evaluate(k * step)]))
    return search.result(low, high)


def solve_indicator(
    run: Run,
    indicator: str,
    target: int,
    wanted: str,
    position: int | None,
    low: Fraction,
    high: Fraction,
    step: Fraction,
) -> Solutions:
    """Values of an indicator that give the wanted figure: of one worker, or of the whole firm (None)."""
    if indicator not in run.plan.indicators:
        raise RuleError(f"the plan has no indicator '{indicator}'; it has {', '.join(run.plan.indicators)}")

    def evaluate(value: Fraction) -> int:
        readings = dict(run.amount.readings)
        readings[indicator] = replace(readings[indicator], measured=value)
        amount = compute_amount(run.plan, readings)
        due = distribute(run.plan, amount, run.workers, tuple(item.kind for item in run.protected))
        eligible = compute_eligibility(run.plan, readings).eligible  # a value below the base has no relief
        return figure_of(run, due.gross, wanted, position, eligible)

    return solve_points(evaluate, target, low, high, step)


def figure_of(run: Run, gross: Cents, wanted: str, position: int | None, eligible: bool | None = None) -> int:
    """The wanted figure of other gross amounts over all payments; of one worker, or the sum (None)."""
    if wanted == "gross":
        return int(gross.sum() if position is None else gross[position])
    where = np.arange(len(gross)) if position is None else np.array([position], dtype=np.intp)
    favoured = run.eligibility.eligible if eligible is None else eligible
    slips = pay_again(run, gross[where], favoured, where)
    return sum(int(figure(lines, wanted).sum()) for lines in slips)


def solve_pool(run: Run, target: int, wanted: str, position: int | None, most: int) -> Solutions:
    """Pools in cents up to `most` that give the wanted figure of one worker, or of the firm (None).

    Brackets are looked for on 2,000 equal steps; around each crossing every cent is tried, and a stretch
    whose two ends both meet the target, where a limit holds the figure still, is one solution.
    """
    if run.due.pool is None:
        raise RuleError(
            "this plan pays an amount per head: there is no pool to solve for; solve for an indicator"
        )

    def evaluate(cents: int) -> int:
        amount = replace(run.amount, pool=Fraction(cents, 100))
        try:
            due = distribute(run.plan, amount, run.workers, tuple(item.kind for item in run.protected))
        except RuleError:
            return -1  # the floors ask for more than this pool
        return figure_of(run, due.gross, wanted, position)

    if most <= 0:
        raise RuleError("the search needs a positive step and an upper bound above the lower one")
    points = sorted({most * k // 2000 for k in range(2001)})
    values = [evaluate(point) for point in points]
    search = _Search(target, Fraction(1, 100))
    reach = _reach(run, position)
    exact: set[int] = set()
    flat: list[tuple[int, int]] = []
    for (a, fa), (b, fb) in pairwise(zip(points, values, strict=True)):
        if fa == fb == target:
            flat.append((a, b))  # a plateau: everybody concerned is at a limit
        elif min(fa, fb) <= target <= max(fa, fb):
            edges = _edges(evaluate, a, b, target)
            near = [(max(a, edge - reach), min(b, edge + reach)) for edge in edges]
            for low, high in near:
                exact |= set(range(low, high + 1))
            if near[-1][0] > near[0][1] + 1:
                flat.append((near[0][1], near[-1][0]))
    if not exact and not flat:
        possible = [(point, value) for point, value in zip(points, values, strict=True) if value >= 0]
        search.add(*np.array(possible or [(0, 0)], dtype=np.int64).T)
    for cents in sorted(exact):
        search.add(np.array([cents]), np.array([evaluate(cents)]))
    search.join(flat)
    return search.result(Fraction(0), Fraction(most, 100))


def _reach(run: Run, position: int | None) -> int:
    """Cents of pool around a crossing where largest remainders may still give or take a cent."""
    weights = run.due.weights
    if position is None or weights is None or not int(weights[position]):
        return 300
    return min(4_000, 300 + 2 * int(weights.sum() // weights[position]))


def _edges(evaluate: Callable[[int], int], low: int, high: int, target: int) -> tuple[int, int]:
    """Where the figures between two pools first reach the target, and where they first leave it."""
    rising = evaluate(low) <= evaluate(high)

    def first(reached: Callable[[int], bool]) -> int:
        a, b = low, high
        while b - a > 1:
            middle = (a + b) // 2
            if reached(evaluate(middle)):
                b = middle
            else:
                a = middle
        return b

    if rising:
        return first(lambda found: found >= target), first(lambda found: found > target)
    return first(lambda found: found <= target), first(lambda found: found < target)


def what_if(run: Run, changes: Mapping[str, Fraction]) -> tuple[Fraction | None, Cents]:
    """Pool and gross of every worker with other measured values of some indicators."""
    unknown = sorted(set(changes) - set(run.plan.indicators))
    if unknown:
        raise RuleError(f"the plan has no indicator '{unknown[0]}'; it has {', '.join(run.plan.indicators)}")
    readings = dict(run.amount.readings) or read_indicators(run.plan, {})
    for name, value in changes.items():
        readings[name] = replace(readings[name], measured=value)
    amount = compute_amount(run.plan, readings)
    due = distribute(run.plan, amount, run.workers, tuple(item.kind for item in run.protected))
    return amount.pool, due.gross
