"""Clearing: as much as possible is cancelled and nobody's net position moves by a cent."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tavolo.network.generator import generate_obligations
from tavolo.network.matching.clearing import clear
from tavolo.network.matching.clearing_greedy import cancel_cycles
from tavolo.network.matching.obligations import Obligations, credit_limits, obligations_from

NAMES = st.sampled_from([f"impresa {letter}" for letter in "abcdefg"])
LINES = st.lists(
    st.tuples(NAMES, NAMES, st.integers(1, 500)).filter(lambda line: line[0] != line[1]), max_size=25
)


def most_that_can_be_cleared(obligations: Obligations) -> int:
    """The largest circulation, by linear programming: a second opinion."""
    if not len(obligations):
        return 0
    lines = np.arange(len(obligations))
    balance = np.zeros((len(obligations.firms), len(obligations)))
    balance[obligations.debtor, lines] -= 1
    balance[obligations.creditor, lines] += 1
    bounds = [(0, int(cents)) for cents in obligations.cents]
    solved = linprog(-np.ones(len(lines)), A_eq=balance, b_eq=np.zeros(len(balance)), bounds=bounds)
    return round(-solved.fun)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_it_clears_exactly_as_much_as_can_be_cleared(lines) -> None:
    obligations = obligations_from(lines)
    clearing = clear(obligations)
    assert clearing.total_cleared == clearing.bound == most_that_can_be_cleared(obligations)
    assert clearing.optimal
    assert clearing.gap == 0


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_every_net_position_stays_and_no_obligation_is_overpaid(lines) -> None:
    obligations = obligations_from(lines)
    clearing = clear(obligations)
    assert (obligations.net(clearing.remaining) == obligations.net()).all()
    assert (clearing.cleared >= 0).all()
    assert (clearing.remaining >= 0).all()
    assert (clearing.credit == 0).all()


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_no_cycle_is_left_and_greedy_is_never_better(lines) -> None:
    obligations = obligations_from(lines)
    clearing = clear(obligations)
    firms = len(obligations.firms)
    ends = (firms, obligations.debtor, obligations.creditor)
    assert cancel_cycles(*ends, clearing.remaining).sum() == 0
    greedy = cancel_cycles(*ends, obligations.cents)
    assert greedy.sum() <= clearing.total_cleared
    assert (obligations.net(obligations.cents - greedy) == obligations.net()).all()


@settings(max_examples=30, deadline=None)
@given(LINES, st.randoms())
def test_the_order_of_lines_changes_nothing(lines, random) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)
    one, other = clear(obligations_from(lines)), clear(obligations_from(shuffled))
    assert one.obligations.firms == other.obligations.firms
    assert (one.cleared == other.cleared).all()


@settings(max_examples=30, deadline=None)
@given(LINES)
def test_new_names_for_the_firms_change_no_total(lines) -> None:
    renamed = [(debtor[::-1], creditor[::-1], cents) for debtor, creditor, cents in lines]
    assert clear(obligations_from(lines)).total_cleared == clear(obligations_from(renamed)).total_cleared


@settings(max_examples=40, deadline=None)
@given(LINES, st.integers(0, 300), st.integers(0, 300))
def test_credit_stays_within_limits_and_clears_at_least_as_much(lines, owe, owed) -> None:
    obligations = obligations_from(lines)
    limits = credit_limits(obligations.firms, dict.fromkeys(obligations.firms, (owe, owed)))
    clearing = clear(obligations, *limits)
    assert (clearing.credit >= -owe).all()
    assert (clearing.credit <= owed).all()
    assert clearing.credit.sum() == 0
    assert (obligations.net(clearing.remaining) + clearing.credit == obligations.net()).all()
    assert clearing.total_cleared >= clear(obligations).total_cleared


def test_three_firms_in_a_circle_owe_nothing_afterwards() -> None:
    clearing = clear(obligations_from([("a", "b", 500), ("b", "c", 500), ("c", "a", 700)]))
    assert clearing.total_cleared == 1500
    assert clearing.remaining.sum() == 200


def test_a_chain_clears_only_with_credit() -> None:
    chain = obligations_from([("a", "b", 500), ("b", "c", 500)])
    assert clear(chain).total_cleared == 0
    limits = credit_limits(chain.firms, {"a": (300, 0), "c": (0, 400)})
    clearing = clear(chain, *limits)
    assert clearing.total_cleared == 600
    assert dict(zip(chain.firms, clearing.credit.tolist(), strict=True)) == {"a": -300, "b": 0, "c": 300}


def test_connected_parts_are_told_apart() -> None:
    clearing = clear(obligations_from([("a", "b", 5), ("b", "a", 3), ("x", "y", 100)]))
    assert [(part.firms, part.total, part.cleared) for part in clearing.parts] == [(2, 100, 0), (2, 8, 6)]


def test_when_time_is_over_the_best_found_comes_with_its_bound() -> None:
    random = np.random.default_rng(5)
    obligations = generate_obligations(tuple(f"f{i:05d}" for i in range(4000)), 60_000, random)
    hurried = clear(obligations, time_limit=0.2)
    exact = clear(obligations)
    assert hurried.total_cleared <= exact.total_cleared <= hurried.bound
    assert (obligations.net(hurried.remaining) == obligations.net()).all()
    assert hurried.gap > 0
    assert not hurried.optimal


def test_a_large_problem_with_time_enough_is_solved_in_the_child_process() -> None:
    random = np.random.default_rng(6)
    obligations = generate_obligations(tuple(f"f{i:05d}" for i in range(2500)), 30_000, random)
    assert clear(obligations, time_limit=120).total_cleared == clear(obligations).total_cleared


@pytest.mark.parametrize(
    "line", [("a", "a", 5), ("a", "b", 0), ("a", "b", -5)], ids=["to itself", "zero", "negative"]
)
def test_obligations_that_mean_nothing_are_refused(line) -> None:
    with pytest.raises(ValueError, match=r"a\b"):
        obligations_from([line])


def test_nothing_owed_is_nothing_cleared() -> None:
    clearing = clear(obligations_from([]))
    assert (clearing.total_cleared, clearing.bound, clearing.optimal) == (0, 0, True)
