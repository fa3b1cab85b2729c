"""People in chunks: the same figures as in one table, however they are cut, in memory that does not grow."""

from __future__ import annotations

import json
import tracemalloc

import numpy as np
import pytest

from tavolo.dialogue.convergence import stream
from tavolo.dialogue.convergence.analysis import analyse
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.stream import CELLS, Cells, analyse_stream
from tavolo.dialogue.convergence.votes import from_array
from tests.dialogue.convergence.worlds import camps


def cut(votes, labels, sizes):
    edges = np.cumsum(sizes)[:-1]
    parts = list(zip(np.split(votes, edges), np.split(labels, edges), strict=True))
    return lambda: iter(parts)


def names(count: int) -> list[str]:
    return [str(at) for at in range(count)]


def test_declared_groups_and_map_equal_the_table_in_memory() -> None:
    votes, camp = camps(900, 30, groups=2)
    whole = analyse(votes, groups=[f"g{c}" for c in camp], census={"g0": 1000}, resamples=10)
    streamed = analyse_stream(
        cut(votes, camp, [100, 500, 300]),
        names(30),
        groups=("g0", "g1"),
        census={"g0": 1000},
        resamples=10,
    )
    for ours, theirs in zip(streamed.statements, whole.statements, strict=True):
        assert ours.counts == theirs.counts
        assert ours.verdict.code == theirs.verdict.code
        assert ours.group_aware_consensus == theirs.group_aware_consensus
        assert ours.position == pytest.approx(theirs.position, abs=1e-9)
        declared = [entry for entry in theirs.by_group if entry.kind == "declared"]
        assert [entry for entry in ours.by_group if entry.kind == "declared"] == declared
    assert streamed.unheard == whole.unheard
    assert streamed.stability.published
    for ours, theirs in zip(streamed.found, whole.found, strict=True):
        assert ours.size == pytest.approx(theirs.size, abs=10)
        assert ours.centre == pytest.approx(theirs.centre, abs=0.05)
    assert len(streamed.projection) == 0
    json.loads(streamed.to_json())


@pytest.mark.parametrize("sizes", [[900], [1, 899], [300, 300, 300], [450, 0, 450]])
def test_chunks_change_nothing(sizes: list[int]) -> None:
    votes, camp = camps(900, 25, groups=3)
    first = analyse_stream(cut(votes, camp, [200, 700]), names(25), groups=("a", "b", "c"), resamples=5)
    again = analyse_stream(cut(votes, camp, sizes), names(25), groups=("a", "b", "c"), resamples=5)
    assert first.to_json() == again.to_json()


def test_cells_of_two_machines_add() -> None:
    rng = np.random.default_rng(0)
    steps = np.rint(rng.normal(0, 2**28, (2, 5000)))
    whole, one, two = Cells(), Cells(), Cells()
    whole.add(steps)
    one.add(steps[:, :1234])
    two.add(steps[:, 1234:])
    np.testing.assert_array_equal(whole.weight, one.weight + two.weight)
    np.testing.assert_array_equal(whole.sums, one.sums + two.sums)
    points, used = whole.points()
    assert points.weight.sum() == 5000
    assert used.max() < CELLS * CELLS


def test_memory_does_not_grow_with_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEPT_PEOPLE", 200)
    votes = camps(500, 20)[0]
    peaks = []
    for pieces in (4, 16):
        tracemalloc.start()
        analyse_stream(lambda pieces=pieces: (votes for _ in range(pieces)), names(20), resamples=0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.02 * peaks[0]


def test_groups_found_in_a_stream_are_the_planted_ones() -> None:
    votes, camp = camps(4000, 40, groups=3)
    streamed = analyse_stream(cut(votes, camp, [1000] * 4), names(40), groups=("a", "b", "c"), resamples=5)
    assert streamed.stability.published
    sizes = sorted(group.size for group in streamed.found)
    assert sizes == pytest.approx(sorted(np.bincount(camp)), rel=0.02)
    memory = analyse(votes, resamples=0)
    assert streamed.stability.candidate_groups == memory.stability.candidate_groups


@pytest.mark.parametrize(
    ("chunks", "groups", "sentence"),
    [
        ([[[1, 0]]], ("a",), "without groups"),
        ([([[1, 0]], [1])], ("a",), "names group number 1, there are 1"),
        ([[[1, 0, 1]]], (), "has 3 statements, 2 are named"),
    ],
)
def test_chunks_that_do_not_fit_are_refused(chunks, groups, sentence) -> None:
    with pytest.raises(DataError, match=sentence):
        analyse_stream(lambda: iter(chunks), names(2), groups=groups, resamples=0)


def test_the_sample_is_the_same_however_people_are_chunked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEPT_PEOPLE", 40)
    votes = np.random.default_rng(4).choice([-1, 0, 1, -128], (300, 6)).astype(np.int8)
    whole, pieces = stream.Sample(7), stream.Sample(7)
    whole.add(from_array(votes))
    for start in range(0, 300, 25):
        pieces.add(from_array(votes[start : start + 25]))
    assert whole.votes(6).shape == (40, 6)
    assert np.array_equal(whole.votes(6).values, pieces.votes(6).values)
    assert np.array_equal(whole.votes(6).columns, pieces.votes(6).columns)
