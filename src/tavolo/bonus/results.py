"""Read the results file: indicators and figures with base, measured value and document, or observations.

One row per value: `indicator; base; measured; document`. Indicators measured in bands have one row per
observation: `indicator; period (2025-03); measured` and any other column the exclusions look at (line, state,
supplier, stock). A period inside the comparison period is an observation of the base.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from tavolo.bonus.cells import CellError, decimal_mark, read_number
from tavolo.bonus.headers import Header, find_header, fold
from tavolo.bonus.reading import PayrollProblems
from tavolo.bonus.rules.amount import Measurement
from tavolo.bonus.rules.observations import Observation
from tavolo.bonus.rules.plan import Plan
from tavolo.bonus.sheets import Cell, Figure, Table, column_letter, read_table
from tavolo.common.errors import Problem

COLUMNS: dict[str, tuple[str, ...]] = {
    "indicator": ("indicatore", "voce", "id"),
    "base": ("valore base", "valore periodo base", "periodo precedente", "anno precedente", "base"),
    "measured": ("valore", "consuntivo", "risultato", "valore misurato", "misurato"),
    "document": ("documento", "fonte", "fonte documentale"),
    "period": ("periodo", "mese"),
}


def read_results(path: Path, plan: Plan) -> dict[str, Measurement]:
    """Measurements by indicator. PayrollProblems names rows and columns of everything that is wrong."""
    table = read_table(path)
    header = find_header(table, COLUMNS, ("indicator", "measured"))
    marks = {
        name: decimal_mark(_column(table, header, name))
        for name in ("base", "measured")
        if name in header.columns
    }
    shared = next((mark for mark in marks.values() if mark), None)
    problems: list[Problem] = []
    found: dict[str, Measurement] = {}
    observations: dict[str, list[Observation]] = {}
    for number, row in enumerate(table.rows[header.first_data :], header.first_data + 1):
        if any(cell is not None for cell in row):
            _row(table, header, number, row, plan, marks, shared, found, observations, problems)
    if problems:
        raise PayrollProblems(problems)
    for name, items in observations.items():
        found[name] = _observed(items, plan, found.get(name, Measurement()))
    return found


def _column(table: Table, header: Header, name: str) -> list[Cell]:
    index = header.columns[name]
    return [row[index] if index < len(row) else None for row in table.rows[header.first_data :]]


def _row(
    table: Table, header: Header, number: int, row: list[Cell], plan: Plan, marks: dict[str, str | None],
    shared: str | None, found: dict[str, Measurement], observations: dict[str, list[Observation]],
    problems: list[Problem],
) -> None:  # fmt: skip
    def cell(name: str) -> Cell:
        index = header.columns.get(name)
        return row[index] if index is not None and index < len(row) else None

    def note(name: str, sentence: str) -> None:
        index = header.columns[name]
        where = f"{column_letter(index)} «{header.labels[index]}»"
        problems.append(Problem(sentence, file=table.file, row=number, column=where))

    name = _find(str(cell("indicator") or ""), plan)
    if name is None:
        note("indicator", f"the plan has no such indicator or figure; it has {', '.join(plan.indicators)}")
        return
    values: dict[str, Fraction | None] = {}
    for column in ("base", "measured"):
        try:
            number_found = read_number(cell(column), marks.get(column) or shared)
            values[column] = None if number_found is None else Fraction(number_found)
        except CellError as error:
            note(column, str(error))
            return
    document = str(cell("document") or "")
    period = cell("period")
    if period is not None:
        month = _month(period)
        if plan.indicators[name].band is None:
            note("period", "has a period, but the plan does not group this indicator; leave it empty")
        elif month is not None and not _inside(month, plan):
            note("period", "is outside both the measured period and the comparison period")
        elif month is None:
            note("period", "is not a month (for instance 2025-03 or 03/2025)")
        elif values["measured"] is None:
            note("measured", "is empty for this period")
        else:
            observations.setdefault(name, []).append(
                Observation(month, values["measured"], _fields(header, row))
            )
        return
    if name in found:
        note("indicator", "is given twice; keep one row")
        return
    found[name] = Measurement(values["base"], values["measured"], document)


def _find(text: str, plan: Plan) -> str | None:
    """The indicator by its id or its name."""
    wanted = fold(text)
    return next(
        (i.id for i in plan.indicators.values() if wanted and wanted in (fold(i.id), fold(i.name))), None
    )


def _month(cell: Cell) -> str | None:
    if cell is not None and not isinstance(cell, str):
        return f"{cell.year:04d}-{cell.month:02d}"
    match = re.fullmatch(r"(\d{4})-(\d{1,2})", str(cell)) or None
    if match:
        return f"{match[1]}-{int(match[2]):02d}" if 1 <= int(match[2]) <= 12 else None
    match = re.fullmatch(r"(\d{1,2})/(\d{4})", str(cell))
    return f"{match[2]}-{int(match[1]):02d}" if match and 1 <= int(match[1]) <= 12 else None


def _inside(month: str, plan: Plan) -> bool:
    return any(f"{start:%Y-%m}" <= month <= f"{end:%Y-%m}" for start, end in (plan.period, plan.base_period))


def _fields(header: Header, row: list[Cell]) -> dict[str, str]:
    fields = {}
    for index, label in header.labels.items():
        value = row[index] if index < len(row) else None
        text = "" if value is None else str(value)
        try:
            number = read_number(value if isinstance(value, Figure) else text, ",")
            text = text if number is None else f"{number:f}"
        except CellError:
            pass
        fields[label] = text
    return fields


def _observed(items: list[Observation], plan: Plan, direct: Measurement) -> Measurement:
    first, last = (f"{day:%Y-%m}" for day in plan.base_period)
    base = [item for item in items if first <= item.month <= last]
    start, end = (f"{day:%Y-%m}" for day in plan.period)
    measured = [item for item in items if start <= item.month <= end]
    return Measurement(direct.base, direct.measured, direct.document, base, measured)
