"""Tables from offices: CSV, XLSX and Parquet read safely, cell by cell, with the place of every problem.

Nothing here knows about bonuses: it can move to a package shared by every room. A workbook is checked
as a zip (entries, total size, ratio, XML size per part) before anything parses it, then read row by row in a
child process with limits on rows, memory and processor time. Cells come back as text, dates or None; numbers
as exact text.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tavolo.common.errors import Problem

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CSV_BYTES = 400_000_000
MAX_XLSX_BYTES = 60_000_000
MAX_UNZIPPED = 600_000_000
MAX_RATIO = 200
MAX_ENTRIES = 2_000
MAX_CELL = 2_000
CHILD_SECONDS = 120
CHILD_BYTES = 1_500_000_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMERIC = re.compile(r"^[+-]?\d[\d.,]*$")

Cell = str | date | None


class Figure(str):
    """A cell that the file holds as a number, not as text: its point is a decimal point, beyond doubt."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """Rows of cells as they stand in the file, and what is worth telling about how they were read."""

    file: str
    rows: list[list[Cell]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    notices: tuple[str, ...] = ()


def column_letter(index: int) -> str:
    """Column name as spreadsheets show it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_table(path: Path) -> Table:
    """Read a CSV, XLSX or Parquet file; Problem with a sentence when it is something else or unsafe."""
    if not path.is_file():
        raise Problem("cannot be opened; check the path", file=str(path))
    with path.open("rb") as stream:
        head = stream.read(8)
    suffix = path.suffix.lower()
    if head.startswith(b"PK\x03\x04"):
        if suffix in (".ods", ".xlsm", ".xlsb"):
            raise Problem("is a spreadsheet of another kind; save it as XLSX or CSV", file=path.name)
        if suffix != ".xlsx":
            raise Problem("is a zip archive; give a CSV, XLSX or Parquet file", file=path.name)
        return _read_xlsx(path)
    if head.startswith(b"PAR1"):
        return _read_parquet(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Problem(
            "is an old Excel or encrypted file; save it as XLSX without a password, or as CSV", file=path.name
        )
    if not head:
        raise Problem("is empty; export it again", file=path.name)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Problem("is a web page or XML under another name; save it as XLSX or CSV", file=path.name)
    if suffix in (".xlsx", ".parquet"):
        raise Problem(f"is named {suffix} but is not such a file; export it again", file=path.name)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"{\\rtf", b"\x1f\x8b")):
        raise Problem("is not a table; give a CSV, XLSX or Parquet file", file=path.name)
    return _read_csv(path)


