"""From a file of sheets to proposals: assignment and rings in the words of needs, offers and firms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tavolo.network.matching.assignment import (
    Assignment,
    Fairness,
    Problem,
    assign,
    gifts_by_firm,
    used_units,
)
from tavolo.network.matching.read_sheets import Market
from tavolo.network.matching.relevance import Match, OfferIndex, Progress
from tavolo.network.matching.sheets import Sheet, days_between, distance_km

Integers = NDArray[np.int64]

REFUSAL_COST = 2000
COST_PER_KM = 10
COST_PER_DAY = 2
COST_OF_IRRELEVANCE = 2500
LOWEST_SCORE = 0.60
MOST_PARTS = 4


@dataclass(frozen=True)
class Candidates:
    """For every need, in order, its compatible offers with score and cost; positions in the index."""

    needs: tuple[Sheet, ...]
    index: OfferIndex
    need: Integers
    offer: Integers
    score: NDArray[np.float64]
    cost: Integers


@dataclass(frozen=True)
class Gift:
    """One proposed gift: so many units (None: one gift) of an offer for a need, and why."""

    need: Sheet
    offer: Sheet
    units: int | None
    cost: int
    match: Match
    others: tuple[Match, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A need left open, and why: "no_candidate", "too_dear", "too_small", "taken" or "fair_share".

    "partly": gifts cover a part of it, and `units_left` are still lacking.
    """

    need: Sheet
    why: str
    nearest: Match | None = None
    units_left: int | None = None


@dataclass(frozen=True)
class FairnessPrice:
    """What a weight of fairness does: needs answered, cost with refusals, busiest firm, givers."""

    weight: float
    answered: int
    service_cost: int
    busiest: int
    giving_firms: int


@dataclass(frozen=True)
class AssignmentProposal:
    """Gifts by need, needs left open, the solver's word, and what other weights of fairness would do."""

    gifts: tuple[Gift, ...]
    refusals: tuple[Refusal, ...]
    assignment: Assignment
    prices: tuple[FairnessPrice, ...]


def find_candidates(
    market: Market,
    index: OfferIndex,
    most: int = 20,
    lowest: float = LOWEST_SCORE,
    tolerance_days: int = 0,
    progress: Progress | None = None,
) -> Candidates:
    """Return each need's best compatible offers with a score of at least `lowest`.

    Cost: 2500 x (1 - score) + 10 a km + 2 a day apart; a need is left open at 2000, so a far or doubtful
    offer is refused rather than proposed.
    """
    found = index.candidates(market.needs, most, tolerance_days, progress)
    needs, offers, scores, costs = [], [], [], []
    for number, (need, (positions, score)) in enumerate(zip(market.needs, found, strict=True)):
        for at, value in zip(positions.tolist(), score.tolist(), strict=True):
            if value < lowest:
                continue
            offer = index.offers[at]
            needs.append(number)
            offers.append(at)
            scores.append(value)
            costs.append(_cost(need, offer, value))
    return Candidates(
        market.needs,
        index,
        np.array(needs, dtype=np.int64),
        np.array(offers, dtype=np.int64),
        np.array(scores),
        np.array(costs, dtype=np.int64),
    )


def _cost(need: Sheet, offer: Sheet, score: float) -> int:
    km = distance_km(need.place, offer.place) or 0.0
    return round(
        COST_OF_IRRELEVANCE * (1 - score) + COST_PER_KM * km + COST_PER_DAY * days_between(need, offer)
    )


def lots_of(need: Sheet, counted: bool = True) -> list[int]:
    """Return the units of the lots of a need: one lot, or up to four nearly equal ones if divisible.

    Where no candidate counts its units (`counted` is false) each is one gift of any size: one lot.
    """
    if need.quantity is None or not need.divisible or not counted:
        return [need.quantity or 1]
    parts = min(MOST_PARTS, need.quantity)
    whole, more = divmod(need.quantity, parts)
    return [whole + (part < more) for part in range(parts)]


def problem_of(candidates: Candidates, fairness: Fairness) -> tuple[Problem, Integers, Integers]:
    """Return the assignment problem, the need of each lot, and the candidate behind each arc."""
    lot_need: list[int] = []
    size: list[int] = []
    refusal: list[int] = []
    lots_by_need: dict[int, list[int]] = {}
    offers = candidates.index.offers
    counted = {
        number
        for number, at in zip(candidates.need.tolist(), candidates.offer.tolist(), strict=True)
        if offers[at].quantity is not None
    }
    for number, need in enumerate(candidates.needs):
        parts = lots_of(need, number in counted)
        for units in parts:
            lots_by_need.setdefault(number, []).append(len(size))
            lot_need.append(number)
            size.append(units)
            refusal.append(round(REFUSAL_COST / len(parts)))
    arcs = [(lot, at) for at, need in enumerate(candidates.need.tolist()) for lot in lots_by_need[need]]
    lot = np.array([arc[0] for arc in arcs], dtype=np.int64)
    behind = np.array([arc[1] for arc in arcs], dtype=np.int64)
    parts_of = np.array(
        [len(lots_by_need[number]) for number in range(len(candidates.needs))], dtype=np.int64
    )
    names = sorted({offer.giver for offer in offers})
    place = {name: number for number, name in enumerate(names)}
    sizes = np.array(size, dtype=np.int64)
    capacity = np.array(
        [-1 if offer.quantity is None else offer.quantity for offer in offers], dtype=np.int64
    )
    needs = candidates.need[behind] if len(behind) else np.zeros(0, dtype=np.int64)
    cost = candidates.cost[behind] // parts_of[needs] if len(behind) else np.zeros(0, dtype=np.int64)
    chosen = candidates.offer[behind] if len(behind) else np.zeros(0, dtype=np.int64)
    problem = Problem(
        lot=lot,
        offer=chosen,
        cost=cost,
        size=sizes,
        refusal=np.array(refusal, dtype=np.int64),
        capacity=capacity,
        giver=np.array([place[offer.giver] for offer in offers], dtype=np.int64),
        firms=len(names),
        fairness=fairness,
    )
    return problem, np.array(lot_need, dtype=np.int64), behind


