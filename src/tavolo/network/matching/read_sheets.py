"""Needs and offers read from CSV, XLSX or JSON, with every error told by row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tavolo.language.folding import fold
from tavolo.language.sorting import sort_key
from tavolo.network.matching.errors import InputError, InputErrors
from tavolo.network.matching.fields import COLUMNS, KNOWN_TEXT, ROLES, Fields, named
from tavolo.network.matching.sheets import Role, Sheet
from tavolo.network.matching.tables import Row, read_json, read_rows

_PLURAL = {"riga": "righe", "elemento": "elementi"}


@dataclass(frozen=True)
class Market:
    """The needs and the offers of one file, each sorted by id; `warnings` are sentences for the officer."""

    needs: tuple[Sheet, ...]
    offers: tuple[Sheet, ...]
    name: str = ""
    warnings: tuple[str, ...] = ()


def read_market(path: Path) -> Market:
    """Read a file of needs and offers.

    JSON: an object with the lists `needs` and `offers`, each item with `id`, `text` and any of the fields
    of `Sheet`. CSV or XLSX: one line a sheet, with the column "ruolo" (bisogno or offerta), or a workbook
    with one tab of needs and one of offers. Raises InputError or InputErrors (all rows at once).
    """
    name = path.name
    errors: list[InputError] = []
    warnings: list[str] = []
    sheets: list[tuple[_Entry, Sheet]] = []
    for entry in _from_json(path) if path.suffix.lower() == ".json" else _from_table(path):
        if isinstance(entry, InputError):
            errors.append(entry)
            continue
        fields = Fields(entry.cells, entry.file, entry.number, entry.counted)
        sheet = fields.sheet(entry.role)
        errors += fields.errors
        warnings += [*fields.warnings, *entry.warnings]
        if sheet is not None:
            sheets.append((entry, sheet))
    errors += _repeated(sheets, name)
    if errors:
        raise InputErrors(errors)
    spelled, merged = one_spelling([sheet for _, sheet in sheets])
    market = market_of(spelled, name, [*gathered(warnings), *merged])
    if not market.needs or not market.offers:
        lacking = "alcun bisogno" if not market.needs else "alcuna offerta"
        raise InputError(f"non contiene {lacking}: servono sia bisogni sia offerte", name)
    return market


@dataclass(frozen=True)
class _Entry:
    """One sheet as it stands in the file: in which list of it, at which place, with which cells."""

    role: Role
    file: str
    listed: str
    number: int
    cells: dict[str, Any]
    counted: str = "riga"
    warnings: tuple[str, ...] = ()


def gathered(warnings: Sequence[str]) -> list[str]:
    """Return warnings with those that differ only by their row put together, the first rows named.

    >>> gathered(["riga 2: il luogo «X»", "riga 5: il luogo «X»", "colonne non lette: y"])
    ['righe 2, 5: il luogo «X»', 'colonne non lette: y']
    """
    rows: dict[tuple[str, str], list[str]] = {}
    for warning in dict.fromkeys(warnings):
        place, told, said = warning.partition(": ")
        counted, _, number = place.rpartition(" ")
        of_a_row = counted in _PLURAL and number.isdigit()
        rows.setdefault((counted, said) if of_a_row else ("", warning), []).append(number if told else "")
    lines = []
    for (counted, said), numbers in rows.items():
        more = f" e altre {len(numbers) - 8}" if len(numbers) > 8 else ""
        word = counted if len(numbers) == 1 else _PLURAL.get(counted, "")
        lines.append(f"{word} {', '.join(numbers[:8])}{more}: {said}" if counted else said)
    return lines


def one_spelling(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[str]]:
    """Return the sheets with one spelling for each firm, the most frequent, and what was put together.

    "Rossi S.R.L." and "rossi srl" are one firm: it must not be proposed to itself, nor count as two.
    """
    written: dict[str, Counter[str]] = {}
    for sheet in sheets:
        if sheet.firm:
            written.setdefault(_firm_key(sheet.firm), Counter())[sheet.firm] += 1
    chosen = {key: min(names, key=lambda name: (-names[name], name)) for key, names in written.items()}
    told = [
        f"{' e '.join(f'«{name}»' for name in sorted(names))} sono trattate come una sola impresa"
        for _, names in sorted(written.items())
        if len(names) > 1
    ]
    spelled = [
        replace(sheet, firm=chosen[_firm_key(sheet.firm)]) if sheet.firm else sheet for sheet in sheets
    ]
    return spelled, told


def _firm_key(name: str) -> str:
    plain = "".join(char if char.isalnum() else " " for char in fold(name).replace(".", ""))
    return " ".join(plain.split()) or name


def market_of(sheets: Iterable[Sheet], name: str = "", warnings: Iterable[str] = ()) -> Market:
    """Return the sheets as a market in canonical order, so that the order of the input means nothing."""
    ordered = sorted(sheets, key=lambda sheet: (sort_key(sheet.id), sheet.id))
    return Market(
        tuple(sheet for sheet in ordered if sheet.role is Role.NEED),
        tuple(sheet for sheet in ordered if sheet.role is Role.OFFER),
        name,
        tuple(dict.fromkeys(warnings)),
    )


def _from_json(path: Path) -> Iterator[_Entry | InputError]:
    value = read_json(path)
    if not isinstance(value, dict) or not all(
        isinstance(value.get(key), list) for key in ("needs", "offers")
    ):
        raise InputError("il JSON deve essere un oggetto con gli elenchi «needs» e «offers»", path.name)
    for key, role in (("needs", Role.NEED), ("offers", Role.OFFER)):
        for number, item in enumerate(value[key], start=1):
            if not isinstance(item, dict):
                yield InputError(
                    f"l'elemento {number} di «{key}» non è un oggetto con «id» e «text»", path.name
                )
                continue
            cells = {fold(str(name)): cell for name, cell in item.items() if cell not in (None, "")}
            yield _Entry(role, f"{path.name}, «{key}»", key, number, cells, "elemento")


def _from_table(path: Path) -> Iterator[_Entry | InputError]:
    unread: tuple[str, ...] = ()
    for seen, row in enumerate(read_rows(path), start=1):
        cells = named(row.cells)
        if seen == 1 and "text" not in cells and not KNOWN_TEXT & set(row.headings):
            raise InputError(
                f"manca la colonna «testo»; trovate: {', '.join(filter(None, row.headings)) or 'nessuna'}",
                path.name,
                row.number,
            )
        unknown = [heading for heading in row.headings if heading and heading not in COLUMNS]
        unread = (f"colonne non lette: {', '.join(unknown)}",) if unknown else ()
        file = f"{path.name}, foglio «{row.tab}»" if row.tab else path.name
        try:
            yield _Entry(_role(row, cells, file), file, row.tab, row.number, cells, warnings=unread)
        except InputError as error:
            yield error


def _role(row: Row, cells: dict[str, Any], name: str) -> Role:
    told = cells.pop("role", None)
    # Many keep a column «tipo» with cerco and offro: that is a role, not what kind of thing it is.
    if told is None and fold(str(cells.get("kind", ""))) in ROLES:
        told = cells.pop("kind")
    if told is not None:
        role = ROLES.get(fold(str(told)))
        if role is None:
            raise InputError(
                f"«{told}» non è un ruolo: scrivere bisogno oppure offerta", name, row.number, "ruolo"
            )
        return role
    tab = fold(row.tab)
    for word, role in ROLES.items():
        if len(word) > 3 and word[:-1] in tab:
            return role
    raise InputError(
        "non si capisce se è un bisogno o un'offerta: aggiungere la colonna «ruolo», "
        "o due fogli «Bisogni» e «Offerte»",
        name,
        row.number,
    )


def _repeated(sheets: Iterable[tuple[_Entry, Sheet]], name: str) -> list[InputError]:
    """Return identifiers used twice among needs, among offers, or within one list or tab."""
    uses: dict[str, list[_Entry]] = {}
    for entry, sheet in sheets:
        uses.setdefault(sheet.id, []).append(entry)
    errors = []
    for item, entries in sorted(uses.items()):
        roles, lists = {entry.role for entry in entries}, {entry.listed for entry in entries}
        if len(entries) > min(len(roles), len(lists)):
            places = ", ".join(
                f"«{entry.listed}» {entry.number}" if entry.listed else str(entry.number)
                for entry in entries[:5]
            )
            message = (
                f"l'identificativo «{item}» è usato {len(entries)} volte ({entries[0].counted} {places}): "
                "ogni scheda ne vuole uno suo"
            )
            errors.append(InputError(message, name, column="id"))
    return errors


def without_requests(market: Market) -> Market:
    """Return the market without the offers that are requests in disguise."""
    from tavolo.network.matching.intent import is_request

    offers = tuple(offer for offer in market.offers if not is_request(offer.text))
    return replace(market, offers=offers)
