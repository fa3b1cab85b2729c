"""Are the groups really there? The analysis again on half of the people, fifty times.

Two groupings are compared by the adjusted Rand index (Hubert and Arabie, J. Classification 2 (1985)): 1 for
the same groups, about 0 for groups that agree only by chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def adjusted_rand_index(first: ArrayLike, second: ArrayLike) -> float:
    """Return the adjusted Rand index of two labelings of the same people; 1.0 if both are one group."""
    a = np.unique(np.asarray(first), return_inverse=True)[1]
    b = np.unique(np.asarray(second), return_inverse=True)[1]
    if len(a) != len(b):
        raise ValueError("both labelings must be of the same people")
    if len(a) == 0:
        return 1.0
    width = int(b.max()) + 1
    table = np.bincount(a * width + b, minlength=(int(a.max()) + 1) * width).reshape(-1, width)
    together = _pairs(table).sum()
    rows, columns = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    total = float(len(a)) * (len(a) - 1) / 2
    expected = rows * columns / total if total else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _pairs(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    wide = counts.astype(np.float64)
    return np.asarray(wide * (wide - 1) / 2)
