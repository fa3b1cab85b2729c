"""From the Gram sums to the map: principal components, projection, positions and extremity of statements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.votes import Ints, Matrix, spans

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
PARTS = 1 << 30  # the map's box is cut in this many steps, so that sums of coordinates are exact integers


@dataclass(frozen=True, eq=False)
class Axes:
    """Two unit vectors over statements (`components`, shaped (2, statements)) and what they are worth.

    `mean`: mean vote per statement, 0 for excluded ones. `eigenvalues`: the largest three (fewer if there
    are fewer statements) of the covariance ZᵀZ/(people-1). `total`: its trace.
    """

    mean: Floats
    components: Floats
    eigenvalues: Floats
    total: float

    @property
    def gap(self) -> float:
        """(λ2 - λ3) / λ2: near 0 the second axis is arbitrary."""
        values = np.concatenate((self.eigenvalues, np.zeros(3)))[:3]
        return float((values[1] - values[2]) / values[1]) if values[1] > 0 else 0.0


def principal_axes(centred: Floats, mean: Floats, kept: Ints, people: int) -> Axes:
    """Return the axes from ZᵀZ over the `kept` columns (K×K) by exact eigendecomposition.

    `mean` is over all S statements, 0 outside `kept`. Each vector's largest entry is positive, the first of
    equals deciding, so that the map never flips between runs.
    """
    width, count = len(mean), len(kept)
    components = np.zeros((2, width))
    if count == 0:
        return Axes(mean, components, np.zeros(0), 0.0)
    from scipy.linalg import eigh

    wanted = min(3, count)
    scale = float(np.abs(centred).max()) or 1.0
    values, vectors = eigh(centred / scale, subset_by_index=[count - wanted, count - 1], check_finite=False)
    values = np.maximum(values[::-1], 0.0) * scale / max(people - 1, 1)
    for place in range(min(2, count)):
        vector = vectors[:, wanted - 1 - place]
        if values[place] <= 1e-12 * max(values[0], 1e-300):
            continue
        largest = np.flatnonzero(np.abs(vector) >= np.abs(vector).max() * (1 - 1e-9))[0]
        components[place, kept] = vector if vector[largest] > 0 else -vector
    return Axes(mean, components, values, float(np.trace(centred)) / max(people - 1, 1))


def project(matrix: Matrix, axes: Axes, excluded: Flags, columns: int) -> tuple[Floats, Ints]:
    """Return coordinates (2, people) and votes cast per person, excluded statements included.

    p_i = sqrt(C / max(n_i, 1)) · Σ_{c voted by i} (x_ic - mean_c)·(v1_c, v2_c), where C = `columns` and n_i
    counts every excluded statement for everybody (they are zeroed, not removed). Each person's sum runs over
    their own votes in statement order, so it does not depend on anybody else's place in the table.
    """
    people, width = matrix.shape
    kept = np.where(excluded, 0.0, 1.0)
    votes = np.arange(-1.0, 2.0)
    # what each of the three answers to a statement adds to each coordinate
    added = [
        ((votes - axes.mean[:, None]) * (component * kept)[:, None]).reshape(-1)
        for component in axes.components
    ]
    out = np.empty((2, people))
    cast = np.empty(people, np.int64)
    filled = int(excluded.sum())
    for start, stop in spans(people, width):
        rows, cols, values = matrix.entries(start, stop)
        length = stop - start
        cast[start:stop] = np.bincount(rows, minlength=length)
        n = cast[start:stop].astype(np.float64)
        if filled:
            n += filled - np.bincount(rows[excluded[cols]], minlength=length)
        stretch = np.sqrt(columns / np.maximum(n, 1.0))
        answer = cols * 3 + 1 + values
        for axis in (0, 1):
            out[axis, start:stop] = stretch * np.bincount(rows, weights=added[axis][answer], minlength=length)
    return out, cast


def to_steps(coordinates: Floats, columns: int) -> Floats:
    """Return coordinates as whole numbers of steps (in float64) of the box |p| ≤ 2·sqrt(columns).

    Sums of whole numbers do not depend on their order: clustering becomes independent of row order.
    """
    return np.asarray(np.rint(coordinates * (PARTS / (2.0 * np.sqrt(max(columns, 1))))))


def from_steps(steps: Floats, columns: int) -> Floats:
    """Return the coordinates of a number of steps (see `to_steps`)."""
    return np.asarray(steps * (2.0 * np.sqrt(max(columns, 1)) / PARTS))


def statement_positions(axes: Axes, columns: int) -> Floats:
    """Return (2, statements): where a person who only agrees with a statement stands.

    sqrt(C)·(1 - mean_c)·(v1_c, v2_c) with agree = +1; the length of the vector is the extremity.
    """
    return np.asarray(np.sqrt(columns) * (1.0 - axes.mean) * axes.components)


def extremity(axes: Axes, columns: int) -> Floats:
    """Return E_c = sqrt(C)·|1 - mean_c|·‖(v1_c, v2_c)‖ per statement, agree = +1.

    Polis writes |1 + mean| because its arrays hold agree as -1.
    """
    length = np.sqrt(axes.components[0] ** 2 + axes.components[1] ** 2)
    return np.asarray(np.sqrt(columns) * np.abs(1.0 - axes.mean) * length)
