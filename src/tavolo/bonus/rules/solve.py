"""Reverse questions: which gross, pool or indicator gives a wanted figure. All answers, or none, said
clearly.

Net pay is not monotone: caps, the income limit, bands and the fringe cliff make it flat or falling in
places, and rounding makes several grosses give one net. So the gross is searched cent by cent, completely;
pool and indicator on declared steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from tavolo.bonus.rules.amount import compute_amount, read_indicators
from tavolo.bonus.rules.cents import Cents
from tavolo.bonus.rules.distribution import distribute
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.net import compute_net
from tavolo.bonus.rules.run import Payment, Run

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
        return figure_of(run, due.gross, wanted, position)

    return solve_points(evaluate, target, low, high, step)


def figure_of(run: Run, gross: Cents, wanted: str, position: int | None) -> int:
    """The wanted figure of other gross amounts, paid as the run's first payment; one worker or the sum."""
    if wanted == "gross":
        return int(gross.sum() if position is None else gross[position])
    where = np.arange(len(gross)) if position is None else np.array([position], dtype=np.intp)
    payment = run.payments[-1]
    people = payment.people.pick(where)
    lines = compute_net(gross[where], run.eligibility.eligible, people, payment.terms, run.plan.rounding)
    return int(figure(lines, wanted).sum())


def solve_pool(run: Run, target: int, wanted: str, position: int | None, most: int) -> Solutions:
    """Pools in cents up to `most` that give the wanted figure of one worker, or of the firm (None).

    Brackets are looked for on 2,000 equal steps, then every cent around each crossing is tried.
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

    points = sorted({most * k // 2000 for k in range(2001)})
    values = [evaluate(point) for point in points]
    search = _Search(target, Fraction(1, 100))
    tried: set[int] = set()
    for (a, fa), (b, fb) in zip(
        zip(points, values, strict=True), list(zip(points, values, strict=True))[1:], strict=False
    ):
        if min(fa, fb) <= target <= max(fa, fb):
            centre = _bisect(evaluate, a, b, target)
            tried |= set(range(max(a, centre - 300), min(b, centre + 300) + 1))
    for cents in sorted(tried):
        search.add(np.array([cents]), np.array([evaluate(cents)]))
    return search.result(Fraction(0), Fraction(most, 100))


def _bisect(evaluate: Callable[[int], int], low: int, high: int, target: int) -> int:
    rising = evaluate(low) <= evaluate(high)
    while high - low > 1:
        middle = (low + high) // 2
        if (evaluate(middle) < target) == rising:
            low = middle
        else:
            high = middle
    return high


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
