"""Exact intervals: they never cover less than they say, and a full census leaves no doubt."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tavolo.dialogue.convergence.intervals import (
    LARGE_CENSUS,
    hypergeometric_at_least,
    majority_p_value,
    no_majority_p_value,
    share_interval,
)


def exact_coverage(n: int, share: float, level: float = 0.95) -> float:
    x = np.arange(n + 1)
    low, high = share_interval(x, n, 0, level)
    return float(stats.binom.pmf(x, n, share)[(low <= share) & (share <= high)].sum())


@pytest.mark.parametrize("n", [1, 2, 5, 10, 17, 40, 200])
def test_unlimited_population_is_covered_at_every_share(n: int) -> None:
    assert min(exact_coverage(n, share) for share in np.linspace(0.001, 0.999, 173)) >= 0.95


@pytest.mark.parametrize("size", [1, 2, 5, 8, 13, 25])
def test_finite_population_is_covered_for_every_sample_and_every_truth(size: int) -> None:
    for n in range(size + 1):
        x = np.arange(n + 1)
        low, high = share_interval(x, n, size)
        for marked in range(size + 1):
            inside = (low * size <= marked + 1e-9) & (marked - 1e-9 <= high * size)
            assert stats.hypergeom.pmf(x, size, marked, n)[inside].sum() >= 0.95 - 1e-12


def test_clopper_pearson_agrees_with_an_independent_computation() -> None:
    for x, n in ((0, 10), (3, 10), (10, 10), (57, 133)):
        low, high = share_interval(x, n)
        other = stats.binomtest(x, n).proportion_ci(0.95, method="exact")
        assert (low, high) == pytest.approx((other.low, other.high), abs=1e-10)


def test_finite_bounds_are_the_populations_that_no_one_sided_test_rejects() -> None:
    size, n, x = 24, 11, 7
    low, high = share_interval(x, n, size)
    kept = [
        k
        for k in range(x, size - n + x + 1)
        if stats.hypergeom.sf(x - 1, size, k, n) > 0.025 and stats.hypergeom.cdf(x, size, k, n) > 0.025
    ]
    assert (round(float(low) * size), round(float(high) * size)) == (min(kept), max(kept))


def test_everyone_heard_leaves_no_interval() -> None:
    assert [float(b) for b in share_interval(3, 5, 5)] == [0.6, 0.6]


def test_nobody_heard_leaves_everything_open() -> None:
    assert [float(b) for b in share_interval(0, 0)] == [0.0, 1.0]
    assert [float(b) for b in share_interval(0, 0, 12)] == [0.0, 1.0]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 400), st.data())
def test_tail_equals_scipy(size: int, data: st.DataObject) -> None:
    marked, n = data.draw(st.integers(0, size)), data.draw(st.integers(0, size))
    x = data.draw(st.integers(0, n))
    expected = stats.hypergeom.sf(x - 1, size, marked, n)
    assert float(hypergeometric_at_least(x, n, marked, size)) == pytest.approx(expected, rel=1e-8, abs=1e-13)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 60), st.data())
def test_majority_is_established_exactly_when_the_interval_lies_above_one_half(
    n: int, data: st.DataObject
) -> None:
    x = data.draw(st.integers(0, n))
    for census in (0, n, n + 1, 3 * n):
        low, high = share_interval(x, n, census)
        assert (2 * majority_p_value(x, n, census) <= 0.05) == (low > 0.5)
        if census:
            assert (2 * no_majority_p_value(x, n, census) <= 0.05) == (high <= 0.5)


def test_a_census_never_widens_an_interval() -> None:
    low, high = share_interval(14, 20)
    finite_low, finite_high = share_interval(14, 20, np.array([20, 25, 100, 10_000]))
    assert (finite_low >= low - 1e-3).all()
    assert (finite_high <= high + 1e-3).all()


@pytest.mark.parametrize(
    ("count", "seen", "census", "words"),
    [(3, 2, 0, "larger than"), (-1, 2, 0, "negative"), (2, 9, 5, "census"), (2, 9, -5, "census")],
)
def test_impossible_counts_are_refused_in_words(count: int, seen: int, census: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        share_interval(count, seen, census)


def test_a_census_of_millions_stays_on_the_safe_side_and_still_settles_when_all_are_heard() -> None:
    size = LARGE_CENSUS + 1
    low, high = share_interval(60_000, 100_000, size)
    exact_low, exact_high = share_interval(60_000, 100_000, LARGE_CENSUS)
    assert low <= exact_low
    assert high >= exact_high
    assert [float(b) for b in share_interval(150_000, size, size)] == [150_000 / size] * 2
    assert float(majority_p_value(150_000, size, size)) == 0.0


def test_three_hundred_statements_in_five_groups_take_milliseconds() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(1, 10_000, (5, 300))
    x = rng.binomial(n, 0.6)
    started = time.perf_counter()
    share_interval(x, n)
    share_interval(x, n, 10_000)
    assert time.perf_counter() - started < 2.0
