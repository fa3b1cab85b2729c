"""Italian names in alphabetical order, and found whatever their accents, capitals and punctuation."""

from __future__ import annotations

import re

from tavolo.language.folding import fold

_SEPARATORS = re.compile(r"[^a-z0-9]+")


def folded(text: str) -> str:
    """Return `text` as lower-case letters and digits with single spaces: a key to sort and search by.

    >>> folded("L'Officina di  Città")
    'l officina di citta'
    """
    return _SEPARATORS.sub(" ", fold(text)).strip()
