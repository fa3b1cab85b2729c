"""Microaggregation of the map: nobody is drawn alone. Pure: numpy only.

People of one label (and found group) are split at the median of the wider axis as long as both halves hold
at least `least` people (Domingo-Ferrer and Mateo-Sanz, "Practical data-oriented microaggregation", IEEE
TKDE 14 (2002) 189); everyone is then drawn at the mean of their part. Each mark stands for `least` people
or more, and sums over a label are unchanged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def gather(x: Floats, y: Floats, label: Ints, least: int, wanted: int = 0) -> tuple[Floats, Floats, Ints]:
    """Return the new x and y, and the number of the part each person is in (-1: label too small, unplaced).

    Parts are split down to about `wanted` people (but never below `least`), so that a map stays readable.

    `label` may be any integers; a label with fewer than `least` people is drawn nowhere (NaN).
    """
    out_x, out_y = np.full(x.shape, np.nan), np.full(y.shape, np.nan)
    part = np.full(label.shape, -1, dtype=np.int64)
    number = 0
    for value in np.unique(label):
        waiting = [np.flatnonzero(label == value)]
        if len(waiting[0]) < least:
            continue
        while waiting:
            rows = waiting.pop()
            halves = _halves(x, y, rows, max(least, wanted))
            if halves is not None:
                waiting += halves
                continue
            out_x[rows], out_y[rows], part[rows] = x[rows].mean(), y[rows].mean(), number
            number += 1
    return out_x, out_y, part


def _halves(x: Floats, y: Floats, rows: Ints, least: int) -> list[Ints] | None:
    if len(rows) < 2 * least:
        return None
    wide = x if np.ptp(x[rows]) >= np.ptp(y[rows]) else y
    order = rows[np.lexsort((rows, wide[rows]))]
    middle = len(rows) // 2
    return [order[:middle], order[middle:]]
