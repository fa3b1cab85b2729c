"""Reverse questions find all answers or none; explanations add up and are quick."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pytest
import typer

from tavolo.bonus.cli_study import _amount
from tavolo.bonus.law.tree import load_law
from tavolo.bonus.rules.amount import Measurement
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.explain import Explainer
from tavolo.bonus.rules.net import compute_net
from tavolo.bonus.rules.plan import parse_plan
from tavolo.bonus.rules.run import rerun_with, simulate
from tavolo.bonus.rules.solve import solve_gross, solve_indicator, solve_pool, what_if
from tavolo.bonus.rules.solve_line import gross_interval
from tests.bonus.crowd import workers
from tests.bonus.planfile import DISTRIBUTION, ELIGIBILITY, INDICATOR, POOL, SCORE, document


def run_of(*more, n=60, **distribution):
    plan = parse_plan(document(INDICATOR, ELIGIBILITY, SCORE, POOL, {**DISTRIBUTION, **distribution}, *more))
    return simulate(
        plan, workers(n, 8), {"pezzi": Measurement(F(12), F(18), "")}, date(2026, 6, 15), load_law()
    )


def test_rounded_lines_give_an_interval_and_the_smallest_is_first():
    assert gross_interval(Decimal("2000.00"), Decimal("0.0919"), Decimal("0.01"), "line_half_up") == (
        Decimal("2224.64"),
        Decimal("2224.65"),
    )


def test_every_gross_found_gives_the_net_and_no_other_does():
    run = run_of()
    payment = run.payments[0]
    found = solve_gross(payment, True, 3, 100_000, "net", "line_half_up", 200_000)
    gross = np.arange(0, 200_001, dtype=np.int64)
    net = compute_net(
        gross, True, payment.people.pick(np.full(len(gross), 3)), payment.terms, "line_half_up"
    )["net"]
    expected = np.flatnonzero(net == 100_000).tolist()
    listed = [c for i in found.intervals for c in range(int(i.low * 100), int(i.high * 100) + 1)]
    assert listed == expected
    assert expected


def test_a_cliff_gives_two_separate_answers():
    """Fringe benefits over the limit cut the net, so one net is reached before and after the cliff."""
    rule = {"type": "welfare"}
    run = run_of(rule)
    crowd = run.workers
    object.__setattr__(crowd, "welfare", {"fringe": np.full(len(crowd), 150_000)})
    again = simulate(run.plan, crowd, {"pezzi": Measurement(F(12), F(18), "")}, date(2026, 6, 15), load_law())
    payment = again.payments[0]
    position = int(np.flatnonzero(crowd.prior_income < 8_000_000)[0])
    gross = np.arange(0, 160_000, dtype=np.int64)
    people = payment.people.pick(np.full(len(gross), position))
    lines = compute_net(gross, True, people, payment.terms, "line_half_up")
    take_home = lines["net"] + lines["welfare"]
    assert (np.diff(take_home) < -10_000).any()
    target = int(take_home[60_000])
    assert (
        len(solve_gross(payment, True, position, target, "take_home", "line_half_up", 160_000).intervals) >= 2
    )


def test_no_answer_is_said_with_the_nearest_on_both_sides():
    run = run_of()
    found = solve_indicator(run, "pezzi", 3_333_333, "gross", None, F(10), F(20), F(1, 2))
    assert not found.intervals
    assert found.nearest_below[1] < F("33333.33") < found.nearest_above[1]


def test_the_indicator_that_gives_a_total_is_found():
    found = solve_indicator(run_of(), "pezzi", 2_500_000, "gross", None, F(10), F(20), F(1, 10))
    assert [(i.low, i.high) for i in found.intervals] == [(F(15), F(15))]


def test_the_pool_that_gives_a_worker_s_net_is_found_and_true():
    run = run_of()
    target = int(run.total("net")[5]) + 1_000
    found = solve_pool(run, target, "net", 5, 20_000_000)
    assert found.intervals
    assert found.intervals[0].low > F(run.due.pool, 100)


def test_what_if_changes_only_what_is_asked():
    run = run_of()
    pool, gross = what_if(run, {"pezzi": F(20)})
    assert pool == 50_000
    assert int(gross.sum()) == 5_000_000
    assert int(run.due.gross.sum()) == 4_000_000


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_signed_lines_of_an_explanation_add_up_to_the_net(lang):
    run = run_of({"type": "welfare", "uplift_rate": "0.1"}, n=80)
    explainer = Explainer(run, lang)
    for position in range(80):
        found = explainer.explain(position)
        payment = found.sections[2]
        assert sum(line.cents * abs(line.sign) for line in payment.lines if line.sign) == found.net
        assert any("art1" in line.clause for section in found.sections for line in section.lines)


def test_an_explanation_takes_less_than_a_millisecond():
    explainer = Explainer(run_of(n=500))
    explainer.explain(0)
    best = min(_timed(lambda: [explainer.explain(i) for i in range(200)]) / 200 for _ in range(3))
    assert best < 0.001


def _timed(action) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def test_an_indicator_below_its_base_is_solved_without_the_relief():
    """The base is 12: at 11 the premium is due and taxed ordinarily, so the same gross leaves less net."""
    run = run_of()
    wanted = simulate(
        run.plan, run.workers, {"pezzi": Measurement(F(12), F(11), "")}, date(2026, 6, 15), load_law()
    )
    assert not wanted.eligibility.eligible
    target = int(wanted.total("net").sum())
    found = solve_indicator(run, "pezzi", target, "net", None, F(10), F(12), F(1, 10))
    assert [(i.low, i.high) for i in found.intervals] == [(F(11), F(11))]


def test_instalments_are_solved_payment_by_payment():
    """What the first instalment uses of the cap the second no longer has, also for a figure looked for."""
    payments = [{"name": "a", "share": "0.5", "paid_on": "2026-03-01"}, {"name": "b", "share": "0.5"}]
    run = run_of({"type": "instalments", "payments": payments}, n=6)
    target = int(run.total("net").sum())
    found = solve_indicator(run, "pezzi", target, "net", None, F(17), F(19), F(1, 2))
    assert [(i.low, i.high) for i in found.intervals] == [(F(18), F(18))]


def test_a_worker_at_the_cap_is_solved_by_a_whole_stretch_of_pools():
    run = run_of(cap="800.00")
    found = solve_pool(run, 80_000, "gross", 3, 20_000_000)
    (stretch,) = found.intervals
    assert stretch.high == 200_000
    below = solve_pool(run, 79_999, "gross", 3, 20_000_000)
    assert below.intervals[-1].high == stretch.low - F(1, 100)


def test_no_pool_is_said_with_the_nearest_and_a_search_upwards_only():
    run = run_of(cap="800.00")
    found = solve_pool(run, 90_000, "gross", 3, 20_000_000)
    assert not found.intervals
    assert found.nearest_below[1] == 800
    with pytest.raises(RuleError, match="upper bound above"):
        solve_pool(run, 90_000, "gross", 3, -5)


def test_a_what_if_keeps_the_readings_chosen_and_the_day():
    plan = parse_plan(document())
    results = {"pezzi": Measurement(F(12), F(18), "")}
    run = simulate(plan, workers(9, 8), results, date(2026, 6, 15), load_law(), {"cap_basis": "gross"})
    again = rerun_with(run, {"pezzi": F(18)}, load_law())
    assert again.payments[0].terms.cap_basis == "gross"
    assert np.array_equal(again.total("net"), run.total("net"))


def test_a_target_that_could_be_two_numbers_is_asked_again():
    with pytest.raises(typer.BadParameter, match="two ways"):
        _amount("2.000", "--target")
    assert (_amount("2.000,00", "x"), _amount("2000", "x"), _amount("0.125", "x")) == (2000, 2000, F(1, 8))


def test_a_grid_below_zero_pays_nothing_and_takes_nothing():
    low = {**SCORE, "points": [["10", "-0.5"], ["20", "1"]], "below": "first"}
    plan = parse_plan(document(INDICATOR, ELIGIBILITY, low, POOL, DISTRIBUTION))
    run = simulate(
        plan, workers(5, 8), {"pezzi": Measurement(F(12), F(9), "")}, date(2026, 6, 15), load_law()
    )
    assert run.due.gross.tolist() == [0] * 5


def test_the_firm_s_uplift_counts_in_the_fringe_limit_of_the_next_instalment():
    """Two halves of 950 in vouchers with 10%: 522.50 and 522.50 are 1,045, over the limit of 1,000."""
    payments = [{"name": "a", "share": "0.5", "paid_on": "2026-03-01"}, {"name": "b", "share": "0.5"}]
    rules = ({"type": "instalments", "payments": payments}, {"type": "welfare", "uplift_rate": "0.10"})
    run = run_of(*rules, n=1)
    crowd = replace(
        run.workers, welfare={"fringe": np.array([95_000])}, prior_income=np.array([2_000_000]),
        hired=None, left=None,
    )  # fmt: skip
    plan = replace(run.plan, pool={**run.plan.pool, "amount": Decimal("950.00"), "times_score": False})
    again = simulate(plan, crowd, {"pezzi": Measurement(F(12), F(18), "")}, date(2026, 6, 15), load_law())
    assert [int(p.lines["fringe_taxable"][0]) for p in again.payments] == [0, 104_500]


def test_who_leaves_and_counts_in_full_counts_as_if_still_there():
    rule = {"type": "membership", "joiners": "pro_rata_days", "leavers": "full"}
    run = run_of(rule, n=3)
    crowd = replace(
        run.workers, hired=np.array(["2025-03-15"] * 3, dtype="datetime64[D]"),
        left=np.array(["2025-08-20", "NaT", "2025-12-31"], dtype="datetime64[D]"),
    )  # fmt: skip
    again = simulate(run.plan, crowd, {"pezzi": Measurement(F(12), F(18), "")}, date(2026, 6, 15), load_law())
    assert again.due.days.tolist() == [292, 292, 292]
