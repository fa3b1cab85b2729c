"""Reading cells: each parser takes the cell's text and returns a value or says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00:00(?:\.0+)?)?")
_ITALIAN_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_INTEGER = re.compile(r"[+-]?\d{1,18}(?:\.0+)?")


def text(longest: int = 1000) -> Callable[[str], str]:
    """Return a parser of text of at most `longest` characters."""

    def parse(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(_("The text is longer than %(longest)s characters.") % {"longest": longest})
        if "\x00" in cell:
            raise ValueError(_("The text holds characters that cannot be stored."))
        return cell

    return parse


def integer(least: int | None = None, most: int | None = None) -> Callable[[str], int]:
    """Return a parser of whole numbers within bounds; spreadsheets' `3.0` counts as 3."""

    def parse(cell: str) -> int:
        if not _INTEGER.fullmatch(cell):
            raise ValueError(_("“%(cell)s” is not a whole number.") % {"cell": cell[:40]})
        value = int(cell.partition(".")[0])
        if (least is not None and value < least) or (most is not None and value > most):
            raise ValueError(
                _("%(value)s is not between %(least)s and %(most)s.")
                % {"value": value, "least": least if least is not None else "…", "most": most or "…"}
            )
        return value

    return parse


def decimal(cell: str) -> Decimal:
    """Return a number with point or comma: 1234.5, 1234,5, 1.234,50."""
    plain = cell.replace(" ", "").replace("\u00a0", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(_("“%(cell)s” is not a number.") % {"cell": cell[:40]})
    return value


def day(cell: str) -> date:
    """Return a date written 2026-04-13 or 13/04/2026."""
    iso, italian = _ISO_DAY.fullmatch(cell), _ITALIAN_DAY.fullmatch(cell)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if italian:
            return date(int(italian[3]), int(italian[2]), int(italian[1]))
    except ValueError:
        pass
    raise ValueError(_("“%(cell)s” is not a date such as 2026-04-13 or 13/04/2026.") % {"cell": cell[:40]})


def moment(cell: str) -> datetime:
    """Return a moment: ISO 8601 with time zone (UTC without one), or Unix time in (milli)seconds."""
    try:
        if cell.isdigit():
            number = int(cell)
            return datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC)
        found = datetime.fromisoformat(cell)
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            _("“%(cell)s” is not a time such as 2026-04-13T09:00:00Z.") % {"cell": cell[:40]}
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def email(cell: str) -> str:
    """Return an e-mail address."""
    try:
        validate_email(cell)
    except ValidationError:
        raise ValueError(_("“%(cell)s” is not an e-mail address.") % {"cell": cell[:80]}) from None
    return cell


def choice(values: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return a parser of one of several words, capital letters or not."""
    known = {word.casefold(): value for word, value in values.items()}

    def parse(cell: str) -> Any:
        if cell.casefold() not in known:
            raise ValueError(
                _("“%(cell)s” is none of: %(words)s.") % {"cell": cell[:40], "words": ", ".join(values)}
            )
        return known[cell.casefold()]

    return parse
