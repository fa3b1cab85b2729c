"""Tax eligibility: the comparison proves or denies the increment, apart from the amount due."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tavolo.bonus.law.tree import load_law
from tavolo.bonus.rules.amount import Measurement
from tavolo.bonus.rules.eligibility import Comparison, Timing, judge
from tavolo.bonus.rules.plan import parse_plan
from tavolo.bonus.rules.run import simulate
from tests.bonus.crowd import workers
from tests.bonus.planfile import DISTRIBUTION, ELIGIBILITY, INDICATOR, POOL, SCORE, document


def up(base, measured):
    return Comparison("x", "up", Fraction(base), Fraction(measured))


def down(base, measured):
    return Comparison("y", "down", Fraction(base), Fraction(measured))


def test_equality_is_not_an_increment():
    assert not judge([up(10, 10)]).eligible
    assert not judge([down(10, 10)]).eligible


def test_less_is_better_where_the_agreement_says_so():
    assert judge([down(10, 9)]).eligible
    assert not judge([down(10, 11)]).eligible


@pytest.mark.parametrize(
    ("mode", "at_least", "verdict"),
    [("any", None, True), ("all", None, False), ("at_least", 2, True), ("at_least", 3, False)],
)
def test_gates_of_alternative_and_joint_indicators(mode, at_least, verdict):
    found = judge([up(1, 2), up(1, 1), down(5, 4)], mode=mode, at_least=at_least)
    assert found.eligible is verdict
    assert found.share == int(verdict)


def test_target_reached_without_increment_is_due_but_not_eligible():
    run = _run(Fraction(19), base=Fraction(21))
    assert int(run.due.gross.sum()) > 0
    assert not run.eligibility.eligible
    assert run.eligibility.reason == "no_increment"
    assert int(run.total("flat_tax").sum()) == 0
    assert int(run.total("income_tax").sum()) > 0


def test_increment_without_amount_is_eligible_and_nothing_is_due():
    run = _run(Fraction(10), base=Fraction(9))
    assert run.eligibility.eligible
    assert int(run.due.gross.sum()) == 0


def test_an_unmeasured_base_proves_nothing():
    assert _run(Fraction(19), base=None).eligibility.reason == "not_measured"


def test_criteria_fixed_late_or_with_a_certain_outcome_do_not_count():
    assert judge([up(1, 2)], timing=Timing("near_end_of_period")).reason == "late_criteria"
    assert judge([up(1, 2)], timing=Timing("during_period", False)).reason == "certain_outcome"
    assert judge([up(1, 2)], timing=Timing("during_period", True, False)).reason == "matured_before"
    assert judge([up(1, 2)], timing=Timing("during_period", True, True)).eligible


def test_profit_sharing_needs_no_increment():
    found = judge([up(2, 1)], instrument="ristorni")
    assert (found.eligible, found.eligible_as) == (True, "profit_sharing")


def test_the_reason_is_a_sentence_with_its_source():
    assert judge([up(2, 1)]).sentence("it").endswith("(ris. 78/E 2018)")
    assert "does not exceed" in judge([up(2, 1)]).sentence("en")


def _run(x, base):
    plan = parse_plan(document(INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION))
    return simulate(plan, workers(30, 1), {"pezzi": Measurement(base, x, "")}, date(2026, 6, 15), load_law())
