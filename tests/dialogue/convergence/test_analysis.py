"""The whole analysis: independent of the order of rows, honest about groups, complete about the unheard."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.dialogue.convergence.analysis import analyse, table_from_array
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.stability import adjusted_rand_index
from tavolo.dialogue.convergence.votes import NOT_SEEN
from tests.dialogue.convergence.worlds import camps, noise, vote_tables


def names(count: int, letter: str = "p") -> list[str]:
    return [f"{letter}{at}" for at in range(count)]


def test_two_planted_camps_are_found_published_and_right() -> None:
    votes, camp = camps(600, 40)
    result = analyse(votes, resamples=20)
    assert result.stability.published
    assert result.stability.median_ari > 0.95
    grouped = result.projection.found >= 0
    assert adjusted_rand_index(result.projection.found[grouped], camp[grouped]) > 0.98


def test_coin_votes_publish_no_groups_and_say_why() -> None:
    result = analyse(noise(600, 40), resamples=20)
    assert not result.stability.published
    assert result.stability.reason in ("unstable", "one_cloud")
    assert result.found == ()
    assert all(entry.kind == "declared" for s in result.statements for entry in s.by_group)


def test_fewer_than_a_hundred_people_publish_no_groups() -> None:
    votes, _ = camps(60, 40)
    assert analyse(votes, resamples=5).stability.reason == "too_few_people"


def test_without_resamples_no_group_is_published() -> None:
    votes, _ = camps(600, 40)
    assert analyse(votes, resamples=0).stability.reason == "not_resampled"


@pytest.mark.parametrize("seed", range(3))
def test_row_order_changes_nothing(seed: int) -> None:
    votes, camp = camps(300, 25, groups=3, seed=seed)
    people = names(300)
    first = analyse(table_from_array(votes, participants=people), groups=[f"g{c}" for c in camp], resamples=8)
    order = np.random.default_rng(seed).permutation(300)
    second = analyse(
        table_from_array(votes[order], participants=[people[i] for i in order]),
        groups=[f"g{camp[i]}" for i in order],
        resamples=8,
    )
    one, two = json.loads(first.to_json()), json.loads(second.to_json())
    for document in (one, two):
        document["projection"].sort(key=lambda point: point["participant"])
    assert one["projection"] == two["projection"]
    for document in (one, two):
        for group in document["groups"]:
            group["centre"] = np.round(group["centre"], 9).tolist()
    assert one == two


def test_relabelling_people_and_groups_changes_only_names() -> None:
    votes, camp = camps(300, 25, groups=2)
    first = analyse(votes, groups=[f"g{c}" for c in camp], resamples=8)
    second = analyse(
        table_from_array(votes, participants=names(300, "x")),
        groups=[f"other {c}" for c in camp],
        resamples=8,
    )
    assert [s.counts for s in first.statements] == [s.counts for s in second.statements]
    assert [s.verdict.code for s in first.statements] == [s.verdict.code for s in second.statements]
    np.testing.assert_array_equal(first.projection.x, second.projection.x)
    np.testing.assert_array_equal(first.projection.found, second.projection.found)


def test_statement_order_changes_no_figure_of_a_statement() -> None:
    votes, camp = camps(300, 25)
    order = np.random.default_rng(1).permutation(25)
    ids = names(25, "s")
    first = analyse(table_from_array(votes, statements=ids), groups=camp.tolist(), resamples=0)
    second = analyse(
        table_from_array(votes[:, order], statements=[ids[i] for i in order]),
        groups=camp.tolist(),
        resamples=0,
    )
    by_id = {statement.id: statement for statement in second.statements}
    for statement in first.statements:
        other = by_id[statement.id]
        assert statement.counts == other.counts
        assert statement.group_aware_consensus == pytest.approx(other.group_aware_consensus, abs=1e-12)
        assert statement.verdict.code == other.verdict.code
    for ours, theirs in zip(first.groups, second.groups, strict=True):
        assert [e.statement for e in ours.representative] == [e.statement for e in theirs.representative]


@given(vote_tables(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_any_votes_give_a_complete_json_without_nan(table: np.ndarray, seed: int) -> None:
    labels = np.random.default_rng(seed).choice(["", "a", "b"], len(table)).tolist()
    groups = labels if any(labels) else None
    result = json.loads(analyse(table, groups=groups, resamples=2).to_json())
    assert result["participants"] == len(table)
    for column, statement in enumerate(result["statements"]):
        everyone = statement["everyone"]
        assert everyone["seen"] == int((table[:, column] != NOT_SEEN).sum())
        assert everyone["seen"] == everyone["agree"] + everyone["disagree"] + everyone["pass"]
        if groups:
            inside = [entry for entry in statement["by_group"] if entry["kind"] == "declared"]
            assert statement["seen"] == sum(entry["seen"] for entry in inside)
            assert all(entry["unheard"] >= 0 for entry in inside)


def test_census_counts_those_never_asked() -> None:
    result = analyse([[1, 1], [1, -1], [-1, -1]], ["a", "a", "b"], {"a": 10, "b": 1}, resamples=0)
    assert dict(result.unheard) == {"a": 8, "b": 0}
    first = result.statements[0].by_group[0]
    assert (first.group, first.size, first.unheard) == ("a", 10, 8)
    assert result.groups[0].census == 10


def test_people_outside_the_declared_groups_count_only_in_everyone() -> None:
    result = analyse([[1], [1], [-1]], ["a", "a", ""], resamples=0)
    assert result.statements[0].counts.disagree == 0
    assert result.statements[0].everyone.disagree == 1
    assert result.people_without_group == 1


@pytest.mark.parametrize(
    ("groups", "census", "sentence"),
    [
        (["a"], None, "1 groups are given for 3 participants"),
        ({"9": "a"}, None, "'9' has a group but is not in the votes"),
        (["", "", ""], None, "no participant has a group"),
        (["a", "a", "b"], {"c": 4}, "the census names the group 'c'"),
        (["a", "a", "b"], {"a": 1}, "gives the group 'a' 1 people, but 2 are participants"),
        (None, {"a": 1}, "a census needs declared groups"),
    ],
)
def test_impossible_groups_are_refused(groups, census, sentence) -> None:
    with pytest.raises(DataError, match=sentence):
        analyse([[1], [0], [-1]], groups, census)


@pytest.mark.parametrize(
    ("votes", "sentence"),
    [
        ([[2]], "2 is not a vote"),
        ([[1.5]], "1.5 is not a vote"),
        ([1, 0], "not 1-dimensional"),
        ([["x"]], "numbers"),
    ],
)
def test_arrays_that_hold_no_votes_are_refused(votes, sentence) -> None:
    with pytest.raises(DataError, match=sentence):
        analyse(votes)


def test_same_seed_same_result_other_seed_other_resamples() -> None:
    votes = noise(200, 20)
    first, again, other = (analyse(votes, seed=seed, resamples=5) for seed in (1, 1, 2))
    assert first.to_json() == again.to_json()
    assert first.stability.median_ari != other.stability.median_ari


def test_a_cloud_without_groups_is_called_one_cloud() -> None:
    rng = np.random.default_rng(4)
    opinion, line = rng.normal(size=(400, 2)), rng.normal(size=(2, 40))
    votes = np.where(opinion @ line + rng.normal(size=(400, 40)) > 0, 1.0, -1.0)
    result = analyse(votes, resamples=5)
    assert result.stability.reason in ("one_cloud", "unstable")
    assert result.found == ()


def test_excluded_statements_have_a_verdict_but_do_not_burden_the_table() -> None:
    votes = np.ones((40, 4))
    moderated = table_from_array(votes, moderated=[1, 1, -1, -1])
    result = analyse(moderated, resamples=0)
    assert result.family.statements == 2
    assert {statement.verdict.code for statement in result.statements} == {"convergence"}
    assert [statement.verdict.table_wide for statement in result.statements] == [True, True, False, False]
    assert result.moderation.excluded == ("2", "3")
