"""A payroll file being read: its rows, the problems found so far, and which rows are no workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tavolo.bonus.headers import Header, fold
from tavolo.bonus.sheets import Cell, Table, column_letter
from tavolo.common.errors import Problem

MOST_PROBLEMS = 200


class PayrollProblems(Exception):
    """All problems of a file, each naming file, row and column."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass
class Reading:
    """The file being read: its rows, the raw columns and the problems found so far."""

    table: Table
    header: Header
    rows: list[tuple[int, list[Cell]]]
    needed: Mapping[str, str]
    expected: Mapping[str, str]
    levels: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    mark: str | None = None
    strange: set[int] = field(default_factory=set)

    def cells(self, name: str) -> list[Cell]:
        index = self.header.columns[name]
        return [row[index] if index < len(row) else None for _, row in self.rows]

    def label(self, name: str) -> str:
        index = self.header.columns[name]
        return f"{column_letter(index)} «{self.header.labels[index]}»"

    def note(self, position: int, name: str, sentence: str) -> None:
        if position in self.strange:
            return  # the row is no worker's: what its other cells hold does not matter
        if len(self.problems) < MOST_PROBLEMS:
            row = self.rows[position][0]
            self.problems.append(Problem(sentence, file=self.table.file, row=row, column=self.label(name)))


def check_rows(reading: Reading) -> None:
    """Missing and repeated ids and tax codes; a row of totals."""
    seen: dict[str, int] = {}
    for position, cell in enumerate(reading.cells("id")):
        text = fold(str(cell)) if cell is not None else ""
        if _too_wide(reading, position):
            reading.strange.add(position)
        elif strange := _no_worker(reading, position, text):
            reading.note(position, "id", strange)
            reading.strange.add(position)
        elif not text:
            reading.note(position, "id", "the worker's id is missing")
        elif text in seen:
            reading.note(
                position, "id", f"repeats the id of row {seen[text]}; every worker needs an id of their own"
            )
        else:
            seen[text] = reading.rows[position][0]
    if "tax_code" in reading.header.columns:
        _tax_codes(reading)


def _no_worker(reading: Reading, position: int, text: str) -> str | None:
    """Why a row is not a worker's: totals, the header again (page breaks), a note under the table."""
    row = reading.rows[position][1]
    words = [fold(cell) for cell in row if isinstance(cell, str)]
    if text.startswith(("total", "somma")) or (
        not text and any(word.startswith(("total", "somma")) for word in words)
    ):
        return "looks like a row of totals; delete it"
    header = {fold(label) for label in reading.header.labels.values()}
    if text in header and sum(word in header for word in words) > len(words) / 2:
        return "repeats the header; delete the row"
    filled = sum(cell is not None for cell in row)
    if filled == 1 and len(reading.header.labels) > 2 and " " in text:
        return "looks like a note, not a worker; delete the row"
    return None


def _too_wide(reading: Reading, position: int) -> bool:
    """A text row with more cells than the header has probably slid: one of its cells holds the separator."""
    if reading.table.file.lower().endswith((".xlsx", ".parquet")):
        return False
    number, row = reading.rows[position]
    width = max(reading.header.labels) + 1
    beyond = next((index for index in range(width, len(row)) if row[index] is not None), None)
    if beyond is not None:
        reading.problems.append(
            Problem(
                "has more cells than the header: a cell may hold the separator without quotation marks",
                file=reading.table.file, row=number, column=column_letter(beyond),
            )
        )  # fmt: skip
    return beyond is not None


def _tax_codes(reading: Reading) -> None:
    from stdnum.it import codicefiscale

    seen: dict[str, int] = {}
    for position, cell in enumerate(reading.cells("tax_code")):
        if cell is None:
            continue
        code = str(cell).replace(" ", "").upper()
        if code in seen:
            sentence = f"repeats the tax code of row {seen[code]}; merge the two rows or correct one"
            reading.note(position, "tax_code", sentence)
        elif not codicefiscale.is_valid(code):
            reading.note(position, "tax_code", "is not a valid tax code (check character or length)")
        seen.setdefault(code, reading.rows[position][0])
