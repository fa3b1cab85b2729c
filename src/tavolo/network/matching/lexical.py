"""Full text over stems: BM25 with tolerance of typing slips, as sparse matrices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tavolo.language.folding import words
from tavolo.language.stemming import stem
from tavolo.language.typos import Speller
from tavolo.network.matching.activity import all_nodes

_K1, _B = 1.2, 0.75
# Words that say how much and how long, not what: as a reason for a telephone call they are none.
_MEASURES = """
pezzo pezzi pz unita kg chilo chili chilogrammi quintale quintali tonnellata tonnellate grammi litro
litri metro metri mq mc mm cm km chilometri ora ore giorno giorni giornata giornate settimana settimane
mese mesi anno anni volta volte euro due tre quattro cinque sei sette otto nove dieci dodici quindici
venti trenta quaranta cinquanta cento duecento mille minuti
"""
_SLIP_WEIGHT = 0.7
_FEW_TEXTS = 20


class LexicalIndex:
    """BM25 over documents given as lists of stems (S. Robertson, H. Zaragoza 2009), k1 = 1.2, b = 0.75.

    `coverage` divides a document's score by the highest a query of these stems could reach, so it lies
    between 0 and 1 and says how much of what was asked is there; one shared word of six is little,
    whatever the other documents hold.
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        counts = [Counter(document) for document in documents]
        vocabulary = sorted({item for count in counts for item in count})
        self._column = {item: number for number, item in enumerate(vocabulary)}
        self.size = len(documents)
        lengths = np.array([len(document) for document in documents], dtype=np.float64)
        mean = float(lengths.mean()) if self.size and lengths.any() else 1.0
        rows = np.repeat(np.arange(self.size), [len(count) for count in counts])
        columns = np.array([self._column[item] for count in counts for item in count], dtype=np.int64)
        times = np.array([value for count in counts for value in count.values()], dtype=np.float64)
        known = np.bincount(columns, minlength=len(vocabulary)) if len(columns) else np.zeros(len(vocabulary))
        self._idf = np.log(1 + (self.size - known + 0.5) / (known + 0.5))
        self._idf_unknown = float(np.log(1 + (self.size + 0.5) / 0.5))
        weight = times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * lengths[rows] / mean))
        shape = (self.size, len(vocabulary))
        self._matrix = sparse.csc_matrix((weight * self._idf[columns], (rows, columns)), shape=shape)
        self._speller: Speller | None = None
        self._neighbours: dict[str, list[str]] = {}

    def coverage(self, query: Sequence[str], tolerant: bool = True) -> NDArray[np.float64]:
        """Return the share of the query found in each document, shape (documents,), from 0 to 1.

        A stem unknown here may stand for a known one a slip of the keyboard away, at weight 0.7.
        """
        scores = np.zeros(self.size)
        highest = 0.0
        for item in dict.fromkeys(query):
            column = self._column.get(item)
            highest += (_K1 + 1) * (self._idf_unknown if column is None else float(self._idf[column]))
            if column is not None:
                self._add(scores, column, 1.0)
            if tolerant and (column is None or not is_known_word(item)):
                for meant in self.meant_by(item):
                    self._add(scores, self._column[meant], _SLIP_WEIGHT)
            elif tolerant:
                for slip in self.slips_of(item):
                    self._add(scores, self._column[slip], _SLIP_WEIGHT)
        return np.minimum(scores / highest, 1.0) if highest else scores

    def tells(self, item: str) -> bool:
        """Return whether a stem is rare enough here to be worth naming: in at most a quarter of the texts."""
        column = self._column.get(item)
        if column is None or self.size < _FEW_TEXTS:
            return True
        return bool(np.diff(self._matrix.indptr[column : column + 2])[0] <= self.size / 4)

    def meant_by(self, item: str) -> list[str]:
        """Return the stems here that `item`, taken for a slip, may stand for."""
        return self._near(item)

    def slips_of(self, item: str) -> list[str]:
        """Return the stems here that look like slips of the real word `item`: near it and no words."""
        return [slip for slip in self._near(item) if not is_known_word(slip)]

    def _near(self, item: str) -> list[str]:
        if self._speller is None:
            self._speller = Speller(self._column, shortest=4)
        found = self._neighbours.get(item)
        if found is None:
            found = self._neighbours[item] = self._speller.near(item)
        return found

    def _add(self, scores: NDArray[np.float64], column: int, weight: float) -> None:
        start, stop = self._matrix.indptr[column], self._matrix.indptr[column + 1]
        scores[self._matrix.indices[start:stop]] += weight * self._matrix.data[start:stop]


def is_measure(item: str) -> bool:
    """Return whether a stem says how much or how long: a number of up to three digits, or a measure."""
    return (item.isdigit() and len(item) <= 3) or item in _measures()


@lru_cache(maxsize=1)
def _measures() -> frozenset[str]:
    return frozenset(stem(word) for word in words(_MEASURES))


def is_known_word(item: str) -> bool:
    """Return whether `item` is the stem of a word of the ATECO titles and notes: then it is no slip."""
    return item in _known_stems()


@lru_cache(maxsize=1)
def _known_stems() -> frozenset[str]:
    texts = (text for node in all_nodes().values() for text in (node["title"], *node["notes"].values()))
    vocabulary = {word for text in texts for word in words(text)}
    return frozenset(stem(word) for word in vocabulary)
