"""Result one: the amount due by contract. Indicators, grid, gate and pool, each with its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tavolo.bonus.rules.eligibility import Comparison, Eligibility, judge
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.grid import gate_open
from tavolo.bonus.rules.observations import Observation, aggregate
from tavolo.bonus.rules.plan import Condition, Indicator, Plan, Score
from tavolo.bonus.rules.pool import (
    Item,
    bennet,
    french_reserve,
    improshare,
    profit_share,
    ratio_plan,
    real_productivity_gain,
    share_gain,
)

ZERO = Fraction(0)


@dataclass(frozen=True)
class Measurement:
    """An indicator's base and measured value, or the observations behind them."""

    base: Fraction | None = None
    measured: Fraction | None = None
    document: str = ""
    base_observations: Sequence[Observation] = ()
    measured_observations: Sequence[Observation] = ()


@dataclass(frozen=True)
class Reading:
    """The values of an indicator as the rules use them; bands kept and left out are counted."""

    indicator: Indicator
    base: Fraction | None
    measured: Fraction | None
    document: str
    bands_kept: int = 0

    def value(self) -> Fraction:
        """The measured value; RuleError naming the indicator when it is missing."""
        if self.measured is None:
            raise RuleError(f"indicator '{self.indicator.id}': the results file gives no measured value")
        return self.measured

    def start(self) -> Fraction:
        """The base value; RuleError naming the indicator when it is missing."""
        if self.base is None:
            raise RuleError(
                f"indicator '{self.indicator.id}': the base value is missing (results file or plan)"
            )
        return self.base


@dataclass(frozen=True)
class Scored:
    """One line of the grid: what was read and what it brought."""

    score: Score
    x: Fraction
    payout: Fraction


@dataclass(frozen=True)
class Amount:
    """Due by contract. `pool` in euro for a pool plan; `per_head` by level for an amount per head."""

    readings: Mapping[str, Reading]
    scored: tuple[Scored, ...]
    score: Fraction
    gate_open: bool
    conditions: tuple[tuple[Condition, bool], ...]
    pool: Fraction | None
    nominal: Mapping[str, Fraction]
    pool_lines: tuple[tuple[str, Fraction], ...] = field(default=())


def read_indicators(plan: Plan, results: Mapping[str, Measurement]) -> dict[str, Reading]:
    """Base and measured value of every indicator of the plan; unknown names in the results are errors."""
    unknown = sorted(set(results) - set(plan.indicators))
    if unknown:
        raise RuleError(f"the results name '{unknown[0]}', which the plan does not define")
    readings = {}
    for name, indicator in plan.indicators.items():
        found = results.get(name, Measurement())
        if indicator.band:
            readings[name] = _banded(indicator, found)
        else:
            base = indicator.base if found.base is None else found.base
            readings[name] = Reading(indicator, base, found.measured, found.document or indicator.document)
    return readings


def _banded(indicator: Indicator, found: Measurement) -> Reading:
    values: list[Fraction | None] = []
    kept = 0
    for direct, observations in (
        (found.base, found.base_observations), (found.measured, found.measured_observations),
    ):  # fmt: skip
        if observations:
            bands = aggregate(
                observations,
                band=indicator.band or "monthly",
                how=indicator.aggregate,
                exclusions=indicator.exclusions,
            )
            if not bands:
                raise RuleError(f"indicator '{indicator.id}': every period is left out by the exclusions")
            kept = len(bands)
            values.append(sum(bands.values(), ZERO) / len(bands))
        else:
            values.append(direct)
    base = indicator.base if values[0] is None else values[0]
    return Reading(indicator, base, values[1], found.document or indicator.document, kept)


def measure(score: Score, readings: Mapping[str, Reading]) -> Fraction:
    """What is read on the grid: the value, its change, or its attainment, as the clause says."""
    reading = readings[score.indicator]
    value = reading.value()
    sign = 1 if reading.indicator.direction == "up" else -1
    if score.measure == "value":
        return value
    if score.measure == "change":
        return sign * (value - reading.start())
    if score.measure == "attainment_percent":
        return value / (score.target or Fraction(1)) * 100
    start = reading.start()
    if start == 0:
        raise RuleError(
            f"indicator '{score.indicator}': the base is zero, so a change in percent has no meaning"
        )
    change = sign * (value - start) / abs(start) * 100
    if score.measure == "real_change_points":
        return change - readings[score.inflation or ""].value()
    return change


def condition_met(condition: Condition, readings: Mapping[str, Reading]) -> bool:
    """One condition of a gate. `improved` is strict: equality is not an improvement."""
    reading = readings[condition.indicator]
    value = reading.value()
    if condition.test == "improved":
        return (value - reading.start()) * (1 if reading.indicator.direction == "up" else -1) > 0
    bound = condition.value or ZERO
    return {
        "at_least": value >= bound,
        "at_most": value <= bound,
        "above": value > bound,
        "below": value < bound,
    }[condition.test]


def compute_amount(plan: Plan, readings: Mapping[str, Reading]) -> Amount:
    """Score, gate and pool of the period. The pool does not depend on the workers unless it is per head."""
    scored = tuple(Scored(score, x := measure(score, readings), score.grid.score(x)) for score in plan.scores)
    total = (
        plan.combination.combine([(item.score.weight, item.payout) for item in scored])
        if scored
        else Fraction(1)
    )
    conditions = tuple((c, condition_met(c, readings)) for c in plan.gate.conditions) if plan.gate else ()
    opened = (
        gate_open(plan.gate.mode, [met for _, met in conditions], plan.gate.at_least) if plan.gate else True
    )
    factor = max(ZERO, total) if opened else ZERO  # a grid may go below zero, a premium may not
    pool, nominal, lines = _pool(plan.pool, readings, factor, opened)
    return Amount(dict(readings), scored, total, opened, conditions, pool, nominal, tuple(lines))


