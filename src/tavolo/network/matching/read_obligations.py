"""Obligations read from CSV or XLSX: millions of lines in seconds, every wrong amount told by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.language.folding import fold
from tavolo.network.matching.errors import InputError, InputErrors
from tavolo.network.matching.obligations import MAX_TOTAL_CENTS, Obligations, merged
from tavolo.network.matching.tables import read_rows

MAX_OBLIGATIONS = 20_000_000
_MAX_FILE_BYTES = 4_000_000_000
_MAX_WRONG = 1000
COLUMNS = {
    **dict.fromkeys(("debtor", "debitore", "da", "from"), "debtor"),
    **dict.fromkeys(("creditor", "creditore", "a", "to"), "creditor"),
    **dict.fromkeys(("amount", "importo", "euro", "valore"), "amount"),
}


def cents_of(value: Any) -> int:
    """Return an amount in euro as integer cents, exactly.

    Takes 1234.56, 1234,56, 1.234,56, "1.234,56 €" and numbers from a spreadsheet. A single point or comma
    followed by three digits is a thousands separator only if the other sign, or a second one, makes it
    plain; "1.234" alone is refused as ambiguous. Raises ValueError with a sentence.

    >>> cents_of("1.234,56"), cents_of(12.1), cents_of("7")
    (123456, 1210, 700)
    """
    if isinstance(value, bool):
        raise ValueError("non è un importo")
    if isinstance(value, int | float):
        number = Decimal(str(value))
        number = number.quantize(Decimal("0.01")) if isinstance(value, float) and value < 1e12 else number
        if isinstance(value, float) and abs(float(number) - value) > 1e-6 * max(1.0, abs(value)):
            raise ValueError(f"«{value}» ha più di due decimali: arrotondare ai centesimi")
    else:
        number = _decimal(str(value))
    cents = number * 100
    if not number.is_finite() or cents != int(cents):
        raise ValueError(f"«{value}» ha più di due decimali: arrotondare ai centesimi")
    if cents <= 0:
        raise ValueError(
            f"«{value}» deve essere maggiore di zero: per un credito scambiare debitore e creditore"
        )
    if cents > MAX_TOTAL_CENTS:
        raise ValueError(f"«{value}» è fuori misura: controllare l'importo")
    return int(cents)


def _decimal(text: str) -> Decimal:
    plain = text.replace("€", "").replace("EUR", "").replace("\u00a0", "").replace(" ", "").replace("'", "")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        plain = plain.replace(".", "").replace(",", ".") if comma > point else plain.replace(",", "")
    elif plain.count(",") == 1:
        plain = plain.replace(",", ".")
    elif plain.count(".") > 1 or plain.count(",") > 1:
        plain = plain.replace(".", "").replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}\.\d{3}", plain):
        raise ValueError(f"«{text}» è ambiguo: scrivere {plain.replace('.', '')} oppure {plain}0")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(f"«{text}» non è un importo in euro") from error


def read_obligations(path: Path) -> Obligations:
    """Read a table with the columns debtor, creditor, amount (or debitore, creditore, importo).

    CSV with comma, semicolon or tab, or XLSX. Raises InputError or InputErrors (up to a thousand rows).
    """
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return _read_csv(path)
    rows = read_rows(path, max_rows=1_048_576)
    debtors, creditors, amounts, numbers = [], [], [], []
    for row in rows:
        cells = {COLUMNS.get(heading, heading): cell for heading, cell in row.cells.items()}
        debtors.append(_name(cells.get("debtor")))
        creditors.append(_name(cells.get("creditor")))
        amounts.append(cells.get("amount", ""))
        numbers.append(row.number)
    return _built(path.name, np.array(debtors, object), np.array(creditors, object), amounts, numbers)


def _name(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def _read_csv(path: Path) -> Obligations:
    delimiter, names, encoding = _header(path)
    import pyarrow as pa

    try:
        table = _table(path, delimiter, names, encoding)
    except pa.ArrowInvalid as error:
        if "UTF8" not in str(error):
            raise _irregular(path, delimiter, len(names), encoding) from error
        # Offices still save in the old Windows alphabet.
        table = _table(path, delimiter, names, "cp1252")
    if table.num_rows > MAX_OBLIGATIONS:
        raise InputError(f"ha più di {MAX_OBLIGATIONS:,} righe: dividerlo per territorio", path.name)
    if not table.num_rows:
        raise InputError("non contiene obbligazioni: servono righe sotto l'intestazione", path.name)
    picked = {COLUMNS[name]: table.column(name).combine_chunks() for name in names if name in COLUMNS}
    numbers = range(table.num_rows)
    try:
        return _built(path.name, picked["debtor"], picked["creditor"], picked["amount"], numbers)
    except InputErrors as found:
        wanted = {error.row for error in found.errors}
        lines = {
            at: line for at, (line, _row) in enumerate(_lines(path, delimiter, encoding)) if at in wanted
        }
        told = [
            replace(error, row=None if error.row is None else lines.get(error.row)) for error in found.errors
        ]
        raise InputErrors(told) from None


def _lines(path: Path, delimiter: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the heading with their line in the file; empty lines hold no row."""
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        reader = csv.reader(handle, delimiter=delimiter)
        next(reader, None)
        for row in reader:
            if row:
                yield reader.line_num, row


def _irregular(path: Path, delimiter: str, columns: int, encoding: str) -> InputError:
    """Return what to say of a file whose rows do not all have the heading's columns."""
    for line, row in _lines(path, delimiter, encoding):
        if len(row) != columns:
            return InputError(
                f"la riga ha {len(row)} celle, l'intestazione {columns}: una cella che contiene "
                f"«{delimiter}» va tra virgolette",
                path.name,
                line,
            )
    return InputError("le virgolette non si chiudono: aprirlo e salvarlo di nuovo come CSV", path.name)


