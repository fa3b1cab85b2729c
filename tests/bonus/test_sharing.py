"""Pools are shared to the cent: sums, limits, order of the workers, exactness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.bonus.rules.cents import multiply_divide
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.sharing import split_pool, water_fill
from tests.bonus import slow

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


def names(n):
    return [f"w{k}" for k in range(n)]


@settings(max_examples=150, deadline=None)
@given(WEIGHTS, st.integers(0, 10**11))
def test_shares_add_up_and_equal_the_exact_split(weights, pool):
    shares = split_pool(pool, np.array(weights, dtype=np.int64), np.arange(len(weights)))
    assert int(shares.sum()) == pool
    assert shares.tolist() == slow.split(pool, weights, [f"{k:02d}" for k in range(len(weights))])


@settings(max_examples=100, deadline=None)
@given(WEIGHTS, st.integers(0, 10**9), st.randoms(use_true_random=False))
def test_the_order_of_the_workers_does_not_matter(weights, pool, random):
    n = len(weights)
    order = list(range(n))
    random.shuffle(order)
    array = np.array(weights, dtype=np.int64)
    straight = split_pool(pool, array, np.arange(n))
    shuffled = split_pool(pool, array[order], np.arange(n)[order])
    assert straight[order].tolist() == shuffled.tolist()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8),
    st.integers(0, 500),
)
def test_water_filling_keeps_limits_and_is_within_a_cent_of_the_exact_solution(rows, wanted):
    weights, floors, extra = (list(column) for column in zip(*rows, strict=True))
    caps = [f + e for f, e in zip(floors, extra, strict=True)]
    low = sum(f for f, w in zip(floors, weights, strict=True) if w)
    high = sum(c for c, w in zip(caps, weights, strict=True) if w)
    pool = min(max(wanted, low), high)
    if not any(weights):
        return
    arrays = [np.array(values, dtype=np.int64) for values in (weights, floors, caps)]
    shares, rest = water_fill(pool, *arrays, np.arange(len(weights)))
    assert int(shares.sum()) + rest == pool
    for share, weight, floor, cap in zip(shares.tolist(), weights, floors, caps, strict=True):
        assert (floor <= share <= cap) if weight else share == 0
    if pool < high:
        exact = slow.fill(pool, weights, floors, caps)
        assert all(abs(share - value) < 1 for share, value in zip(shares.tolist(), exact, strict=True))


def test_floors_beyond_the_pool_are_a_named_shortage():
    with pytest.raises(RuleError, match=r"5\.00 euro are missing"):
        water_fill(500, np.array([1, 1]), np.array([500, 500]), np.array([900, 900]), np.arange(2))


def test_what_cannot_be_given_is_told():
    shares, rest = water_fill(1000, np.array([1, 1]), np.array([0, 0]), np.array([300, 300]), np.arange(2))
    assert (shares.tolist(), rest) == ([300, 300], 400)


def test_ties_go_to_the_lowest_rank():
    assert split_pool(1, np.array([1, 1, 1]), np.array([2, 0, 1])).tolist() == [0, 1, 0]


def test_nobody_with_weight_is_a_sentence():
    with pytest.raises(RuleError, match="nobody has a positive weight"):
        split_pool(100, np.array([0, 0]), np.arange(2))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 2**40), min_size=1, max_size=5), st.integers(0, 2**45), st.integers(2**40, 2**60)
)
def test_multiply_divide_is_exact(values, factor, divisor):
    if max(values) * factor // divisor >= 2**49:
        return
    quotient, remainder = multiply_divide(np.array(values, dtype=np.int64), factor, divisor)
    expected = [divmod(value * factor, divisor) for value in values]
    assert list(zip(quotient.tolist(), remainder.tolist(), strict=True)) == expected
