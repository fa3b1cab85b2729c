"""Worked cases: every figure is computed and compared; nothing unknown is passed over."""

from __future__ import annotations

import copy
import random

import pytest
from typer.testing import CliRunner

from tavolo.bonus.cases.runner import run_cases
from tavolo.bonus.cases.sheet import CaseError
from tavolo.bonus.cli import app
from tavolo.bonus.law.tree import load_law
from tavolo.bonus.yaml_text import parse_yaml, read_yaml
from tests.shared_data import shared

BASE = {
    "id": "T1", "kind": "net_payout", "check": "exact", "rounding": "line_half_up", "status": "derived",
    "year": "2026",
    "inputs": {"gross_premium": "1000.00", "worker_contribution_rate": "0.0919",
    "substitute_tax_rate": "0.01"},
    "expected": {"net": "899.02"},
}  # fmt: skip


def outcome(**changes):
    case = {**copy.deepcopy(BASE), **changes}
    return run_cases({"cases": [case]}, load_law())[0]


def test_all_published_cases_agree():
    path = shared("bonus/cases.yaml")
    wrong = [o.line() for o in run_cases(read_yaml(path), load_law()) if not o.passed]
    assert not wrong, "\n".join(wrong)


def test_command_prints_a_line_per_case_and_exits_0(tmp_path):
    path = shared("bonus/cases.yaml")
    result = CliRunner().invoke(app, ["check-cases", str(path)])
    assert result.exit_code == 0
    assert "C1.4  OK  expected" in result.output
    assert "0 differ or fail" in result.output


def test_a_wrong_figure_is_different_and_exits_1(tmp_path):
    file = tmp_path / "cases.yaml"
    file.write_text(
        "cases:\n- {id: X, kind: net_payout, check: exact, rounding: line_half_up, inputs: "
        "{gross_premium: '1000.00', "
        "worker_contribution_rate: '0.0919', substitute_tax_rate: '0.05'}, expected: {net: '862.70'}}\n"
    )
    result = CliRunner().invoke(app, ["check-cases", str(file)])
    assert result.exit_code == 1
    assert "X  DIFFERENT  expected net=862.70; obtained net=862.69" in result.output


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": "lottery"}, "unknown kind 'lottery'"),
        ({"check": "perhaps"}, "unknown check 'perhaps'"),
        ({"rounding": "up"}, "unknown rounding 'up'"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"inputs": {**BASE["inputs"], "shoe_size": "42"}}, "unknown input 'shoe_size'"),
        ({"expected": {"happiness": "1"}}, "unknown result 'happiness'"),
        ({"inputs": {"worker_contribution_rate": "0.0919"}}, "'gross_premium' is missing"),
        ({"rounding": None}, "'rounding' is missing"),
    ],
)
def test_what_is_not_understood_is_an_error_that_names_it(changes, named):
    found = outcome(**changes)
    assert found.verdict == "ERROR"
    assert named in found.line()


@pytest.mark.parametrize(
    ("policy", "rate", "tax", "net"),
    [
        ("line_half_up", "0.05", "45.41", "862.69"),
        ("line_half_even", "0.05", "45.40", "862.70"),
        ("end_half_up", "0.05", "45.41", "862.70"),
    ],
)
def test_the_rounding_trap_is_kept_by_policy(policy, rate, tax, net):
    inputs = {**BASE["inputs"], "substitute_tax_rate": rate}
    assert outcome(rounding=policy, inputs=inputs, expected={"substitute_tax": tax, "net": net}).passed


