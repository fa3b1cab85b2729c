"""Read a payroll file into Workers, naming every problem by file, row and column; no value is ever quoted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from tavolo.bonus.cells import CellError, decimal_mark, read_date, read_flag, read_number
from tavolo.bonus.headers import Header, find_header, fold, unused_hint
from tavolo.bonus.rules.terms import CONTRIBUTION_CLASSES
from tavolo.bonus.rules.workers import FULL, MISSING, Workers
from tavolo.bonus.sheets import Cell, Table, column_letter, read_table
from tavolo.common.errors import Problem

MOST_PROBLEMS = 200
#: column -> accepted headings (Italian first); the column's own name is accepted too
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": (
        "matricola",
        "numero matricola",
        "codice dipendente",
        "matr",
        "n matricola",
        "nr matricola",
        "num matricola",
        "matricola dipendente",
        "cod dipendente",
        "id dipendente",
        "id lavoratore",
        "worker id",
    ),
    "name": (
        "nominativo",
        "cognome e nome",
        "nome e cognome",
        "cognome nome",
        "dipendente",
        "lavoratore",
        "nome",
    ),
    "tax_code": ("codice fiscale", "cod fiscale", "cod fisc", "cf", "c.f."),
    "gender": ("sesso", "genere", "m/f"),
    "level": ("livello", "inquadramento", "livello inquadramento", "livello di inquadramento", "liv"),
    "contract": (
        "tipo contratto",
        "contratto",
        "tipo rapporto",
        "rapporto",
        "tipo di contratto",
        "tipologia contratto",
        "tipologia contrattuale",
    ),
    "part_time": (
        "part time",
        "percentuale part time",
        "part time %",
        "% part time",
        "pt %",
        "% p.t.",
        "p.t.",
        "fte",
        "percentuale di part time",
        "perc part time",
        "orario %",
        "percentuale orario",
    ),
    "contract_hours": (
        "ore contrattuali",
        "ore dovute",
        "ore teoriche",
        "ore contratto",
        "ore da contratto",
        "ore lavorabili",
        "orario contrattuale",
    ),
    "worked_hours": (
        "ore lavorate",
        "ore effettive",
        "ore ordinarie",
        "ore lavoro",
        "ore effettivamente lavorate",
        "ore di lavoro",
        "ore lavorate effettive",
        "h lavorate",
    ),
    "leave_maternity": (
        "ore maternita",
        "maternita",
        "ore congedo maternita",
        "congedo maternita",
        "ore di maternita",
        "maternita obbligatoria",
    ),
    "leave_paternity": ("ore paternita", "paternita", "ore congedo paternita"),
    "leave_parental": (
        "ore congedo parentale",
        "congedo parentale",
        "ore parentale",
        "ore di congedo parentale",
    ),
    "leave_L104": (
        "ore legge 104",
        "permessi 104",
        "ore l 104",
        "ore 104",
        "legge 104",
        "ore permessi 104",
        "l 104",
        "permessi legge 104",
        "permessi l 104",
        "ore permessi legge 104",
        "ore permessi l 104",
    ),
    "leave_sick": ("ore malattia", "malattia", "ore di malattia"),
    "leave_unpaid": ("ore aspettativa", "aspettativa", "ore assenza non retribuita"),
    "leave_other": ("altre assenze", "ore altre assenze"),
    "pay": (
        "ral",
        "retribuzione annua lorda",
        "retribuzione lorda annua",
        "retribuzione annua",
        "retribuzione",
    ),
    "pensionable_pay": ("retribuzione pensionabile", "imponibile previdenziale", "imponibile inps"),
    "prior_income": (
        "reddito anno precedente",
        "reddito lavoro dipendente anno precedente",
        "reddito da lavoro dipendente anno precedente",
        "reddito di lavoro dipendente anno precedente",
        "reddito da lavoro dipendente dell anno precedente",
        "reddito di lavoro dipendente dell anno precedente",
        "reddito dell anno precedente",
        "reddito dell anno prima",
        "reddito anno prima",
        "reddito precedente",
        "redd anno prec",
    ),
    "taxable_income": ("reddito imponibile", "imponibile fiscale", "imponibile irpef", "reddito dell anno"),
    "surtax_rate": ("addizionali", "aliquota addizionali", "addizionali %"),
    "hired": (
        "data assunzione",
        "assunzione",
        "assunto il",
        "data di assunzione",
        "data ass",
        "data inizio rapporto",
        "inizio rapporto",
    ),
    "left": (
        "data cessazione",
        "cessazione",
        "cessato il",
        "data di cessazione",
        "data cess",
        "data fine rapporto",
        "fine rapporto",
    ),
    "coefficient": ("coefficiente", "coefficiente individuale", "coeff"),
    "renounced": ("rinuncia", "rinuncia imposta sostitutiva", "rinuncia tassazione agevolata"),
    "cap_used": ("limite gia usato", "premi gia agevolati", "premi altri datori"),
    "relief_used": ("sgravio gia usato", "premio gia decontribuito"),
    "fringe_used": ("fringe benefit", "fringe gia goduti", "fringe benefit gia goduti"),
    "children": ("figli a carico", "figli fiscalmente a carico", "figli"),
    "welfare_exempt": ("conversione welfare", "welfare", "premio in welfare"),
    "welfare_fringe": ("conversione buoni", "conversione fringe", "buoni"),
    "welfare_pension": ("conversione previdenza", "fondo pensione", "previdenza complementare"),
    "welfare_health": ("conversione sanita", "fondo sanitario", "assistenza sanitaria"),
    "contribution_class": ("classe contributiva", "tipo contributi"),
    "contribution_rate": ("aliquota contributi", "contributi %", "aliquota contributi lavoratore"),
}
LEAVES = ("maternity", "paternity", "parental", "L104", "sick", "unpaid", "other")
_MONEY = {
    "pay", "pensionable_pay", "prior_income", "taxable_income", "cap_used", "relief_used", "fringe_used",
    "welfare_exempt", "welfare_fringe", "welfare_pension", "welfare_health",
}  # fmt: skip
_HOURS = {"contract_hours", "worked_hours", *(f"leave_{kind}" for kind in LEAVES)}
_FLAGS = {"renounced", "children"}
_DATES = {"hired", "left"}
#: empty cells of these columns mean zero; of the other amounts they are missing
_ZERO_WHEN_EMPTY = {
    "cap_used", "relief_used", "fringe_used", "welfare_exempt", "welfare_fringe", "welfare_pension",
    "welfare_health", *(f"leave_{kind}" for kind in LEAVES),
}  # fmt: skip
_CLASSES = {
    "ordinaria": "ordinary", "ordinary": "ordinary", "cigs": "cigs", "apprendista": "apprentice",
    "apprentice": "apprentice",
}  # fmt: skip
_GENDERS = {
    "f": 1, "femmina": 1, "femminile": 1, "donna": 1, "female": 1, "m": 2, "maschio": 2, "maschile": 2,
    "uomo": 2, "male": 2, "": 0, "x": 0, "nb": 0, "nd": 0, "n d": 0, "altro": 0, "non binario": 0,
    "non dichiarato": 0,
}  # fmt: skip


class PayrollProblems(Exception):
    """All problems of a file, each naming file, row and column."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass
