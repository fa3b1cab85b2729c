"""Trade words that mean the same, counted between one need and many offers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tavolo.language.synonyms import senses


class SenseIndex:
    """Which groups of trade words (`tavolo.language.synonyms`) occur in which text."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        holders: dict[str, list[int]] = {}
        for at, text in enumerate(texts):
            for group in senses(text):
                holders.setdefault(group, []).append(at)
        self._holders = {group: np.array(rows, dtype=np.int64) for group, rows in holders.items()}

    def coverage(self, text: str) -> NDArray[np.float64]:
        """Return the share of the text's groups found in each offer, rare ones counting more, from 0 to 1.

        Weights are those of BM25, log(1 + (N - n + 0.5) / (n + 0.5)); zeros where the text has no group.
        """
        found = np.zeros(self.size)
        highest = 0.0
        for group in senses(text):
            rows = self._holders.get(group)
            known = 0 if rows is None else len(rows)
            weight = float(np.log(1 + (self.size - known + 0.5) / (known + 0.5)))
            highest += weight
            if rows is not None:
                found[rows] += weight
        return found / highest if highest else found