def _read_csv(path: Path) -> Table:
    if path.stat().st_size > MAX_CSV_BYTES:
        raise Problem(
            f"is larger than {MAX_CSV_BYTES // 1_000_000} MB; split it or use Parquet", file=path.name
        )
    raw = path.read_bytes()
    if b"\x00" in raw[:10_000] and not _wide(raw):
        raise Problem("is not a text file; give a CSV, XLSX or Parquet file", file=path.name)
    text = _decode(raw, path.name)
    delimiter = _delimiter(text)
    rows: list[list[Cell]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            _check_shape(path.name, len(rows) + 1, record, 5_000_000)
            if any("\n" in cell and delimiter in cell for cell in record):
                raise Problem(
                    "a quotation mark opened here is not closed, so the rows after it were swallowed",
                    file=path.name, row=len(rows) + 1,
                )  # fmt: skip
            rows.append([cell.strip() or None for cell in record])
    except csv.Error as error:
        raise Problem(f"cannot be read as CSV here ({error})", file=path.name, row=len(rows) + 1) from None
    return Table(path.name, rows)


def _wide(raw: bytes) -> str | None:
    """The two-byte encoding of a text, by its mark or by the zero in every second byte of plain letters."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = raw[:400:2], raw[1:400:2]
    if even and odd.count(0) > 0.9 * len(odd) and 0 not in even:
        return "utf-16-le"
    return "utf-16-be" if even and even.count(0) > 0.9 * len(even) and 0 not in odd else None


def _decode(raw: bytes, name: str) -> str:
    wide = _wide(raw)
    for encoding in (wide,) if wide else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem("is not text in UTF-8 or Windows encoding; save it again as CSV UTF-8", file=name)


def _delimiter(text: str) -> str:
    sample = text[:20_000].splitlines()[:20]
    counts = {mark: sum(line.count(mark) for line in sample) for mark in (";", "\t", ",", "|")}
    return ";" if counts[";"] and counts[";"] >= counts["\t"] else max(counts, key=lambda mark: counts[mark])


def _check_shape(name: str, row: int, record: Sequence[Any], most: int) -> None:
    if row > most:
        raise Problem(f"has more than {most:,} rows; split it or use Parquet", file=name)
    if len(record) > MAX_COLUMNS:
        raise Problem(f"has more than {MAX_COLUMNS} columns", file=name, row=row)
    for index, cell in enumerate(record):
        if isinstance(cell, str) and len(cell) > MAX_CELL:
            raise Problem(
                f"a cell holds more than {MAX_CELL} characters",
                file=name,
                row=row,
                column=column_letter(index),
            )


def check_workbook(path: Path) -> None:
    """Refuse a workbook that could unfold into too much, before anything parses it."""
    name = path.name
    if path.stat().st_size > MAX_XLSX_BYTES:
        raise Problem(f"is larger than {MAX_XLSX_BYTES // 1_000_000} MB; use CSV or Parquet", file=name)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        raise Problem("is a damaged XLSX file; save it again", file=name) from None
    if len(entries) > MAX_ENTRIES:
        raise Problem(f"holds {len(entries):,} parts, more than any payroll workbook needs", file=name)
    total = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if total > MAX_UNZIPPED or (total > 10_000_000 and total / packed > MAX_RATIO):
        raise Problem("would unfold into far more data than its size: it is refused as unsafe", file=name)
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise Problem("is a zip archive but not an XLSX workbook", file=name)
    if any("vbaproject" in entry.lower() for entry in names):
        raise Problem("holds macros; save it as XLSX without macros", file=name)
    with zipfile.ZipFile(path) as archive:
        for entry in sorted(names):
            if entry.endswith((".xml", ".rels")):
                _scan_part(archive, entry, name)


_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")


def _scan_part(archive: zipfile.ZipFile, entry: str, name: str) -> None:
    """Unpack one part without parsing it: its true size, its rows, and no document type declaration."""
    size = rows = 0
    tail = b""
    try:
        with archive.open(entry) as stream:
            while block := stream.read(1 << 20):
                size += len(block)
                window = tail + block
                rows += len(_ROW.findall(window)) - len(_ROW.findall(tail))
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise Problem("declares document types or entities, which no workbook needs", file=name)
                if size > MAX_UNZIPPED:
                    raise Problem(
                        "would unfold into far more data than its size: it is refused as unsafe", file=name
                    )
                if entry.startswith("xl/worksheets/") and rows > MAX_ROWS:
                    raise Problem(f"has more than {MAX_ROWS:,} rows; use CSV or Parquet", file=name)
                tail = window[-16:]
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
        raise Problem(
            "is a damaged or encrypted XLSX file; save it again without a password", file=name
        ) from None


def _read_xlsx(path: Path) -> Table:
    check_workbook(path)
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "rows.jsonl"
        command = [
            sys.executable,
            "-m",
            "tavolo.bonus.sheet_child",
            str(path),
            str(answer),
            str(MAX_ROWS),
            str(MAX_COLUMNS),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=CHILD_SECONDS + 30, check=False)
        except subprocess.TimeoutExpired:
            raise Problem("takes too long to read; use CSV or Parquet", file=path.name) from None
        if done.returncode != 0:
            raise Problem(_child_sentence(done.returncode), file=path.name)
        return _from_child(path.name, answer)


def _child_sentence(code: int) -> str:
    sentences = {
        3: f"has more than {MAX_ROWS:,} rows; use CSV or Parquet",
        4: f"has more than {MAX_COLUMNS} columns",
        5: "has no sheet with cells",
    }
    return sentences.get(code, "takes too much time or memory to read, or is damaged; use CSV or Parquet")


def _from_child(name: str, answer: Path) -> Table:
    rows: list[list[Cell]] = []
    merged: list[tuple[int, int, int, int]] = []
    notices: list[str] = []
    with answer.open(encoding="utf-8") as stream:
        for line in stream:
            record = json.loads(line)
            if "merged" in record:
                merged = [tuple(item) for item in record["merged"]]  # type: ignore[misc]
                _not_computed(name, record["formulas"])
                if record["others"]:
                    others = ", ".join(f"«{title}»" for title in record["others"])
                    notices.append(f"only the sheet «{record['sheet']}» was read, not {others}")
                continue
            cells = [_from_json(cell) for cell in record["cells"]]
            _check_shape(name, len(rows) + 1, cells, MAX_ROWS)
            rows.append(cells)
    return Table(name, rows, tuple(merged), tuple(notices))


def _not_computed(name: str, cells: list[str]) -> None:
    """Formulas saved without their value: read as empty they would silently count as nothing."""
    if cells:
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cells[0]).groups()  # type: ignore[union-attr]
        raise Problem(
            f"holds a formula without its value (cells so: {len(cells)}); open the file in the spreadsheet, "
            f"save it and run again", file=name, row=int(number), column=letters,
        )  # fmt: skip


def _from_json(cell: Any) -> Cell:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["date"]) if "date" in cell else Figure(cell["number"])
    return None if cell is None or cell == "" else str(cell)


def _read_parquet(path: Path) -> Table:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(path)
        if file.metadata.num_columns > MAX_COLUMNS:
            raise Problem(f"has more than {MAX_COLUMNS} columns", file=path.name)
        _check_shape(path.name, file.metadata.num_rows, [], 20_000_000)
        table = file.read()
    except (arrow.ArrowInvalid, OSError):
        raise Problem("is a damaged Parquet file; export it again", file=path.name) from None
    columns = [[_plain(value) for value in column.to_pylist()] for column in table.columns]
    rows: list[list[Cell]] = [list(table.column_names)]
    rows += [list(row) for row in zip(*columns, strict=True)]
    return Table(path.name, rows)


def _plain(value: Any) -> Cell:
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, float):
        return None if value != value else Figure(f"{value:.15g}")
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return Figure(value) if isinstance(value, int | Decimal) else (str(value).strip() or None)


def safe_cell(text: str) -> str:
    """A text cell that no spreadsheet runs as a formula: an apostrophe goes before what would start one."""
    return "'" + text if text.startswith(_DANGEROUS) and not _NUMERIC.match(text) else text


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV for Italian spreadsheets (semicolons, UTF-8 with mark), whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow([safe_cell(name) for name in header])
        for row in rows:
            writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    temporary.replace(path)


def write_xlsx(path: Path, sheets: dict[str, tuple[Sequence[str], Iterator[Sequence[Any]]]]) -> None:
    """Write a workbook of one or more sheets; text is written as text, never as a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for title, (header, rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for row in [list(header), *rows]:
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value=safe_cell(value) if isinstance(value, str) else value)
                if isinstance(value, str):
                    cell.data_type = "s"
                else:
                    cell.number_format = "#,##0.00"
                cells.append(cell)
            sheet.append(cells)
    temporary = path.with_name(path.name + ".tmp")
    book.save(temporary)
    temporary.replace(path)