class _Reading:
    """The file being read: its rows, the raw columns and the problems found so far."""

    table: Table
    header: Header
    rows: list[tuple[int, list[Cell]]]
    needed: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    mark: str | None = None
    strange: set[int] = field(default_factory=set)

    def cells(self, name: str) -> list[Cell]:
        index = self.header.columns[name]
        return [row[index] if index < len(row) else None for _, row in self.rows]

    def label(self, name: str) -> str:
        index = self.header.columns[name]
        return f"{column_letter(index)} «{self.header.labels[index]}»"

    def note(self, position: int, name: str, sentence: str) -> None:
        if position in self.strange:
            return  # the row is no worker's: what its other cells hold does not matter
        if len(self.problems) < MOST_PROBLEMS:
            row = self.rows[position][0]
            self.problems.append(Problem(sentence, file=self.table.file, row=row, column=self.label(name)))


@dataclass(frozen=True)
class Payroll:
    """Workers and what was noticed on the way (not wrong, but worth reading)."""

    workers: Workers
    notices: tuple[str, ...]


def read_workers(path: Path, rates: Callable[[str], Decimal], needed: Mapping[str, str]) -> Payroll:
    """Workers of a CSV, XLSX or Parquet file.

    `rates` gives the contribution rate of a class; `needed` maps columns the plan needs to why.
    PayrollProblems with everything found, up to MOST_PROBLEMS; Problem when the file is not such a table.
    """
    table = read_table(path)
    header = find_header(table, COLUMNS, ("id",))
    reading = _Reading(table, header, _data_rows(table, header), needed)
    _absent(reading)
    if not reading.rows:
        raise Problem("has a header but no workers under it", file=table.file)
    _identities(reading)
    marks = [decimal_mark(reading.cells(name)) for name in header.columns if name in _MONEY | _HOURS]
    settled = {mark for mark in marks if mark}
    reading.mark = settled.pop() if len(settled) == 1 else None
    workers = _workers(reading, rates)
    if reading.problems:
        raise PayrollProblems(reading.problems)
    return Payroll(workers, header.notices)