def _pool(
    pool: Mapping[str, Any], readings: Mapping[str, Reading], factor: Fraction, opened: bool
) -> tuple[Fraction | None, dict[str, Fraction], list[tuple[str, Fraction]]]:
    formula = pool["formula"]
    scale = factor if pool.get("times_score") else Fraction(int(opened))
    if formula == "fixed_per_head":
        levels = {"*": pool["amount"]} if pool["amount"] is not None else pool["amounts_by_level"]
        return None, {level: Fraction(amount) * scale for level, amount in levels.items()}, []
    if formula == "fixed_total":
        return Fraction(pool["amount"]) * scale, {}, [("amount", Fraction(pool["amount"]))]
    workers, lines = _FORMULAS[formula](pool, readings)
    total = workers * scale
    if pool.get("ceiling") is not None and total > pool["ceiling"]:
        total = Fraction(pool["ceiling"])
        lines.append(("ceiling", total))
    return total, {}, lines


_Lines = list[tuple[str, Fraction]]


def _ratio(pool: Mapping[str, Any], readings: Mapping[str, Reading]) -> tuple[Fraction, _Lines]:
    labour, value = readings[pool["labour"]], readings[pool["value"]]
    found = ratio_plan(
        labour.start(),
        value.start(),
        labour.value(),
        value.value(),
        Fraction(pool["worker_share"]),
        Fraction(pool["reserve"]),
    )
    lines = [("ratio", found.ratio), ("allowed", found.allowed), ("difference", found.difference)]
    return found.workers, [*lines, ("gain", found.gain), ("reserve", found.reserve), ("firm", found.firm)]


def _improshare(pool: Mapping[str, Any], readings: Mapping[str, Reading]) -> tuple[Fraction, _Lines]:
    hours, standard = readings[pool["hours"]], readings[pool["standard"]]
    ceiling = pool["saving_ceiling"]
    found = improshare(
        hours.start(),
        standard.start(),
        hours.value(),
        standard.value(),
        Fraction(pool["worker_share"]),
        ceiling,
    )
    paid = found.rate * hours.value() * Fraction(pool["hourly_rate"])
    return paid, [
        ("earned_hours", found.earned),
        ("hours_saved", found.saved),
        ("carried_over", found.carried_over),
    ]


def _profit(pool: Mapping[str, Any], readings: Mapping[str, Reading]) -> tuple[Fraction, _Lines]:
    profit = readings[pool["profit"]].value()
    threshold = Fraction(pool["threshold"])
    return profit_share(profit, threshold, Fraction(pool["worker_share"])), [
        ("profit", profit),
        ("threshold", threshold),
    ]


def _gain(difference: Fraction, pool: Mapping[str, Any]) -> tuple[Fraction, _Lines]:
    gain, workers, firm, reserve = share_gain(
        difference, Fraction(pool["worker_share"]), Fraction(pool["reserve"])
    )
    return workers, [("difference", difference), ("gain", gain), ("reserve", reserve), ("firm", firm)]


def _real(pool: Mapping[str, Any], readings: Mapping[str, Reading]) -> tuple[Fraction, _Lines]:
    value, hours = readings[pool["value_added"]], readings[pool["hours"]]
    deflator = readings[pool["deflator"]].value()
    return _gain(
        real_productivity_gain(value.start(), hours.start(), value.value(), hours.value(), deflator), pool
    )


def _bennet(pool: Mapping[str, Any], readings: Mapping[str, Reading]) -> tuple[Fraction, _Lines]:
    def items(rows: Sequence[Mapping[str, str]]) -> list[Item]:
        pairs = [(readings[row["quantity"]], readings[row["price"]]) for row in rows]
        return [Item(q.indicator.name, q.start(), q.value(), p.start(), p.value()) for q, p in pairs]

    found = bennet(items(pool["outputs"]), items(pool["inputs"]))
    workers, lines = _gain(found.productivity, pool)
    return workers, [("productivity_part", found.productivity), ("price_part", found.price), *lines]


def _french(pool: Mapping[str, Any], readings: Mapping[str, Reading]) -> tuple[Fraction, _Lines]:
    figures = [readings[pool[name]].value() for name in ("profit", "capital", "wages", "value_added")]
    return french_reserve(*figures), []


_FORMULAS = {
    "scanlon": _ratio, "rucker": _ratio, "improshare": _improshare, "profit_share": _profit,
    "real_productivity": _real, "bennet": _bennet, "french_reserve": _french,
}  # fmt: skip


def compute_eligibility(plan: Plan, readings: Mapping[str, Reading]) -> Eligibility:
    """Result two: the comparison that proves or denies the increment."""
    rule = plan.eligibility
    found = []
    for condition in rule.conditions if rule else ():
        reading = readings[condition.indicator]
        found.append(
            Comparison(
                condition.indicator,
                reading.indicator.direction,
                reading.base,
                reading.measured,
                reading.document,
            )
        )
    return judge(
        found, mode=rule.mode if rule else "any", at_least=rule.at_least if rule else None,
        timing=plan.timing,
        instrument=plan.firm.instrument, increment_required=rule is not None,
    )  # fmt: skip
