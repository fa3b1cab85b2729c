"""Arrays, slips and the slow second implementation agree to the cent; slips add up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.net import LINES, People, compute_net
from tavolo.bonus.rules.slip import Person, compute_slip
from tests.bonus import slow
from tests.bonus.crowd import as_slow, law_for_slow, people, terms


def cents(value: Decimal) -> int:
    return int(value.scaleb(2))


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_hundred_thousand_random_workers_agree_with_the_slow_implementation_to_the_cent():
    configurations = [
        (2026, None, "line_half_up", True), (2025, None, "line_half_even", True), (2026, "gross",
        "line_half_up", True),
        (2023, None, "line_half_up", True), (2026, None, "line_half_up", False),
    ]  # fmt: skip
    different = 0
    for seed, (year, basis, policy, eligible) in enumerate(configurations):
        gross, crowd = people(20_000, seed)
        law = terms(year, basis=basis)
        arrays = compute_net(gross, eligible, crowd, law, policy)
        for_slow = law_for_slow(law)
        for i in range(len(gross)):
            lines = slow.slip(as_slow(gross, crowd, i), for_slow, eligible, policy)
            different += sum(abs(cents(value) - int(arrays[name][i])) for name, value in lines.items())
    assert different == 0


def test_the_single_slip_agrees_with_the_arrays():
    gross, crowd = people(600, 42)
    for basis in (None, "gross"):
        law = terms(2026, basis=basis)
        arrays = compute_net(gross, True, crowd, law, "line_half_up")
        for i in range(len(gross)):
            w = as_slow(gross, crowd, i)
            person = Person(
                w["rate"], w["prior_income"], w["renounced"], w["cap_used"], w["relief_used"],
                w["fringe_used"],
                w["children"], w["taxable_income"], None, Decimal("0.01"), w["band_room"],
                {kind: w[kind] for kind in ("exempt", "fringe", "pension", "health")},
            )  # fmt: skip
            slip = compute_slip(w["gross"], True, person, law, "line_half_up")
            for name in (
                "net",
                "flat_tax",
                "contributions",
                "income_tax",
                "surtax",
                "solidarity",
                "cap_used",
                "severance",
            ):
                assert cents(getattr(slip, name)) == int(arrays[name][i]), name


@pytest.mark.parametrize("policy", ["line_half_up", "line_half_even"])
def test_the_lines_of_every_slip_add_up(policy):
    gross, crowd = people(5_000, 7)
    out = compute_net(gross, True, crowd, terms(), policy)
    assert np.array_equal(out["cash"] + out["welfare"], gross)
    taken = ("contributions", "flat_tax", "fringe_contributions", "income_tax", "deduction_lost", "surtax")
    assert np.array_equal(out["cash"] - sum(out[name] for name in taken), out["net"])
    assert np.array_equal(out["flat_base"] + out["ordinary_base"] + out["contributions"], out["cash"])


def test_chunks_do_not_change_a_cent(monkeypatch):
    gross, crowd = people(3_000, 3)
    whole = compute_net(gross, True, crowd, terms(), "line_half_up")
    monkeypatch.setattr("tavolo.bonus.rules.net.CHUNK", 97)
    parts = compute_net(gross, True, crowd, terms(), "line_half_up")
    assert all(np.array_equal(whole[name], parts[name]) for name in LINES)


def test_the_tax_falls_on_the_premium_net_of_contributions():
    slip = compute_slip(Decimal("1000.00"), True, Person(Decimal("0.0919")), plain(2026), "line_half_up")
    assert (slip.base, slip.flat_tax, slip.net) == (Decimal("908.10"), Decimal("9.08"), Decimal("899.02"))


def test_fringe_benefits_above_the_limit_are_taxed_whole():
    law = terms(2026, uplift_rate=Decimal(0), joint_involvement=False)
    person = Person(Decimal("0.0919"), taxable_income=Decimal("20000"), welfare={"fringe": Decimal("1200")})
    slip = compute_slip(Decimal("1500.00"), True, person, law, "line_half_up")
    assert slip.fringe_taxable == Decimal("1200")


def test_the_income_test_looks_at_the_year_before():
    person = Person(Decimal("0.0919"), prior_income=Decimal("80000.01"), taxable_income=Decimal("30000"))
    slip = compute_slip(Decimal("1000.00"), True, person, plain(2026), "line_half_up")
    assert slip.flat_base == 0
    assert not slip.income_within_limit


def test_relief_applies_even_when_the_flat_tax_is_renounced():
    person = Person(Decimal("0.0919"), renounced=True, taxable_income=Decimal("30000"))
    slip = compute_slip(Decimal("1000.00"), True, person, terms(2026, welfare_allowed=False), "line_half_up")
    assert (slip.relieved, slip.contributions, slip.flat_tax) == (Decimal("800.00"), Decimal("18.38"), 0)


def test_a_missing_income_stops_with_a_sentence():
    person = Person(Decimal("0.0919"), renounced=True)
    with pytest.raises(RuleError, match="taxable income is needed"):
        compute_slip(Decimal("1000.00"), True, person, plain(2026), "line_half_up")
    gross, crowd = people(10, 1)
    with pytest.raises(RuleError, match="worker at position"):
        compute_net(gross + 600_000, True, replace(crowd, taxable_income=None), plain(2026), "line_half_up")


def test_a_policy_without_adding_lines_is_refused_for_many_workers():
    gross, crowd = people(10, 1)
    with pytest.raises(RuleError, match="add up"):
        compute_net(gross, True, crowd, plain(2026), "end_half_up")


def plain(year):
    return terms(year, joint_involvement=False, welfare_allowed=False, severance_on_premium=False)


def test_an_uplift_table_gives_printed_amounts_only():
    table = ((Decimal("1000.00"), Decimal("1100.00")), (Decimal("500.00"), Decimal("530.00")))
    law = terms(2026, uplift_rate=Decimal(0), uplift_table=table, joint_involvement=False)
    person = Person(Decimal("0.0919"), welfare={"exempt": Decimal("500.00")})
    assert compute_slip(Decimal("900.00"), True, person, law, "line_half_up").uplift["exempt"] == Decimal(
        "30.00"
    )
    gross, crowd = people(3, 1)
    gross[:] = 150_000
    none = np.zeros(3, dtype=np.int64)
    plain_ = replace(
        crowd, welfare_exempt=np.array([50_000, 100_000, 0]), welfare_fringe=none, welfare_pension=none,
        welfare_health=none, prior_income=none, renounced=None, cap_used=none,
    )  # fmt: skip
    out = compute_net(gross, True, plain_, law, "line_half_up")
    assert out["uplift"].tolist() == [3_000, 10_000, 0]
    odd = replace(plain_, welfare_exempt=np.array([50_000, 70_000, 0]))
    with pytest.raises(RuleError, match="worker at position 1: the uplift table has no row"):
        compute_net(gross, True, odd, law, "line_half_up")


def test_the_additional_one_per_cent_spares_the_relieved_part():
    """Joint involvement: nothing is due by the worker on 800 euro, so 9.19% and 1% fall on the other 200."""
    person = Person(Decimal("0.0919"), above_band_rate=Decimal("0.01"), band_room=Decimal(0))
    slip = compute_slip(Decimal("1000.00"), True, person, terms(2026, welfare_allowed=False), "line_half_up")
    assert slip.contributions == Decimal("18.38") + Decimal("2.00")


@pytest.mark.parametrize(
    ("income", "owed", "surtax"),
    [
        ("7000", "0.00", "0.00"),  # 23% of 7,908.10 is 1,818.86, below the deduction of 1,955
        ("8000", "93.86", "22.97"),  # 23% of 8,908.10 is 2,048.86, of which 1,955 are covered
        ("10000", "208.86", "22.97"),  # 23% of 908.10: the deduction was used up already
    ],
)
def test_income_tax_that_the_deduction_covers_is_not_owed(income, owed, surtax):
    person = Person(Decimal("0.0919"), renounced=True, taxable_income=Decimal(income))
    slip = compute_slip(Decimal("1000.00"), True, person, plain(2026), "line_half_up")
    assert (slip.income_tax + slip.deduction_lost, slip.surtax) == (Decimal(owed), Decimal(surtax))
    assert slip.net == Decimal("908.10") - Decimal(owed) - Decimal(surtax)


def test_around_every_edge_of_deduction_and_bands_arrays_and_slips_agree():
    law = plain(2026)
    edges = [start for start, *_ in law.deduction] + [start for start, _ in law.bands] + [Decimal(8_500)]
    euro = [edge + step for edge in edges for step in range(-1_000, 1_001, 125)]
    incomes = sorted({int(income * 100) + shift for income in euro if income > 0 for shift in (-1, 0, 1)})
    n = len(incomes)
    everybody = People(
        contribution_rate=np.full(n, 91_900), prior_income=np.zeros(n, dtype=np.int64),
        renounced=np.ones(n, dtype=np.bool_), taxable_income=np.array(incomes),
    )  # fmt: skip
    for policy in ("line_half_up", "line_half_even"):
        out = compute_net(np.full(n, 100_000), True, everybody, law, policy)
        for place, income in enumerate(incomes):
            person = Person(Decimal("0.0919"), renounced=True, taxable_income=Decimal(income) / 100)
            slip = compute_slip(Decimal("1000.00"), True, person, law, policy)
            got = [int(out[name][place]) for name in ("income_tax", "deduction_lost", "surtax", "net")]
            assert got == [
                int(100 * v) for v in (slip.income_tax, slip.deduction_lost, slip.surtax, slip.net)
            ]
