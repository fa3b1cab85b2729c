"""Groups found on the map: weighted k-means from order-free seeds, and the choice of k by silhouette.

Points are whole numbers of steps (spectrum.to_steps), so every sum is exact and neither the groups nor k
depend on the order of the rows. Up to `PEOPLE_LIMIT` people the points are the people; beyond, they are the
cells of a 256 × 256 grid with their numbers of people, which is exact k-means under the one restriction that
people of a cell stay together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.votes import Ints

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]

PEOPLE_LIMIT = 5_000
GRID = 256
COARSE_POINTS = 400
MOST_GROUPS = 5
ITERATIONS = 100


@dataclass(frozen=True, eq=False)
class Points:
    """Weighted points: coordinates in steps, `weight` in people, and the point of each person."""

    x: Floats
    y: Floats
    weight: Floats
    of_person: Ints | None  # None: one point per person, in order


@dataclass(frozen=True, eq=False)
class Grouping:
    """Labels per person (0 = the largest group), k, centres (k, 2) in steps, mean silhouette per tried k."""

    labels: Labels
    k: int
    centres: Floats
    silhouettes: dict[int, float]


def smallest_group(people: int) -> int:
    """Return how many people a found group must have: 3, or 1% of the people if that is more."""
    return max(3, -(-people // 100))


def gather(x: Floats, y: Floats, limit: int = PEOPLE_LIMIT, cells: int = GRID) -> Points:
    """Return the people as points, or the cells of a grid when they are more than `limit`.

    `x`, `y`: whole numbers of steps. A cell stands at the barycentre of its people, from exact sums.
    """
    if len(x) <= limit:
        return Points(x, y, np.ones(len(x)), None)
    place = _cells(x, y, cells)
    occupied, of_person = np.unique(place, return_inverse=True)
    size = len(occupied)
    weight = np.bincount(of_person, minlength=size).astype(np.float64)
    sums = []
    for part in (x, y):
        low = part.min()  # shifted sums stay below 2**53 up to eight million people
        sums.append(low + np.rint(np.bincount(of_person, weights=part - low, minlength=size) / weight))
    return Points(sums[0], sums[1], weight, of_person)


def _cells(x: Floats, y: Floats, cells: int) -> Ints:
    place = np.zeros(len(x), np.int64)
    for part in (x, y):
        low, high = float(part.min()), float(part.max())
        step = max((high - low) / cells, 1.0)
        place = place * cells + np.minimum(((part - low) / step).astype(np.int64), cells - 1)
    return place


def find_groups(x: Floats, y: Floats, *, most: int = MOST_GROUPS, fixed: int | None = None) -> Grouping:
    """Return the groups of the people at `x`, `y` (steps); k of 2…`most` with the best mean silhouette.

    Every k is tried on at most 400 weighted points (a coarser grid beyond 400 people); the k chosen is then
    carried to convergence on the people or on the fine grid. k is limited to 2 + people/12 as in Polis; a k
    that makes a group smaller than `smallest_group` is passed over; ties go to the smaller k; `fixed`
    imposes k. k = 1 (or 0 without people) when no split is possible.
    """
    if len(x) == 0:
        return Grouping(np.zeros(0, np.intp), 0, np.zeros((0, 2)), {})
    points = gather(x, y)
    found = group_points(points, most=most, fixed=fixed)
    if points.of_person is None:
        return found
    return Grouping(found.labels[points.of_person], found.k, found.centres, found.silhouettes)


def group_points(points: Points, *, most: int = MOST_GROUPS, fixed: int | None = None) -> Grouping:
    """Return the groups of weighted points, labels per point (see `find_groups`); at least one point."""
    people = int(points.weight.sum())
    coarse = _coarse(points)
    tried = _try(coarse, fixed if fixed is not None else min(most, 2 + people // 12))
    if fixed is not None:
        tried = {k: found for k, found in tried.items() if k == fixed}
    scores = _silhouettes(coarse, tried)
    least = 1 if fixed is not None else smallest_group(people)
    for k in sorted(scores, key=lambda number: (-scores[number], number)):
        labels, centres = lloyd(points, tried[k][1])
        sizes = np.bincount(labels, weights=points.weight, minlength=k).astype(np.float64)
        if sizes.min() >= least:
            labels, centres = _largest_first(sizes, labels, centres)
            return Grouping(labels, k, centres, scores)
    centre = np.array([[_mean(points.x, points.weight), _mean(points.y, points.weight)]])
    return Grouping(np.zeros(len(points.x), np.intp), 1, centre, scores)


def _try(points: Points, highest: int) -> dict[int, tuple[Labels, Floats]]:
    """Return labels and centres for k = 2…highest, each from the one before and one more seed."""
    tried: dict[int, tuple[Labels, Floats]] = {}
    centres = np.array([[_mean(points.x, points.weight), _mean(points.y, points.weight)]])
    seeds = _candidates(points)
    reach = [_squared(points, seed) for seed in seeds]
    for k in range(2, min(highest, len(points.x)) + 1):
        now = np.min([_squared(points, centre) for centre in centres], axis=0)
        gain = np.array([np.maximum(now - far, 0.0) @ points.weight for far in reach])
        gain = np.round(gain / max(float(gain.max()), 1e-300), 9)  # equal to rounding = a tie, the first wins
        labels, centres = lloyd(points, np.vstack((centres, seeds[int(np.argmax(gain))])))
        tried[k] = (labels, centres)
    return tried


def _coarse(points: Points) -> Points:
    """Return at most about 400 points in an order of their own: those given, or cells of a grid."""
    side = 64
    while len(points.x) > COARSE_POINTS and side >= 16:
        points = _coarsen(points, side)
        side -= 16
    order = np.lexsort((points.y, points.x))
    return Points(points.x[order], points.y[order], points.weight[order], None)


def _coarsen(points: Points, side: int) -> Points:
    place = _cells(points.x, points.y, side)
    weight = np.bincount(place, weights=points.weight, minlength=side * side).astype(np.float64)
    used = np.flatnonzero(weight)
    x, y = (
        np.rint(np.bincount(place, weights=part * points.weight, minlength=side * side)[used] / weight[used])
        for part in (points.x, points.y)
    )
    return Points(x, y, weight[used], None)


def _candidates(points: Points) -> Floats:
    """Return the barycentres of the occupied cells of an 8 × 8 grid: the seeds that may be added.

    The one that lowers the inertia most becomes the next seed: the fast global k-means of Likas, Vlassis and
    Verbeek, Pattern Recognition 36 (2003), on a grid.
    """
    coarse = _coarsen(points, 8)
    return np.stack((coarse.x, coarse.y), axis=1)


def _mean(values: Floats, weight: Floats) -> float:
    return float((values * weight).sum() / max(weight.sum(), 1.0))


def _squared(points: Points, centre: Floats) -> Floats:
    across, along = points.x - centre[0], points.y - centre[1]
    across *= across
    along *= along
    across += along
    return np.asarray(across)


def lloyd(points: Points, centres: Floats) -> tuple[Labels, Floats]:
    """Return labels per point and centres after at most 100 rounds of k-means from `centres`."""
    k = len(centres)
    weight_x, weight_y = points.x * points.weight, points.y * points.weight
    labels = nearest(points.x, points.y, centres)
    for _ in range(ITERATIONS):
        total = np.bincount(labels, weights=points.weight, minlength=k)
        moved = np.empty_like(centres)
        moved[:, 0] = np.bincount(labels, weights=weight_x, minlength=k)
        moved[:, 1] = np.bincount(labels, weights=weight_y, minlength=k)
        if not total.all():
            moved = np.where(total[:, None] > 0, moved, centres)
            total = np.maximum(total, 1.0)
        moved /= total[:, None]
        centres = moved
        again = nearest(points.x, points.y, centres)
        if not (again != labels).any():
            break
        labels = again
    return labels, centres


def nearest(x: Floats, y: Floats, centres: Floats) -> Labels:
    """Return the index of the nearest centre of each point; the first of equals."""
    if len(x) > 1 << 16:
        return _nearest_of_many(x, y, centres)
    score = np.multiply.outer(centres[:, 0], x)
    score += np.multiply.outer(centres[:, 1], y)
    score -= ((centres * centres).sum(axis=1) / 2.0)[:, None]
    return np.asarray(score.argmax(axis=0))


def _nearest_of_many(x: Floats, y: Floats, centres: Floats) -> Labels:
    step = 1 << 15
    parts = [nearest(x[at : at + step], y[at : at + step], centres) for at in range(0, len(x), step)]
    return np.concatenate(parts)


def _largest_first(sizes: Floats, labels: Labels, centres: Floats) -> tuple[Labels, Floats]:
    order = np.lexsort((centres[:, 1], centres[:, 0], -sizes))
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    return rank[labels], centres[order]


def _silhouettes(points: Points, tried: dict[int, tuple[Labels, Floats]]) -> dict[int, float]:
    """Return the mean silhouette per k over the (coarse) points."""
    distance = points.x[:, None] - points.x[None, :]
    distance *= distance
    other = points.y[:, None] - points.y[None, :]
    other *= other
    distance += other
    np.sqrt(distance, out=distance)
    return {k: round(silhouette(distance, labels, points.weight, k), 12) for k, (labels, _) in tried.items()}


def silhouette(distance: Floats, labels: Labels, weight: Floats, k: int) -> float:
    """Return the mean silhouette of weighted points from their distances (points, points).

    A point of weight w counts w people at one place; a person alone in a group scores 0
    (Rousseeuw, J. Comput. Appl. Math. 20 (1987)).
    """
    member = np.zeros((len(labels), k))
    member[np.arange(len(labels)), labels] = weight
    sums = distance @ member
    sizes = member.sum(axis=0)
    own = np.arange(len(labels)), labels
    inside = sums[own] / np.maximum(sizes[labels] - 1.0, 1.0)
    means = sums / np.maximum(sizes, 1.0)
    means[own] = np.inf
    means[:, sizes == 0] = np.inf
    outside = means.min(axis=1)
    largest = np.maximum(inside, outside)
    usable = (sizes[labels] > 1) & np.isfinite(outside) & (largest > 0)
    score = np.where(usable, (outside - inside) / np.where(usable, largest, 1.0), 0.0)
    return float((score * weight).sum() / weight.sum())
