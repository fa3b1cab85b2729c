"""The results file: values with their document, monthly observations, and problems by row and column."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from tavolo.bonus.payroll import PayrollProblems
from tavolo.bonus.results import read_results
from tavolo.bonus.rules.amount import read_indicators
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.plan import parse_plan
from tests.bonus.planfile import DISTRIBUTION, ELIGIBILITY, INDICATOR, POOL, SCORE, document

BANDED = {
    **INDICATOR,
    "band": "monthly",
    "exclusions": [{"what": "observation", "field": "stato", "equals": "CIGO"}],
}


def plan_of(indicator=INDICATOR):
    return parse_plan(document(indicator, ELIGIBILITY, SCORE, POOL, DISTRIBUTION))


def read(tmp_path, text, plan):
    path = tmp_path / "risultati.csv"
    path.write_text(text, encoding="utf-8")
    return read_results(path, plan)


def test_values_are_found_by_name_or_id_with_their_document(tmp_path):
    text = "Indicatore;Valore base;Consuntivo;Documento\nPezzi per ora;12,5;1.300,25;rilevazioni 2025\n"
    found = read(tmp_path, text, plan_of())["pezzi"]
    assert (found.base, found.measured, found.document) == (F("12.5"), F("1300.25"), "rilevazioni 2025")


def test_monthly_observations_leave_out_what_the_clause_excludes(tmp_path):
    rows = ["pezzi;2024-05;10;", "pezzi;03/2025;20;", "pezzi;2025-03;90;CIGO", "pezzi;2025-04;30;"]
    plan = plan_of(BANDED)
    found = read(tmp_path, "indicatore;periodo;consuntivo;stato\n" + "\n".join(rows) + "\n", plan)
    reading = read_indicators(plan, found)["pezzi"]
    assert (reading.base, reading.measured, reading.bands_kept) == (10, 25, 2)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("scarti;1;2", "row 3, column A «indicatore»: the plan has no such indicator"),
        ("pezzi;1;molti", "row 3, column C «consuntivo»: is not a number"),
        ("pezzi;1;2", "row 3, column A «indicatore»: is given twice"),
    ],
)
def test_problems_are_named_by_row_and_column(tmp_path, row, what):
    with pytest.raises(PayrollProblems) as caught:
        read(tmp_path, f"indicatore;valore base;consuntivo\npezzi;1;2\n{row}\n", plan_of())
    assert any(what in str(problem) for problem in caught.value.problems)


def test_a_missing_measure_stops_when_it_is_needed(tmp_path):
    found = read(tmp_path, "indicatore;valore base;consuntivo\npezzi;1;\n", plan_of())
    with pytest.raises(RuleError, match="gives no measured value"):
        read_indicators(plan_of(), found)["pezzi"].value()


def test_a_number_that_could_be_two_and_a_period_nobody_reads_are_told(tmp_path):
    for text, words in (
        ("indicatore;valore base;consuntivo\npezzi;14.200;14.620\n", "two ways"),
        ("indicatore;periodo;consuntivo\npezzi;2025-01;14,6\n", "does not group this indicator"),
    ):
        with pytest.raises(PayrollProblems, match=words):
            read(tmp_path, text, plan_of())
