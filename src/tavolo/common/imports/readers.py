"""Reading uploaded tables row by row, within limits, whatever program wrote them.

CSV is read here. Spreadsheets and Parquet files are unpacked by a child process with limits on memory and
processor time (`unpack`), which writes plain rows: a crafted file can end that process, not the worker.
"""

from __future__ import annotations

import codecs
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from tavolo.common import sniffing
from tavolo.common.errors import Problem
from tavolo.common.imports import unpack

LONGEST_CELL = 100_000
MOST_COLUMNS = 500
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Table:
    """An opened table: remarks on how it was read, and its rows, the header first."""

    notes: list[str]
    rows: Iterator[tuple[int, list[str]]]


def open_table(path: Path, media_type: str, name: str, *, most_rows: int) -> Table:
    """Open a table. Raises Problem where the file cannot be read or is over a limit.

    Rows come with the number a spreadsheet program shows (the header is row 1); empty rows are left out.
    """
    if media_type in (sniffing.XLSX, sniffing.PARQUET):
        return Table([], _limited(_unpacked(path, media_type, name, most_rows), name, most_rows))
    if media_type in (sniffing.CSV, sniffing.TEXT):
        encoding, notes = _encoding(path)
        delimiter = _delimiter(path, encoding)
        if delimiter != ",":
            shown = {";": _("semicolon"), "\t": _("tab")}[delimiter]
            notes.append(_("Columns are separated by: %(shown)s.") % {"shown": shown})
        return Table(notes, _limited(_csv_rows(path, encoding, delimiter, name), name, most_rows))
    raise Problem(_("This kind of file cannot be imported: use CSV or XLSX."), file=name)


def _limited(rows: Iterator[tuple[int, list[str]]], name: str, most: int) -> Iterator[tuple[int, list[str]]]:
    """Pass non-empty rows on; stop with a problem beyond a limit."""
    count = 0
    for number, cells in rows:
        if not any(cells):
            continue
        count += 1
        if count > most + 1:
            raise Problem(
                _("The table has more than %(most)s rows. Split it into several files.") % {"most": most},
                file=name,
            )
        if len(cells) > MOST_COLUMNS:
            raise Problem(
                _("The row has more than %(most)s columns.") % {"most": MOST_COLUMNS}, file=name, row=number
            )
        yield number, cells


def _encoding(path: Path) -> tuple[str, list[str]]:
    """Return how the text is encoded, and a remark where that had to be guessed."""
    with path.open("rb") as source:
        start = source.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", [_("The text is in UTF-16.")]
        source.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := source.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", [
                _("The text is not UTF-8 and was read as Windows Latin: see whether accents look right.")
            ]
    return "utf-8-sig", []


def _delimiter(path: Path, encoding: str) -> str:
    """Return the separator that occurs most often in the header line."""
    with path.open(encoding=encoding, errors="replace", newline="") as source:
        header = source.readline(LONGEST_CELL)
    return max(",;\t", key=header.count)


def _csv_rows(path: Path, encoding: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    # Windows Latin leaves five bytes undefined; they become a sign that shows in the preview.
    errors = "replace" if encoding == "cp1252" else "strict"
    with path.open(encoding=encoding, errors=errors, newline="") as source:
        reader = csv.reader(source, delimiter=delimiter, strict=True)
        number = 0
        try:
            for cells in reader:
                number += 1
                yield number, [cell.strip() for cell in cells]
        except csv.Error as error:
            raise Problem(
                _("The row cannot be read (%(error)s). Look for a quotation mark that is not closed.")
                % {"error": error},
                file=name,
                row=number + 1,
            ) from None
        except UnicodeError:
            raise Problem(_("The text is damaged: save it again as CSV UTF-8."), file=name) from None


def _unpacked(path: Path, media_type: str, name: str, most_rows: int) -> Iterator[tuple[int, list[str]]]:
    """Have a child process write the rows of a binary table, then read them."""
    with tempfile.NamedTemporaryFile(prefix="tavolo-table-", suffix=".jsonl") as plain:
        command = [
            sys.executable,
            "-m",
            "tavolo.common.imports.unpack",
            str(path),
            media_type,
            str(most_rows),
        ]
        try:
            done = subprocess.run(
                command, stdout=plain, stderr=subprocess.PIPE, timeout=unpack.WALL_SECONDS, check=False
            )
            said, code = done.stderr.decode(errors="replace"), done.returncode
        except subprocess.TimeoutExpired:
            said, code = "", -9
        if code == unpack.REFUSED:
            raise Problem(_reason(said.strip()), file=name)
        if code:
            raise Problem(
                _("The file takes too much time or memory to read. Save the table as CSV and try again."),
                file=name,
            )
        plain.seek(0)
        for line in plain:
            number, cells = json.loads(line)
            yield number, [cell.strip() for cell in cells]


def _reason(code: str) -> str:
    """Return the child's refusal in words."""
    return {
        "damaged": _("The file is damaged or is not what its name says. Save it again."),
        "packed": _("The file unpacks to far more than a table should hold. Save the table as CSV."),
        "markup": _("The file holds markup that tables do not need. Save the table as CSV."),
        "rows": _("The table has too many rows. Split it into several files."),
    }.get(code, _("The file cannot be read. Save the table as CSV and try again."))
