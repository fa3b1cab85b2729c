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