def _data_rows(table: Table, header: Header) -> list[tuple[int, list[Cell]]]:
    """Rows under the header with their number in the file; rows with no cell at all are passed over."""
    numbered = enumerate(table.rows[header.first_data :], header.first_data + 1)
    return [(number, row) for number, row in numbered if any(cell is not None for cell in row)]


def _absent(reading: _Reading) -> None:
    for name, why in reading.needed.items():
        if name not in reading.header.columns:
            accepted = " or ".join(f"«{heading}»" for heading in COLUMNS[name][:2])
            reading.problems.append(
                Problem(
                    f"the column {accepted} is missing: {why}{unused_hint(reading.header.ignored)}",
                    file=reading.table.file,
                    row=reading.header.first_data,
                )
            )


def _identities(reading: _Reading) -> None:
    """Missing and repeated ids and tax codes; a row of totals."""
    seen: dict[str, int] = {}
    for position, cell in enumerate(reading.cells("id")):
        text = fold(str(cell)) if cell is not None else ""
        if strange := _no_worker(reading, position, text):
            reading.note(position, "id", strange)
            reading.strange.add(position)
        elif not text:
            reading.note(position, "id", "the worker's id is missing")
        elif text in seen:
            reading.note(
                position, "id", f"repeats the id of row {seen[text]}; every worker needs an id of their own"
            )
        else:
            seen[text] = reading.rows[position][0]
        _too_wide(reading, position)
    if "tax_code" in reading.header.columns:
        _tax_codes(reading)


def _no_worker(reading: _Reading, position: int, text: str) -> str | None:
    """Why a row is not a worker's: totals, the header again (page breaks), a note under the table."""
    row = reading.rows[position][1]
    words = [fold(cell) for cell in row if isinstance(cell, str)]
    if text.startswith(("total", "somma")) or (
        not text and any(word.startswith(("total", "somma")) for word in words)
    ):
        return "looks like a row of totals; delete it"
    header = {fold(label) for label in reading.header.labels.values()}
    if text in header and sum(word in header for word in words) > len(words) / 2:
        return "repeats the header; delete the row"
    filled = sum(cell is not None for cell in row)
    if filled == 1 and len(reading.header.labels) > 2 and " " in text:
        return "looks like a note, not a worker; delete the row"
    return None


def _too_wide(reading: _Reading, position: int) -> None:
    """A text row with more cells than the header has probably slid: one of its cells holds the separator."""
    if reading.table.file.lower().endswith((".xlsx", ".parquet")):
        return
    number, row = reading.rows[position]
    width = max(reading.header.labels) + 1
    beyond = next((index for index in range(width, len(row)) if row[index] is not None), None)
    if beyond is not None and position not in reading.strange:
        reading.problems.append(
            Problem(
                "has more cells than the header: a cell may hold the separator without quotation marks",
                file=reading.table.file, row=number, column=column_letter(beyond),
            )
        )  # fmt: skip


