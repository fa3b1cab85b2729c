"""Verdicts: what each one claims, when it is stated, and when silence is the honest answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.dialogue.convergence import verdicts as v


def judge(*groups: tuple[int, int, int], census: list[int] | None = None, level: float = 0.95) -> v.Verdicts:
    """One statement; each group is (agree, disagree, pass)."""
    table = np.array(groups)
    return v.judge(table[:, :1], table[:, 1:2], table[:, 2:], census, level)


def test_supported_in_every_group_is_a_convergence() -> None:
    found = judge((20, 2, 1), (18, 3, 0), (30, 1, 2))
    assert found.code[0] == v.CONVERGENCE
    assert found.side[0] == 1
    assert found.probability[0] >= 0.95
    assert found.named[:, 0].tolist() == [1, 1, 1]


def test_rejected_in_every_group_is_a_convergence_against() -> None:
    found = judge((2, 20, 1), (3, 18, 0), (1, 30, 2))
    assert (found.code[0], found.side[0]) == (v.AGAINST, -1)


def test_divergence_names_who_supports_and_who_rejects_and_leaves_out_the_undecided() -> None:
    found = judge((30, 2, 0), (10, 9, 1), (1, 30, 0))
    assert found.code[0] == v.DIVERGENCE
    assert found.named[:, 0].tolist() == [1, 0, -1]


def test_reservation_when_most_support_and_nobody_rejects() -> None:
    found = judge((60, 2, 0), (55, 4, 1), (20, 5, 16))
    assert (found.code[0], found.side[0]) == (v.RESERVATION, 1)
    assert found.named[:, 0].tolist() == [1, 1, 0]
    assert found.missing[:, 0].tolist() == [False, False, True]


def test_reservation_can_be_against() -> None:
    found = judge((2, 60, 0), (4, 55, 1), (5, 20, 16))
    assert (found.code[0], found.side[0]) == (v.RESERVATION, -1)


def test_one_silent_group_is_enough_to_say_nothing() -> None:
    found = judge((60, 2, 0), (55, 4, 1), (0, 0, 0))
    assert found.code[0] == v.NOT_ENOUGH
    assert found.reason[0] == v.UNHEARD
    assert found.missing[:, 0].tolist() == [False, False, True]


def test_without_a_verdict_the_probability_stays_below_the_level() -> None:
    found = judge((5, 0, 0), (5, 0, 0), (5, 0, 0))
    assert found.code[0] == v.NOT_ENOUGH
    assert found.leading[0] == v.CONVERGENCE
    assert 0.9 < found.probability[0] < 0.95


def test_three_groups_of_five_all_heard_leave_no_doubt() -> None:
    found = judge((5, 0, 0), (4, 1, 0), (3, 2, 0), census=[5, 5, 5])
    assert found.code[0] == v.CONVERGENCE
    assert found.probability[0] == 1.0
    assert found.not_heard[:, 0].tolist() == [0, 0, 0]


def test_everyone_heard_and_exactly_half_is_no_majority() -> None:
    found = judge((3, 3, 0), (3, 3, 0), (3, 3, 0), census=[6, 6, 6])
    assert found.code[0] == v.NOT_ENOUGH
    assert found.reason[0] == v.SPLIT
    assert not found.missing.any()


def test_passes_count_in_the_population_but_on_neither_side() -> None:
    found = judge((20, 0, 25), (40, 0, 0), (40, 0, 0), census=[45, 40, 40])
    assert found.state[0, 0] == v.SPLIT
    assert found.code[0] == v.RESERVATION


def test_many_statements_weaken_what_holds_over_the_whole_table() -> None:
    one = np.full((3, 60), 10), np.full((3, 60), 0), np.full((3, 60), 0)
    found = v.judge(*one)
    assert set(found.code) == {v.CONVERGENCE}
    assert not found.table_wide.any()
    assert found.familywise.statements == 60
    assert found.familywise.chance_of_any_error == pytest.approx(1 - 0.95**60)
    assert found.familywise.bound == 1.0
    alone = v.judge(*(a[:, :1] for a in one))
    assert alone.table_wide.all()


counts = st.lists(st.tuples(*[st.integers(0, 25)] * 3), min_size=2, max_size=5)


@settings(max_examples=100, deadline=None)
@given(counts, st.randoms())
def test_the_order_of_groups_changes_nothing(groups: list[tuple[int, int, int]], shuffle: object) -> None:
    order = list(range(len(groups)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    first, second = judge(*groups), judge(*(groups[i] for i in order))
    assert first.code[0] == second.code[0]
    assert first.probability[0] == pytest.approx(second.probability[0])
    assert [first.named[i, 0] for i in order] == second.named[:, 0].tolist()


@settings(max_examples=100, deadline=None)
@given(counts)
def test_swapping_agree_and_disagree_mirrors_the_verdict(groups: list[tuple[int, int, int]]) -> None:
    mirrored = {v.CONVERGENCE: v.AGAINST, v.AGAINST: v.CONVERGENCE}
    first, second = judge(*groups), judge(*((d, a, p) for a, d, p in groups))
    assert second.code[0] == mirrored.get(str(first.code[0]), first.code[0])
    assert second.side[0] == -first.side[0]
    assert second.probability[0] == pytest.approx(first.probability[0])


@settings(max_examples=100, deadline=None)
@given(counts)
def test_a_stated_verdict_reaches_the_level_and_silence_does_not(
    groups: list[tuple[int, int, int]],
) -> None:
    found = judge(*groups)
    assert (found.probability[0] >= 0.95 - 1e-12) == (found.code[0] != v.NOT_ENOUGH)
    assert found.code[0] in v.CODES


def test_a_census_smaller_than_the_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="census"):
        judge((5, 1, 0), (5, 1, 0), census=[5, 10])


def test_tables_of_different_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="one row per group"):
        v.judge(np.ones((2, 3), int), np.ones((2, 2), int), np.ones((2, 3), int))
    with pytest.raises(ValueError, match="whole numbers"):
        v.judge(np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 3)))
