"""Fair assignment: cheapest within capacity, spread over the firms, refused rather than forced."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from tavolo.network.matching.assignment import (
    Fairness,
    Problem,
    assign,
    gifts_by_firm,
    total_cost,
    used_units,
)

STEPS = Fairness(((1, 0), (1, 30)), beyond=80)


@st.composite
def problems(draw, largest: int = 1, most: int = 3) -> Problem:
    lots, offers, firms = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    pairs = draw(st.sets(st.tuples(st.integers(0, lots - 1), st.integers(0, offers - 1)), max_size=14))
    arcs = sorted(pairs)
    return Problem(
        lot=np.array([arc[0] for arc in arcs], dtype=np.int64),
        offer=np.array([arc[1] for arc in arcs], dtype=np.int64),
        cost=np.array([draw(st.integers(0, 150)) for _ in arcs], dtype=np.int64),
        size=np.array([draw(st.integers(1, largest)) for _ in range(lots)], dtype=np.int64),
        refusal=np.full(lots, 100, dtype=np.int64),
        capacity=np.array([draw(st.integers(-1, most)) for _ in range(offers)], dtype=np.int64),
        giver=np.array([draw(st.integers(0, firms - 1)) for _ in range(offers)], dtype=np.int64),
        firms=firms,
        fairness=STEPS,
    )


def cheapest(problem: Problem) -> int:
    """The optimum by integer programming with the steps written out: a second opinion."""
    arcs, lots, firms = len(problem.lot), len(problem.size), problem.firms
    steps = [(1, 0), (1, 30), (lots, 80)]
    cost = [*(problem.cost - problem.refusal[problem.lot]), *[c for _ in range(firms) for _, c in steps]]
    blank = [0] * (3 * firms)
    limits = [
        LinearConstraint((problem.lot == lot).tolist() + [0] * (3 * firms), -np.inf, 1) for lot in range(lots)
    ]
    for offer, capacity in enumerate(problem.capacity):
        units = np.where(problem.offer == offer, 1 if capacity < 0 else problem.size[problem.lot], 0)
        limits.append(
            LinearConstraint([*units, *[0] * (3 * firms)], -np.inf, 1 if capacity < 0 else capacity)
        )
    for firm in range(firms):
        row = [*(problem.giver[problem.offer] == firm).astype(int), *blank]
        row[arcs + 3 * firm : arcs + 3 * firm + 3] = [-1, -1, -1]
        limits.append(LinearConstraint(row, 0, 0))
    upper = [1] * arcs + [count for _ in range(firms) for count, _ in steps]
    solved = milp(cost, constraints=limits, integrality=np.ones(len(cost)), bounds=(0, upper))
    return round(solved.fun) + int(problem.refusal.sum())


@settings(max_examples=60, deadline=None)
@given(problems())
def test_with_equal_sizes_the_flow_is_the_optimum(problem) -> None:
    solved = assign(problem)
    assert solved.cost == solved.bound == cheapest(problem)
    assert solved.optimal


@settings(max_examples=60, deadline=None)
@given(problems(largest=3, most=5))
def test_with_unlike_sizes_the_optimum_is_still_reached(problem) -> None:
    solved = assign(problem)
    assert solved.cost == cheapest(problem)
    assert solved.bound <= solved.cost


@settings(max_examples=60, deadline=None)
@given(problems(largest=3, most=5))
def test_no_offer_gives_more_than_it_has(problem) -> None:
    solved = assign(problem)
    assert (used_units(problem, solved.arc) <= np.where(problem.capacity < 0, 1, problem.capacity)).all()
    chosen = solved.arc[solved.arc >= 0]
    assert (problem.lot[chosen] == np.flatnonzero(solved.arc >= 0)).all()
    assert solved.cost == total_cost(problem, solved.arc)


def test_fairness_spreads_gifts_that_service_alone_would_heap() -> None:
    lots = np.arange(4)
    problem = Problem(
        lot=np.repeat(lots, 2),
        offer=np.tile([0, 1], 4),
        cost=np.tile([10, 15], 4).astype(np.int64),
        size=np.ones(4, dtype=np.int64),
        refusal=np.full(4, 100, dtype=np.int64),
        capacity=np.array([9, 9]),
        giver=np.array([0, 1]),
        firms=2,
        fairness=Fairness(((1, 0), (1, 30)), 80, weight=0),
    )
    assert gifts_by_firm(problem, assign(problem).arc).tolist() == [4, 0]
    fair = Problem(**{**vars(problem), "fairness": STEPS})
    assert gifts_by_firm(fair, assign(fair).arc).tolist() == [2, 2]


def test_a_need_is_refused_rather_than_served_at_any_cost() -> None:
    one = np.array([0])
    problem = Problem(one, one, np.array([101]), one + 1, np.array([100]), one + 1, one, 1, STEPS)
    assert assign(problem).arc.tolist() == [-1]


@pytest.mark.parametrize("unlike", [False, True], ids=["equal sizes", "unlike sizes"])
def test_a_time_limit_gives_a_feasible_answer_with_its_bound(unlike) -> None:
    random = np.random.default_rng(4)
    lots, offers, firms = 3000, 3000, 300
    size = random.integers(1, 6, lots) if unlike else np.ones(lots, dtype=np.int64)
    problem = Problem(
        lot=np.repeat(np.arange(lots), 12),
        offer=random.integers(0, offers, lots * 12),
        cost=random.integers(0, 1800, lots * 12),
        size=size,
        refusal=np.full(lots, 2000, dtype=np.int64),
        capacity=random.integers(1, 9, offers),
        giver=random.integers(0, firms, offers),
        firms=firms,
        fairness=Fairness(),
    )
    hurried = assign(problem, time_limit=0.05)
    assert hurried.bound <= hurried.cost <= problem.refusal.sum()
    assert (used_units(problem, hurried.arc) <= problem.capacity).all()


def test_a_weight_without_end_forbids_and_overflows_nothing() -> None:
    for weight in (1e300, float("inf")):
        costs = Fairness(weight=weight).costs()
        assert costs[0] == (5, 0)
        assert all(2000 < cost < 1 << 40 for _, cost in costs[1:])
