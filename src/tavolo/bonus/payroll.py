"""Read a payroll file into Workers, naming every problem by file, row and column; no value is ever quoted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from tavolo.bonus.cells import CellError, decimal_mark, read_date, read_flag, read_number
from tavolo.bonus.columns import (
    CLASSES,
    COLUMNS,
    DATES,
    FLAGS,
    GENDERS,
    HOURS,
    LEAVES,
    MONEY,
    ZERO_WHEN_EMPTY,
)  # fmt: skip
from tavolo.bonus.headers import Header, find_header, fold, unused_hint
from tavolo.bonus.reading import MOST_PROBLEMS, PayrollProblems, Reading, check_rows
from tavolo.bonus.rules.errors import WorkersError
from tavolo.bonus.rules.terms import CONTRIBUTION_CLASSES
from tavolo.bonus.rules.workers import FULL, MISSING, Workers
from tavolo.bonus.sheets import Cell, Table, read_table
from tavolo.common.errors import Problem


@dataclass(frozen=True)
class Payroll:
    """Workers and what was noticed on the way (not wrong, but worth reading)."""

    workers: Workers
    notices: tuple[str, ...]
    file: str = ""
    rows: tuple[int, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def problems_of(self, error: WorkersError) -> PayrollProblems:
        """An error about some workers with the rows of the file and, where it is there, the column."""
        column = next((self.labels.get(name) for words, name in _COLUMN_OF if words in error.what), None)
        places = error.positions[:MOST_PROBLEMS]
        return PayrollProblems(
            [Problem(error.what, file=self.file, row=self.rows[i], column=column) for i in places]
        )


_COLUMN_OF = (
    ("taxable income", "taxable_income"),
    ("surtax rate", "surtax_rate"),
    ("uplift", "welfare_exempt"),
)


def read_workers(
    path: Path, rates: Callable[[str], Decimal], needed: Mapping[str, str],
    expected: Mapping[str, str] | None = None, levels: Sequence[str] = (),
) -> Payroll:  # fmt: skip
    """Workers of a CSV, XLSX or Parquet file.

    `rates` gives the contribution rate of a class; `needed` maps columns the plan needs to why, `expected`
    those that must be there though cells may be empty; `levels` are the levels the plan knows, if any.
    PayrollProblems with everything found, up to MOST_PROBLEMS; Problem when the file is not such a table.
    """
    table = read_table(path)
    header = find_header(table, COLUMNS, ("id",))
    reading = Reading(table, header, _data_rows(table, header), needed, expected or {}, tuple(levels))
    _absent(reading)
    if not reading.rows:
        raise Problem("has a header but no workers under it", file=table.file)
    check_rows(reading)
    marks = [decimal_mark(reading.cells(name)) for name in header.columns if name in MONEY | HOURS]
    settled = {mark for mark in marks if mark}
    reading.mark = settled.pop() if len(settled) == 1 else None
    workers = _workers(reading, rates)
    if reading.problems:
        raise PayrollProblems(reading.problems)
    labels = {name: reading.label(name) for name in header.columns}
    return Payroll(workers, header.notices, table.file, tuple(row for row, _ in reading.rows), labels)


def _data_rows(table: Table, header: Header) -> list[tuple[int, list[Cell]]]:
    """Rows under the header with their number in the file; rows with no cell at all are passed over."""
    numbered = enumerate(table.rows[header.first_data :], header.first_data + 1)
    return [(number, row) for number, row in numbered if any(cell is not None for cell in row)]


def _absent(reading: Reading) -> None:
    for name, why in {**reading.expected, **reading.needed}.items():
        if name not in reading.header.columns:
            accepted = " or ".join(f"«{heading}»" for heading in COLUMNS[name][:2])
            reading.problems.append(
                Problem(
                    f"the column {accepted} is missing: {why}{unused_hint(reading.header.ignored)}",
                    file=reading.table.file,
                    row=reading.header.first_data,
                )
            )


def _workers(reading: Reading, rates: Callable[[str], Decimal]) -> Workers:
    columns = reading.header.columns
    numbers = {name: _numbers(reading, name) for name in columns if name in MONEY | HOURS}
    flags = {name: _flags(reading, name) for name in columns if name in FLAGS}
    days = {name: _days(reading, name) for name in columns if name in DATES}
    level, level_names = _words(reading, "level")
    contract, contract_names = _words(reading, "contract")
    _check_dates(reading, days)
    _check_hours(reading, numbers)
    names = [str(cell or "") for cell in reading.cells("name")] if "name" in columns else None
    shares = {name: _shares(reading, name) for name in ("part_time", "coefficient") if name in columns}
    leave = {kind: numbers[f"leave_{kind}"] for kind in LEAVES if f"leave_{kind}" in numbers}
    kinds = ("exempt", "fringe", "pension", "health")
    welfare = {kind: numbers[f"welfare_{kind}"] for kind in kinds if f"welfare_{kind}" in numbers}
    return Workers(
        ids=np.array([str(cell or "") for cell in reading.cells("id")], dtype=np.str_), level=level,
        level_names=level_names, contribution_rate=_contribution_rates(reading, rates),
        names=tuple(names) if names else None, gender=_genders(reading),
        contract=contract if "contract" in columns else None, contract_names=contract_names,
        part_time=shares.get("part_time"), coefficient=shares.get("coefficient"), leave_hours=leave,
        welfare=welfare,
        surtax_rate=_rates(reading, "surtax_rate") if "surtax_rate" in columns else None,
        **{n: numbers.get(n) for n in ("contract_hours", "worked_hours", "pay", "pensionable_pay",
        "prior_income",
           "taxable_income", "cap_used", "relief_used", "fringe_used")},
        renounced=flags.get("renounced"), children=flags.get("children"), hired=days.get("hired"),
        left=days.get("left"),
    )  # fmt: skip


def _read(reading: Reading, name: str, read: Callable[[Cell], Any]) -> list[Any]:
    """A column through `read`; problems noted, None for what could not be read or is missing."""
    values = []
    for position, cell in enumerate(reading.cells(name)):
        try:
            value = read(cell)
        except CellError as error:
            reading.note(position, name, str(error))
            value = None
        else:
            if value is None and name in reading.needed:
                reading.note(position, name, f"is empty: {reading.needed[name]}")
        values.append(value)
    return values


def _numbers(reading: Reading, name: str) -> np.ndarray:
    """Money in cents or hours in hundredths; MISSING where empty."""
    cells = reading.cells(name)
    mark = decimal_mark(cells) or reading.mark

    def read(cell: Cell) -> int | None:
        value = read_number(cell, mark)
        if value is None:
            return 0 if name in ZERO_WHEN_EMPTY else None
        cents = int(value.scaleb(2).to_integral_value()) if abs(value) < 10**10 else -1
        if value < 0:
            raise CellError("is negative")
        if cents < 0:
            raise CellError("is too large")
        if name in MONEY and value.scaleb(2) != cents:
            raise CellError("has more than two decimals")
        return cents

    return np.array(
        [MISSING if value is None else value for value in _read(reading, name, read)], dtype=np.int64
    )


def _shares(reading: Reading, name: str) -> np.ndarray:
    """Part-time (100, 50, 50%, 0,5) or coefficient (1,05) in ten-thousandths; empty part-time is full
    time."""
    mark = decimal_mark(reading.cells(name)) or reading.mark or ","

    def read(cell: Cell) -> int | None:
        value = read_number(cell, mark)
        if value is None:
            return FULL if name == "part_time" else None
        if (isinstance(cell, str) and "%" in cell) or (name == "part_time" and value > 1):
            value = value / 100
        if value < 0 or (name == "part_time" and not 0 < value <= 1) or value > 10:
            raise CellError(
                "must lie between 0 and 100%"
                if name == "part_time"
                else "is out of range; write it as 1,05 or 105%"
            )
        return int((value * FULL).to_integral_value())

    return np.array(
        [MISSING if value is None else value for value in _read(reading, name, read)], dtype=np.int64
    )


def _rates(reading: Reading, name: str) -> np.ndarray:
    """Rates written 9,19%, 9,19 or 0,0919, in millionths; MISSING where empty."""
    mark = decimal_mark(reading.cells(name)) or reading.mark or ","

    def read(cell: Cell) -> int | None:
        value = read_number(cell, mark)
        if value is None:
            return None
        if (isinstance(cell, str) and "%" in cell) or value > 1:
            value = value / 100
        if not 0 <= value < Decimal("0.5"):
            raise CellError("is not a plausible rate; write it as a percentage, for instance 9,19%")
        return int((value * 1_000_000).to_integral_value())

    return np.array(
        [MISSING if value is None else value for value in _read(reading, name, read)], dtype=np.int64
    )


def _flags(reading: Reading, name: str) -> np.ndarray:
    return np.array([bool(value) for value in _read(reading, name, read_flag)], dtype=np.bool_)


def _days(reading: Reading, name: str) -> np.ndarray:
    values = _read(reading, name, read_date)
    return np.array(
        [np.datetime64("NaT") if v is None else np.datetime64(v, "D") for v in values], dtype="datetime64[D]"
    )


def _check_hours(reading: Reading, numbers: Mapping[str, np.ndarray]) -> None:
    """No contract hours beside hours worked or on leave would make a presence of nothing."""
    if "contract_hours" not in reading.needed or "contract_hours" not in numbers:
        return
    others = [values for name, values in numbers.items() if name in HOURS and name != "contract_hours"]
    present = sum((np.maximum(values, 0) for values in others), np.zeros(len(reading.rows), dtype=np.int64))
    for position in np.flatnonzero((numbers["contract_hours"] == 0) & (present > 0)):
        reading.note(int(position), "contract_hours", "is zero beside hours worked or on leave")


def _check_dates(reading: Reading, days: Mapping[str, np.ndarray]) -> None:
    if {"hired", "left"} <= set(days):
        for position in np.flatnonzero(days["left"] < days["hired"]):
            reading.note(int(position), "left", "comes before the day of hiring")
    if "hired" in days:
        for position in np.flatnonzero(days["hired"] > np.datetime64(date(2100, 1, 1))):
            reading.note(int(position), "hired", "is a day too far in the future")


def _words(reading: Reading, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """A column of words as codes and names; an empty cell is the word '-'."""
    if name not in reading.header.columns:
        return np.zeros(len(reading.rows), dtype=np.int32), ("-",)

    def read(cell: Cell) -> str | None:
        text = None if cell is None else str(cell).strip()
        if name == "level" and reading.levels and text is not None and text not in reading.levels:
            raise CellError(f"is a level the plan does not have; it has {', '.join(reading.levels)}")
        return text

    values = _read(reading, name, read)
    texts = ["-" if value is None else value for value in values]
    names = sorted(set(texts))
    codes = {text: code for code, text in enumerate(names)}
    return np.array([codes[text] for text in texts], dtype=np.int32), tuple(names)


def _genders(reading: Reading) -> np.ndarray | None:
    if "gender" not in reading.header.columns:
        return None

    def read(cell: Cell) -> int:
        word = fold(cell) if isinstance(cell, str) else ""
        if word not in GENDERS:
            raise CellError("is neither F nor M; leave it empty where it is not stated")
        return GENDERS[word]

    return np.array([value or 0 for value in _read(reading, "gender", read)], dtype=np.int8)


def _contribution_rates(reading: Reading, rates: Callable[[str], Decimal]) -> np.ndarray:
    """The rate of each worker: its own column, or its class, or the ordinary rate of the law."""
    columns = reading.header.columns
    found = {}

    def of(word: str) -> int:
        if word not in found:
            found[word] = int(rates(word) * 1_000_000)
        return found[word]

    if "contribution_class" in columns:

        def read(cell: Cell) -> int:
            word = fold(cell) if isinstance(cell, str) else "ordinaria"
            if word not in CLASSES:
                raise CellError(f"is not a contribution class ({', '.join(CONTRIBUTION_CLASSES)})")
            return of(CLASSES[word])

        base = np.array([value or 0 for value in _read(reading, "contribution_class", read)], dtype=np.int64)
    else:
        base = np.zeros(len(reading.rows), dtype=np.int64)
    own = (
        _rates(reading, "contribution_rate")
        if "contribution_rate" in columns
        else np.full(len(base), MISSING)
    )
    if "contribution_class" not in columns and (own == MISSING).any():
        base[:] = of("ordinary")
    return np.where(own == MISSING, base, own)
