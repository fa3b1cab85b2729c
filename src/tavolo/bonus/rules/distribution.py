"""From the period's amount to each worker's gross, in cents.

Two methods. `share_pool`: the pool is split by integer weights (key, part-time, days in the period,
individual coefficient), with floors and caps by water-filling; the shares add up to the pool. `per_head`:
each worker has an amount and every step is a line of the slip, rounded half up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from tavolo.bonus.rules.amount import Amount
from tavolo.bonus.rules.cents import Cents, divide_half, multiply_divide
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.money import from_fraction as to_decimal
from tavolo.bonus.rules.money import round_final
from tavolo.bonus.rules.plan import Plan
from tavolo.bonus.rules.sharing import split_pool, water_fill
from tavolo.bonus.rules.workers import FULL, Days, Workers, equivalent_hours

BLEND_UNITS = 10**12
LEVEL_SCALE = 10_000


@dataclass(frozen=True)
class Due:
    """Gross due to each worker (cents) and how it came about; `pool` and `rest` in cents for a shared
    pool."""

    gross: Cents
    pool: int | None
    rest: int
    weights: Cents | None
    days: Cents
    period_days: int
    steps: Mapping[str, Cents] = field(default_factory=dict)


def due_cents(amount: Fraction) -> int:
    """Euro as a Fraction to cents, rounded half up."""
    return int(round_final(to_decimal(amount), "line_half_up").scaleb(2))


def distribute(plan: Plan, amount: Amount, workers: Workers, protected: tuple[str, ...]) -> Due:
    """Each worker's gross. `protected`: kinds of leave that count as presence. RuleError names what is
    missing."""
    days, total = member_days(plan, workers)
    if plan.distribution.method == "per_head":
        return _per_head(plan, amount, workers, protected, days, total)
    weights = weights_of(plan, workers, protected, days, total)
    pool = due_cents(amount.pool) if amount.pool is not None else _pool_of_heads(amount, workers, weights)
    floor, cap = plan.distribution.floor, plan.distribution.cap
    if (floor is None and cap is None) or pool == 0:
        return Due(split_pool(pool, weights, workers.rank()), pool, 0, weights, days, total)
    low = np.full(len(workers), 0 if floor is None else int(floor * 100), dtype=np.int64)
    high = np.full(len(workers), pool if cap is None else int(cap * 100), dtype=np.int64)
    gross, rest = water_fill(pool, weights, low, high, workers.rank())
    return Due(gross, pool, rest, weights, days, total)


def _pool_of_heads(amount: Amount, workers: Workers, weights: Cents) -> int:
    return int(nominal_cents(amount, workers)[weights > 0].sum())


def nominal_cents(amount: Amount, workers: Workers) -> Cents:
    """The amount per head of each worker's level, score applied, rounded to the cent."""
    if "*" in amount.nominal:
        return np.full(len(workers), due_cents(amount.nominal["*"]), dtype=np.int64)
    table = np.zeros(len(workers.level_names), dtype=np.int64)
    present = set(np.unique(workers.level).tolist())
    for code, name in enumerate(workers.level_names):
        if name in amount.nominal:
            table[code] = due_cents(amount.nominal[name])
        elif code in present:
            raise RuleError(f"the plan has no amount for level '{name}', which the workers file uses")
    return table[workers.level]


def member_days(plan: Plan, workers: Workers) -> tuple[Cents, int]:
    """Days (or months) of the period each worker counts for, and those of the whole period."""
    rule = plan.membership
    start, end = (np.datetime64(day, "D") for day in plan.period)
    length = int((end - start).astype(int)) + 1
    months = "pro_rata_months" in (rule.joiners, rule.leavers)
    whole = _months(start, end) if months else length
    counted = np.full(len(workers), whole, dtype=np.int64)
    joined = np.full(len(workers), start) if workers.hired is None else np.where(
        np.isnat(workers.hired), start, np.maximum(workers.hired, start)
    )  # fmt: skip
    gone = np.full(len(workers), end) if workers.left is None else np.where(
        np.isnat(workers.left), end, np.minimum(workers.left, end)
    )  # fmt: skip
    inside = np.maximum((gone - joined).astype(np.int64) + 1, 0)
    late, early = joined > start, gone < end
    # who left and counts in full counts as if still there, and so does who joined
    since = np.full(len(workers), start) if rule.joiners == "full" else joined
    until = np.full(len(workers), end) if rule.leavers == "full" else gone
    for touched, way in ((late, rule.joiners), (early, rule.leavers)):
        if way == "excluded":
            counted[touched] = 0
        elif way.startswith("pro_rata"):
            span = np.maximum((until - since).astype(np.int64) + 1, 0)
            part = _worked_months(since, until, start, end) if months else span
            counted[touched] = np.minimum(counted[touched], part[touched])
    counted[inside < max(1, rule.least_days)] = 0
    return counted, whole


