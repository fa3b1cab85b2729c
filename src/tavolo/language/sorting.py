"""Sort keys for Italian names and titles."""

from __future__ import annotations

import re
import unicodedata

from tavolo.language.folding import fold

_NUMBERS = re.compile(r"(\d+)")
_SEPARATORS = re.compile(r"[^a-z0-9]+")


def sort_key(text: str) -> tuple[tuple[tuple[int, int, str], ...], str, str]:
    """Return a key that orders Italian text as a reader expects.

    First by letters alone (accents, case, punctuation and apostrophes set aside, numbers by value:
    "art. 9" before "art. 10"), then by accents, then by case, so that the order is total and does not
    depend on the machine's locale.

    >>> sorted(["Zanè", "àncora", "art. 10", "Art. 9", "Ancona"], key=sort_key)
    ['Ancona', 'àncora', 'Art. 9', 'art. 10', 'Zanè']
    """
    plain = _SEPARATORS.sub(" ", fold(text)).strip()
    parts = tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in _NUMBERS.split(plain)
        if part
    )
    accented = unicodedata.normalize("NFD", text.casefold())
    return parts, accented, text.swapcase()
