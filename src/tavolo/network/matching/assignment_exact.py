"""Assignment with lots of unlike sizes, closed by CP-SAT from a hint."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tavolo.network.matching.assignment import Problem

Integers = NDArray[np.int64]
_EFFORT = 30.0


def solve_exactly(
    problem: Problem, hint: Integers, bound: int, limits: Integers, seed: int, deadline: float | None
) -> tuple[Integers, int]:
    """Return the best choice CP-SAT finds and the higher of the two bounds; deterministic under `seed`.

    Capacities are in units here, so the answer keeps what the flow relaxes. Effort is bounded by
    CP-SAT's own deterministic clock, and by `deadline` (time.monotonic) if there is one.
    """
    from ortools.sat.python import cp_model

    seconds = None if deadline is None else deadline - time.monotonic()
    if seconds is not None and seconds <= 0.05:
        return hint, bound
    program = cp_model.CpModel()
    usable = np.flatnonzero(limits[problem.offer] > 0).tolist()
    taken = {arc: program.new_bool_var("") for arc in usable}
    by_lot: dict[int, list[int]] = {}
    by_offer: dict[int, list[int]] = {}
    by_firm: dict[int, list[int]] = {}
    for arc in usable:
        by_lot.setdefault(int(problem.lot[arc]), []).append(arc)
        by_offer.setdefault(int(problem.offer[arc]), []).append(arc)
        by_firm.setdefault(int(problem.giver[problem.offer[arc]]), []).append(arc)
    for arcs in by_lot.values():
        program.add_at_most_one(taken[arc] for arc in arcs)
    for offer, arcs in by_offer.items():
        single = problem.capacity[offer] < 0
        units = [1 if single else int(problem.size[problem.lot[arc]]) for arc in arcs]
        room = 1 if single else int(problem.capacity[offer])
        program.add(sum(unit * taken[arc] for unit, arc in zip(units, arcs, strict=True)) <= room)
    objective = [
        (int(problem.cost[arc]) - int(problem.refusal[problem.lot[arc]])) * taken[arc] for arc in usable
    ]
    for arcs in by_firm.values():
        steps = []
        for count, cost in problem.fairness.costs():
            step = program.new_int_var(0, len(arcs) if count is None else min(count, len(arcs)), "")
            steps.append(step)
            objective.append(cost * step)
        program.add(sum(taken[arc] for arc in arcs) == sum(steps))
    chosen = set(hint[hint >= 0].tolist())
    for arc, variable in taken.items():
        program.add_hint(variable, arc in chosen)
    program.minimize(sum(objective))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = _EFFORT
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    if solver.solve(program) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return hint, bound
    found = np.full(len(hint), -1, dtype=np.int64)
    for arc, variable in taken.items():
        if solver.value(variable):
            found[problem.lot[arc]] = arc
    proved = int(np.ceil(solver.best_objective_bound - 1e-6)) + int(problem.refusal.sum())
    return found, max(bound, proved)
