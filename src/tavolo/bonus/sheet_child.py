"""Reads one workbook in a process of its own, under limits of processor time and memory.

Usage: python -m tavolo.bonus.sheet_child BOOK ANSWER MAX_ROWS MAX_COLUMNS. Writes one JSON line per row of
the first visible sheet, then its merged ranges, its formulas without a value and the other sheets' names.
Exit codes: 3 too many rows, 4 too many columns, 5 no cells.
"""

from __future__ import annotations

import datetime
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

CPU_SECONDS = 120
MEMORY_BYTES = 1_500_000_000


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on this system: the parent's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _cell(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return {"date": value.date().isoformat()}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):  # fifteen digits are what a spreadsheet shows and keeps
        return {"number": f"{value:.15g}" if isinstance(value, float) else str(value)}
    return None if value is None else str(value).strip()


def _look(path: Path, part: str) -> dict[str, Any]:
    """Merged ranges of the sheet and its formulas without a value, read without building the sheet."""
    from defusedxml.ElementTree import iterparse
    from openpyxl.utils import range_boundaries

    merged: list[tuple[int, ...]] = []
    formulas: list[str] = []
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        for _, element in iterparse(stream):
            if element.tag.endswith("}mergeCell") and len(merged) < 1000:
                merged.append(tuple(range_boundaries(element.get("ref"))))
            elif element.tag.endswith("}c") and len(formulas) < 1000 and _uncomputed(element):
                formulas.append(element.get("r"))
            if element.tag.endswith(("}row", "}mergeCells")):
                element.clear()
    return {"merged": merged, "formulas": formulas}


def _uncomputed(cell: Any) -> bool:
    """A formula whose value was never saved; an empty text (t="str") is a value."""
    parts = {child.tag.rpartition("}")[2]: child for child in cell}
    if "f" not in parts or cell.get("r") is None or cell.get("t") == "str":
        return False
    return "is" not in parts and ("v" not in parts or not parts["v"].text)


def main(arguments: list[str]) -> int:
    """Read the book; returns the exit code."""
    _limit()
    import openpyxl

    book, answer, most_rows, most_columns = Path(arguments[0]), Path(arguments[1]), *map(int, arguments[2:])
    workbook = openpyxl.load_workbook(book, read_only=True, data_only=True)
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        return 5
    sheet, *others = visible
    sheet.reset_dimensions()
    count = 0
    with answer.open("w", encoding="utf-8") as stream:
        for row in sheet.iter_rows(values_only=True):
            count += 1
            if count > most_rows:
                return 3
            if len(row) > most_columns and any(value is not None for value in row[most_columns:]):
                return 4
            stream.write(json.dumps({"cells": [_cell(value) for value in row[:most_columns]]}) + "\n")
        look = _look(book, sheet._worksheet_path)
        stream.write(
            json.dumps({**look, "sheet": sheet.title, "others": [other.title for other in others]}) + "\n"
        )
    return 0 if count else 5


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
