"""Random plans on random workers: the engine's gross equals the slow reading of the same agreement."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from tavolo.bonus.law.tree import load_law
from tavolo.bonus.rules.amount import Measurement
from tavolo.bonus.rules.plan import parse_plan
from tavolo.bonus.rules.run import simulate
from tests.bonus import slow
from tests.bonus.crowd import workers
from tests.bonus.planfile import DISTRIBUTION, ELIGIBILITY, INDICATOR, POOL, SCORE, document

PARAMETERS = {"B": "1.0", "C": "1.15", "D": "1.4"}


def random_rules(r: np.random.Generator) -> tuple[list[dict], dict]:
    """A random agreement as rules of a plan file and as plain values for the slow reading."""
    method = str(r.choice(["share_pool", "per_head"]))
    key = str(r.choice(["equal", "pay", "level", "hours", "blend"])) if method == "share_pool" else "equal"
    part_time = str(r.choice(["proportional", "full"]))
    joiners, leavers = (str(r.choice(["pro_rata_days", "full", "excluded"])) for _ in range(2))
    if r.random() < 0.3:
        joiners = leavers = "pro_rata_months"
    individual = bool(r.random() < 0.5)
    presence = str(r.choice(["hours", "none"])) if method == "per_head" else "none"
    amount = f"{r.integers(500, 300_000)}.{r.integers(0, 100):02d}"
    points = [["10", str(r.choice(["0", "0.25"]))], ["15", "0.5"], ["20", "1"], ["24", "1.17"]]
    mode, below, above = str(r.choice(["step", "linear"])), str(r.choice(["zero", "first"])), "last"
    score = {**SCORE, "points": points, "mode": mode, "below": below, "above": above}
    formula = "fixed_total" if method == "share_pool" else "fixed_per_head"
    distribution = {
        **DISTRIBUTION,
        "method": method,
        "key": key,
        "part_time": part_time,
        "presence": presence,
    }
    if key in ("level", "blend"):
        distribution["level_parameters"] = PARAMETERS
    if key == "blend":
        distribution["blend"] = {"equal": "0.3", "hours": "0.45", "level": "0.25"}
    rules = [
        INDICATOR, ELIGIBILITY, score, {**POOL, "pool": {"formula": formula, "amount": amount}}, distribution,
        {"type": "membership", "joiners": joiners, "leavers": leavers},
    ]  # fmt: skip
    if individual:
        rules.append({"type": "individual", "floor": "0.95", "ceiling": "1.05"})
    plain = {
        "method": method, "key": key, "part_time": part_time, "joiners": joiners, "leavers": leavers,
        "individual": individual,
        "presence": presence, "amount": Fraction(amount), "period": (date(2025, 1, 1), date(2025, 12, 31)),
        "parameters": {k: Fraction(v) for k, v in PARAMETERS.items()},
        "blend": {"equal": Fraction(3, 10), "hours": Fraction(45, 100), "level": Fraction(1, 4)},
        "grid": ([(Fraction(x), Fraction(y)) for x, y in points], mode, below, above),
    }  # fmt: skip
    return rules, plain


def plain_workers(crowd) -> list[dict]:
    part = lambda v: Fraction(int(v), 10_000)  # noqa: E731
    found = []
    for i in range(len(crowd)):
        left = crowd.left[i]
        found.append({
            "id": str(crowd.ids[i]), "level": crowd.level_names[crowd.level[i]],
            "part_time": part(crowd.part_time[i]),
            "worked": int(crowd.worked_hours[i]), "protected": int(crowd.leave_hours["maternity"][i]),
            "due": int(crowd.contract_hours[i]), "pay": int(crowd.pay[i]),
            "hired": crowd.hired[i].astype(object),
            "left": None if np.isnat(left) else left.astype(object),
            "coefficient": min(max(part(crowd.coefficient[i]), Fraction(95, 100)), Fraction(105, 100)),
        })  # fmt: skip
    return found


@pytest.mark.parametrize("seed", range(40))
def test_random_plan_equals_the_slow_reading(seed):
    r = np.random.default_rng(seed)
    rules, plain = random_rules(r)
    crowd = workers(300, seed)
    x = Fraction(int(r.integers(800, 2600)), 100)
    run = simulate(
        parse_plan(document(*rules)),
        crowd,
        {"pezzi": Measurement(Fraction(9), x, "")},
        date(2026, 6, 15),
        load_law(),
    )
    factor = slow.score(*plain["grid"], x)
    assert run.amount.score == factor
    assert run.due.gross.tolist() == slow.gross_of_plan(plain, plain_workers(crowd), factor)
    if run.due.pool is not None:
        assert int(run.due.gross.sum()) == run.due.pool


@pytest.mark.parametrize("seed", range(8))
def test_permuting_the_workers_permutes_the_amounts(seed):
    rules, _ = random_rules(np.random.default_rng(seed))
    crowd = workers(200, seed)
    order = np.random.default_rng(seed + 99).permutation(200)
    plan, results = parse_plan(document(*rules)), {"pezzi": Measurement(Fraction(9), Fraction(17), "")}
    straight = simulate(plan, crowd, results, date(2026, 6, 15), load_law())
    shuffled = simulate(plan, crowd.take(order), results, date(2026, 6, 15), load_law())
    assert straight.due.gross[order].tolist() == shuffled.due.gross.tolist()
    assert straight.total("net")[order].tolist() == shuffled.total("net").tolist()


@pytest.mark.parametrize("seed", range(6))
def test_a_better_result_never_lowers_the_total(seed):
    rules, _ = random_rules(np.random.default_rng(seed))
    plan, crowd = parse_plan(document(*rules)), workers(100, seed)
    totals = []
    for x in range(8, 28):
        run = simulate(
            plan, crowd, {"pezzi": Measurement(Fraction(9), Fraction(x), "")}, date(2026, 6, 15), load_law()
        )
        totals.append(int(run.due.gross.sum()))
    assert totals == sorted(totals)


@pytest.mark.parametrize("seed", range(12))
def test_nobody_is_worse_off_by_protected_leave(seed):
    """Turning worked hours into protected leave changes nobody's amount, theirs or others'."""
    rules, _ = random_rules(np.random.default_rng(seed))
    plan, crowd = parse_plan(document(*rules)), workers(150, seed)
    results = {"pezzi": Measurement(Fraction(9), Fraction(18), "")}
    before = simulate(plan, crowd, results, date(2026, 6, 15), load_law())
    moved = np.minimum(crowd.worked_hours, 16_000)
    crowd.leave_hours["parental"] = moved
    object.__setattr__(crowd, "worked_hours", crowd.worked_hours - moved)
    after = simulate(plan, crowd, results, date(2026, 6, 15), load_law())
    assert before.due.gross.tolist() == after.due.gross.tolist()