def _table(path: Path, delimiter: str, names: list[str], encoding: str) -> Any:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    return arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=1, encoding=encoding),
        parse_options=arrow_csv.ParseOptions(delimiter=delimiter),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _header(path: Path) -> tuple[str, list[str], str]:
    if not path.is_file():
        raise InputError("il file non esiste: controllare il percorso", str(path))
    if path.stat().st_size > _MAX_FILE_BYTES:
        raise InputError("il file supera 4 GB: dividerlo per territorio", path.name)
    with path.open("rb") as handle:
        first = handle.readline(100_000)
    if b"\x00" in first or first[:2] == b"PK" or first[:4] == b"%PDF":
        raise InputError("non è un file CSV: salvarlo come CSV con debitore, creditore, importo", path.name)
    encoding = "utf-8"
    try:
        line = first.decode("utf-8-sig")
    except UnicodeDecodeError:
        line, encoding = first.decode("cp1252", errors="replace"), "cp1252"
    delimiter = max(";\t,", key=line.count)
    headings = [fold(cell).replace(" ", "_") for cell in next(csv.reader([line], delimiter=delimiter), [])]
    told = [COLUMNS[name] for name in headings if name in COLUMNS]
    if sorted(told) != ["amount", "creditor", "debtor"]:
        raise InputError(
            "servono le colonne debitore, creditore, importo (o debtor, creditor, amount), una per una; "
            f"trovate: {', '.join(headings) or 'nessuna'}",
            path.name,
            1,
        )
    return delimiter, headings, encoding


def _built(name: str, debtor: Any, creditor: Any, amounts: Any, numbers: Any) -> Obligations:
    firms, owing, owed = _coded(debtor, creditor)
    cents, errors = _all_cents(name, amounts, numbers)
    blank = firms.index("") if "" in firms else -1
    wrong = np.flatnonzero((owing == owed) | (owing == blank) | (owed == blank))
    for line in wrong[:_MAX_WRONG].tolist():
        missing = blank in (owing[line], owed[line])
        message = (
            "manca il debitore o il creditore"
            if missing
            else f"«{firms[owing[line]]}» è debitore di sé stesso"
        )
        errors.append(InputError(message, name, numbers[line]))
    if errors:
        raise InputErrors(sorted(errors, key=lambda error: error.row or 0))
    try:
        return merged(firms, owing, owed, cents)
    except ValueError as error:
        raise InputError(
            "gli importi sommano a più di 10.000 miliardi di euro: controllarli", name
        ) from error


def _coded(debtor: Any, creditor: Any) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """Return sorted names, and both columns as positions in them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    both = pc.utf8_trim_whitespace(
        pa.concat_arrays([pa.array(debtor, pa.string()), pa.array(creditor, pa.string())])
    )
    coded = both.dictionary_encode()
    names = coded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    codes = rank[coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)]
    half = len(codes) // 2
    return tuple(names[at] for at in order), codes[:half], codes[half:]


def _all_cents(name: str, amounts: Any, numbers: Any) -> tuple[NDArray[np.int64], list[InputError]]:
    """Return cents per line: plain decimals at once, the rest one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    errors: list[InputError] = []
    cents = np.zeros(len(amounts), dtype=np.int64)
    slow: Any = range(len(amounts))
    if isinstance(amounts, pa.Array):
        text = pc.utf8_trim_whitespace(amounts)
        plain = pc.match_substring_regex(text, r"^\d{1,12}([.,]\d{1,2})?$")
        ready = pc.replace_substring(pc.if_else(plain, text, "0"), ",", ".")
        exact = ready.cast(pa.decimal128(20, 2))
        hundred = pc.multiply(exact, pa.scalar(100, pa.int32())).cast(pa.int64())
        cents = hundred.to_numpy(zero_copy_only=False).astype(np.int64)
        slow = np.flatnonzero(~plain.to_numpy(zero_copy_only=False) | (cents <= 0)).tolist()
        amounts = text
    for line in slow:
        value = amounts[line]
        try:
            cents[line] = cents_of(value.as_py() if isinstance(value, pa.Scalar) else value)
        except ValueError as error:
            errors.append(InputError(str(error), name, numbers[line], "importo"))
            if len(errors) >= _MAX_WRONG:
                break
    return cents, errors


def read_credit_limits(path: Path, firms: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Read credit limits: firm, how far it may owe the circle, how far it may be owed, in euro.

    Empty cells and 0 mean none. Raises InputErrors for amounts that are wrong and firms that owe nothing
    and are owed nothing here.
    """
    known = set(firms)
    found: dict[str, tuple[int, int]] = {}
    errors: list[InputError] = []
    for row in read_rows(path):
        name = _name(next((row.cells[key] for key in ("impresa", "firm") if key in row.cells), None))
        if name not in known:
            errors.append(
                InputError(
                    f"«{name}» non ha obbligazioni: controllare il nome", path.name, row.number, "impresa"
                )
            )
            continue
        limits = []
        for columns in (("puo_dovere", "may_owe"), ("puo_avere", "may_be_owed")):
            value = next((row.cells[key] for key in columns if key in row.cells), 0)
            try:
                limits.append(0 if str(value).strip() in ("0", "0,00", "0.0", "0.00") else cents_of(value))
            except ValueError as error:
                errors.append(InputError(str(error), path.name, row.number, columns[0]))
                limits.append(0)
        found[name] = (limits[0], limits[1])
    if errors:
        raise InputErrors(errors)
    return found
