"""Law as dated data: what holds when, unknown keys, missing values, conflicts, from-memory values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from tavolo.bonus.cli import app
from tavolo.bonus.law.tree import FOLDER, load_law
from tavolo.bonus.rules.errors import MissingLawValue, RuleError
from tavolo.bonus.rules.parameters import GoverningDates, LawReader
from tavolo.bonus.rules.terms import EmployerShare, FirmTerms, payment_reader, read_terms, total_cap
from tavolo.common.errors import Problem


def reader(payment, signing=date(2018, 1, 1), **choices):
    return payment_reader(
        load_law(), GoverningDates(signing, date(payment.year - 1, 12, 31), payment), choices
    )


@pytest.mark.parametrize(
    ("year", "rate", "cap", "limit"),
    [
        (2016, "0.10", "2000.00", "50000.00"), (2017, "0.10", "3000.00", "80000.00"), (2022, "0.10",
        "3000.00", "80000.00"),
        (2023, "0.05", "3000.00", "80000.00"), (2025, "0.05", "3000.00", "80000.00"), (2026, "0.01",
        "5000.00", "80000.00"),
        (2027, "0.01", "5000.00", "80000.00"), (2028, "0.10", "3000.00", "80000.00"),
    ],
)  # fmt: skip
def test_rate_cap_and_income_limit_follow_the_year_of_payment(year, rate, cap, limit):
    terms = read_terms(reader(date(year, 6, 1)), FirmTerms())
    assert (terms.rate, terms.cap, terms.income_limit) == (Decimal(rate), Decimal(cap), Decimal(limit))


def test_early_january_counts_for_the_year_before_and_the_rule_is_named():
    early = reader(date(2026, 1, 12))
    assert read_terms(early, FirmTerms()).rate == Decimal("0.05")
    assert "enlarged_cash_last_day" in {value.key for value in early.from_memory()}
    assert read_terms(reader(date(2026, 1, 13)), FirmTerms()).rate == Decimal("0.01")


def test_old_joint_contracts_keep_the_higher_cap():
    firm = FirmTerms(joint_involvement=True)
    assert read_terms(reader(date(2020, 6, 1), date(2017, 4, 23)), firm).cap == Decimal("4000.00")
    assert read_terms(reader(date(2020, 6, 1), date(2017, 4, 24)), firm).cap == Decimal("3000.00")
    assert read_terms(reader(date(2020, 6, 1), date(2017, 4, 23)), firm).relief_limit == 0
    assert read_terms(reader(date(2020, 6, 1), date(2017, 4, 24)), firm).relief_limit == Decimal("800.00")


def test_a_recorded_other_reading_can_be_chosen_and_only_that():
    assert read_terms(reader(date(2026, 6, 1), cap_basis="gross"), FirmTerms()).cap_basis == "gross"
    with pytest.raises(RuleError, match="not a recorded reading"):
        read_terms(reader(date(2026, 6, 1), cap_basis="whatever"), FirmTerms())


def test_profit_sharing_of_2025_needs_a_tenth_of_profits_for_the_higher_cap():
    def cap(share):
        return read_terms(
            reader(date(2025, 6, 1)), FirmTerms(instrument="profit_sharing", profit_share_to_workers=share)
        ).cap

    assert cap(Decimal("0.10")) == Decimal("5000.00")
    assert cap(Decimal("0.09")) == Decimal("3000.00")


def test_a_missing_value_stops_with_a_sentence():
    found = LawReader(load_law(), GoverningDates(*[date(2027, 6, 1)] * 3))
    with pytest.raises(MissingLawValue, match="no value of 'first_pension_band'"):
        found.get("first_pension_band")
    with pytest.raises(MissingLawValue, match="2015"):
        read_terms(reader(date(2015, 6, 1)), FirmTerms())


def test_every_value_has_its_reference():
    for parameter in load_law().parameters.values():
        for value in parameter.values:
            assert value.reference.act
            assert value.reference.status in ("verified", "from memory")


def test_no_year_from_2016_to_2028_lacks_what_a_payment_needs():
    for year in range(2016, 2029):
        read_terms(
            reader(date(year, 6, 1)),
            FirmTerms(joint_involvement=True, welfare_allowed=True, severance_on_premium=True),
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("uprating: x\n  unit: ratio", "unknown key 'uprating'"), ("unit: furlong", "unit 'furlong' is "
            "unknown"),
        ("unit: ratio\n  unit: ratio", "written twice"), ("unit: date", "is not a date"),
    ],
)  # fmt: skip
def test_a_law_file_with_anything_unknown_is_refused(tmp_path, change, said):
    text = (
        "rate:\n  description: {it: a, en: b}\n  unit: ratio\n  key_date: payment\n  values:\n"
        "  - {from: '2016-01-01', to: null, value: '0.1', reference: {act: L, article: '', link_text: '', "
        "read_on: '2026-01-01', status: verified}}\n"
    )
    (tmp_path / "law.yaml").write_text(text.replace("unit: ratio", change))
    with pytest.raises(Problem, match=said):
        load_law(tmp_path)


def test_overlapping_values_are_refused(tmp_path):
    text = (FOLDER / "deposit.yaml").read_text()
    row = next(line for line in text.splitlines() if line.startswith("  - {from"))
    (tmp_path / "law.yaml").write_text(text + row + "\n")
    with pytest.raises(Problem, match="overlap"):
        load_law(tmp_path)


def test_several_employers_of_old_contracts():
    a, b = EmployerShare("A", True, Decimal("3400")), EmployerShare("B", False, Decimal("1000"))
    assert total_cap(Decimal(3000), Decimal(4000), [a, b]) == Decimal("3400")
    assert total_cap(Decimal(3000), Decimal(4000), [EmployerShare("A", True, Decimal("4500")), b]) == Decimal(
        4000
    )
    assert total_cap(Decimal(3000), Decimal(4000), [a, a]) == Decimal(4000)
    assert total_cap(Decimal(3000), Decimal(4000), [b]) == Decimal(3000)


def test_the_command_prints_value_reason_and_conflict():
    result = CliRunner().invoke(app, ["law", "--on", "15/06/2026"])
    assert result.exit_code == 0
    assert "L. 199/2025 art. 1 c. 8-9" in result.output
    assert "A MEMORIA" in result.output
    assert "altra lettura: gross" in result.output
    assert (
        CliRunner()
        .invoke(app, ["law", "--on", "2027-06-15", "--key", "first_pension_band"])
        .output.count("si ferma")
        == 1
    )
