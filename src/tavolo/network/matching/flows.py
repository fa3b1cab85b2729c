"""Minimum-cost flow by ortools, with a time limit kept by running large problems in a child process."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
_IN_PROCESS_ARCS = 20_000


class FlowError(ValueError):
    """The flow cannot exist: supplies do not balance or capacities do not let them through."""


@dataclass(frozen=True)
class Flow:
    """Flow per arc, or None if the time was over first."""

    amounts: Integers | None

    @property
    def solved(self) -> bool:
        return self.amounts is not None


def min_cost_flow(
    tails: NDArray[np.integer],
    heads: NDArray[np.integer],
    capacities: Integers,
    costs: Integers,
    supplies: Integers,
    time_limit: float | None = None,
) -> Flow:
    """Return the cheapest integral flow (cost-scaling push-relabel; A. Goldberg 1997, ortools).

    Arcs are arrays of one shape; `supplies` has one entry per node, positive for sources, and sums to 0.
    `time_limit` in seconds: the solver cannot be interrupted, so problems above 20,000 arcs run in a child
    process that is ended when the time is over. Raises FlowError if no flow exists.
    """
    if time_limit is None or len(tails) <= _IN_PROCESS_ARCS:
        return Flow(solve(tails, heads, capacities, costs, supplies))
    if time_limit <= 0:
        return Flow(None)
    started = time.monotonic()
    sent = io.BytesIO()
    np.savez(sent, tails=tails, heads=heads, capacities=capacities, costs=costs, supplies=supplies)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tavolo.network.matching.flow_worker"],
            input=sent.getvalue(),
            capture_output=True,
            timeout=max(0.1, time_limit - (time.monotonic() - started)),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Flow(None)
    if done.returncode:
        raise FlowError(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    return Flow(np.load(io.BytesIO(done.stdout), allow_pickle=False))


def solve(
    tails: NDArray[np.integer],
    heads: NDArray[np.integer],
    capacities: Integers,
    costs: Integers,
    supplies: Integers,
) -> Integers:
    """Return the cheapest flow, in this process and without a time limit."""
    from ortools.graph.python import min_cost_flow as library

    if len(tails) == 0:
        if np.any(supplies):
            raise FlowError("the flow has no arcs to carry its supplies")
        return np.zeros(0, dtype=np.int64)
    problem = library.SimpleMinCostFlow()
    arcs = problem.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), capacities, costs
    )
    problem.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    status = problem.solve()
    if status != problem.OPTIMAL:
        raise FlowError(f"the flow could not be solved ({status}): amounts may be too large or unbalanced")
    return np.asarray(problem.flows(arcs), dtype=np.int64)
