"""Are the groups really there? The analysis again on half of the people, fifty times.

Two groupings are compared by the adjusted Rand index (Hubert and Arabie, J. Classification 2 (1985)): 1 for
the same groups, about 0 for groups that agree only by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tavolo.dialogue.convergence.clusters import find_groups
from tavolo.dialogue.convergence.pipeline import Found, find
from tavolo.dialogue.convergence.result import Stability
from tavolo.dialogue.convergence.spectrum import PARTS
from tavolo.dialogue.convergence.votes import Matrix

THRESHOLD = 0.8
LOW_THRESHOLD = 0.5
MINIMUM_PEOPLE = 100
CLOUDS = 20
CLOUD_PEOPLE = 2_000
LARGEST_SAMPLE = 20_000


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


@dataclass(frozen=True)
class Resampled:
    """ARI and k of every resample, and how many people each drew."""

    ari: tuple[float, ...]
    k: tuple[int, ...]
    sample_size: int


def resample(
    votes: Matrix,
    excluded: NDArray[np.bool_],
    found: Found,
    *,
    seed: int,
    resamples: int,
    progress: Callable[[int, int], None] | None = None,
) -> Resampled:
    """Repeat the search for groups on random halves of the people, each of at most 20,000.

    Half of the people without replacement has about the spread of the bootstrap, without doubling anybody.
    Each half is analysed from its own votes, k included, and compared with the full result over those
    grouped in both. People are drawn by their place on the map, not by their row, so that the figure does
    not depend on row order.
    """
    people = int((found.map.cast > 0).sum())
    size = min(LARGEST_SAMPLE, (people + 1) // 2)
    steps, cast = found.map.steps, found.map.cast
    order = np.lexsort((steps[1], steps[0], cast))[len(cast) - people :]
    aris, numbers = [], []
    for turn in range(resamples):
        drawn = np.random.default_rng([seed, turn]).choice(people, size, replace=False, shuffle=False)
        rows = np.sort(order[drawn])
        again = find(votes.take(rows), excluded)
        before = found.labels[rows]
        both = (again.labels >= 0) & (before >= 0)
        aris.append(adjusted_rand_index(again.labels[both], before[both]))
        numbers.append(again.grouping.k)
        if progress is not None:
            progress(turn + 1, resamples)
    return Resampled(tuple(aris), tuple(numbers), size)


def cloud_silhouette(found: Found, seed: int) -> float | None:
    """Return the best silhouette that 20 clouds without any groups reach: what groups must exceed.

    Each cloud is normal, with the covariance of the people grouped and as many of them (2,000 at most), and
    goes through the same search; the idea of the gap statistic (Tibshirani, Walther and Hastie, J. R.
    Statist. Soc. B 63 (2001)), with the silhouette for the inertia. None if everybody stands at one place.
    """
    here = found.map.steps[:, found.labels >= 0] / PARTS
    if here.shape[1] < 3:
        return None
    spread, turn = np.linalg.eigh(np.round(np.cov(here), 12))
    if spread[-1] <= 0:
        return None
    shape = turn * np.sqrt(np.maximum(spread, 0.0))
    best = 0.0
    for cloud in range(CLOUDS):
        rng = np.random.default_rng([seed, 2, cloud])
        points = np.rint(shape @ rng.standard_normal((2, min(here.shape[1], CLOUD_PEOPLE))) * PARTS)
        scores = find_groups(points[0], points[1]).silhouettes
        best = max(best, *scores.values()) if scores else best
    return round(best, 9)


def judge_stability(found: Found, sampled: Resampled | None, *, seed: int = 0) -> Stability:
    """Return whether the groups may be published, and why not.

    Published only from 100 grouped people up, when they stand further apart than clouds without groups
    (`cloud_silhouette`), the median ARI over the resamples is at least 0.8 and nine resamples in ten reach
    0.5: the typical half of the people finds nearly the same groups, and it is rare that a half finds
    something else. A continuum of opinion without a gap can still pass: the groups are then its ends.
    """
    k, people = found.grouping.k, len(found.grouped)
    median = low = worst = same = None
    if sampled is not None and sampled.ari:
        ari = np.array(sampled.ari)
        median, low, worst = float(np.median(ari)), float(np.quantile(ari, 0.1)), float(ari.min())
        same = float(np.mean(np.array(sampled.k) == k))
    cloud = cloud_silhouette(found, seed) if k > 1 else None
    if people < MINIMUM_PEOPLE:
        reason = "too_few_people"
    elif k < 2 or (cloud is not None and found.grouping.silhouettes[k] <= cloud):
        reason = "one_cloud"
    elif median is None or low is None:
        reason = "not_resampled"
    else:
        reason = "published" if median >= THRESHOLD and low >= LOW_THRESHOLD else "unstable"
    return Stability(
        published=reason == "published",
        reason=reason,
        candidate_groups=k,
        grouped_people=people,
        median_ari=median,
        low_ari=low,
        worst_ari=worst,
        same_k=same,
        resamples=0 if sampled is None else len(sampled.ari),
        sample_size=0 if sampled is None else sampled.sample_size,
        threshold=THRESHOLD,
        low_threshold=LOW_THRESHOLD,
        minimum_people=MINIMUM_PEOPLE,
        silhouettes=found.grouping.silhouettes,
        cloud_silhouette=cloud,
    )