def _months(start: np.datetime64, end: np.datetime64) -> int:
    return int((end.astype("datetime64[M]") - start.astype("datetime64[M]")).astype(int)) + 1


def _worked_months(joined: Days, gone: Days, start: np.datetime64, end: np.datetime64) -> Cents:
    """Months with at least 15 days inside, the usual fraction rule of Italian agreements."""
    total = np.zeros(len(joined), dtype=np.int64)
    first = start.astype("datetime64[M]")
    for k in range(_months(start, end)):
        low, high = (first + k).astype("datetime64[D]"), (first + k + 1).astype("datetime64[D]")
        days = (np.minimum(gone + 1, high) - np.maximum(joined, low)).astype(np.int64)
        total += days >= 15
    return total


def weights_of(plan: Plan, workers: Workers, protected: tuple[str, ...], days: Cents, total: int) -> Cents:
    """Integer weights of a shared pool. Common factors are divided out, so the figures stay small."""
    rule = plan.distribution
    if rule.key == "blend":
        weights = np.zeros(len(workers), dtype=np.int64)
        for key, part in rule.blend.items():
            single = _key(plan, key, workers, protected, days, total)
            whole = int(single.sum())
            if whole == 0:
                raise RuleError(f"the key '{key}' is zero for everybody; check the workers file")
            share = part * BLEND_UNITS
            weights += multiply_divide(single, share.numerator, whole * share.denominator)[0]
    else:
        weights = _key(plan, rule.key, workers, protected, days, total)
    if plan.individual is not None:
        weights = _times(weights, coefficients(plan, workers))
    return weights


def coefficients(plan: Plan, workers: Workers) -> Cents:
    """Individual coefficients within the plan's bounds, in ten-thousandths."""
    assert plan.individual is not None
    low, high = (int(bound * FULL) for bound in plan.individual)
    return np.clip(workers.need("coefficient", "the individual coefficient"), low, high)


def _key(
    plan: Plan, key: str, workers: Workers, protected: tuple[str, ...], days: Cents, total: int
) -> Cents:
    rule = plan.distribution
    if key == "hours":
        return np.where(days > 0, equivalent_hours(workers, protected), 0)
    if key == "pay":
        return _times(workers.need("pay", "the key pay"), days)
    weights = np.ones(len(workers), dtype=np.int64)
    if key == "level":
        weights = _level_parameters(rule.level_parameters, workers)
    weights = _times(weights, days)
    if rule.part_time == "proportional" and workers.part_time is not None:
        weights = _times(weights, workers.need("part_time", "part-time in proportion"))
    return weights


def _level_parameters(parameters: Mapping[str, Fraction], workers: Workers) -> Cents:
    table = np.zeros(len(workers.level_names), dtype=np.int64)
    present = set(np.unique(workers.level).tolist())
    for code, name in enumerate(workers.level_names):
        if name not in parameters:
            if code in present:
                raise RuleError(f"the plan has no parameter for level '{name}', which the workers file uses")
            continue
        scaled = parameters[name] * LEVEL_SCALE
        if scaled.denominator != 1 or scaled < 0:
            raise RuleError(
                f"the parameter of level '{name}' may have at most four decimals and cannot be negative"
            )
        table[code] = int(scaled)
    return table[workers.level]


def _times(left: Cents, right: Cents) -> Cents:
    """Product of two factors without their common parts; refuses what would leave 63 bits."""
    if not len(left):
        return left
    divisor = int(np.gcd.reduce(right))
    if divisor > 1:
        right = right // divisor
    divisor = int(np.gcd.reduce(left))
    if divisor > 1:
        left = left // divisor
    if int(left.max()) * int(right.max()) >= 2**61 // max(1, len(left)):
        raise RuleError(
            "the weights are too large for exact shares; use coarser level parameters or coefficients"
        )
    return left * right


def _per_head(
    plan: Plan, amount: Amount, workers: Workers, protected: tuple[str, ...], days: Cents, total: int
) -> Due:
    policy = "line_half_up"
    gross = nominal_cents(amount, workers)
    steps = {"nominal": gross}
    if plan.distribution.presence == "hours":
        due = workers.need("contract_hours", "presence by hours")
        hours = np.minimum(equivalent_hours(workers, protected), due)
        gross = divide_half(gross * hours, np.maximum(due, 1), policy)
        steps["presence"] = gross
    if int(days.min(initial=total)) < total:
        gross = divide_half(gross * days, total, policy)
        steps["days"] = gross
    if plan.distribution.part_time == "proportional" and workers.part_time is not None:
        gross = divide_half(gross * workers.need("part_time", "part-time in proportion"), FULL, policy)
        steps["part_time"] = gross
    if plan.individual is not None:
        gross = divide_half(gross * coefficients(plan, workers), FULL, policy)
        steps["coefficient"] = gross
    return Due(gross, None, 0, None, days, total, steps)
