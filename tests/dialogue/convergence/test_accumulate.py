"""Sums merge: bit by bit the same whatever the order, the split, or the way a vote arrived."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.dialogue.convergence.accumulate import Accumulator
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.pipeline import add_up
from tavolo.dialogue.convergence.votes import NOT_SEEN, DenseVotes, from_array
from tests.dialogue.convergence.worlds import camps, vote_tables


def same(first: Accumulator, second: Accumulator) -> bool:
    return (
        first.people == second.people
        and np.array_equal(first.counts, second.counts)
        and all(
            np.array_equal(getattr(first.gram, part), getattr(second.gram, part))
            for part in ("values", "cross", "seen")
        )
    )


def dense(table: np.ndarray) -> np.ndarray:
    return np.where(table == NOT_SEEN, np.nan, table)


@given(vote_tables(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_any_split_in_any_order_gives_the_same_bits(table: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(-1, 3, len(table))
    whole = Accumulator(table.shape[1], 3).add(table, groups)
    order = rng.permutation(len(table))
    parts = [
        Accumulator(table.shape[1], 3).add(table[rows], groups[rows])
        for rows in np.array_split(order, rng.integers(1, 6))
        if len(rows)
    ]
    total = Accumulator(table.shape[1], 3)
    for part in parts:
        total = total.merge(part)
    assert same(total, whole)


@given(vote_tables(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_one_vote_changed_equals_counting_again(table: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    person, column = rng.integers(0, table.shape[0]), int(rng.integers(0, table.shape[1]))
    new = [None, -1, 0, 1][rng.integers(0, 4)]
    running = Accumulator(table.shape[1]).add(table)
    voted = np.flatnonzero(table[person] != NOT_SEEN)
    running.change(voted, table[person, voted], column, new)
    after = table.copy()
    after[person, column] = NOT_SEEN if new is None else new
    assert same(running, Accumulator(table.shape[1]).add(after))


@given(vote_tables())
@settings(max_examples=40, deadline=None)
def test_dense_sparse_and_float_tables_count_alike(table: np.ndarray) -> None:
    voted = table != NOT_SEEN
    rows, columns = np.nonzero(voted)
    sparse = scipy.sparse.coo_matrix((table[voted].astype(float), (rows, columns)), shape=table.shape)
    masked = np.ma.MaskedArray(np.where(voted, table, 0), mask=~voted)
    whole = Accumulator(table.shape[1]).add(table)
    for other in (dense(table), sparse, sparse.tocsr(), masked):
        assert same(Accumulator(table.shape[1]).add(other), whole)


def test_gram_equals_the_imputed_and_centred_table() -> None:
    votes, _ = camps(200, 30)
    mean = np.nanmean(votes, axis=0)
    centred = np.where(np.isnan(votes), 0.0, votes - mean)
    sums = Accumulator(30).add(votes)
    np.testing.assert_allclose(sums.gram.centred(), centred.T @ centred, atol=1e-10)


def test_moderation_after_the_fact_needs_no_recount() -> None:
    votes, _ = camps(200, 30)
    out = np.zeros(30, bool)
    out[[2, 7]] = True
    moderated = Accumulator(30).add(votes).gram.centred(out)
    zeroed = votes.copy()
    zeroed[:, out] = 0.0
    np.testing.assert_allclose(moderated, Accumulator(30).add(zeroed).gram.centred(), atol=1e-10)


@given(vote_tables(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_both_ways_to_the_covariance_agree(table: np.ndarray, seed: int) -> None:
    excluded = np.random.default_rng(seed).random(table.shape[1]) < 0.2
    by_gram = add_up(DenseVotes(table), excluded)
    by_scaling = add_up(from_array(scipy.sparse.coo_matrix(_stored(table))), excluded)
    np.testing.assert_array_equal(by_gram.counts, by_scaling.counts)
    np.testing.assert_allclose(by_gram.centred, by_scaling.centred, atol=1e-9)


def _stored(table: np.ndarray) -> scipy.sparse.coo_matrix:
    rows, columns = np.nonzero(table != NOT_SEEN)
    return scipy.sparse.coo_matrix((table[rows, columns].astype(float), (rows, columns)), shape=table.shape)


def test_chunks_over_other_statements_are_refused() -> None:
    with pytest.raises(DataError, match="a chunk has 3 statements"):
        Accumulator(2).add([[1, 0, -1]])
    with pytest.raises(DataError, match="same statements and groups"):
        Accumulator(2).merge(Accumulator(3))


@pytest.mark.parametrize("gram", [True, False])
def test_sums_survive_being_kept_as_bytes(gram: bool) -> None:
    votes, camp = camps(100, 12)
    sums = Accumulator(12, 2, gram=gram).add(votes, camp)
    again = Accumulator.load(sums.dump())
    assert (again.people, again.groups, again.gram is None) == (100, 2, not gram)
    np.testing.assert_array_equal(again.counts, sums.counts)
    if gram:
        assert same(again, sums)


@pytest.mark.parametrize("data", [b"", b"nonsense", b"PK\x03\x04 broken"])
def test_bytes_that_hold_no_sums_are_refused(data: bytes) -> None:
    with pytest.raises(DataError, match="hold no sums"):
        Accumulator.load(data)
