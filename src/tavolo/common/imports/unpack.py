"""A child process that turns a spreadsheet or Parquet file into plain rows, within limits it sets itself.

    python -m tavolo.common.imports.unpack FILE MEDIA_TYPE MOST_ROWS

writes one JSON line [row number, [cells as text]] per row. Exit code 3 with one word on the standard error
means that the file is refused; anything else but 0, a signal included, that it went over a limit.
Before a spreadsheet is parsed the archive is looked at: number and total size of its entries, ratio of
packing, and document type declarations, which no spreadsheet program writes.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

REFUSED = 3
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 60
WALL_SECONDS = 180
OUTPUT = 512 * 1024 * 1024
MOST_ENTRIES = 2_000
LARGEST_ENTRY = 300 * 1024 * 1024
LARGEST_TOTAL = 400 * 1024 * 1024
HIGHEST_RATIO = 200
SMALL = 1024 * 1024
MARKUP = (b"<!DOCTYPE", b"<!ENTITY")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Refused(Exception):
    """The file is not read; the word says why."""


def main(arguments: list[str]) -> int:
    """Unpack one file; return the exit code."""
    path, media_type, most_rows = Path(arguments[0]), arguments[1], int(arguments[2])
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    try:
        rows = _xlsx(path) if media_type == XLSX else _parquet(path)
        _write(rows, most_rows)
    except Refused as error:
        sys.stderr.write(str(error))
        return REFUSED
    except MemoryError:
        return 4
    except Exception:
        # Whatever a library makes of a broken file, to the sender it is one thing: damaged.
        sys.stderr.write("damaged")
        return REFUSED
    return 0


def check_archive(path: Path) -> None:
    """Refuse an archive that is a bomb or holds markup no spreadsheet needs; parses nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_ENTRIES or total > LARGEST_TOTAL:
                raise Refused("packed")
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused("damaged") from error


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > LARGEST_ENTRY or (entry.file_size > SMALL and ratio > HIGHEST_RATIO):
        raise Refused("packed")
    if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        with archive.open(entry) as part:
            head = part.read(4096).upper().replace(b"\x00", b"")
        if any(word in head for word in MARKUP):
            raise Refused("markup")


def _xlsx(path: Path) -> Iterator[tuple[int, Iterable[Any]]]:
    """Yield the rows of the first sheet."""
    check_archive(path)
    from openpyxl import load_workbook

    # Opened here because the library wants a name that ends in .xlsx, and stored files have none.
    with path.open("rb") as source:
        book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from enumerate(sheet.iter_rows(values_only=True), start=1)


def _parquet(path: Path) -> Iterator[tuple[int, Iterable[Any]]]:
    """Yield the column names and then the rows of a Parquet file."""
    from pyarrow import parquet

    with parquet.ParquetFile(path) as table:
        names = table.schema_arrow.names
        yield 1, names
        number = 1
        for batch in table.iter_batches(batch_size=10_000):
            for row in batch.to_pylist():
                number += 1
                yield number, [row[name] for name in names]


def _write(rows: Iterable[tuple[int, Iterable[Any]]], most_rows: int) -> None:
    count = 0
    for number, cells in rows:
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        count += 1
        if count > most_rows + 1:
            raise Refused("rows")
        sys.stdout.write(json.dumps([number, texts], ensure_ascii=False) + "\n")


def _text(cell: Any) -> str:
    """Return a cell as the text a CSV would hold."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if midnight and cell.tzinfo is None else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
