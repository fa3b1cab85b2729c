"""A better bound, and a better start, where lots of unlike sizes compete in a large assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from tavolo.network.matching.assignment import Problem

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]
_PRECISION = 1e-3
_ITERATIONS = 600


def relax(problem: Problem) -> tuple[Integers, int]:
    """Return the arc with the largest share of each lot (or -1), and a bound on the cost.

    The linear relaxation with capacities in units and fairness steps, by PDLP; the bound holds for any
    precision: for prices y >= 0 of the rows no assignment costs less than
    sum(refusal) - sum(y * limit) + sum over columns of limit * min(0, reduced cost) (weak duality).
    """
    from ortools.pdlp import solvers_pb2
    from ortools.pdlp.python import pdlp

    matrix, limits, cost, upper = _program(problem)
    program = pdlp.QuadraticProgram()
    program.objective_vector = cost
    program.constraint_matrix = matrix.tocsc()
    program.constraint_lower_bounds = np.full(len(limits), -np.inf)
    program.constraint_upper_bounds = limits
    program.variable_lower_bounds = np.zeros(len(cost))
    program.variable_upper_bounds = upper
    settings = solvers_pb2.PrimalDualHybridGradientParams()
    settings.num_threads = 1
    settings.termination_criteria.iteration_limit = _ITERATIONS
    settings.termination_criteria.simple_optimality_criteria.eps_optimal_relative = _PRECISION
    settings.termination_criteria.simple_optimality_criteria.eps_optimal_absolute = _PRECISION
    answer = pdlp.primal_dual_hybrid_gradient(program, settings)
    prices = np.maximum(0.0, -np.nan_to_num(answer.dual_solution))
    reduced = cost + matrix.T @ prices
    least = -float(limits @ prices) + float((upper * np.minimum(0.0, reduced)).sum())
    bound = int(np.ceil(least - 1e-6 * abs(least))) + int(problem.refusal.sum())
    return _largest(problem, np.nan_to_num(answer.primal_solution)[: len(problem.lot)]), bound


def _program(problem: Problem) -> tuple[sparse.csr_matrix, Numbers, Numbers, Numbers]:
    """Return rows (lots, offers, firms), their limits, column costs and upper limits."""
    arcs, lots, offers = len(problem.lot), len(problem.size), len(problem.capacity)
    numbers = np.arange(arcs)
    single = problem.capacity < 0
    room = np.where(single, 1, np.maximum(problem.capacity, 1)).astype(np.float64)
    # Each offer's row is divided by its capacity, so that all rows are of one size.
    load = np.where(single[problem.offer], 1, problem.size[problem.lot]) / room[problem.offer]
    load = np.where(problem.capacity[problem.offer] == 0, 2.0, load)
    giver = problem.giver[problem.offer]
    steps = problem.fairness.costs()
    firms = np.arange(problem.firms)
    most = np.bincount(giver, minlength=problem.firms).astype(np.float64)
    rows = [problem.lot, lots + problem.offer, lots + offers + giver]
    columns = [numbers, numbers, numbers]
    values = [np.ones(arcs), load, np.ones(arcs)]
    cost = [(problem.cost - problem.refusal[problem.lot]).astype(np.float64)]
    upper = [np.ones(arcs)]
    for place, (count, price) in enumerate(steps):
        rows.append(lots + offers + firms)
        columns.append(arcs + place * problem.firms + firms)
        values.append(-np.ones(problem.firms))
        cost.append(np.full(problem.firms, float(price)))
        upper.append(most if count is None else np.minimum(most, count))
    shape = (lots + offers + problem.firms, arcs + len(steps) * problem.firms)
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    limits = np.concatenate([np.ones(lots + offers), np.zeros(problem.firms)])
    return sparse.csr_matrix(entries, shape=shape), limits, np.concatenate(cost), np.concatenate(upper)


def _largest(problem: Problem, share: NDArray[np.float64]) -> Integers:
    """Return each lot's arc of largest share, if the arcs together hold at least half of the lot."""
    arc = np.full(len(problem.size), -1, dtype=np.int64)
    order = np.lexsort((np.arange(len(share)), share))
    arc[problem.lot[order]] = order  # the last written is the largest
    whole = np.zeros(len(problem.size))
    np.add.at(whole, problem.lot, np.clip(share, 0.0, 1.0))
    return np.where(whole >= 0.5, arc, -1)
