"""Obligations read from CSV or XLSX: millions of lines in seconds, every wrong amount told by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.language.folding import fold
from tavolo.network.matching.amounts import cents_of, is_italian
from tavolo.network.matching.errors import InputError, InputErrors
from tavolo.network.matching.obligations import Obligations, merged
from tavolo.network.matching.tables import SEPARATOR_TOLD, Row, read_rows

MAX_OBLIGATIONS = 20_000_000
_MAX_FILE_BYTES = 4_000_000_000
_MAX_WRONG = 1000
COLUMNS = {
    **dict.fromkeys(("debtor", "debitore", "da", "from"), "debtor"),
    **dict.fromkeys(("creditor", "creditore", "a", "to"), "creditor"),
    **dict.fromkeys(("amount", "importo", "euro", "eur", "valore", "importo_euro", "importo_eur"), "amount"),
    "importo_in_euro": "amount",
}
_LIMITS = {
    **dict.fromkeys(("impresa", "firm", "azienda", "ditta", "nome"), "firm"),
    **dict.fromkeys(("puo_dovere", "may_owe"), "owe"),
    **dict.fromkeys(("puo_avere", "may_be_owed"), "owed"),
}
# Names are compared up to here; in a region's millions of lines nobody reads such a list.
_MOST_COMPARED = 50_000


def read_obligations(path: Path) -> Obligations:
    """Read a table with the columns debtor, creditor, amount (or debitore, creditore, importo).

    CSV with comma, semicolon or tab, or XLSX. Raises InputError or InputErrors (up to a thousand rows).
    """
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return _read_csv(path)
    rows = read_rows(path, max_rows=1_048_576)
    debtors: list[str] = []
    creditors: list[str] = []
    amounts: list[Any] = []
    numbers: list[int] = []
    for row in rows:
        cells = {COLUMNS.get(_heading(heading), heading): cell for heading, cell in row.cells.items()}
        if not numbers:
            _check_columns(path.name, row)
        debtors.append(_name(cells.get("debtor")))
        creditors.append(_name(cells.get("creditor")))
        amounts.append(cells.get("amount", ""))
        numbers.append(row.number)
    if not numbers:
        raise InputError("non contiene obbligazioni: servono righe sotto l'intestazione", path.name)
    return _built(path.name, np.array(debtors, object), np.array(creditors, object), amounts, numbers)


def _check_columns(name: str, row: Row) -> None:
    told = sorted(COLUMNS[heading] for cell in row.headings if (heading := _heading(cell)) in COLUMNS)
    if told != ["amount", "creditor", "debtor"]:
        raise _wrong_columns(name, row.headings)


def _wrong_columns(name: str, headings: Sequence[str]) -> InputError:
    return InputError(
        "servono le colonne debitore, creditore, importo (o debtor, creditor, amount), una per una; "
        f"trovate: {', '.join(filter(None, headings)) or 'nessuna'}",
        name,
        1,
    )


def _name(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def _read_csv(path: Path) -> Obligations:
    form = _header(path)
    import pyarrow as pa

    names = form.names
    try:
        table = _table(path, form, form.encoding)
    except pa.ArrowInvalid as error:
        if "UTF8" not in str(error):
            raise _irregular(path, form) from error
        # Offices still save in the old Windows alphabet.
        table = _table(path, form, "cp1252")
    if table.num_rows > MAX_OBLIGATIONS:
        raise InputError(f"ha più di {MAX_OBLIGATIONS:,} righe: dividerlo per territorio", path.name)
    if not table.num_rows:
        raise InputError("non contiene obbligazioni: servono righe sotto l'intestazione", path.name)
    picked = {COLUMNS[name]: table.column(name).combine_chunks() for name in names if name in COLUMNS}
    columns, numbers = _without_blank([picked["debtor"], picked["creditor"], picked["amount"]])
    if not len(numbers):
        raise InputError("non contiene obbligazioni: servono righe sotto l'intestazione", path.name)
    try:
        debtors, creditors, amounts = columns
        return _built(path.name, debtors, creditors, amounts, numbers)
    except InputErrors as found:
        wanted = {error.row for error in found.errors}
        lines = {at: line for at, (line, _row) in enumerate(_lines(path, form)) if at in wanted}
        told = [
            replace(error, row=None if error.row is None else lines.get(error.row)) for error in found.errors
        ]
        raise InputErrors(told) from None


def _without_blank(columns: list[Any]) -> tuple[list[Any], Any]:
    """Return the columns without the lines that office programs leave empty (";;"), and their places."""
    import pyarrow as pa
    import pyarrow.compute as pc

    blank: Any = True
    for column in columns:
        blank = pc.and_(pc.equal(pc.utf8_trim_whitespace(column), ""), blank)
    if not pc.any(blank).as_py():
        return columns, range(len(columns[0]))
    kept = np.flatnonzero(~blank.to_numpy(zero_copy_only=False))
    return [column.take(pa.array(kept)) for column in columns], kept.tolist()


def _lines(path: Path, form: _Form) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the heading with their line in the file; empty lines hold no row."""
    with path.open(encoding=form.encoding, errors="replace", newline="") as handle:
        for _ in range(form.above):
            handle.readline()
        reader = csv.reader(handle, delimiter=form.delimiter)
        next(reader, None)
        for row in reader:
            if row:
                yield form.above + reader.line_num, row


