"""Cases of kind cap: what fits under the cap, over payments and employers."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from tavolo.bonus.cases.sheet import CaseError, Sheet, decimal, rows
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.money import CENT, from_fraction, round_line, times
from tavolo.bonus.rules.terms import EmployerShare, FirmTerms, total_cap, yearly_cap

ZERO = Decimal(0)
BASES = ("net_of_worker_contributions", "gross")


def _cap(sheet: Sheet) -> Decimal:
    if not sheet.has("instrument"):
        value: Decimal = sheet.legal("cap", "premium_cap")
        return value
    share = sheet.money("profit_share_to_workers") if sheet.has("profit_share_to_workers") else None
    if sheet.has("cap"):
        return sheet.money("cap")
    sheet.notes.append("cap from the law")
    try:
        firm = FirmTerms(instrument=sheet.text("instrument"), profit_share_to_workers=share)
        return yearly_cap(sheet.reader(), firm)
    except RuleError as error:
        raise CaseError(str(error)) from None


def cap_basis(sheet: Sheet) -> str:
    """How the case measures the cap, or the law's reading; net where the case belongs to no year."""
    if not sheet.has("cap_basis") and not sheet.dated():
        return BASES[0]
    basis = str(sheet.inputs["cap_basis"]) if sheet.has("cap_basis") else str(sheet.reader().get("cap_basis"))
    if basis not in BASES:
        raise CaseError(f"cap_basis '{basis}' is unknown; use one of {', '.join(BASES)}")
    return basis


def _max_gross(sheet: Sheet) -> Decimal:
    """Largest gross, in cents, whose measure stays within the cap under the case's rounding."""
    cap = _cap(sheet)
    if cap_basis(sheet) == "gross":
        return cap
    rate: Decimal = sheet.legal("worker_contribution_rate", "worker_contribution_rate")
    start = from_fraction(Fraction(cap) / (1 - Fraction(rate))).quantize(CENT, rounding=ROUND_FLOOR)
    candidates = (start + CENT * step for step in range(3, -4, -1))
    return next(g for g in candidates if g - round_line(times(g, rate), sheet.policy) <= cap)


def _payments(sheet: Sheet) -> list[dict[str, Any]]:
    found = rows(sheet.inputs.get("payments"), "payments", {"employer", "form", "amount"}, {"form", "amount"})
    for row in found:
        if row["form"] not in ("cash", "benefit"):
            raise CaseError(f"payments: form '{row['form']}' is unknown; use cash or benefit")
    return found


def _total(sheet: Sheet) -> Decimal:
    return sum((decimal(row["amount"], "amount") for row in _payments(sheet)), ZERO)


def _measured(sheet: Sheet) -> Decimal:
    """What the payments use of the cap: benefits in full, cash on the case's basis."""
    net = sheet.has("cap_basis") and cap_basis(sheet) == "net_of_worker_contributions"
    total = ZERO
    for row in _payments(sheet):
        amount = decimal(row["amount"], "amount")
        if net and row["form"] == "cash":
            amount -= round_line(
                times(amount, sheet.legal("worker_contribution_rate", "worker_contribution_rate")),
                sheet.policy,
            )
        total += amount
    return total


def _total_cap(sheet: Sheet) -> Decimal:
    reader = sheet.reader()
    ordinary: Decimal = _cap(sheet)
    if not _before_boundary(sheet, reader.get("joint_boundary")):
        return ordinary
    found = rows(
        sheet.inputs.get("employers"), "employers", {"name", "paritetico", "amount"}, {"name", "paritetico"}
    )
    employers = []
    for row in found:
        if not isinstance(row["paritetico"], bool):
            raise CaseError("employers: 'paritetico' must be true or false")
        amount = decimal(row["amount"], "amount") if "amount" in row else None
        employers.append(EmployerShare(str(row["name"]), row["paritetico"], amount))
    joint: Decimal = sheet.legal("joint_cap", "premium_cap_joint")
    try:
        return total_cap(ordinary, joint, employers)
    except RuleError as error:
        raise CaseError(str(error)) from None


def _before_boundary(sheet: Sheet, boundary: date) -> bool:
    name = sheet.first("signed_before", "signed_on")
    day = sheet.day(name)
    assert day is not None
    return day <= boundary if name == "signed_before" else day < boundary


FORMULAS: dict[str, Any] = {
    "max_gross_premium": _max_gross,
    "total": _total,
    "within_cap": lambda sheet: min(_measured(sheet), _cap(sheet)),
    "ordinary_taxation": lambda sheet: max(ZERO, _measured(sheet) - _cap(sheet)),
    "cap_left": lambda sheet: max(ZERO, _cap(sheet) - _measured(sheet)),
    "total_cap": _total_cap,
}
INPUTS = {
    "cap", "cap_basis", "worker_contribution_rate", "payments", "signed_before", "signed_on", "employers",
    "joint_cap", "paid_on", "instrument", "profit_share_to_workers",
}  # fmt: skip