@pytest.mark.parametrize(
    ("kind", "inputs", "expected", "check"),
    [
        ("net_payout", {"gross_premium": "2000.00", "relieved_premium": "800.00",
        "worker_contribution_rate": "0.0919", "substitute_tax_rate": "0.01"},
        {"worker_contributions": "110.28", "tax_base": "1889.72", "substitute_tax": "18.90",
        "net": "1870.82"}, "exact"),
        ("conversion", {"gross_premium": "1000.00", "converted_to_exempt_welfare": "400.00",
        "worker_contribution_rate": "0.0919", "substitute_tax_rate": "0.01"},
        {"worker_contributions": "55.14", "substitute_tax": "5.45", "net": "939.41"}, "exact"),
        ("cap", {"cap": "4000.00", "cap_basis": "net_of_worker_contributions",
        "worker_contribution_rate": "0.0949"}, {"max_gross_premium": "4419.40"}, "exact"),
        ("cap", {"cap": "5000.00", "payments": [{"employer": "A", "form": "benefit", "amount": "4000.00"},
        {"employer": "B", "form": "cash", "amount": "1800.00"}]}, {"total": "5800.00",
        "within_cap": "5000.00", "ordinary_taxation": "800.00"}, "exact"),
        ("reverse", {"target_net": "1000.00", "substitute_tax_rate": "0.05",
        "worker_contribution_rates": ["0.0919"]}, {"min_gross": ["1159.16"]}, "exact"),
        ("grid", {"amount": "1000", "parameters": [{"name": "a", "weight": "1"}],
        "payout_table_percent": [["90", "50"], ["100", "100"]], "attainment_percent": {"a": "95"},
        "interpolation": "linear"}, {"payout_factor": "0.75", "premium": "750.00"}, "exact"),
        ("gainsharing", {"base_labour": "37", "base_value_added": "100", "month_labour": "30",
        "month_value_added": "90", "worker_share": "0.5", "reserve": "0.2"}, {"gain": "3.30",
        "workers": "1.32", "firm": "1.32", "reserve_amount": "0.66"}, "exact"),
        ("gainsharing", {"base_hours": "200000", "units": "50000", "actual_hours": "180000",
        "actual_units": "48000", "worker_share": "0.5"}, {"earned_hours": "192000", "hours_saved": "12000",
        "bonus_rate": "0.0333"}, "exact"),
        ("eligibility", {"gate": "2 of 3", "gate_indicators_incremental": [True, True, False]},
        {"tax_eligible": True}, "rule"),
        ("eligibility", {"amount_rule": "on_off", "increment": False}, {"tax_eligible": False}, "rule"),
        ("eligibility", {"indicator": "scrap", "direction": "down", "base_value": "3.1",
        "measured_value": "3.1"}, {"tax_eligible": False}, "rule"),
        ("eligibility", {"leave": "sick", "counted_as": "absence"}, {"discriminatory": False}, "rule"),
        ("eligibility", {"leave": "compulsory maternity leave", "counted_as": "absence"},
        {"discriminatory": True}, "rule"),
        ("eligibility", {"leave": "L. 104", "counted_as": "presence"},
        {"discriminatory": False, "must_count_as": "presence"}, "rule"),
    ],
)  # fmt: skip
def test_other_combinations_of_the_same_kinds(kind, inputs, expected, check):
    found = outcome(kind=kind, inputs=inputs, expected=expected, check=check)
    assert found.passed, found.line()


def test_numbers_without_quotes_stay_exact():
    text = (
        "cases:\n- {id: X, kind: conversion, check: exact, rounding: none, "
        "inputs: {cash: 560.10, uplift_rate: 0.15}, expected: {welfare_amount: 644.115}}"
    )
    assert run_cases(parse_yaml(text, "x"), load_law())[0].passed


def test_a_file_without_cases_is_refused_in_a_sentence():
    with pytest.raises(CaseError, match="no list 'cases'"):
        run_cases(["x"], load_law())


def test_a_repeated_id_is_an_error():
    assert run_cases({"cases": [BASE, BASE]}, load_law())[1].verdict == "ERROR"


