"""Activities inferred from words alone: a text against the titles and notes of the ATECO classes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from tavolo.network.matching.activity import all_nodes, notes_stems
from tavolo.network.matching.encoders import Vectors
from tavolo.network.matching.lexical import LexicalIndex
from tavolo.network.matching.meaning import declared_spread, unit

_KEPT = 8


class NotesBackground:
    """The ATECO classes as documents: title and what their notes include, down to the subcategories."""

    def __init__(self) -> None:
        documents: dict[str, list[str]] = {}
        for code, node in all_nodes().items():
            if node["level"] in ("class", "category", "subcategory"):
                documents.setdefault(code[:5], []).extend(notes_stems(code))
        self.classes = sorted(documents)
        self._index = LexicalIndex([documents[code] for code in self.classes])

    def activities(self, texts: Sequence[Sequence[str]]) -> Vectors:
        """Return how each text (as stems) spreads over the classes: unit vectors, or zeros."""
        rows = np.zeros((len(texts), len(self.classes)), dtype=np.float32)
        for number, items in enumerate(texts):
            found = self._index.coverage(items, tolerant=False)
            kept = np.argsort(-found, kind="stable")[:_KEPT]
            rows[number, kept] = found[kept]
        return unit(rows)

    def declared(self, code: str) -> Vectors:
        """Return the spread of a declared code over the classes."""
        return declared_spread(code, tuple(self.classes))


@lru_cache(maxsize=1)
def notes_background() -> NotesBackground:
    """Return the classes and their notes, indexed once (about a second)."""
    return NotesBackground()
