"""Which rings to propose together: as much value as possible, nothing given twice.

Packing of bounded rings is NP-hard from length 3. The linear relaxation gives the bound (first-order method
PDLP, D. Applegate and others 2021, ortools; the bound is made valid by weak duality whatever the precision
reached). A proposal comes from diving: rings near one in the relaxation are taken, the rest is solved again.
Small instances are then closed by CP-SAT.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tavolo.network.matching.rings import Gifts, Indices, Rings

_EXACT_RINGS = 20_000
_EXACT_EFFORT = 30.0
_DIVES = 40


@dataclass(frozen=True)
class Packing:
    """Chosen rings (positions in the list of rings), their value, and what no packing can exceed."""

    chosen: tuple[int, ...]
    value: int
    bound: int
    optimal: bool
    seconds: float

    @property
    def gap(self) -> float:
        """How far the bound lies above the value, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


@dataclass(frozen=True)
class _Model:
    """Rows are offers, needs and firms, columns are rings; row capacities and ring values."""

    rows: Any
    columns: Any
    capacity: Indices
    value: Indices

    def room(self, left: Indices) -> NDArray[np.bool_]:
        """Return the rings all of whose rows have capacity left."""
        return np.asarray(self.rows.T @ (left < 1).astype(np.int64) == 0)


def pack(
    gifts: Gifts,
    rings: Rings,
    seed: int = 1,
    time_limit: float | None = None,
    kept: Sequence[int] = (),
    banned: Collection[int] = (),
) -> Packing:
    """Return a packing of `rings`, near the best or the best (see `optimal`).

    Deterministic under `seed`, unless `time_limit` (seconds) cuts the work short: then the best found is
    returned. `kept` rings stay chosen, `banned` ones are left out; `bound` is the most that any packing
    with these conditions can reach. Raises ValueError if the kept rings exclude each other.
    """
    started = time.monotonic()
    model = _model(gifts, rings)
    left = model.capacity - np.asarray(model.columns[:, list(kept)].sum(axis=1)).ravel().astype(np.int64)
    if (left < 0).any():
        raise ValueError(
            "gli anelli da tenere usano la stessa scheda o impresa più volte di quanto si può: "
            "rilanciare senza il risultato precedente"
        )
    free = model.room(left)
    free[list(kept)] = False
    free[list(banned)] = False
    candidates = np.flatnonzero(free)
    fixed = int(model.value[list(kept)].sum())
    deadline = None if time_limit is None else started + time_limit
    chosen, bound = _dive(model, left, candidates, deadline)
    value = int(model.value[chosen].sum())
    if value < bound and len(candidates) <= _EXACT_RINGS:
        chosen, bound = _exact(model, left, candidates, chosen, bound, seed, deadline)
        value = int(model.value[chosen].sum())
    picked = tuple(sorted([*kept, *chosen]))
    return Packing(picked, fixed + value, fixed + bound, value == bound, time.monotonic() - started)


def repack(
    gifts: Gifts,
    rings: Rings,
    packing: Packing,
    declined: Collection[int],
    seed: int = 1,
    time_limit: float | None = None,
) -> Packing:
    """Return a packing after some rings were declined: the others stay, what became free is used again.

    Nobody who said yes is asked to give up a ring; a ring that was declined is not proposed again.
    """
    kept = [ring for ring in packing.chosen if ring not in set(declined)]
    return pack(gifts, rings, seed, time_limit, kept, declined)


def _model(gifts: Gifts, rings: Rings) -> _Model:
    offers, needs = len(gifts.offer_limits), len(gifts.need_limits)
    rows, columns, values, base = [], [], [], 0
    for found in rings.by_length:
        numbers = np.arange(len(found)) + base
        for column in range(found.shape[1]):
            gift = found[:, column]
            rows += [gifts.offer[gift], offers + gifts.need[gift], offers + needs + gifts.giver[gift]]
            columns += [numbers] * 3
        values.append(gifts.value[found].sum(axis=1))
        base += len(found)
    capacity = np.concatenate(
        [gifts.offer_limits, gifts.need_limits, np.full(gifts.firms, gifts.rings_per_firm, dtype=np.int64)]
    )
    at = (np.concatenate(rows), np.concatenate(columns)) if rows else (np.zeros(0, int), np.zeros(0, int))
    matrix = sparse.csr_matrix((np.ones(len(at[0]), dtype=np.int64), at), shape=(len(capacity), base))
    value = np.concatenate(values) if values else np.zeros(0, dtype=np.int64)
    return _Model(matrix, matrix.tocsc(), capacity, value.astype(np.int64))


