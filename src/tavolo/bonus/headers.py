"""Find the header of an office table and tell which column is which, in Italian or English.

Exports have title rows above the header and merged cells in it ("Ore" over "lavorate" and "maternità"):
the header is the first row that names known columns, alone or together with the row above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tavolo.bonus.sheets import Cell, Table, column_letter
from tavolo.common.errors import Problem

SEARCHED_ROWS = 30


@dataclass(frozen=True)
class Header:
    """Where the data begin (index in the table's rows), the column of each name, and what was noticed."""

    first_data: int
    columns: Mapping[str, int]
    labels: Mapping[int, str]
    notices: tuple[str, ...]
    ignored: tuple[str, ...] = ()


def fold(text: str) -> str:
    """A heading without case, accents, punctuation and double spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()


def _text(cell: Cell) -> str:
    return fold(cell) if isinstance(cell, str) else ""


def find_header(table: Table, names: Mapping[str, tuple[str, ...]], required: tuple[str, ...]) -> Header:
    """The header of `table`; `names` maps a column's name to its accepted headings.

    Problem when no header is found, a required column is missing, or two columns claim one name.
    """
    known = {fold(heading): name for name, headings in names.items() for heading in (name, *headings)}
    best = (0, 0, {}, {}) if not table.rows else max(
        (_candidate(table, row, known) for row in range(min(SEARCHED_ROWS, len(table.rows)))),
        key=lambda c: c[0]
    )  # fmt: skip
    score, row, columns, labels = best
    if score < 2:
        shown = ", ".join(headings[0] for headings in list(names.values())[:4])
        raise Problem(
            f"no header row was found in the first {SEARCHED_ROWS} rows: one row must name the columns, "
            f"for instance {shown}", file=table.file,
        )  # fmt: skip
    ignored = [labels[i] for i in labels if i not in {c for many in columns.values() for c in many}]
    _check(table, row, columns, names, required, ignored)
    notices = [*table.notices, *([f"rows 1-{row} above the header were passed over"] if row else [])]
    joined = [labels[i] for i in labels if " / " in labels[i]]
    if joined:
        notices.append(f"row {row + 1}: merged headings read as {'; '.join(joined)}")
    if ignored:
        notices.append(f"columns not used: {', '.join(ignored)}")
    columns_found = {name: found[0] for name, found in columns.items()}
    return Header(row + 1, columns_found, labels, tuple(notices), tuple(ignored))


def unused_hint(ignored: Sequence[str]) -> str:
    """The headings of the file that were not recognised: one of them may be the one that is missing."""
    return f"; headings not recognised here: {', '.join(ignored[:8])}" if ignored else ""


def _candidate(
    table: Table, row: int, known: Mapping[str, str]
) -> tuple[int, int, dict[str, list[int]], dict[int, str]]:
    """How many known columns a row names: (score, row, columns, labels)."""
    above = _spread(table, row - 1) if row else []
    columns: dict[str, list[int]] = {}
    labels: dict[int, str] = {}
    cells = table.rows[row]
    for index in range(max(len(cells), len(above))):
        cell = cells[index] if index < len(cells) else None
        own = _text(cell)
        over = above[index] if index < len(above) else ""
        shown = str(cell) if isinstance(cell, str) else ""
        name = known.get(own) if own else None
        if over and over != own:
            joined = known.get(f"{over} {own}".strip())
            if joined and (name is None or joined != name):
                name, shown = joined, f"{over} / {shown}" if shown else over
        if shown:
            labels[index] = shown
        if name:
            columns.setdefault(name, []).append(index)
    return len(columns), row, columns, labels


def _spread(table: Table, row: int) -> list[str]:
    """Headings of the row above, carried over the cells they were merged across."""
    cells = [_text(cell) for cell in table.rows[row]]
    if table.merged:
        for left, top, right, bottom in table.merged:
            if top - 1 <= row <= bottom - 1 and top - 1 < len(table.rows):
                label = _text(table.rows[top - 1][left - 1]) if left - 1 < len(table.rows[top - 1]) else ""
                cells += [""] * (right - len(cells))
                for index in range(left - 1, right):
                    cells[index] = cells[index] or label
        return cells
    if sum(1 for cell in cells if cell) < 2:
        return []  # a title, not a row of merged headings
    last = ""
    for index, cell in enumerate(cells):
        last = cell or last
        cells[index] = last
    return cells


def _check(
    table: Table,
    row: int,
    columns: Mapping[str, list[int]],
    names: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    ignored: list[str],
) -> None:
    for name, found in columns.items():
        if len(found) > 1:
            letters = " and ".join(column_letter(i) for i in found)
            meaning = names[name][0]
            raise Problem(f"columns {letters} both mean '{meaning}'; keep one", file=table.file, row=row + 1)
    for name in required:
        if name not in columns:
            first, accepted = names[name][0], ", ".join(f"«{heading}»" for heading in names[name][:3])
            raise Problem(
                f"the column '{first}' is missing; it may be headed {accepted}{unused_hint(ignored)}",
                file=table.file, row=row + 1,
            )  # fmt: skip