def _tax_codes(reading: _Reading) -> None:
    from stdnum.it import codicefiscale

    seen: dict[str, int] = {}
    for position, cell in enumerate(reading.cells("tax_code")):
        if cell is None:
            continue
        code = str(cell).replace(" ", "").upper()
        if code in seen:
            sentence = f"repeats the tax code of row {seen[code]}; merge the two rows or correct one"
            reading.note(position, "tax_code", sentence)
        elif not codicefiscale.is_valid(code):
            reading.note(position, "tax_code", "is not a valid tax code (check character or length)")
        seen.setdefault(code, reading.rows[position][0])


def _workers(reading: _Reading, rates: Callable[[str], Decimal]) -> Workers:
    columns = reading.header.columns
    numbers = {name: _numbers(reading, name) for name in columns if name in _MONEY | _HOURS}
    flags = {name: _flags(reading, name) for name in columns if name in _FLAGS}
    days = {name: _days(reading, name) for name in columns if name in _DATES}
    level, level_names = _words(reading, "level")
    contract, contract_names = _words(reading, "contract")
    _check_dates(reading, days)
    names = [str(cell or "") for cell in reading.cells("name")] if "name" in columns else None
    shares = {name: _shares(reading, name) for name in ("part_time", "coefficient") if name in columns}
    leave = {kind: numbers[f"leave_{kind}"] for kind in LEAVES if f"leave_{kind}" in numbers}
    kinds = ("exempt", "fringe", "pension", "health")
    welfare = {kind: numbers[f"welfare_{kind}"] for kind in kinds if f"welfare_{kind}" in numbers}
    return Workers(
        ids=np.array([str(cell or "") for cell in reading.cells("id")], dtype=np.str_), level=level,
        level_names=level_names, contribution_rate=_contribution_rates(reading, rates),
        names=tuple(names) if names else None, gender=_genders(reading),
        contract=contract if "contract" in columns else None, contract_names=contract_names,
        part_time=shares.get("part_time"), coefficient=shares.get("coefficient"), leave_hours=leave,
        welfare=welfare,
        surtax_rate=_rates(reading, "surtax_rate") if "surtax_rate" in columns else None,
        **{n: numbers.get(n) for n in ("contract_hours", "worked_hours", "pay", "pensionable_pay",
        "prior_income",
           "taxable_income", "cap_used", "relief_used", "fringe_used")},
        renounced=flags.get("renounced"), children=flags.get("children"), hired=days.get("hired"),
        left=days.get("left"),
    )  # fmt: skip


def _read(reading: _Reading, name: str, read: Callable[[Cell], Any]) -> list[Any]:
    """A column through `read`; problems noted, None for what could not be read or is missing."""
    values = []
    for position, cell in enumerate(reading.cells(name)):
        try:
            value = read(cell)
        except CellError as error:
            reading.note(position, name, str(error))
            value = None
        else:
            if value is None and name in reading.needed:
                reading.note(position, name, f"is empty: {reading.needed[name]}")
        values.append(value)
    return values


def _numbers(reading: _Reading, name: str) -> np.ndarray:
    """Money in cents or hours in hundredths; MISSING where empty."""
    cells = reading.cells(name)
    mark = decimal_mark(cells) or reading.mark

    def read(cell: Cell) -> int | None:
        value = read_number(cell, mark)
        if value is None:
            return 0 if name in _ZERO_WHEN_EMPTY else None
        cents = int(value.scaleb(2).to_integral_value()) if abs(value) < 10**10 else -1
        if value < 0:
            raise CellError("is negative")
        if cents < 0:
            raise CellError("is too large")
        if name in _MONEY and value.scaleb(2) != cents:
            raise CellError("has more than two decimals")
        return cents

    return np.array(
        [MISSING if value is None else value for value in _read(reading, name, read)], dtype=np.int64
    )


def _shares(reading: _Reading, name: str) -> np.ndarray:
    """Part-time (100, 50, 50%, 0,5) or coefficient (1,05) in ten-thousandths; empty part-time is full
    time."""
    mark = decimal_mark(reading.cells(name)) or reading.mark or ","

    def read(cell: Cell) -> int | None:
        value = read_number(cell, mark)
        if value is None:
            return FULL if name == "part_time" else None
        if (isinstance(cell, str) and "%" in cell) or (name == "part_time" and value > 1):
            value = value / 100
        if value < 0 or (name == "part_time" and not 0 < value <= 1) or value > 10:
            raise CellError(
                "must lie between 0 and 100%"
                if name == "part_time"
                else "is out of range; write it as 1,05 or 105%"
            )
        return int((value * FULL).to_integral_value())

    return np.array(
        [MISSING if value is None else value for value in _read(reading, name, read)], dtype=np.int64
    )


