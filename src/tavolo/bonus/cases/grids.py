"""Cases of kind grid: payout tables, thresholds by level, and what a grid language must express."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from tavolo.bonus.cases.describe import expressed, premium_formula
from tavolo.bonus.cases.sheet import CaseError, Sheet, decimal, decimals, pairs, rows
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.grid import Combination, Grid
from tavolo.bonus.rules.money import from_fraction, round_line


def _grid(points: list[tuple[Fraction, Fraction]], sheet: Sheet) -> Grid:
    mode = str(sheet.inputs.get("interpolation", "step"))
    if not sheet.has("interpolation"):
        sheet.notes.append("step reading assumed: the highest threshold reached counts")
    try:
        return Grid(
            tuple(points),
            mode,
            str(sheet.inputs.get("below", "zero")),
            str(sheet.inputs.get("above", "last")),
        )
    except RuleError as error:
        raise CaseError(str(error)) from None


def _payout_factor(sheet: Sheet) -> Fraction:
    table = sheet.inputs.get("payout_table_percent")
    if table is None:
        raise CaseError("the input 'payout_table_percent' is missing")
    points = [(Fraction(x), Fraction(y) / 100) for x, y in pairs(table, "payout_table_percent")]
    grid = _grid(points, sheet)
    attained = sheet.inputs.get("attainment_percent")
    if not isinstance(attained, dict):
        raise CaseError("the input 'attainment_percent' is missing")
    parameters = rows(sheet.inputs.get("parameters"), "parameters", {"name", "weight"}, {"name", "weight"})
    names = [str(row["name"]) for row in parameters]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise CaseError(f"parameters: '{twice}' is written twice")
    unknown = [name for name in attained if name not in names] + [
        name for name in names if name not in attained
    ]
    if unknown:
        raise CaseError(f"attainment_percent and parameters differ on '{unknown[0]}'")
    scores = [
        (
            Fraction(decimal(row["weight"], "weight")),
            grid.score(Fraction(decimal(attained[str(row["name"])], "attainment"))),
        )
        for row in parameters
    ]
    limits = [
        Fraction(sheet.number(name)) if sheet.has(name) else None
        for name in ("factor_floor", "factor_ceiling")
    ]
    return Combination("additive", *limits).combine(scores)


def _premium(sheet: Sheet) -> Decimal:
    if sheet.has("amounts"):
        amounts, year = sheet.inputs["amounts"], sheet.text("year_paid_for")
        if not isinstance(amounts, dict):
            raise CaseError("'amounts' must give an amount for each year")
        if year not in amounts:
            raise CaseError(f"amounts has no entry for '{year}'")
        amount = Fraction(decimal(amounts[year], "amounts"))
    else:
        amount = sheet.number("amount")
    return round_line(from_fraction(amount * _payout_factor(sheet)), sheet.policy)


def _real_growth(sheet: Sheet) -> Fraction:
    name = sheet.first("commission_growth_percent", "growth_percent")
    return sheet.number(name) - sheet.number("inflation_percent")


def _threshold_grids(sheet: Sheet, thresholds: Any, table: Any) -> dict[str, Grid]:
    """The grid of each level, from thresholds and amounts by level."""
    points = [Fraction(value) for value in decimals(thresholds, "thresholds_points")]
    grids = {}
    for level, amounts in table.items():
        values = [Fraction(value) for value in decimals(amounts, "amounts_by_level")]
        if len(values) != len(points):
            raise CaseError(f"level {level} has {len(values)} amounts for {len(points)} thresholds")
        grids[str(level)] = _grid(list(zip(points, values, strict=True)), sheet)
    return grids


def _table(sheet: Sheet) -> tuple[Any, Any]:
    """Thresholds and amounts: the case's own, or those of the variant of the same case that prints them."""
    for source in (sheet.case, *sheet.siblings):
        inputs, expected = source.get("inputs") or {}, source.get("expected") or {}
        table = inputs.get("amounts_by_level") or expected.get("amounts_by_level")
        if inputs.get("thresholds_points") and isinstance(table, dict):
            if source is not sheet.case:
                sheet.notes.append(f"table of {source.get('id')}")
            return inputs["thresholds_points"], table
    raise CaseError(
        "no table: give thresholds_points and amounts_by_level here or in another variant of the case"
    )


def _amount(sheet: Sheet) -> Decimal:
    thresholds, table = _table(sheet)
    grids = _threshold_grids(sheet, thresholds, table)
    level = sheet.text("level")
    if level not in grids:
        raise CaseError(f"the table has no level '{level}'")
    return from_fraction(grids[level].score(_real_growth(sheet)))


def _amounts_by_level(sheet: Sheet) -> dict[str, list[Decimal]]:
    """The table read back from the grids built on it, and nothing due below the first threshold."""
    thresholds, table = _table(sheet)
    points = [Fraction(value) for value in decimals(thresholds, "thresholds_points")]
    grids = _threshold_grids(sheet, thresholds, table)
    if any(grid.score(points[0] - Fraction(1, 1000)) != 0 for grid in grids.values()):
        raise CaseError("an amount is due below the first threshold")
    return {level: [from_fraction(grid.score(x)) for x in points] for level, grid in grids.items()}


FORMULAS: dict[str, Any] = {
    "payout_factor": _payout_factor, "premium": _premium, "real_growth_points": _real_growth,
    "amount": _amount,
    "amounts_by_level": _amounts_by_level, "formula": premium_formula, "must_express": expressed,
    "reduced_percent": lambda sheet: sheet.number("full_percent") * sheet.number("reduction_factor"),
}  # fmt: skip
INPUTS = {
    "amounts", "amount", "parameters", "payout_table_percent", "year_paid_for", "attainment_percent",
    "interpolation", "below", "above", "factor_floor", "factor_ceiling", "trigger", "thresholds_points",
    "amounts_by_level", "commission_growth_percent", "growth_percent", "inflation_percent", "level", "gate",
    "objective_weights", "nominal", "individual_coefficient", "families", "bands", "full_percent",
    "reduction_factor",
}  # fmt: skip
