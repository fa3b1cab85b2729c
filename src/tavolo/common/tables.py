"""Writing CSV and XLSX that no spreadsheet program executes.

A cell that begins with one of = + - @, a tab or a line end may be read as a formula. In CSV such text
gets an apostrophe in front, as OWASP recommends; in XLSX every text is written with the type "string",
and the apostrophe as well, because the file may be saved as CSV later. Numbers stay numbers.

Every export uses this module; `csv.writer` itself passes `=HYPERLINK(...)` on unchanged.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int | float | Decimal | date | datetime | bool | None

# Blanks, control characters and byte order marks before the sign do not make it harmless.
_DANGEROUS = re.compile(r"[\s\x00-\x1f\x7f\ufeff\u200b\u2060]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_LONGEST_CELL = 32_767


def safe_text(text: str) -> str:
    """Return text no spreadsheet takes for a formula; harmless text comes back unchanged."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def csv_lines(rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> Iterator[str]:
    """Yield the lines of a CSV (RFC 4180, CRLF), guarded; usable as a streaming response."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def csv_bytes(rows: Iterable[Sequence[Cell]], *, delimiter: str = ",", mark: bool = False) -> bytes:
    """Return a guarded CSV in UTF-8; `mark` puts a byte order mark in front, for Excel."""
    text = "".join(csv_lines(rows, delimiter=delimiter))
    return text.encode("utf-8-sig" if mark else "utf-8")


def write_xlsx(out: BinaryIO, sheets: dict[str, Iterable[Sequence[Cell]]]) -> None:
    """Write a guarded spreadsheet with one sheet per entry, row by row."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31] or "1")
        for row in rows:
            sheet.append([_xlsx_cell(sheet, value) for value in row])
    book.save(out)


def _storable(value: Cell) -> str:
    """Return text without the characters no spreadsheet file may hold; what is left is guarded after."""
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))


def _csv_cell(value: Cell) -> str | int | float | Decimal:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return safe_text(_storable(value))


def _xlsx_cell(sheet: Any, value: Cell) -> Any:
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return WriteOnlyCell(sheet, value=value)
    if isinstance(value, datetime):
        # Spreadsheets know no time zones; the text keeps it.
        return WriteOnlyCell(sheet, value=value.isoformat() if value.tzinfo else value)
    if isinstance(value, date):
        return WriteOnlyCell(sheet, value=value)
    cell = WriteOnlyCell(sheet, value="")
    cell.value = safe_text(_storable(value))[:_LONGEST_CELL]
    cell.data_type = "s"
    return cell