def _rates(reading: _Reading, name: str) -> np.ndarray:
    """Rates written 9,19%, 9,19 or 0,0919, in millionths; MISSING where empty."""
    mark = decimal_mark(reading.cells(name)) or reading.mark or ","

    def read(cell: Cell) -> int | None:
        value = read_number(cell, mark)
        if value is None:
            return None
        if (isinstance(cell, str) and "%" in cell) or value > 1:
            value = value / 100
        if not 0 <= value < Decimal("0.5"):
            raise CellError("is not a plausible rate; write it as a percentage, for instance 9,19%")
        return int((value * 1_000_000).to_integral_value())

    return np.array(
        [MISSING if value is None else value for value in _read(reading, name, read)], dtype=np.int64
    )


def _flags(reading: _Reading, name: str) -> np.ndarray:
    return np.array([bool(value) for value in _read(reading, name, read_flag)], dtype=np.bool_)


def _days(reading: _Reading, name: str) -> np.ndarray:
    values = _read(reading, name, read_date)
    return np.array(
        [np.datetime64("NaT") if v is None else np.datetime64(v, "D") for v in values], dtype="datetime64[D]"
    )


def _check_dates(reading: _Reading, days: Mapping[str, np.ndarray]) -> None:
    if {"hired", "left"} <= set(days):
        for position in np.flatnonzero(days["left"] < days["hired"]):
            reading.note(int(position), "left", "comes before the day of hiring")
    if "hired" in days:
        for position in np.flatnonzero(days["hired"] > np.datetime64(date(2100, 1, 1))):
            reading.note(int(position), "hired", "is a day too far in the future")


def _words(reading: _Reading, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """A column of words as codes and names; an empty cell is the word '-'."""
    if name not in reading.header.columns:
        return np.zeros(len(reading.rows), dtype=np.int32), ("-",)
    values = _read(reading, name, lambda cell: None if cell is None else str(cell).strip())
    texts = ["-" if value is None else value for value in values]
    names = sorted(set(texts))
    codes = {text: code for code, text in enumerate(names)}
    return np.array([codes[text] for text in texts], dtype=np.int32), tuple(names)


def _genders(reading: _Reading) -> np.ndarray | None:
    if "gender" not in reading.header.columns:
        return None

    def read(cell: Cell) -> int:
        word = fold(cell) if isinstance(cell, str) else ""
        if word not in _GENDERS:
            raise CellError("is neither F nor M; leave it empty where it is not stated")
        return _GENDERS[word]

    return np.array([value or 0 for value in _read(reading, "gender", read)], dtype=np.int8)


def _contribution_rates(reading: _Reading, rates: Callable[[str], Decimal]) -> np.ndarray:
    """The rate of each worker: its own column, or its class, or the ordinary rate of the law."""
    columns = reading.header.columns
    found = {}

    def of(word: str) -> int:
        if word not in found:
            found[word] = int(rates(word) * 1_000_000)
        return found[word]

    if "contribution_class" in columns:

        def read(cell: Cell) -> int:
            word = fold(cell) if isinstance(cell, str) else "ordinaria"
            if word not in _CLASSES:
                raise CellError(f"is not a contribution class ({', '.join(CONTRIBUTION_CLASSES)})")
            return of(_CLASSES[word])

        base = np.array([value or 0 for value in _read(reading, "contribution_class", read)], dtype=np.int64)
    else:
        base = np.zeros(len(reading.rows), dtype=np.int64)
    own = (
        _rates(reading, "contribution_rate")
        if "contribution_rate" in columns
        else np.full(len(base), MISSING)
    )
    if "contribution_class" not in columns and (own == MISSING).any():
        base[:] = of("ordinary")
    return np.where(own == MISSING, base, own)
