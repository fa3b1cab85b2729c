"""Needs and offers read from CSV, XLSX or JSON, with every error told by row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tavolo.language.folding import fold
from tavolo.network.matching.errors import InputError, InputErrors
from tavolo.network.matching.fields import COLUMNS, ROLES, Fields
from tavolo.network.matching.sheets import Role, Sheet
from tavolo.network.matching.tables import Row, read_json, read_rows


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
    entries, name = (
        (_from_json(path), path.name) if path.suffix.lower() == ".json" else (_from_table(path), path.name)
    )
    errors: list[InputError] = []
    warnings: list[str] = []
    sheets: list[Sheet] = []
    for role, number, cells in entries:
        fields = Fields(cells, name, number)
        sheet = fields.sheet(role)
        errors += fields.errors
        warnings += fields.warnings
        if sheet is not None:
            sheets.append(sheet)
    errors += _repeated(sheets, name)
    if errors:
        raise InputErrors(errors)
    market = market_of(sheets, name, warnings)
    if not market.needs or not market.offers:
        lacking = "bisogno" if not market.needs else "offerta"
        raise InputError(f"non contiene alcun {lacking}: servono sia bisogni sia offerte", name)
    return market


def market_of(sheets: Iterable[Sheet], name: str = "", warnings: Iterable[str] = ()) -> Market:
    """Return the sheets as a market in canonical order, so that the order of the input means nothing."""
    ordered = sorted(sheets, key=lambda sheet: sheet.id)
    return Market(
        tuple(sheet for sheet in ordered if sheet.role is Role.NEED),
        tuple(sheet for sheet in ordered if sheet.role is Role.OFFER),
        name,
        tuple(dict.fromkeys(warnings)),
    )


def _from_json(path: Path) -> Iterator[tuple[Role, int, dict[str, Any]]]:
    value = read_json(path)
    if not isinstance(value, dict) or not all(
        isinstance(value.get(key), list) for key in ("needs", "offers")
    ):
        raise InputError("il JSON deve essere un oggetto con gli elenchi «needs» e «offers»", path.name)
    for key, role in (("needs", Role.NEED), ("offers", Role.OFFER)):
        for number, item in enumerate(value[key], start=1):
            if not isinstance(item, dict):
                raise InputError(
                    f"l'elemento {number} di «{key}» non è un oggetto con «id» e «text»", path.name
                )
            yield (
                role,
                number,
                {fold(str(name)): cell for name, cell in item.items() if cell not in (None, "")},
            )


def _from_table(path: Path) -> Iterator[tuple[Role, int, dict[str, Any]]]:
    for seen, row in enumerate(read_rows(path), start=1):
        cells = {COLUMNS.get(heading, heading): cell for heading, cell in row.cells.items()}
        if seen == 1 and "text" not in cells:
            raise InputError(
                f"manca la colonna «testo»; trovate: {', '.join(row.cells) or 'nessuna'}",
                path.name,
                row.number,
            )
        yield _role(row, cells, path.name), row.number, cells


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


def _repeated(sheets: Iterable[Sheet], name: str) -> list[InputError]:
    counts = Counter(sheet.id for sheet in sheets)
    return [
        InputError(
            f"l'identificativo «{item}» è usato {count} volte: ogni scheda ne vuole uno suo",
            name,
            column="id",
        )
        for item, count in sorted(counts.items())
        if count > 1
    ]


def without_requests(market: Market) -> Market:
    """Return the market without the offers that are requests in disguise."""
    from tavolo.network.matching.intent import is_request

    offers = tuple(offer for offer in market.offers if not is_request(offer.text))
    return replace(market, offers=offers)