def propose_assignment(
    candidates: Candidates,
    fairness: Fairness | None = None,
    time_limit: float | None = None,
    seed: int = 1,
    weights: tuple[float, ...] = (0.0, 1.0, 3.0),
    lang: str = "it",
) -> AssignmentProposal:
    """Return who should call whom, needs left open with their reason, and the price of fairness."""
    fairness = fairness or Fairness()
    problem, lot_need, behind = problem_of(candidates, fairness)
    solved = assign(problem, time_limit, seed)
    prices = []
    for weight in sorted({*weights, fairness.weight}):
        other = solved
        if weight != fairness.weight:
            other = assign(replace(problem, fairness=replace(fairness, weight=weight)), time_limit, seed)
        prices.append(_price(problem, other, lot_need, weight))
    gifts = _gifts(candidates, problem, solved, lot_need, behind, lang)
    answered: dict[str, int] = {}
    for gift in gifts:
        answered[gift.need.id] = answered.get(gift.need.id, 0) + (gift.units or 0)
    refusals = [
        refusal
        for number, need in enumerate(candidates.needs)
        if (refusal := _open(candidates, problem, solved, number, answered.get(need.id), lang))
    ]
    return AssignmentProposal(tuple(gifts), tuple(refusals), solved, tuple(prices))


def _price(problem: Problem, solved: Assignment, lot_need: Integers, weight: float) -> FairnessPrice:
    given = solved.arc >= 0
    gifts = gifts_by_firm(problem, solved.arc)
    return FairnessPrice(
        weight,
        len(np.unique(lot_need[given])),
        int(problem.cost[solved.arc[given]].sum() + problem.refusal[~given].sum()),
        int(gifts.max()) if len(gifts) else 0,
        int((gifts > 0).sum()),
    )


def _gifts(
    candidates: Candidates,
    problem: Problem,
    solved: Assignment,
    lot_need: Integers,
    behind: Integers,
    lang: str,
) -> list[Gift]:
    units = _units_given(candidates, problem, solved, lot_need, behind)
    gifts = []
    for (number, at), taken in sorted(units.items()):
        need, offer = candidates.needs[number], candidates.index.offers[candidates.offer[at]]
        mine = np.flatnonzero(candidates.need == number)
        spare = [int(candidates.offer[other]) for other in mine if other != at][:2]
        matches = candidates.index.match(need, [int(candidates.offer[at]), *spare], lang)
        counted = taken if need.quantity is not None else None
        gifts.append(Gift(need, offer, counted, int(candidates.cost[at]), matches[0], tuple(matches[1:])))
    return gifts


def _units_given(
    candidates: Candidates, problem: Problem, solved: Assignment, lot_need: Integers, behind: Integers
) -> dict[tuple[int, int], int]:
    """Return the units by need and candidate; a gift of any size takes the lots nobody else covers."""
    units: dict[tuple[int, int], int] = {}
    lacking: dict[int, int] = {}
    for lot, arc in enumerate(solved.arc.tolist()):
        number, size = int(lot_need[lot]), int(problem.size[lot])
        if arc < 0:
            lacking[number] = lacking.get(number, 0) + size
            continue
        key = (number, int(behind[arc]))
        units[key] = units.get(key, 0) + size
    for number, at in sorted(units):
        if number in lacking and problem.capacity[candidates.offer[at]] < 0:
            units[number, at] += lacking.pop(number)
    return units


def _open(
    candidates: Candidates, problem: Problem, solved: Assignment, number: int, given: int | None, lang: str
) -> Refusal | None:
    """Return why a need is open, wholly or for a part; None where it is answered."""
    need = candidates.needs[number]
    if given is None:
        return _refusal(candidates, problem, solved, number, lang)
    if need.quantity is not None and given < need.quantity:
        return Refusal(need, "partly", None, need.quantity - given)
    return None


def _refusal(candidates: Candidates, problem: Problem, solved: Assignment, number: int, lang: str) -> Refusal:
    need = candidates.needs[number]
    mine = np.flatnonzero(candidates.need == number)
    if not len(mine):
        return Refusal(need, "no_candidate")
    nearest = candidates.index.match(need, [int(candidates.offer[mine[0]])], lang)[0]
    if (candidates.cost[mine] >= REFUSAL_COST).all():
        return Refusal(need, "too_dear", nearest)
    used, gifts = used_units(problem, solved.arc), gifts_by_firm(problem, solved.arc)
    counted = (problem.capacity[candidates.offer[mine]] >= 0).any()
    size = lots_of(need, bool(counted))[-1]
    capacity = problem.capacity[candidates.offer[mine]]
    if ((capacity >= 0) & (capacity < size)).all():
        return Refusal(need, "too_small", nearest)
    for at in mine.tolist():
        offer = int(candidates.offer[at])
        single = problem.capacity[offer] < 0
        room = (1 if single else int(problem.capacity[offer])) - int(used[offer])
        if room >= (1 if single else size) and candidates.cost[at] < REFUSAL_COST:
            next_cost = problem.fairness.next_cost(int(gifts[problem.giver[offer]]))
            if candidates.cost[at] + next_cost >= REFUSAL_COST:
                return Refusal(need, "fair_share", nearest)
    return Refusal(need, "taken", nearest)
