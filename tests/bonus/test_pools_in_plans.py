"""Every pool formula through a plan file, with figures checked by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction as F

import pytest

from tavolo.bonus.law.tree import load_law
from tavolo.bonus.rules.amount import Measurement
from tavolo.bonus.rules.plan import parse_plan
from tavolo.bonus.rules.run import simulate
from tests.bonus.crowd import workers
from tests.bonus.planfile import DISTRIBUTION, ELIGIBILITY, INDICATOR, document


def figure(name):
    return {"type": "figure", "id": name, "name": name, "unit": "euro", "document": "bilancio"}


def run_of(pool, figures, **distribution):
    rules = [
        INDICATOR,
        ELIGIBILITY,
        *map(figure, figures),
        {"type": "pool", "pool": pool},
        {**DISTRIBUTION, **distribution},
    ]
    results = {name: Measurement(F(base), F(measured), "") for name, (base, measured) in figures.items()}
    results["pezzi"] = Measurement(F(1), F(2), "")
    return simulate(parse_plan(document(*rules)), workers(20, 2), results, date(2026, 6, 15), load_law())


SHARE = {"worker_share": "0.5"}
LABOUR_VALUE = {"lavoro": ("400000", "420000"), "valore": ("1000000", "1100000")}


@pytest.mark.parametrize(
    ("pool", "figures", "euro"),
    [
        # 0.4 x 1,100,000 - 420,000 = 20,000
        ({"formula": "rucker", "labour": "lavoro", "value": "valore", **SHARE}, LABOUR_VALUE, 10_000),
        # the same with a quarter held back
        ({"formula": "scanlon", "labour": "lavoro", "value": "valore", "reserve": "0.25", **SHARE},
        LABOUR_VALUE, 7_500),
        # a deficit gives nothing
        ({"formula": "scanlon", "labour": "lavoro", "value": "valore", **SHARE}, {"lavoro": ("400000",
        "500000"), "valore": ("1000000", "1100000")}, 0),
        # 4 hours a unit, 5,500 units earn 22,000 hours, 20,000 worked: 2,000 saved, half at 25 euro
        ({"formula": "improshare", "hours": "ore", "standard": "unita", "hourly_rate": "25.00", **SHARE},
        {"ore": ("20000", "20000"), "unita": ("5000", "5500")}, 25_000),
        ({"formula": "profit_share", "profit": "utile", "threshold": "100000.00", "worker_share": "0.1"},
        {"utile": ("0", "350000")}, 25_000),
        ({"formula": "profit_share", "profit": "utile", "threshold": "100000.00", "worker_share": "0.1",
        "ceiling": "20000.00"}, {"utile": ("0", "350000")}, 20_000),
        # 1,210,000 / 1.1 - 1,000,000 / 1,000 x 1,000 = 100,000
        ({"formula": "real_productivity", "value_added": "va", "hours": "ore", "deflator": "prezzi",
        **SHARE}, {"va": ("1000000", "1210000"), "ore": ("1000", "1000"), "prezzi": ("1", "1.1")}, 50_000),
        # output 100 -> 110 at 10 -> 12; input 50 -> 50 at 8 -> 9: productivity 11 x 10 = 110 euro, prices
        # apart
        ({"formula": "bennet", "outputs": [{"quantity": "q", "price": "p"}], "inputs": [{"quantity": "x",
        "price": "w"}], **SHARE}, {"q": ("100", "110"), "p": ("10", "12"), "x": ("50", "50"), "w": ("8",
        "9")}, 55),
        # 1/2 x (500,000 - 5% x 2,000,000) x 300,000 / 600,000
        ({"formula": "french_reserve", "profit": "b", "capital": "c", "wages": "s", "value_added": "v"},
        {"b": ("0", "500000"), "c": ("0", "2000000"), "s": ("0", "300000"), "v": ("1", "600000")}, 100_000),
    ],
)  # fmt: skip
def test_the_pool_of_each_formula_by_hand(pool, figures, euro):
    run = run_of(pool, figures)
    assert run.due.pool == euro * 100
    assert int(run.due.gross.sum()) == euro * 100


def test_a_cap_spreads_what_exceeds_it_over_the_others():
    pool = {"formula": "profit_share", "profit": "utile", "worker_share": "0.1"}
    run = run_of(pool, {"utile": ("0", "300000")}, key="pay", cap="1600.00")
    assert int(run.due.gross.sum()) == 3_000_000
    assert int(run.due.gross.max()) == 160_000
    assert (run.due.gross == 160_000).sum() > 1


def test_a_cap_nobody_can_exceed_leaves_a_named_rest():
    pool = {"formula": "profit_share", "profit": "utile", "worker_share": "0.1"}
    run = run_of(pool, {"utile": ("0", "300000")}, cap="1000.00")
    active = int((run.due.gross > 0).sum())
    assert run.due.rest == 3_000_000 - active * 100_000
