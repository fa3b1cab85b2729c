"""Cases of kind gainsharing: Scanlon, Rucker, Improshare, profit sharing, the French reserve."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from tavolo.bonus.cases.sheet import CaseError, Sheet
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.expression import evaluate
from tavolo.bonus.rules.money import from_fraction, round_line
from tavolo.bonus.rules.pool import (
    FRENCH_RESERVE,
    Gain,
    HoursGain,
    french_reserve,
    improshare,
    profit_share,
    ratio_plan,
    share_gain,
)
from tavolo.bonus.rules.sharing import water_fill

PERIODS = ("quarter", "month", "year", "period", "measured", "actual")
_LABOUR = ("payroll", "labour", "labour_cost")


def _period(sheet: Sheet, *parts: str) -> Fraction | None:
    """The measured period's figure, whatever the case calls its period."""
    found = [f"{period}_{part}" for period in PERIODS for part in parts if sheet.has(f"{period}_{part}")]
    return sheet.number(found[0]) if found else None


def _base(sheet: Sheet, *parts: str) -> Fraction | None:
    found = [f"base_{part}" for part in parts if sheet.has(f"base_{part}")]
    return sheet.number(found[0]) if found else None


def _value(sheet: Sheet, figure: Any) -> Fraction | None:
    """Value added (Rucker), or sales value of production: given, or sales plus the change to inventory."""
    direct: Fraction | None = figure(sheet, "value_added") or figure(sheet, "svop")
    if direct is not None:
        return direct
    sales: Fraction | None = figure(sheet, "sales")
    inventory: Fraction | None = figure(sheet, "inventory")
    return None if sales is None else sales + (inventory or 0)


def _ratio_gain(sheet: Sheet) -> Gain:
    labour0, value0 = _base(sheet, *_LABOUR), _value(sheet, _base)
    if labour0 is None or value0 is None:
        raise CaseError(
            "the base is missing: give base_payroll (or base_labour) and base_sales, base_svop or "
            "base_value_added"
        )
    labour1, value1 = _period(sheet, *_LABOUR), _value(sheet, _period)
    try:
        if labour1 is None or value1 is None:
            return ratio_plan(labour0, value0, Fraction(0), Fraction(0))
        return ratio_plan(labour0, value0, labour1, value1, _share(sheet, Fraction(1)), _reserve(sheet))
    except RuleError as error:
        raise CaseError(str(error)) from None


def _measured(sheet: Sheet) -> Gain:
    if _period(sheet, *_LABOUR) is None or _value(sheet, _period) is None:
        raise CaseError("the measured period is missing: give for instance quarter_sales and quarter_payroll")
    return _ratio_gain(sheet)


def _share(sheet: Sheet, default: Fraction | None = None) -> Fraction:
    if sheet.has("worker_share") or default is None:
        return sheet.number("worker_share")
    return default


def _reserve(sheet: Sheet) -> Fraction:
    return sheet.number("reserve") if sheet.has("reserve") else Fraction(0)


def _shared(sheet: Sheet) -> tuple[Fraction, ...]:
    """Gain, workers' part, firm's part, reserve."""
    name = next((n for n in ("gain", "saving") if sheet.has(n)), None)
    if name:
        difference = sheet.number(name)
    elif sheet.has("profit"):
        threshold = sheet.number("threshold") if sheet.has("threshold") else Fraction(0)
        difference = profit_share(sheet.number("profit"), threshold, Fraction(1))
    elif _hours_case(sheet):
        if not sheet.has("hourly_rate"):
            raise CaseError("the input 'hourly_rate' is missing, so saved hours cannot become money")
        difference = max(Fraction(0), _improshare(sheet).saved) * sheet.number("hourly_rate")
    else:
        difference = _measured(sheet).difference
    try:
        return share_gain(difference, _share(sheet), _reserve(sheet))
    except RuleError as error:
        raise CaseError(str(error)) from None


def _hours_case(sheet: Sheet) -> bool:
    return sheet.has("actual_hours") or sheet.has("hours_per_week") or sheet.has("base_hours")


def _base_hours(sheet: Sheet) -> Fraction:
    if sheet.has("base_hours"):
        return sheet.number("base_hours")
    return sheet.number("workers") * sheet.number("weeks") * sheet.number("hours_per_week")


def _units(sheet: Sheet) -> Fraction:
    return sheet.number(sheet.first("units", "base_units"))


