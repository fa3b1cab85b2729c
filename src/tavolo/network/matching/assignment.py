"""Fair assignment of needs to offers over the whole network.

A minimum-cost flow: need -> offer -> giving firm -> sink, with a way out for every need (refusal) and
parallel arcs of rising cost from each firm to the sink, so that gifts spread over the firms (convex costs
keep the problem a flow: R. Ahuja, T. Magnanti, J. Orlin, Network Flows, 1993, ch. 14). Where needs of unlike
sizes compete for one offer the flow is a relaxation; what breaks is repaired, and the flow stays the bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tavolo.network.matching.assignment_exact import solve_exactly
from tavolo.network.matching.assignment_relaxed import relax
from tavolo.network.matching.flows import min_cost_flow

Integers = NDArray[np.int64]
_EXACT_ARCS = 60_000
_REPAIRS = 25
_MOST_COST = 10**8


@dataclass(frozen=True)
class Fairness:
    """Steps of rising cost: (gifts, cost of each); the last cost holds for every further gift.

    `weight` multiplies all costs; 0 means that only service counts. A cost has a ceiling far above any
    refusal, so that a weight without end forbids further gifts and nothing overflows.
    """

    steps: tuple[tuple[int, int], ...] = ((5, 0), (5, 200), (10, 600))
    beyond: int = 1200
    weight: float = 1.0

    def costs(self) -> list[tuple[int | None, int]]:
        """Return (gifts or None for any number, cost of each) with the weight applied."""
        return [(count, self._weighted(cost)) for count, cost in (*self.steps, (None, self.beyond))]

    def _weighted(self, cost: int) -> int:
        return round(min(cost * self.weight, _MOST_COST)) if cost else 0

    def total(self, gifts: Integers) -> int:
        """Return what all firms' gifts cost in fairness."""
        left, sum_ = gifts.copy(), 0
        for count, cost in self.costs():
            step = left if count is None else np.minimum(left, count)
            sum_ += int(step.sum()) * cost
            left = left - step
        return sum_

    def next_cost(self, gifts: int) -> int:
        """Return what one more gift costs a firm that already gives `gifts`."""
        for count, cost in self.costs():
            if count is None or gifts < count:
                return cost
            gifts -= count
        return 0


@dataclass(frozen=True)
class Problem:
    """Lots (whole needs, or parts of divisible ones), offers, firms, and arcs lot -> offer with a cost.

    `capacity` is in units, -1 where an offer is one gift of any size. `size` is a lot's units.
    """

    lot: Integers
    offer: Integers
    cost: Integers
    size: Integers
    refusal: Integers
    capacity: Integers
    giver: Integers
    firms: int
    fairness: Fairness


@dataclass(frozen=True)
class Assignment:
    """For each lot the arc chosen, or -1; total cost, bound and whether the bound is reached."""

    arc: Integers
    cost: int
    bound: int
    optimal: bool
    seconds: float

    @property
    def gap(self) -> float:
        """How far the cost lies above the bound, as a share of the cost."""
        return (self.cost - self.bound) / self.cost if self.cost else 0.0


def assign(problem: Problem, time_limit: float | None = None, seed: int = 1) -> Assignment:
    """Return the cheapest assignment, or a good one with its bound where sizes or time stand in the way."""
    started = time.monotonic()
    deadline = None if time_limit is None else started + time_limit
    limits = gift_limits(problem)
    arc = _flow(problem, limits, None if time_limit is None else 0.9 * time_limit)
    if arc is None:
        arc = _greedy(problem)
        bound = _simple_bound(problem)
    else:
        bound = total_cost(problem, arc)
        if len(_overloaded(problem, arc)):
            arc = _repaired(problem, arc, limits, deadline)
            if total_cost(problem, arc) > bound and (deadline is None or time.monotonic() < deadline):
                arc, bound = _improved(problem, arc, bound, limits, seed, deadline)
    cost = total_cost(problem, arc)
    return Assignment(arc, cost, bound, cost == bound, time.monotonic() - started)


