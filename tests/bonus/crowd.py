"""Invented workers and plans, from a seed, for the tests and the benchmarks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from tavolo.bonus.law.tree import load_law
from tavolo.bonus.rules.net import People
from tavolo.bonus.rules.parameters import GoverningDates
from tavolo.bonus.rules.terms import FirmTerms, TaxTerms, payment_reader, read_terms
from tavolo.bonus.rules.workers import Workers


def people(n: int, seed: int) -> tuple[np.ndarray, People]:
    """Gross premiums in cents and the people who get them, with every option somewhere."""
    r = np.random.default_rng(seed)
    gross = r.integers(0, 700_000, n)
    some = lambda share, low, high: np.where(r.random(n) < share, r.integers(low, high, n), 0)  # noqa: E731
    return gross, People(
        contribution_rate=r.choice([91_900, 94_900, 58_400, 101_900], n), prior_income=r.integers(800_000,
        9_500_000, n),
        renounced=r.random(n) < 0.02, cap_used=some(0.1, 0, 400_000), relief_used=some(0.1, 0, 90_000),
        fringe_used=some(0.3, 0, 160_000), children=r.random(n) < 0.4,
        taxable_income=r.integers(700_000, 9_000_000, n), band_room=r.integers(0, 900_000, n),
        above_band_rate=10_000,
        welfare_exempt=some(0.2, 0, 200_000), welfare_fringe=some(0.2, 0, 150_000),
        welfare_pension=some(0.1, 0, 100_000), welfare_health=some(0.1, 0, 50_000),
    )  # fmt: skip


def terms(year: int = 2026, *, basis: str | None = None, **firm: Any) -> TaxTerms:
    """The law of a payment in June of a year for an agreement with every option."""
    options: dict[str, Any] = {
        "joint_involvement": True, "welfare_allowed": True, "uplift_rate": Decimal("0.15"),
        "surtax_rate": Decimal("0.0253"), "severance_on_premium": True, **firm,
    }  # fmt: skip
    dates = GoverningDates(date(2018, 3, 1), date(year - 1, 12, 31), date(year, 6, 15))
    choices = {} if basis is None else {"cap_basis": basis}
    return read_terms(payment_reader(load_law(), dates, choices), FirmTerms(**options))


def as_slow(gross: np.ndarray, crowd: People, i: int) -> dict[str, Any]:
    """Worker i for the slow implementation: euro and fractions."""
    euro = lambda values: Decimal(int(values[i])).scaleb(-2)  # noqa: E731
    return {
        "gross": euro(gross), "rate": Decimal(int(crowd.contribution_rate[i])).scaleb(-6),
        "prior_income": euro(crowd.prior_income), "renounced": bool(crowd.renounced[i]),
        "cap_used": euro(crowd.cap_used), "relief_used": euro(crowd.relief_used),
        "fringe_used": euro(crowd.fringe_used),
        "children": bool(crowd.children[i]), "taxable_income": euro(crowd.taxable_income),
        "band_room": euro(crowd.band_room), "exempt": euro(crowd.welfare_exempt),
        "fringe": euro(crowd.welfare_fringe), "pension": euro(crowd.welfare_pension),
        "health": euro(crowd.welfare_health),
    }  # fmt: skip


def law_for_slow(found: TaxTerms) -> dict[str, Any]:
    """The same law for the slow implementation."""
    return {
        "rate": found.rate, "cap": found.cap, "basis": "gross" if found.cap_basis == "gross" else "net",
        "income_limit": found.income_limit, "relief": found.relief_limit, "points": found.relief_points / 100,
        "fringe": found.fringe_limit, "fringe_children": found.fringe_limit_children,
        "whole": found.fringe_above == "whole",
        "uplift": found.uplift_rate, "solidarity": found.solidarity_rate, "employer": found.employer_rate,
        "welfare": found.welfare_allowed, "welfare_most": found.welfare_most,
        "severance": found.severance_divisor,
        "surtax": found.surtax_rate, "bands": list(found.bands), "deduction": list(found.deduction),
        "above_band": Decimal("0.01"),
    }  # fmt: skip


def workers(n: int, seed: int, levels: tuple[str, ...] = ("B", "C", "D")) -> Workers:
    """Workers of a payroll file with hours, leave, pay, levels, part-time, joiners and leavers."""
    r = np.random.default_rng(seed)
    part_time = r.choice([10_000, 10_000, 10_000, 7_500, 5_000], n)
    due = 172_000 * part_time // 10_000
    maternity = np.where(r.random(n) < 0.1, due // 3, 0)
    sick = np.where(r.random(n) < 0.3, r.integers(0, 20_000, n), 0)
    hired = np.full(n, np.datetime64("2015-03-02"))
    hired[r.random(n) < 0.1] = np.datetime64("2025-05-20")
    left = np.full(n, np.datetime64("NaT", "D"))
    left[r.random(n) < 0.05] = np.datetime64("2025-10-10")
    ids = np.array([f"w{k:07d}" for k in r.permutation(n)])
    return Workers(
        ids=ids, level=r.integers(0, len(levels), n).astype(np.int32), level_names=levels,
        contribution_rate=np.full(n, 91_900), gender=r.integers(1, 3, n).astype(np.int8), part_time=part_time,
        contract_hours=due, worked_hours=np.maximum(due - maternity - sick, 0),
        leave_hours={"maternity": maternity, "sick": sick}, pay=r.integers(1_900_000, 6_000_000, n),
        prior_income=r.integers(1_500_000, 8_400_000, n), taxable_income=r.integers(1_500_000, 8_000_000, n),
        hired=hired, left=left, coefficient=r.choice([9_000, 10_000, 11_000], n),
    )  # fmt: skip
