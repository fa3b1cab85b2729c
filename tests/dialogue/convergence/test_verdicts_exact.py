"""No simulation: the exact chance of a wrong verdict, over a fine grid of truths, for two to five groups.

A verdict depends on each group only through a few flags. The chance of every combination of flags is summed
exactly over all samples of the group, for every truth; the verdict of every combination comes from `judge`.
"""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from scipy import stats

from tavolo.dialogue.convergence import verdicts as v
from tavolo.dialogue.convergence.calibration import wrong_claims
from tavolo.dialogue.convergence.intervals import majority_p_value, no_majority_p_value

# (agree, disagree): supporters, rejecters (mirrored) and groups without a majority, extremes included.
SUPPORT = [
    (0.5, 0.5),
    (0.5, 0.2),
    (0.52, 0.48),
    (0.55, 0.45),
    (0.6, 0.4),
    (0.7, 0.3),
    (0.85, 0.15),
    (1.0, 0.0),
]
NEITHER = [(0.5, 0.5), (0.5, 0.0), (0.5, 0.3), (0.0, 0.5), (0.3, 0.5), (0.45, 0.45), (0.2, 0.2)]
TRUTHS = [(1, a, d) for a, d in SUPPORT] + [(-1, d, a) for a, d in SUPPORT] + [(0, a, d) for a, d in NEITHER]


def flags(n: int, groups: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All samples (a, d) of size n, the kind each belongs to, and one sample of each kind."""
    a, d = (x.ravel() for x in np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij"))
    a, d = a[a + d <= n], d[a + d <= n]
    k, p = v.naming_factor(groups), (majority_p_value(a, n), majority_p_value(d, n))
    none = (no_majority_p_value(a, n), no_majority_p_value(d, n))
    marks = np.stack([f * q <= 0.05 for q in p for f in (2, k)] + [2 * q <= 0.05 for q in none])
    _, first, kind = np.unique(marks, axis=1, return_index=True, return_inverse=True)
    return a, d, kind.ravel(), first


def worst(n: int, groups: int) -> float:
    """Largest exact chance of a wrong verdict over all combinations of truths, all groups of n answers."""
    a, d, kind, first = flags(n, groups)
    chances = np.array(
        [
            np.bincount(kind, stats.multinomial.pmf(np.stack([a, d, n - a - d], 1), n, [x, y, 1 - x - y]))
            for _, x, y in TRUTHS
        ]
    )
    combos = np.array(list(product(range(len(first)), repeat=groups))).T
    yes, no = a[first][combos], d[first][combos]
    judged = v.judge(yes, no, n - yes - no, with_intervals=False)
    most = 0.0
    for sides in combinations_with_replacement((1, 0, -1), groups):
        side = np.array(sides)
        wrong = wrong_claims(judged, side == 1, side == -1).reshape((len(first),) * groups)
        total: np.ndarray = wrong.astype(float)
        for g in range(groups):  # contract one group at a time against its possible truths
            mine = chances[[t for t, (s, _, _) in enumerate(TRUTHS) if s == sides[g]]]
            total = np.tensordot(total, mine, axes=([0], [1]))
        most = max(most, float(total.max()))
    return most


@pytest.mark.parametrize(("groups", "most"), [(1, 120), (2, 100), (3, 60), (4, 40), (5, 24)])
def test_no_truth_makes_verdicts_wrong_more_often_than_promised(groups: int, most: int) -> None:
    assert max(worst(n, groups) for n in range(1, most + 1)) <= 0.05