def _improved(
    problem: Problem, arc: Integers, bound: int, limits: Integers, seed: int, deadline: float | None
) -> tuple[Integers, int]:
    """Return a better choice and bound: exactly on small problems, by the relaxation on large ones."""
    if len(problem.lot) <= _EXACT_ARCS:
        return solve_exactly(problem, arc, bound, limits, seed, deadline)
    start, relaxed = relax(problem)
    other = _repaired(problem, start, limits, deadline)
    better = other if total_cost(problem, other) < total_cost(problem, arc) else arc
    return better, max(bound, relaxed)


def total_cost(problem: Problem, arc: Integers) -> int:
    """Return service, refusals and fairness of a choice of arcs."""
    given = arc >= 0
    service = int(problem.cost[arc[given]].sum()) + int(problem.refusal[~given].sum())
    return service + problem.fairness.total(gifts_by_firm(problem, arc))


def gifts_by_firm(problem: Problem, arc: Integers) -> Integers:
    """Return how many gifts each firm gives."""
    chosen = arc[arc >= 0]
    return np.bincount(problem.giver[problem.offer[chosen]], minlength=problem.firms).astype(np.int64)


def used_units(problem: Problem, arc: Integers) -> Integers:
    """Return the units taken from each offer (gifts, where an offer is one gift of any size)."""
    chosen = arc[arc >= 0]
    offers = problem.offer[chosen]
    units = np.where(problem.capacity[offers] < 0, 1, problem.size[problem.lot[chosen]])
    used = np.zeros(len(problem.capacity), dtype=np.int64)
    np.add.at(used, offers, units)
    return used


def gift_limits(problem: Problem) -> Integers:
    """Return how many lots each offer can serve at most: its smallest candidates, while they fit."""
    limits = np.where(problem.capacity < 0, 1, 0).astype(np.int64)
    size = problem.size[problem.lot]
    order = np.lexsort((size, problem.offer))
    offers, sizes = problem.offer[order], size[order]
    starts = np.searchsorted(offers, np.arange(len(problem.capacity)))
    running = np.cumsum(sizes)
    before = np.where(starts > 0, running[np.maximum(starts, 1) - 1], 0) if len(running) else np.zeros(0, int)
    fits = running - before[offers] <= problem.capacity[offers] if len(running) else np.zeros(0, bool)
    return np.maximum(limits, np.bincount(offers[fits], minlength=len(problem.capacity)).astype(np.int64))


def _flow(problem: Problem, limits: Integers, time_limit: float | None) -> Integers | None:
    """Return the arc of each lot in the cheapest flow, or None if the time was over."""
    lots, offers = len(problem.size), len(problem.capacity)
    sink = lots + offers + problem.firms
    usable = np.flatnonzero(limits[problem.offer] > 0)
    steps = problem.fairness.costs()
    firm_nodes = np.arange(problem.firms) + lots + offers
    tails = [problem.lot[usable], np.arange(lots), np.arange(offers) + lots]
    heads = [problem.offer[usable] + lots, np.full(lots, sink), problem.giver + lots + offers]
    capacities = [np.ones(len(usable) + lots, dtype=np.int64), limits]
    costs = [problem.cost[usable], problem.refusal, np.zeros(offers, dtype=np.int64)]
    for count, cost in steps:
        tails.append(firm_nodes)
        heads.append(np.full(problem.firms, sink))
        capacities.append(np.full(problem.firms, lots if count is None else count, dtype=np.int64))
        costs.append(np.full(problem.firms, cost, dtype=np.int64))
    supplies = np.zeros(sink + 1, dtype=np.int64)
    supplies[:lots], supplies[sink] = 1, -lots
    flow = min_cost_flow(
        np.concatenate(tails),
        np.concatenate(heads),
        np.concatenate(capacities),
        np.concatenate(costs),
        supplies,
        time_limit,
    )
    if flow.amounts is None:
        return None
    arc = np.full(lots, -1, dtype=np.int64)
    chosen = usable[flow.amounts[: len(usable)] > 0]
    arc[problem.lot[chosen]] = chosen
    return arc


