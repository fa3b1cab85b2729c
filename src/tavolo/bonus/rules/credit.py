"""Which indicator brought how many euro of the pool of a run."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from tavolo.bonus.rules.amount import Amount, Reading, compute_amount, condition_met, measure
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.grid import gate_open
from tavolo.bonus.rules.plan import Plan
from tavolo.bonus.rules.run import Run
from tavolo.bonus.rules.shapley import additive_table, parts_in_cents, shapley, shapley_table

LOOPED_PLAYERS = 12


def indicator_credit(run: Run) -> list[tuple[str, int]]:
    """(indicator, cents) for every indicator or figure the amount depends on; the cents add up.

    The pool moves from its value with every indicator at the base to its value as measured. For an amount
    per head the pool is the sum over the workers. RuleError when an indicator has no base value.
    """
    plan, amount = run.plan, run.amount
    players = [name for name in _players(plan) if amount.readings[name].measured is not None]
    missing = [name for name in players if amount.readings[name].base is None]
    if missing:
        raise RuleError(f"indicator '{missing[0]}' has no base value, so its part cannot be told")
    if not players:
        return []
    if len(players) > LOOPED_PLAYERS:
        parts = _large(run, players)
    else:
        parts = shapley(len(players), lambda mask: pool_euros(run, _at(amount, players, mask)))
    return list(zip(players, parts_in_cents(parts), strict=True))


def _players(plan: Plan) -> list[str]:
    names = [score.indicator for score in plan.scores] + [s.inflation for s in plan.scores if s.inflation]
    names += [condition.indicator for condition in plan.gate.conditions] if plan.gate else []
    for value in plan.pool.values():
        if isinstance(value, str) and value in plan.indicators:
            names.append(value)
    for item in [*plan.pool.get("outputs", ()), *plan.pool.get("inputs", ())]:
        names += [item["quantity"], item["price"]]
    return list(dict.fromkeys(names))


def _at(amount: Amount, players: list[str], mask: int) -> dict[str, Reading]:
    readings = dict(amount.readings)
    for k, name in enumerate(players):
        if not mask >> k & 1:
            readings[name] = replace(readings[name], measured=readings[name].base)
    return readings


def pool_euros(run: Run, readings: dict[str, Reading]) -> Fraction:
    """The pool, or the sum of the amounts per head, with other readings of the indicators."""
    amount = compute_amount(run.plan, readings)
    if amount.pool is not None:
        return amount.pool
    return sum(
        (
            amount.nominal.get(level, amount.nominal.get("*", Fraction(0))) * share
            for level, share in _heads(run)
        ),
        Fraction(0),
    )


def _heads(run: Run) -> list[tuple[str, Fraction]]:
    """Workers of each level, each counted by the part of the nominal amount that reaches them."""
    nominal = run.due.steps.get("nominal", np.ones(len(run.workers), dtype=np.int64))
    found = []
    for code, level in enumerate(run.workers.level_names):
        here = run.workers.level == code
        full = int(nominal[here].max()) if here.any() else 0
        if full:
            found.append((level, Fraction(int(run.due.gross[here].sum()), full)))
    return found


def _large(run: Run, players: list[str]) -> list[Fraction]:
    """More than LOOPED_PLAYERS indicators: an additive grid on a fixed total, by tables of integers."""
    plan, amount = run.plan, run.amount
    names = [score.indicator for score in plan.scores]
    if (
        plan.combination.form != "additive"
        or plan.pool["formula"] != "fixed_total"
        or sorted(names) != sorted(players)
    ):
        raise RuleError(
            f"with more than {LOOPED_PLAYERS} indicators only an additive grid on a fixed total is split"
        )
    payouts = []
    for mask in (0, (1 << len(players)) - 1):
        readings = _at(amount, players, mask)
        payouts.append([score.weight * score.grid.score(measure(score, readings)) for score in plan.scores])
    table, scale = additive_table(payouts[0], payouts[1], plan.combination.floor, plan.combination.ceiling)
    if plan.gate:
        table = table * _gate_table(run, names)
    total = Fraction(plan.pool["amount"])
    parts = dict(zip(names, shapley_table(table, scale), strict=True))
    return [parts[name] * total for name in players]


def _gate_table(run: Run, names: list[str]) -> np.ndarray:
    """1 where the gate is open, for every coalition."""
    gate = run.plan.gate
    assert gate is not None
    masks = np.arange(1 << len(names), dtype=np.int64)
    met = np.zeros(len(masks), dtype=np.int64)
    for condition in gate.conditions:
        bit = masks >> names.index(condition.indicator) & 1
        low, high = (
            condition_met(condition, _at(run.amount, [condition.indicator], mask)) for mask in (0, 1)
        )
        met += np.where(bit == 1, int(high), int(low))
    least = {"any": 1, "all": len(gate.conditions)}.get(gate.mode, gate.at_least or 0)
    assert gate_open("at_least", [True] * least, least)
    return (met >= least).astype(np.int64)
