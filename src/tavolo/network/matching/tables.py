"""Rows out of files that people send: CSV, XLSX and JSON, read with suspicion.

A spreadsheet is a zip of XML: what it would unpack to is checked before anything is parsed, entities are
refused (defusedxml, which openpyxl uses where it is installed), and rows and columns are counted while
they are read, because a small honest-looking file can hold a million rows.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tavolo.language.folding import fold
from tavolo.network.matching.errors import InputError

MAX_BYTES = 400_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 60
MAX_CELL = 20_000
_MAX_UNPACKED = 200_000_000
_MAX_RATIO = 200
_MAX_ENTRIES = 2_000
_MOST_ABOVE = 3
SEPARATOR_TOLD = re.compile(r"\ufeff?\"?sep=.?\"?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: number in the file, tab, filled cells by folded heading, all headings."""

    number: int
    tab: str
    cells: dict[str, Any]
    headings: tuple[str, ...] = ()


def read_json(path: Path) -> Any:
    """Return the JSON value of a UTF-8 file; refuse what is not JSON, repeats a key or nests too deep."""
    text = _text(path)
    try:
        return json.loads(text, object_pairs_hook=_no_repeats(path.name))
    except json.JSONDecodeError as error:
        raise InputError(
            f"non è un JSON valido ({error.msg}, posizione {error.colno}): controllare virgolette e virgole",
            path.name,
            error.lineno,
        ) from error
    except RecursionError as error:
        raise InputError("il JSON è annidato troppo in profondità", path.name) from error


def read_rows(path: Path, max_rows: int = MAX_ROWS) -> Iterator[Row]:
    """Yield the rows of a CSV or XLSX file, blank ones left out.

    Headings are folded (case, accents, spaces and hyphens as underscores). Raises InputError for another
    kind of file, a missing or repeated heading, and more than `max_rows` rows.
    """
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv", ".txt"):
        yield from _read_csv(path, max_rows)
    elif kind in (".xlsx", ".xlsm"):
        yield from _read_xlsx(path, max_rows)
    else:
        raise InputError(
            f"non so leggere un file «{kind or 'senza estensione'}»: salvarlo come CSV, XLSX o JSON",
            path.name,
        )


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError("il file non esiste: controllare il percorso", str(path))
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"il file supera {MAX_BYTES // 1_000_000} MB: dividerlo in più parti", path.name)
    data = path.read_bytes()
    if b"\x00" in data[:4096] or data[:4] in (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0"):
        raise InputError("non è un file di testo: salvarlo come CSV (UTF-8) o come JSON", path.name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _no_repeats(name: str) -> Any:
    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise InputError(f"un oggetto JSON ripete una chiave fra {sorted(found)[:5]}", name)
        return found

    return build


def _read_csv(path: Path, max_rows: int) -> Iterator[Row]:
    text = _text(path)
    lines = (line for line in text.splitlines() if line.strip() and not SEPARATOR_TOLD.match(line))
    delimiter = max(";\t,", key=next(lines, "").count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    headings: list[str] | None = None
    try:
        for number, cells in _below_title((reader.line_num, cells) for cells in reader):
            if headings is None:
                headings = _headings([str(cell) for cell in cells], path.name)
                continue
            if number > max_rows + 1:
                raise InputError(f"ha più di {max_rows:,} righe: dividerlo in più parti", path.name)
            yield Row(number, "", _cells(headings, cells, path.name, number), tuple(headings))
    except csv.Error as error:
        raise InputError(f"riga CSV illeggibile ({error})", path.name, reader.line_num) from error
    if headings is None:
        raise InputError("è vuoto: serve almeno una riga di intestazioni", path.name)


def _below_title(rows: Iterable[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the rows that are not blank, without what stands above the table.

    Office programs write "sep=;" there, and people a title: a single cell above a row of several.
    """
    waiting: list[tuple[int, Sequence[Any]]] = []
    begun = False
    for number, cells in rows:
        filled = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
        if not filled or (not begun and SEPARATOR_TOLD.match(filled[0])):
            continue
        if not begun and len(filled) == 1 and len(waiting) < _MOST_ABOVE:
            waiting.append((number, cells))
            continue
        if not begun and len(filled) > 1:
            waiting.clear()
        begun = True
        yield from waiting
        waiting.clear()
        yield number, cells
    yield from waiting


def _read_xlsx(path: Path, max_rows: int) -> Iterator[Row]:
    check_archive(path)
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets many kinds of error through on broken files
        raise InputError(
            "non è una cartella XLSX leggibile: riaprirla e salvarla di nuovo", path.name
        ) from error
    try:
        counter = itertools.count(1)
        for tab in book.worksheets:
            headings: list[str] | None = None
            rows = enumerate(tab.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1)
            for number, cells in _below_title(_counted(rows, counter, max_rows, path.name)):
                if headings is None:
                    headings = _headings(["" if cell is None else str(cell) for cell in cells], path.name)
                    continue
                yield Row(number, tab.title, _cells(headings, cells, path.name, number), tuple(headings))
    finally:
        book.close()


def _counted(
    rows: Iterable[tuple[int, Sequence[Any]]], counter: Iterator[int], most: int, name: str
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield rows, blank ones too, and refuse more than `most` and a heading."""
    for row in rows:
        if next(counter) > most + 1:
            raise InputError(f"ha più di {most:,} righe: salvarlo come CSV", name)
        yield row


def check_archive(path: Path) -> None:
    """Refuse a workbook that is no zip, or would unpack to far more than it says on the outside."""
    if not path.is_file():
        raise InputError("il file non esiste: controllare il percorso", str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise InputError(
            "non è una cartella XLSX: aprirla e salvarla come .xlsx o .csv", path.name
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED or unpacked > _MAX_RATIO * max(packed, 10_000):
        raise InputError(
            f"rifiutato: si aprirebbe in {unpacked / 1e6:.0f} MB da {packed / 1e6:.1f} MB; salvarlo come CSV",
            path.name,
        )


def _headings(cells: list[str], name: str) -> list[str]:
    headings = [fold(cell).replace(" ", "_").replace("-", "_").strip("_*:.") for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MAX_COLUMNS:
        raise InputError(f"ha più di {MAX_COLUMNS} colonne", name, 1)
    repeated = sorted({heading for heading in headings if heading and headings.count(heading) > 1})
    if repeated:
        raise InputError("la colonna è ripetuta: lasciarne una sola", name, 1, repeated[0])
    return headings


def _cells(headings: list[str], cells: Any, name: str, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for heading, cell in zip(headings, cells, strict=False):
        if isinstance(cell, str):
            cell = cell.strip()
            if len(cell) > MAX_CELL:
                raise InputError(f"il testo supera {MAX_CELL:,} caratteri", name, number, heading)
        if heading and cell not in (None, ""):
            found[heading] = cell
    return found
