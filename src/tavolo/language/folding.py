"""Folding of Italian text: one plain form for words that people write in many ways."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'", "\u2032": "'"}
)

# Articles and prepositions that lose their vowel before another word: "dell'officina", "un'ora".
ELISIONS = frozenset(
    [
        "l",
        "un",
        "d",
        "c",
        "m",
        "t",
        "s",
        "v",
        "n",
        "all",
        "dall",
        "dell",
        "nell",
        "sull",
        "coll",
        "quell",
        "quest",
        "bell",
        "sant",
        "tutt",
        "senz",
        "mezz",
        "anch",
        "dov",
        "cos",
        "com",
        "quand",
        "gl",
    ]
)
_ELIDED = re.compile(r"\b([a-z]{1,6})'(?=[a-z0-9])")
_WORD = re.compile(r"[a-z0-9]+(?:\+{1,2}|#)?")


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with straight apostrophes and single spaces.

    Compatibility forms are unified first (NFKC: full-width letters, ligatures, "²" to "2"), so the
    result is the same whichever keyboard or office program wrote the text. Folding twice changes
    nothing.

    >>> fold("  Perché   L’ÉQUIPE è già «qui»")
    "perche l'equipe e gia «qui»"
    """
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    decomposed = unicodedata.normalize("NFD", plain)
    bare = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_APOSTROPHES).split())


def words(text: str) -> list[str]:
    """Return the folded words of `text` in order, elided articles and prepositions left out.

    A word is a run of letters a-z and digits ("c++" and "c#" kept whole). Words written with an
    accent typed as an apostrophe ("perche'") come out like the accented ones.

    >>> words("L'officina dell’ingegnere: 3 torni CNC, po' d'ottone")
    ['officina', 'ingegnere', '3', 'torni', 'cnc', 'po', 'ottone']
    """
    return _WORD.findall(_ELIDED.sub(_drop_elision, fold(text)))


def _drop_elision(match: re.Match[str]) -> str:
    return " " if match.group(1) in ELISIONS else match.group(1) + " "
