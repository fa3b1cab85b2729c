"""How easy an Italian text is to read, and what would make it easier. Pure: no Django, no database.

The Gulpease index of P. Lucisano and M. E. Piemontese, "GULPEASE: una formula per la predizione della
difficoltà dei testi in lingua italiana", Scuola e città 3 (1988), pp. 110-124:

    G = 89 + (300 · sentences − 10 · letters) / words

between 0 (hardest) and 100. Its authors' reading: below 80 hard for people with primary school only, below
60 for those with lower secondary school, below 40 for those with upper secondary school. It was made for
texts of a hundred words and more: for one sentence it is a hint, never a verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

LONG_SENTENCE = 25  # words; Fioritto (ed.), "Manuale di stile" (Il Mulino, 1997): not above 20 to 25
EASY, MIDDLE = 60, 40
_SENTENCE = re.compile(r"[.!?;:…]+(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Hint:
    """What could be said more plainly. `code`: long_sentence, jargon, double_negative, two_ideas."""

    code: str
    found: str
    instead: str = ""


@dataclass(frozen=True)
class Reading:
    """What is known about a text: the index (None below three words), its words, and hints."""

    index: int | None
    words: int
    sentences: int
    hints: tuple[Hint, ...]

    @property
    def level(self) -> str:
        """Return "easy", "middle" or "hard"; "short" where there is too little text."""
        if self.index is None:
            return "short"
        return "easy" if self.index >= EASY else ("middle" if self.index >= MIDDLE else "hard")


@lru_cache(maxsize=1)
def jargon() -> dict[str, str]:
    """Return expressions of offices and trades with plainer ones."""
    source = resources.files("tavolo.dialogue.voices").joinpath("jargon_it.yaml")
    return dict(yaml.safe_load(source.read_text(encoding="utf-8")))


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a text without a full stop is one sentence."""
    parts = (part.strip() for part in _SENTENCE.split(text))
    return [part for part in parts if _WORD.search(part)]


def gulpease(text: str) -> int | None:
    """Return the Gulpease index, from 0 to 100; None for fewer than three words.

    >>> gulpease("Il turno va detto due settimane prima.")
    88
    """
    words = _WORD.findall(text)
    if len(words) < 3:
        return None
    letters = sum(1 for word in words for sign in word if sign.isalnum())
    value = 89 + (300 * len(sentences(text)) - 10 * letters) / len(words)
    return max(0, min(100, round(value)))


def read(text: str, language: str = "it") -> Reading:
    """Return index and hints. The index and the list of jargon are for Italian only; other languages get
    the hints on length."""
    found = sentences(text)
    hints = [
        Hint("long_sentence", " ".join(part.split()[:6]) + " …")
        for part in found
        if len(_WORD.findall(part)) > LONG_SENTENCE
    ]
    if language == "it":
        hints += _italian(text)
    index = gulpease(text) if language == "it" else None
    return Reading(index, len(_WORD.findall(text)), len(found), tuple(hints))


def _italian(text: str) -> list[Hint]:
    low = f" {' '.join(text.casefold().replace('’', chr(39)).split())} "
    hints = [
        Hint("jargon", hard, plain)
        for hard, plain in jargon().items()
        if re.search(rf"(?<!\w){re.escape(hard)}(?!\w)", low)
    ]
    if len(re.findall(r"\bnon\b", low)) >= 2:
        hints.append(Hint("double_negative", "non … non"))
    if re.search(r"\be/o\b", low) or low.count(" e ") + low.count(" oppure ") >= 3:
        hints.append(Hint("two_ideas", ""))
    return hints