def test_damaged_cases_are_error_lines_never_a_crash():
    found = read_yaml(shared("bonus/cases.yaml"))
    r = random.Random(11)
    odd = ["", None, "x", "-1", "0", True, [], {}, ["1"], {"a": "1"}, "1e30", "nan", [["1"]]]

    def damage(node):
        key = r.choice(list(node)) if isinstance(node, dict) else r.randrange(len(node))
        if r.random() < 0.5 or not isinstance(node[key], dict | list) or not node[key]:
            node[key] = r.choice(odd)
        else:
            damage(node[key])

    for _ in range(15):
        document = copy.deepcopy(found)
        for case in document["cases"]:
            damage(case)
        outcomes = run_cases(document, load_law())
        assert len(outcomes) == len(document["cases"])
        assert all(outcome.line() for outcome in outcomes)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"inputs": {"gross_premium": "1e999999999"}}, "too large or too fine"),
        ({"inputs": {"gross_premium": "1e-999999999"}}, "too large or too fine"),
        ({"inputs": {"gross_premium": "-1000.00"}}, "'gross_premium' is below zero"),
        ({"inputs": {"gross_premium": "1000", "worker_contribution_rate": "9.19"}}, "0.0919 is 9.19%"),
        ({"inputs": {"gross_premum": "1000"}}, "did you mean 'gross_premium'?"),
        ({"year": "0000", "inputs": {"gross_premium": "1000"}}, "'0000' is not a year"),
        ({"kind": "eligibility", "year": "0", "inputs": {"leave": "parental"},
          "expected": {"discriminatory": True}}, "'0' is not a year"),
        ({"source": "a page"}, "'source' must give a name"),
        ({"kind": "cap", "inputs": {"payments": []}, "expected": {"total": "0"}}, "at least one"),
        ({"kind": "conversion", "inputs": {"cash": "1", "uplift_table": [["1"]]},
          "expected": {"welfare_amount": "1"}}, "must be a pair of numbers"),
        ({"kind": "gainsharing", "inputs": {"base_hours": "1", "units": "0"},
          "expected": {"hours_per_unit": "1"}}, "more than zero"),
        ({"kind": "reverse", "inputs": {"target_net": "5", "tfr_divisor": "0"},
          "expected": {"employer_cost": "1"}}, "divided by is zero"),
        ({"kind": "eligibility", "inputs": {"gate": "5 of 3", "gate_indicators_incremental": [True]},
          "expected": {"tax_eligible": True}}, "does not fit the 1 indicators"),
        ({"kind": "eligibility", "inputs": {"increment": True}, "expected": {"tax_eligible": "true"}},
         "must be true or false, without quotes"),
    ],
)  # fmt: skip
def test_odd_values_are_told_in_a_sentence(changes, named):
    found = outcome(**changes)
    assert found.verdict == "ERROR"
    assert named in found.line()
    assert found.line().startswith("T1  ")


def test_a_case_without_a_usable_id_is_named_by_its_place_and_the_others_run():
    cases = [{**BASE, "id": None}, {**BASE, "id": {"a": "b"}}, BASE]
    assert [o.line()[:9] for o in run_cases({"cases": cases}, load_law())] == [
        "case 1  E",
        "case 2  E",
        "T1  OK  e",
    ]


@pytest.mark.parametrize(
    ("year", "gross", "tax", "ordinary"),
    [
        ("2016", "2202.40", "200.00", "0.00"), ("2016", "3000.00", "200.00", "724.30"),
        ("2022", "4000.00", "300.00", "632.40"), ("2025", "4000.00", "150.00", "632.40"),
        ("2026", "5506.00", "50.00", "0.00"), ("2026", "6000.00", "50.00", "448.60"),
        ("2027", "6000.00", "50.00", "448.60"), ("2028", "6000.00", "300.00", "2448.60"),
    ],
)  # fmt: skip
def test_the_cap_of_the_year_holds_where_the_case_gives_none(year, gross, tax, ordinary):
    """The flat tax stops at the cap, and its lines need no income of the year: only the income tax does."""
    inputs = {"gross_premium": gross, "worker_contribution_rate": "0.0919"}
    found = outcome(year=year, inputs=inputs, expected={"substitute_tax": tax, "ordinary_base": ordinary})
    assert found.passed, found.line()
    if ordinary != "0.00":
        assert "taxable income is needed" in outcome(year=year, inputs=inputs, expected={"net": "1"}).line()


