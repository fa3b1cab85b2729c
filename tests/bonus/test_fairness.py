"""Fairness measures, exact Shapley by brute force, and warnings where leave or part-time is hurt."""

from __future__ import annotations

from datetime import date
from fractions import Fraction as F
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.bonus.law.tree import load_law
from tavolo.bonus.rules.amount import Measurement
from tavolo.bonus.rules.credit import indicator_credit
from tavolo.bonus.rules.fairness import assess
from tavolo.bonus.rules.metrics import concentration, gap, gini, theil, theil_by
from tavolo.bonus.rules.plan import parse_plan
from tavolo.bonus.rules.run import simulate
from tavolo.bonus.rules.shapley import additive_table, parts_in_cents, shapley, shapley_table
from tests.bonus.crowd import workers
from tests.bonus.planfile import DISTRIBUTION, ELIGIBILITY, INDICATOR, POOL, SCORE, document


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=16, max_size=16))
def test_shapley_equals_the_mean_over_all_orders(values):
    def by_orders(player):
        total = 0
        for order in permutations(range(4)):
            before = sum(1 << p for p in order[: order.index(player)])
            total += values[before | 1 << player] - values[before]
        return F(total, factorial(4))

    parts = shapley(4, lambda mask: F(values[mask]))
    assert parts == [by_orders(p) for p in range(4)]
    assert sum(parts) == values[15] - values[0]


def test_twenty_indicators_are_split_exactly_and_add_up():
    base = [F(0)] * 20
    measured = [F(k + 1, 210) for k in range(20)]
    table, scale = additive_table(base, measured, None, F(1, 2))
    parts = shapley_table(table, scale)
    assert sum(parts) == F(1, 2)
    assert parts == sorted(parts)


def test_parts_in_cents_add_up():
    assert sum(parts_in_cents([F(100, 3)] * 3)) == 10_000


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=30))
def test_gini_is_the_mean_difference_and_theil_splits_exactly(values):
    amounts = np.array(values, dtype=np.int64)
    total, n = sum(values), len(values)
    if not total:
        assert gini(amounts) is None
        return
    assert gini(amounts) == F(sum(abs(a - b) for a in values for b in values), 2 * n * total)
    split = theil_by(amounts, np.arange(n) % 3)
    assert split.within + split.between == pytest.approx(theil(amounts), abs=1e-9)


def test_concentration_along_itself_is_gini():
    amounts = np.array([3, 1, 2], dtype=np.int64)
    assert concentration(amounts, amounts) == gini(amounts)


def test_no_figure_on_a_small_group():
    amounts = np.array([10, 20, 30, 40, 50, 60], dtype=np.int64)
    women = np.array([True, True, False, False, False, False])
    assert gap("x", amounts, women, ~women, 3).gap is None
    assert gap("x", amounts, women, ~women, 2).gap == F(2, 3)


def run_of(*rules, n=200, x=F(18)):
    plan = parse_plan(document(*rules))
    return simulate(plan, workers(n, 4), {"pezzi": Measurement(F(12), x, "")}, date(2026, 6, 15), load_law())


def test_euros_by_indicator_add_up_to_what_the_results_brought():
    run = run_of(INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION)
    # from 12 to 18 on a line from 10 to 20: score 0.2 to 0.8 of 50,000
    assert indicator_credit(run) == [("pezzi", 3_000_000)]


def test_leave_as_absence_is_shown_with_what_each_would_lose():
    found = assess(run_of(INDICATOR, ELIGIBILITY, SCORE, POOL, {**DISTRIBUTION, "key": "hours"}))
    assert found.leave_loss
    assert all(now > then for _, now, then in found.leave_loss)
    assert any("congedi tutelati" in italian for italian, _ in found.warnings)


def test_a_coefficient_that_punishes_leave_is_warned_about():
    crowd = workers(300, 6)
    hurt = np.where(crowd.leave_hours["maternity"] > 0, 8_000, 10_000)
    object.__setattr__(crowd, "coefficient", hurt)
    rules = [
        INDICATOR,
        ELIGIBILITY,
        SCORE,
        POOL,
        DISTRIBUTION,
        {"type": "individual", "floor": "0.5", "ceiling": "1"},
    ]
    run = simulate(
        parse_plan(document(*rules)),
        crowd,
        {"pezzi": Measurement(F(12), F(18), "")},
        date(2026, 6, 15),
        load_law(),
    )
    assert any("congedi tutelati riceve il 20.0% in meno" in italian for italian, _ in assess(run).warnings)


def test_groups_carry_no_mean_below_the_declared_size():
    found = assess(run_of(INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION, n=12), least=8)
    assert all(group.mean is None for group in found.groups if group.count < 8)
