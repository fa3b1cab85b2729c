"""Italian names in alphabetical order, and found whatever their accents and capitals."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def folded(text: str) -> str:
    """Return `text` without accents, capitals and punctuation, words one space apart.

    >>> folded("L'Officina di  Città")
    'l officina di citta'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return _NOT_WORD.sub(" ", bare).strip()
