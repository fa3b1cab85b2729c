"""Cells as people type them, read exactly: 1.234,56 and 1,234.56, 31/12/2025 and 2025-12-31, sì and no.

Values are never quoted in a problem: a payroll cell may be personal data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from tavolo.bonus.headers import fold
from tavolo.bonus.sheets import Cell, Figure

_CLEAN = re.compile(r"[\s\u00a0\u202f'’€%]|EUR", re.IGNORECASE)
_COMMA_DECIMAL = re.compile(r"^[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+$")
_POINT_DECIMAL = re.compile(r"^[+-]?(\d{1,3}(,\d{3})+|\d+)\.\d+$")
_COMMA_CERTAIN = re.compile(
    r"^[+-]?(\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,}))$|^[+-]?\d{1,3}(\.\d{3}){2,}$"
)
_POINT_CERTAIN = re.compile(
    r"^[+-]?(\d{1,3}(,\d{3})+\.\d+|\d+\.(\d{1,2}|\d{4,}))$|^[+-]?\d{1,3}(,\d{3}){2,}$"
)
_SCIENTIFIC = re.compile(r"^[+-]?\d(\.\d+)?[eE][+-]?\d+$")
_PLAIN = re.compile(r"^[+-]?\d+$")
_MIDNIGHT = re.compile(r"[T ]+00[:.]00(?:[:.]00(?:\.0+)?)?Z?$")
_TRUE = {"si", "s", "yes", "y", "true", "vero", "1", "x"}
_FALSE = {"no", "n", "false", "falso", "0", ""}


class CellError(ValueError):
    """What is wrong with a cell, without its content."""


def decimal_mark(cells: Iterable[Cell]) -> str | None:
    """The decimal mark that a column shows beyond doubt: ',' or '.'; None when nothing tells, or both do."""
    found = set()
    for cell in cells:
        if isinstance(cell, str) and not isinstance(cell, Figure):
            text = _CLEAN.sub("", cell)
            if _COMMA_CERTAIN.match(text):
                found.add(",")
            elif _POINT_CERTAIN.match(text):
                found.add(".")
    return found.pop() if len(found) == 1 else None


def read_number(cell: Cell, mark: str | None) -> Decimal | None:
    """A number, or None for an empty cell. `mark` settles 1.234, which alone could be either."""
    if cell is None:
        return None
    if not isinstance(cell, str):
        raise CellError("is a date where a number is expected")
    text = _CLEAN.sub("", cell)
    if not text or text in ("-", "n.d.", "nd", "n/a"):
        return None
    if _PLAIN.match(text) or isinstance(cell, Figure) or _SCIENTIFIC.match(text):
        return _plausible(text)
    return _marked(text, mark)


def _plausible(text: str) -> Decimal:
    """A plain number; beyond twenty digits on either side of the point it is a slip, not an amount."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise CellError("is not a number (for instance 1.234,56)") from None
    if not value.is_finite() or value.adjusted() > 20:
        raise CellError("is too large")
    if int(value.as_tuple().exponent) < -30:
        raise CellError("has too many decimals")
    return value


def _marked(text: str, mark: str | None) -> Decimal:
    """A number with commas or points, read by the mark where the text alone does not tell."""
    comma_reading, point_reading = _as(text, ","), _as(text, ".")
    if comma_reading is None and point_reading is None:
        raise CellError("is not a number (for instance 1.234,56)")
    if comma_reading is None or point_reading is None or comma_reading == point_reading:
        certain = point_reading if comma_reading is None else comma_reading
        assert certain is not None
        return certain
    if _COMMA_CERTAIN.match(text):
        return comma_reading
    if _POINT_CERTAIN.match(text):
        return point_reading
    if mark is None:
        raise CellError(
            "can be read in two ways (thousands or decimals); write two decimals, or no thousands mark"
        )
    return comma_reading if mark == "," else point_reading


def _as(text: str, mark: str) -> Decimal | None:
    group = "." if mark == "," else ","
    pattern = _COMMA_DECIMAL if mark == "," else _POINT_DECIMAL
    grouped = re.compile(rf"^[+-]?[1-9]\d{{0,2}}(\{group}\d{{3}})+$")  # 0.125 has no thousands
    if pattern.match(text) or grouped.match(text):
        return Decimal(text.replace(group, "").replace(mark, "."))
    return None


def read_date(cell: Cell) -> date | None:
    """A date: a spreadsheet date, 31/12/2025, 31-12-2025, 31.12.2025 or 2025-12-31; None when empty."""
    if cell is None or isinstance(cell, date):
        return cell
    text = _MIDNIGHT.sub("", cell.strip())
    if text in ("", "-"):
        return None
    match = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)
    iso = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text) or re.fullmatch(
        r"((?:19|20)\d{2})(\d{2})(\d{2})", text
    )
    parts = (match[3], match[2], match[1]) if match else (iso[1], iso[2], iso[3]) if iso else None
    if parts is None:
        if re.fullmatch(r"\d{5}(\.0*)?", text):
            raise CellError(
                "is a spreadsheet's day number; give the column the form of a date and export again"
            )
        if re.fullmatch(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}", text):
            raise CellError("is a date with a two-digit year; write four digits")
        raise CellError("is not a date (for instance 31/12/2025)")
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        raise CellError("is not a day of the calendar") from None


def read_flag(cell: Cell) -> bool:
    """Yes or no: sì, s, x, vero, 1 / no, n, falso, 0 or empty."""
    word = fold(cell) if isinstance(cell, str) else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise CellError("is neither yes nor no (sì / no)")
