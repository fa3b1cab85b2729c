"""The instances of the network benchmark, from the project's own generator."""

from __future__ import annotations

import numpy as np

from tavolo.network.generator import Network
from tavolo.network.matching.assignment import Fairness, Problem
from tavolo.network.matching.rings import Gifts

REFUSAL = 2000


def candidate_arcs(network: Network, most: int = 20) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (need, offer, cost): up to `most` offers of the same category, cheapest first by need.

    Cost: 10 a km, 2 a day between the dates, and a relevance term from 0 to 300.
    """
    random = np.random.default_rng(1)
    at = np.array([[sheet.place.latitude, sheet.place.longitude] for sheet in network.offers])
    start = np.array([sheet.start.toordinal() for sheet in network.offers])
    end = np.array([sheet.end.toordinal() for sheet in network.offers])
    owner = np.array([sheet.firm for sheet in network.offers])
    categories = set(network.offer_categories.tolist())
    alike = {category: np.flatnonzero(network.offer_categories == category) for category in categories}
    needs, offers, costs = [], [], []
    for number, need in enumerate(network.needs):
        near = alike.get(int(network.need_categories[number]), np.zeros(0, dtype=np.int64))
        near = near[owner[near] != need.firm]
        km = np.hypot(
            (at[near, 0] - need.place.latitude) * 111.2, (at[near, 1] - need.place.longitude) * 78.0
        )
        gap = np.maximum(
            0, np.maximum(need.start.toordinal() - end[near], start[near] - need.end.toordinal())
        )
        cost = (10 * km + 2 * gap + random.integers(0, 300, len(near))).astype(np.int64)
        chosen = np.argsort(cost, kind="stable")[:most]
        needs.append(np.full(len(chosen), number))
        offers.append(near[chosen])
        costs.append(cost[chosen])
    return np.concatenate(needs), np.concatenate(offers), np.concatenate(costs)


def owners(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return the firm of every need and of every offer, as numbers."""
    place = {firm.name: number for number, firm in enumerate(network.firms)}
    return (
        np.array([place[sheet.firm] for sheet in network.needs]),
        np.array([place[sheet.firm] for sheet in network.offers]),
    )


def assignment_problem(network: Network, weight: float) -> Problem:
    """Return the assignment over the candidate arcs, every offer one gift."""
    need, offer, cost = candidate_arcs(network)
    one = np.ones(len(network.needs), dtype=np.int64)
    return Problem(
        lot=need,
        offer=offer,
        cost=cost,
        size=one,
        refusal=one * REFUSAL,
        capacity=np.full(len(network.offers), -1, dtype=np.int64),
        giver=owners(network)[1],
        firms=len(network.firms),
        fairness=Fairness(weight=weight),
    )


def ring_gifts(network: Network, best: int = 3) -> Gifts:
    """Return each need's `best` candidates as gifts worth 2000 less their cost."""
    need, offer, cost = candidate_arcs(network, best)
    worth = cost < REFUSAL
    need, offer, cost = need[worth], offer[worth], cost[worth]
    taker, giver = owners(network)
    once = np.ones(len(network.needs), dtype=np.int64)
    return Gifts(
        giver[offer],
        taker[need],
        offer,
        need,
        REFUSAL - cost,
        len(network.firms),
        np.ones(len(network.offers), dtype=np.int64),
        once,
        5,
    )
