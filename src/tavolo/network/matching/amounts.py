"""Amounts in euro as people write them, turned into integer cents exactly."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from tavolo.network.matching.obligations import MAX_TOTAL_CENTS

_ITALIAN = r"^-?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}$"
_ENGLISH = r"^-?\d+\.\d{1,2}$"
_BLANKS = re.compile(r"[\s\u2019'€]|EUR", re.IGNORECASE)


def cents_of(value: Any, italian: bool = False) -> int:
    """Return an amount in euro as integer cents, exactly.

    Takes 1234.56, 1234,56, 1.234,56, "1.234,56 €" and numbers from a spreadsheet. A single point or comma
    followed by three digits is a thousands separator only if the other sign, or a second one, makes it
    plain, or the whole column is `italian`; "1.234" alone is refused as ambiguous. Raises ValueError with a
    sentence.

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
        number = _decimal(str(value), italian)
    if not number.is_finite():
        raise ValueError(f"«{value}» non è un importo in euro")
    cents = number * 100
    if cents != int(cents):
        raise ValueError(f"«{value}» ha più di due decimali: arrotondare ai centesimi")
    if cents <= 0:
        raise ValueError(
            f"«{value}» deve essere maggiore di zero: per un credito scambiare debitore e creditore"
        )
    if cents > MAX_TOTAL_CENTS:
        raise ValueError(f"«{value}» è fuori misura: controllare l'importo")
    return int(cents)


def _decimal(text: str, italian: bool) -> Decimal:
    plain = _BLANKS.sub("", text)
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        plain = plain.replace(".", "").replace(",", ".") if comma > point else plain.replace(",", "")
    elif plain.count(",") == 1:
        plain = plain.replace(",", ".")
    elif plain.count(".") > 1 or plain.count(",") > 1:
        plain = plain.replace(".", "").replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}\.\d{3}", plain):
        if not italian:
            raise ValueError(f"«{text}» è ambiguo: scrivere {plain.replace('.', '')} oppure {plain}0")
        plain = plain.replace(".", "")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(f"«{text}» non è un importo in euro") from error


def is_italian(amounts: Any) -> bool:
    """Return whether a column of amounts writes decimals with a comma, and none with a point."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(amounts, pa.Array):
        amounts = pa.array([cell if isinstance(cell, str) else "" for cell in amounts], pa.string())
    text = pc.replace_substring_regex(amounts, r"[\s\x{2019}'€]|EUR", "")
    return bool(
        pc.any(pc.match_substring_regex(text, _ITALIAN)).as_py()
        and not pc.any(pc.match_substring_regex(text, _ENGLISH)).as_py()
    )