def _dive(model: _Model, left: Indices, candidates: Indices, deadline: float | None) -> tuple[list[int], int]:
    """Return rings chosen by diving and the bound of the first relaxation."""
    left = left.copy()
    chosen: list[int] = []
    bound: int | None = None
    for dive in range(_DIVES):
        if not len(candidates):
            break
        late = deadline is not None and time.monotonic() > deadline
        # The first relaxation gives the bound and is worth more precision than the later ones.
        share, most = _relaxation(model, left, candidates, 1e-4 if dive == 0 else 1e-3)
        bound = most if bound is None else bound
        order = np.lexsort((candidates, -model.value[candidates], -np.round(share, 4)))
        sure = int((share > 0.9).sum())
        step = len(order) if late or dive == _DIVES - 1 else max(sure, len(order) // 20, 50)
        _take(model, left, candidates[order[:step]], chosen)
        room = model.room(left)
        room[chosen] = False
        candidates = candidates[room[candidates]]
    return chosen, bound or 0


def _take(model: _Model, left: Indices, order: Indices, chosen: list[int]) -> None:
    """Choose rings in order as long as capacity is left; changes `left` and `chosen`."""
    starts, rows = model.columns.indptr, model.columns.indices
    for ring in order.tolist():
        touched = rows[starts[ring] : starts[ring + 1]]
        if (left[touched] >= 1).all():
            left[touched] -= 1
            chosen.append(ring)


def _relaxation(
    model: _Model, left: Indices, candidates: Indices, precision: float
) -> tuple[NDArray[np.float64], int]:
    """Return the share of each candidate in the linear relaxation, and a valid upper bound.

    For any prices y >= 0 of the rows, sum(left * y) + sum(max(0, value - prices of the ring)) bounds every
    packing (weak duality), so an imprecise solution still gives a true bound.
    """
    from ortools.pdlp import solvers_pb2
    from ortools.pdlp.python import pdlp

    matrix = model.columns[:, candidates].tocsr()
    binding = np.diff(matrix.indptr) > left
    matrix, room = matrix[binding].astype(np.float64), left[binding].astype(np.float64)
    value = model.value[candidates].astype(np.float64)
    if not binding.any():
        return np.ones(len(candidates)), int(value.sum())
    program = pdlp.QuadraticProgram()
    program.objective_vector = -value
    program.constraint_matrix = matrix.tocsc()
    program.constraint_lower_bounds = np.full(len(room), -np.inf)
    program.constraint_upper_bounds = room
    program.variable_lower_bounds = np.zeros(len(value))
    program.variable_upper_bounds = np.ones(len(value))
    settings = solvers_pb2.PrimalDualHybridGradientParams()
    settings.num_threads = 1
    settings.termination_criteria.iteration_limit = 5_000
    settings.termination_criteria.simple_optimality_criteria.eps_optimal_relative = precision
    settings.termination_criteria.simple_optimality_criteria.eps_optimal_absolute = precision
    answer = pdlp.primal_dual_hybrid_gradient(program, settings)
    prices = np.maximum(0.0, -np.nan_to_num(answer.dual_solution))
    most = float(room @ prices + np.maximum(0.0, value - matrix.T @ prices).sum())
    share = np.clip(np.nan_to_num(answer.primal_solution), 0.0, 1.0)
    return share, min(int(np.floor(most + 1e-6 * max(1.0, most))), int(value.sum()))


def _exact(
    model: _Model,
    left: Indices,
    candidates: Indices,
    hint: list[int],
    bound: int,
    seed: int,
    deadline: float | None,
) -> tuple[list[int], int]:
    """Return the best packing CP-SAT finds from the hint, and the lower of the two bounds."""
    from ortools.sat.python import cp_model

    left_seconds = None if deadline is None else deadline - time.monotonic()
    if left_seconds is not None and left_seconds <= 0.05:
        return hint, bound
    program = cp_model.CpModel()
    taken = [program.new_bool_var("") for _ in candidates]
    matrix = model.columns[:, candidates].tocsr()
    for row in np.flatnonzero(np.diff(matrix.indptr) > left).tolist():
        inside = [taken[at] for at in matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]]
        if left[row] == 1:
            program.add_at_most_one(inside)
        else:
            program.add(sum(inside) <= int(left[row]))
    place = {ring: at for at, ring in enumerate(candidates.tolist())}
    hinted = {place[ring] for ring in hint}
    for at, variable in enumerate(taken):
        program.add_hint(variable, at in hinted)
    values = model.value[candidates].tolist()
    program.maximize(sum(value * variable for value, variable in zip(values, taken, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = _EXACT_EFFORT
    if left_seconds is not None:
        solver.parameters.max_time_in_seconds = left_seconds
    status = solver.solve(program)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return hint, bound
    found = [int(ring) for ring, variable in zip(candidates, taken, strict=True) if solver.value(variable)]
    if model.value[found].sum() < model.value[hint].sum():
        found = hint
    return found, min(bound, int(np.floor(solver.best_objective_bound + 1e-6)))
