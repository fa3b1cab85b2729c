"""Reads one workbook in a process of its own, under limits of processor time and memory.

Usage: python -m tavolo.bonus.sheet_child BOOK ANSWER MAX_ROWS MAX_COLUMNS. Writes one JSON line per row of
the first sheet, then the merged ranges. Exit codes: 3 too many rows, 4 too many columns, 5 no cells.
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
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return None if value is None else str(value).strip()


def _merged(path: Path) -> list[tuple[int, ...]]:
    """Merged ranges of the first sheet, read without building the sheet."""
    from defusedxml.ElementTree import iterparse
    from openpyxl.utils import range_boundaries

    found: list[tuple[int, ...]] = []
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        if not names:
            return found
        with archive.open(names[0]) as stream:
            for _, element in iterparse(stream):
                if element.tag.endswith("}mergeCell") and len(found) < 1000:
                    found.append(tuple(range_boundaries(element.get("ref"))))
                element.clear()
    return found


def main(arguments: list[str]) -> int:
    """Read the book; returns the exit code."""
    _limit()
    import openpyxl

    book, answer, most_rows, most_columns = Path(arguments[0]), Path(arguments[1]), *map(int, arguments[2:])
    workbook = openpyxl.load_workbook(book, read_only=True, data_only=True)
    sheet = workbook.worksheets[0]
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
        stream.write(json.dumps({"merged": _merged(book)}) + "\n")
    return 0 if count else 5


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
