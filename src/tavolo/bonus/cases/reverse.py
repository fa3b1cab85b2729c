"""Cases of kind reverse: the gross or the employer's cost behind a wanted net."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from tavolo.bonus.cases.sheet import CaseError, Sheet, decimals
from tavolo.bonus.rules.money import from_fraction, times
from tavolo.bonus.rules.solve_line import gross_interval, raise_for_net

LINE_POLICIES = ("line_half_up", "line_half_even")
#: Starting pay assumed when a case gives none: any pay taxed between 28,000 and 50,000 gives the same figure.
ASSUMED_PAY = Decimal("40000.00")


def _rates(sheet: Sheet) -> list[Decimal]:
    if sheet.has("worker_contribution_rates"):
        return decimals(sheet.inputs["worker_contribution_rates"], "worker_contribution_rates")
    return [sheet.legal("worker_contribution_rate", "worker_contribution_rate")]


def _interval(end: int) -> Any:
    def compute(sheet: Sheet) -> Any:
        tax: Decimal = sheet.legal("substitute_tax_rate", "substitute_tax_rate")
        target = sheet.money("target_net")
        found = []
        for rate in _rates(sheet):
            if sheet.policy in LINE_POLICIES:
                grosses = gross_interval(target, rate, tax, sheet.policy)
                if grosses is None:
                    raise CaseError("no gross gives this net exactly when every line is rounded")
                found.append(grosses[end])
            else:
                found.append(from_fraction(Fraction(target) / ((1 - Fraction(rate)) * (1 - Fraction(tax)))))
        return found if sheet.has("worker_contribution_rates") else found[0]

    return compute


def _factor(sheet: Sheet) -> Fraction:
    employer: Decimal = sheet.legal("employer_contribution_rate", "employer_contribution_rate")
    divisor: Decimal = sheet.legal("tfr_divisor", "severance_divisor")
    return 1 + Fraction(employer) + 1 / Fraction(divisor)


def _cost(sheet: Sheet) -> Any:
    gross = sheet.result("min_gross")
    factor = from_fraction(_factor(sheet))
    return [times(g, factor) for g in gross] if isinstance(gross, list) else times(gross, factor)


def _cost_by_pay(sheet: Sheet) -> Decimal:
    """Employer cost of the same net by a rise in pay, from a starting pay."""
    reader = sheet.reader()
    start = sheet.money("ral") if sheet.has("ral") else ASSUMED_PAY
    if not sheet.has("ral"):
        sheet.notes.append(f"starting pay not given: {ASSUMED_PAY} in Milano assumed")
    rate: Decimal = sheet.legal("worker_contribution_rate", "worker_contribution_rate")
    municipal: Decimal = sheet.legal("municipal_rate", "municipal_rate_milano")
    gross = raise_for_net(sheet.money("target_net"), start, rate, municipal, reader)
    return from_fraction(gross * _factor(sheet))


def _cost_fringe(sheet: Sheet) -> Decimal:
    target = sheet.money("fringe_target")
    limit: Decimal = sheet.legal("fringe_limit", "fringe_limit")
    if target > limit:
        raise CaseError(
            "above the fringe limit the whole amount is taxable: the cost depends on pay and is not a "
            "plain figure"
        )
    return target


FORMULAS: dict[str, Any] = {
    "min_gross": _interval(0), "max_gross": _interval(1), "gross": _interval(0), "employer_cost": _cost,
    "employer_cost_by_ral": _cost_by_pay, "employer_cost_fringe": _cost_fringe,
}  # fmt: skip
INPUTS = {
    "target_net", "worker_contribution_rate", "worker_contribution_rates", "substitute_tax_rate",
    "employer_contribution_rate", "tfr_divisor", "fringe_target", "fringe_limit", "ral", "municipal_rate",
    "municipality", "paid_on",
}  # fmt: skip