def _irregular(path: Path, form: _Form) -> InputError:
    """Return what to say of a file whose rows do not all have the heading's columns."""
    columns = len(form.names)
    for line, row in _lines(path, form):
        if len(row) != columns:
            return InputError(
                f"la riga ha {len(row)} celle, l'intestazione {columns}: una cella che contiene "
                f"«{form.delimiter}» va tra virgolette",
                path.name,
                line,
            )
    return InputError("le virgolette non si chiudono: aprirlo e salvarlo di nuovo come CSV", path.name)


@dataclass(frozen=True)
class _Form:
    """How a CSV file is written: separator, folded headings, alphabet, lines above the heading."""

    delimiter: str
    names: list[str]
    encoding: str
    above: int


def _table(path: Path, form: _Form, encoding: str) -> Any:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    return arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(
            column_names=form.names, skip_rows=form.above + 1, encoding=encoding
        ),
        parse_options=arrow_csv.ParseOptions(delimiter=form.delimiter),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(form.names, pa.string()), strings_can_be_null=False
        ),
    )


def _header(path: Path) -> _Form:
    if not path.is_file():
        raise InputError("il file non esiste: controllare il percorso", str(path))
    if path.stat().st_size > _MAX_FILE_BYTES:
        raise InputError("il file supera 4 GB: dividerlo per territorio", path.name)
    above = 0
    with path.open("rb") as handle:
        first = handle.readline(100_000)
        # Empty lines and "sep=;" may stand above the heading.
        while first and above < 20 and (not first.strip() or _tells_separator(first)):
            above, first = above + 1, handle.readline(100_000)
    if b"\x00" in first or first[:2] == b"PK" or first[:4] == b"%PDF":
        raise InputError("non è un file CSV: salvarlo come CSV con debitore, creditore, importo", path.name)
    encoding = "utf-8"
    try:
        line = first.decode("utf-8-sig")
    except UnicodeDecodeError:
        line, encoding = first.decode("cp1252", errors="replace"), "cp1252"
    delimiter = max(";\t,", key=line.count)
    headings = [_heading(cell) for cell in next(csv.reader([line], delimiter=delimiter), [])]
    told = [COLUMNS[name] for name in headings if name in COLUMNS]
    if sorted(told) != ["amount", "creditor", "debtor"]:
        raise _wrong_columns(path.name, headings)
    return _Form(delimiter, headings, encoding, above)


def _tells_separator(line: bytes) -> bool:
    return SEPARATOR_TOLD.match(line.decode("utf-8", errors="replace")) is not None


def _heading(cell: str) -> str:
    """Return a heading as it is compared: "Importo (€)" is "importo"."""
    plain = re.sub(r"[(\[].*?[)\]]|€", " ", fold(cell))
    return "_".join(plain.replace("-", " ").replace("_", " ").split()).strip("*:.")


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
    # One firm however many blanks its name is written with.
    told = [" ".join(name.split()) for name in coded.dictionary.to_pylist()]
    names = sorted(set(told))
    place = {name: at for at, name in enumerate(names)}
    rank = np.array([place[name] for name in told], dtype=np.int64)
    codes = rank[coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)]
    half = len(codes) // 2
    return tuple(names), codes[:half], codes[half:]


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
    italian = len(slow) > 0 and is_italian(amounts)
    for line in slow:
        value = amounts[line]
        try:
            cents[line] = cents_of(value.as_py() if isinstance(value, pa.Scalar) else value, italian)
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
        cells = {_LIMITS.get(heading, heading): cell for heading, cell in row.cells.items()}
        told = {_LIMITS.get(heading, heading) for heading in row.headings}
        if not {"firm", "owe", "owed"} <= told:
            raise InputError(
                "servono le colonne impresa, puo_dovere, puo_avere; trovate: " + ", ".join(row.headings),
                path.name,
                1,
            )
        name = _name(cells.get("firm"))
        wrong = _wrong_firm(name, known, found)
        if wrong:
            errors.append(InputError(wrong, path.name, row.number, "impresa"))
            continue
        limits = []
        for column, heading in (("owe", "puo_dovere"), ("owed", "puo_avere")):
            value = cells.get(column, 0)
            try:
                limits.append(0 if str(value).strip() in ("0", "0,00", "0.0", "0.00") else cents_of(value))
            except ValueError as error:
                errors.append(InputError(str(error), path.name, row.number, heading))
                limits.append(0)
        found[name] = (limits[0], limits[1])
    if errors:
        raise InputErrors(errors)
    return found


def _wrong_firm(name: str, known: Collection[str], found: Collection[str]) -> str | None:
    if not name:
        return "manca il nome dell'impresa"
    if name in found:
        return f"«{name}» ha già i suoi limiti in un'altra riga: lasciarne una"
    return None if name in known else f"«{name}» non ha obbligazioni: controllare il nome"


def nearly_equal(firms: Sequence[str]) -> tuple[str, ...]:
    """Return one sentence for firms whose names differ only in capitals, accents or punctuation.

    They are not put together: two names may be two firms, and money is theirs to tell.
    """
    if len(firms) > _MOST_COMPARED:
        return ()
    alike: dict[str, list[str]] = {}
    for firm in firms:
        key = "".join(char for char in fold(firm) if char.isalnum()) or firm
        alike.setdefault(key, []).append(firm)
    pairs = [" e ".join(f"«{name}»" for name in names) for names in alike.values() if len(names) > 1]
    if not pairs:
        return ()
    more = f" e altri {len(pairs) - 5} casi" if len(pairs) > 5 else ""
    return (
        f"Nomi quasi uguali, contati come imprese diverse: {'; '.join(pairs[:5])}{more}. Se sono la stessa "
        "impresa, scriverli allo stesso modo e rilanciare.",
    )