def _overloaded(problem: Problem, arc: Integers) -> Integers:
    """Return the offers from which more units are taken than there are."""
    used = used_units(problem, arc)
    return np.flatnonzero(used > np.where(problem.capacity < 0, 1, problem.capacity))


def _repaired(problem: Problem, arc: Integers, limits: Integers, deadline: float | None) -> Integers:
    """Return a feasible choice: overloaded offers keep what fits, what they drop is assigned anew."""
    kept = np.full(len(arc), -1, dtype=np.int64)
    room = np.where(problem.capacity < 0, 1, problem.capacity).astype(np.int64)
    gifts = np.zeros(problem.firms, dtype=np.int64)
    for _ in range(_REPAIRS):
        _keep_what_fits(problem, arc, kept, room, gifts)
        waiting = np.flatnonzero(kept < 0)
        units = np.where(problem.capacity[problem.offer] < 0, 1, problem.size[problem.lot])
        fits = np.flatnonzero((kept[problem.lot] < 0) & (units <= room[problem.offer]))
        if not len(fits) or (deadline is not None and time.monotonic() > deadline):
            return kept
        place = np.full(len(arc), -1, dtype=np.int64)
        place[waiting] = np.arange(len(waiting))
        smaller = replace(
            problem,
            lot=place[problem.lot[fits]],
            offer=problem.offer[fits],
            cost=problem.cost[fits] + _burden(problem.fairness, gifts)[problem.giver[problem.offer[fits]]],
            size=problem.size[waiting],
            refusal=problem.refusal[waiting],
            capacity=np.where(problem.capacity < 0, np.where(room > 0, -1, 0), room),
        )
        found = _flow(smaller, np.minimum(gift_limits(smaller), limits), None)
        if found is None or not (found >= 0).any():
            return kept
        arc = kept.copy()
        arc[waiting] = np.where(found >= 0, fits[found], -1)
    return kept


def _burden(fairness: Fairness, gifts: Integers) -> Integers:
    """Return what the next gift costs each firm, above what a first gift costs."""
    first = fairness.next_cost(0)
    return np.array([fairness.next_cost(int(count)) - first for count in gifts], dtype=np.int64)


def _keep_what_fits(problem: Problem, arc: Integers, kept: Integers, room: Integers, gifts: Integers) -> None:
    """Settle chosen arcs in order of saving per unit, as long as offers have room; changes the arrays."""
    new = arc[(arc >= 0) & (kept < 0)]
    saving = (problem.refusal[problem.lot[new]] - problem.cost[new]) / problem.size[problem.lot[new]]
    for chosen in new[np.lexsort((new, -saving))].tolist():
        lot, offer = problem.lot[chosen], problem.offer[chosen]
        units = 1 if problem.capacity[offer] < 0 else problem.size[lot]
        if units <= room[offer]:
            kept[lot] = chosen
            room[offer] -= units
            gifts[problem.giver[offer]] += 1


def _greedy(problem: Problem) -> Integers:
    """Return the choice of one who takes the cheapest arc first; never dearer than refusing all."""
    arc = np.full(len(problem.size), -1, dtype=np.int64)
    room = np.where(problem.capacity < 0, 1, problem.capacity).astype(np.int64)
    gifts = [0] * problem.firms
    for chosen in np.argsort(problem.cost, kind="stable").tolist():
        lot, offer = problem.lot[chosen], problem.offer[chosen]
        units = 1 if problem.capacity[offer] < 0 else problem.size[lot]
        if arc[lot] >= 0 or units > room[offer]:
            continue
        firm = int(problem.giver[offer])
        if problem.cost[chosen] + problem.fairness.next_cost(gifts[firm]) < problem.refusal[lot]:
            arc[lot] = chosen
            room[offer] -= units
            gifts[firm] += 1
    return arc


def _simple_bound(problem: Problem) -> int:
    """Return a cost no assignment can beat: every lot on its cheapest arc, or refused."""
    least = problem.refusal.copy()
    np.minimum.at(least, problem.lot, problem.cost)
    return int(least.sum())