def _improshare(sheet: Sheet) -> HoursGain:
    ceiling = sheet.number("ceiling") if sheet.has("ceiling") else None
    try:
        return improshare(
            _base_hours(sheet), _units(sheet), sheet.number("actual_hours"), sheet.number("actual_units"),
            _share(sheet, Fraction(1, 2)), ceiling,
        )  # fmt: skip
    except RuleError as error:
        raise CaseError(str(error)) from None


def _hours_per_unit(sheet: Sheet) -> Fraction:
    if _units(sheet) <= 0:
        raise CaseError("the units of the base period must be more than zero")
    return _base_hours(sheet) / _units(sheet)


def _rsp(sheet: Sheet) -> Decimal:
    figures = [sheet.number(name) for name in ("B", "C", "S", "VA")]
    try:
        return _money(sheet, french_reserve(*figures))
    except RuleError as error:
        raise CaseError(str(error)) from None


def _formula(sheet: Sheet) -> str:
    for seed in range(1, 6):
        names = {
            "B": Fraction(1000 * seed),
            "C": Fraction(700),
            "S": Fraction(300 + seed),
            "VA": Fraction(900),
        }
        mine = french_reserve(names["B"], names["C"], names["S"], names["VA"])
        if evaluate(FRENCH_RESERVE.split("=", 1)[1], names) != mine:
            raise CaseError("the engine's reserve and its formula differ")
    return FRENCH_RESERVE


def _per_head_cap(sheet: Sheet) -> Any:
    if sheet.has("PASS"):
        return _money(sheet, sheet.number("PASS") * Fraction(3, 4))
    return "75% of PASS (yearly social security ceiling)"


def _redistribution(sheet: Sheet) -> str:
    """What exceeds a cap is spread over the others: shown by running the water-filling."""
    weights = np.array([6, 1, 1], dtype=np.int64)
    limits = np.array([400, 10_000, 10_000], dtype=np.int64)
    shares, rest = water_fill(1000, weights, np.zeros(3, dtype=np.int64), limits, np.arange(3))
    if rest or shares.tolist() != [400, 300, 300]:
        raise CaseError("the engine does not spread what exceeds a cap")
    return "what exceeds a worker's cap is spread over the others"


def _money(sheet: Sheet, value: Fraction) -> Decimal:
    return round_line(from_fraction(value), sheet.policy)


def _part(index: int) -> Any:
    return lambda sheet: _money(sheet, _shared(sheet)[index])


def _gain(sheet: Sheet) -> Decimal:
    if sheet.has("profit") or _hours_case(sheet):
        return _money(sheet, _shared(sheet)[0])
    return _money(sheet, _measured(sheet).gain)


FORMULAS: dict[str, Any] = {
    "ratio": lambda sheet: _ratio_gain(sheet).ratio,
    "allowed_labour": lambda sheet: _money(sheet, _measured(sheet).allowed),
    "allowed_payroll": lambda sheet: _money(sheet, _measured(sheet).allowed),
    "difference": lambda sheet: _money(sheet, _measured(sheet).difference),
    "gain": _gain, "workers": _part(1), "firm": _part(2), "reserve_amount": _part(3),
    "reserve_held": _part(3),
    "base_hours": _base_hours, "hours_per_unit": _hours_per_unit, "bonus_rate": lambda s: _improshare(s).rate,
    "hours_saved": lambda sheet: _improshare(sheet).saved, "earned_hours": lambda s: _improshare(s).earned,
    "hours_carried_over": lambda sheet: _improshare(sheet).carried_over,
    "worker_hours": lambda sheet: max(Fraction(0), _improshare(sheet).saved) * _share(sheet, Fraction(1, 2)),
    "RSP": _rsp, "formula": _formula, "per_head_cap": _per_head_cap, "redistribution": _redistribution,
}  # fmt: skip
_FIGURES = ("sales", "inventory", "svop", "value_added", *_LABOUR)
INPUTS = {
    *(f"{period}_{figure}" for period in ("base", *PERIODS) for figure in _FIGURES),
    "worker_share", "reserve", "gain", "saving", "workers", "weeks", "hours_per_week", "units", "base_units",
    "base_hours", "actual_hours", "actual_units", "ceiling", "hourly_rate", "profit", "threshold", "B",
    "C", "S",
    "VA", "PASS",
}  # fmt: skip