@pytest.mark.parametrize(
    ("year", "children", "amount", "taxable"),
    [
        ("2019", True, "258.23", "0.00"), ("2021", False, "516.47", "516.47"),
        ("2022", False, "3000.00", "0.00"),
        ("2023", True, "3000.00", "0.00"), ("2023", False, "258.24", "258.24"),
        ("2024", True, "2000.01", "2000.01"), ("2026", False, "1000.00", "0.00"),
        ("2026", False, "1000.01", "1000.01"), ("2027", True, "2000.00", "0.00"),
        ("2028", True, "258.24", "258.24"),
    ],
)  # fmt: skip
def test_fringe_limits_of_each_year_with_and_without_children(year, children, amount, taxable):
    inputs = {"gross_premium": amount, "converted_to_fringe": amount, "dependent_children": children}
    found = outcome(kind="conversion", year=year, inputs=inputs, expected={"fringe_taxable": taxable})
    assert found.passed, found.line()


def test_an_input_that_nobody_read_is_told():
    found = outcome(inputs={**BASE["inputs"], "cash": "5.00"})
    assert found.passed
    assert "inputs not used: cash" in found.line()


def test_an_endless_number_agrees_only_as_far_as_it_is_printed():
    inputs = {"base_payroll": "2", "base_sales": "3"}
    for printed, agrees in (("0.6667", True), ("0.67", True), ("1", False), ("0.66", False)):
        found = outcome(kind="gainsharing", inputs=inputs, expected={"ratio": printed})
        assert found.passed is agrees, found.line()


@pytest.mark.parametrize("text", ["", "- a", "cases: []", "cases: {a: b}", "case:\n- {}", "cases:\n\t- x"])
def test_a_file_that_holds_no_cases_is_named_and_refused(tmp_path, text):
    (tmp_path / "casi.yaml").write_text(text)
    result = CliRunner().invoke(app, ["check-cases", str(tmp_path / "casi.yaml")])
    assert result.exit_code == 2
    assert result.output.startswith("casi.yaml")


@pytest.mark.parametrize(
    ("kind", "inputs", "expected"),
    [
        ("net_payout", {"gross_premium": "1000.00", "paid_on": "2026-01-12"}, {"substitute_tax": "45.41"}),
        ("net_payout", {"gross_premium": "1000.00", "paid_on": "2026-01-13"}, {"substitute_tax": "9.08"}),
        ("net_payout", {"gross_premium": "1000.00", "paid_on": "2028-01-12"}, {"substitute_tax": "9.08"}),
        ("net_payout", {"relieved_premium": "800.00", "signed_on": "2017-04-23"}, {"worker_saving": "0.00"}),
        ("net_payout", {"relieved_premium": "800.00", "signed_on": "2017-04-24"}, {"worker_saving": "73.52"}),
        ("cap", {"paid_on": "2025-06-30", "instrument": "profit_sharing", "profit_share_to_workers": "0.10",
         "payments": [{"form": "cash", "amount": "5000.01"}]}, {"ordinary_taxation": "0.01"}),
        ("cap", {"paid_on": "2025-06-30", "instrument": "profit_sharing", "profit_share_to_workers": "0.0999",
         "payments": [{"form": "cash", "amount": "5000.01"}]}, {"ordinary_taxation": "2000.01"}),
    ],
)  # fmt: skip
def test_the_days_of_signing_and_payment_decide_where_the_case_gives_them(kind, inputs, expected):
    found = outcome(kind=kind, inputs=inputs, expected=expected)
    assert found.passed, found.line()
