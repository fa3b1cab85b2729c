"""Grids, pools, indexes and observations, by hand."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.expression import evaluate
from tavolo.bonus.rules.grid import Combination, Grid
from tavolo.bonus.rules.observations import Exclusion, Observation, aggregate
from tavolo.bonus.rules.pool import (
    Item,
    bennet,
    family_of_measures,
    french_reserve,
    improshare,
    indexes,
    profit_share,
    ratio_plan,
    real_productivity_gain,
)

POINTS = ((F(90), F(1, 2)), (F(100), F(1)))


@pytest.mark.parametrize(
    ("mode", "below", "above", "x", "score"),
    [
        ("step", "zero", "last", 89, 0), ("step", "first", "last", 89, F(1, 2)), ("step", "zero", "last",
        99, F(1, 2)),
        ("linear", "zero", "last", 95, F(3, 4)), ("linear", "zero", "last", 120, 1), ("linear", "zero",
        "extend", 120, 2),
    ],
)  # fmt: skip
def test_a_grid_is_read_as_declared(mode, below, above, x, score):
    assert Grid(POINTS, mode, below, above).score(F(x)) == score


def test_scores_combine_with_floor_and_ceiling():
    pairs = [(F(1, 2), F(1)), (F(1, 2), F(6, 5))]
    assert Combination("additive", None, F(1)).combine(pairs) == 1
    assert Combination("product").combine(pairs) == F(6, 5)
    assert Combination("additive", F(3, 10)).combine([(F(1), F(0))]) == F(3, 10)


def test_scanlon_and_rucker_share_the_gain_and_absorb_a_deficit():
    gain = ratio_plan(F(55), F(125), F(7), F(18), F(3, 4), F(1, 4))
    assert gain.gain == gain.workers + gain.firm + gain.reserve == F(92, 100)
    loss = ratio_plan(F(55), F(125), F(9), F(20), F(3, 4))
    assert (loss.difference, loss.gain, loss.workers) == (F(-2, 10), 0, 0)


def test_improshare_with_ceiling_carries_over():
    found = improshare(F(200000), F(50000), F(100000), F(40000), F(1, 2), F(3, 10))
    assert (found.saved, found.rate, found.carried_over) == (60000, F(15, 100), 30000)


def test_other_pools():
    assert profit_share(F(500), F(300), F(1, 10)) == 20
    assert profit_share(F(200), F(300), F(1, 10)) == 0
    assert french_reserve(F(1000), F(2000), F(300), F(900)) == F(150)
    assert french_reserve(F(10), F(2000), F(300), F(900)) == 0
    assert real_productivity_gain(F(1000), F(100), F(1100), F(100), F(11, 10)) == 0
    assert family_of_measures([(F(100), F(1, 2)), (F(-60), F(1, 2))]) == 20


AMOUNT = st.integers(1, 1000).map(F)


@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=4))
def test_bennet_adds_up_to_the_change_of_profit(rows):
    items = [Item(str(k), *row) for k, row in enumerate(rows)]
    outputs, inputs = items[::2], items[1::2]
    profit = [
        sum(i.quantity0 * i.price0 for i in outputs) - sum(i.quantity0 * i.price0 for i in inputs),
        sum(i.quantity1 * i.price1 for i in outputs) - sum(i.quantity1 * i.price1 for i in inputs),
    ]
    found = bennet(outputs, inputs)
    assert found.total == profit[1] - profit[0]
    assert sum(q for _, q, _ in found.terms) == found.productivity


@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=4))
def test_fisher_quantity_times_price_is_the_value_index(rows):
    found = indexes([Item(str(k), *row) for k, row in enumerate(rows)])
    value = sum(q1 * p1 for _, q1, _, p1 in rows) / sum(q0 * p0 for q0, _, p0, _ in rows)
    assert found["fisher_quantity_squared"] * found["fisher_price_squared"] == value**2


def test_observations_leave_out_periods_and_lines_as_the_clause_says():
    rows = [
        Observation("2025-01", F(10), {"linea": "1", "stato": "", "scorte": "40", "fornitore": "A"}),
        Observation("2025-01", F(50), {"linea": "2", "stato": "CIGO", "scorte": "40", "fornitore": "B"}),
        Observation("2025-02", F(12), {"linea": "1", "stato": "", "scorte": "50", "fornitore": "A"}),
        Observation("2025-02", F(14), {"linea": "2", "stato": "", "scorte": "45", "fornitore": "A"}),
    ]
    lines = Exclusion("observation", "stato", equals="CIGO")
    stock = Exclusion("period", "scorte", above=F(90), by="fornitore")
    assert aggregate(rows, band="monthly", how="mean", exclusions=[lines]) == {"2025-01": 10, "2025-02": 13}
    assert aggregate(rows, band="monthly", how="mean", exclusions=[lines, stock]) == {"2025-01": 10}
    assert aggregate(rows, band="quarterly", how="sum", exclusions=[]) == {"2025-Q1": 86}


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.b", "a[0]", "1 if a else 2", "lambda: 1", "'x'", "9**99", "1/0", "b", "(" * 300],
)
def test_a_formula_runs_nothing_but_arithmetic(text):
    with pytest.raises(RuleError):
        evaluate(text, {"a": F(1)})


def test_a_formula_is_exact():
    assert evaluate("1910 * (50000 - t) / 22000", {"t": F("41772.60")}) == F("1910") * F("8227.40") / 22000
    assert evaluate("0.1 + 0.2", {}) == F(3, 10)
