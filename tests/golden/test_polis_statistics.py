"""Statement statistics equal what Polis published, over the published groups."""

from __future__ import annotations

import numpy as np
import pytest

from tavolo.dialogue.convergence.accumulate import count_votes
from tavolo.dialogue.convergence.pipeline import compare
from tavolo.dialogue.convergence.representative import display_choice, polis_choice, row_of
from tavolo.dialogue.convergence.statistics import consensus_list
from tests.golden.polis_golden import FOLDERS, Golden, golden

pytestmark = [pytest.mark.shared_data, pytest.mark.parametrize("folder", FOLDERS)]


def compared(data: Golden):
    return compare(data.votes, data.groups, int(data.groups.max()) + 1, data.excluded)


def test_counts_of_each_group_and_statement(folder: str) -> None:
    data = golden(folder)
    counts = compared(data).counts
    for index, group in enumerate(data.published["group-clusters"]):
        votes = data.published["group-votes"][str(group["id"])]
        assert votes["n-members"] == (data.groups == index).sum()
        for tid, figures in votes["votes"].items():
            agree, disagree, passed = counts[index, :, data.column(tid)]
            if "50ptpt" not in folder:
                assert (agree, disagree, agree + disagree + passed) == tuple(figures[k] for k in "ADS")


def test_group_aware_consensus(folder: str) -> None:
    data = golden(folder)
    consensus = compared(data).consensus
    for tid, value in data.published["group-aware-consensus"].items():
        assert consensus[data.column(tid)] == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("rule", [polis_choice, display_choice])
def test_representative_statements_choice_side_and_order(folder: str, rule) -> None:
    data = golden(folder)
    over = compared(data)
    seen = over.counts.sum(axis=1)
    for index, group in enumerate(data.published["group-clusters"]):
        row = row_of(index, over.counts[:, 0], over.counts[:, 1], seen, over.statistics)
        chosen = rule(row, data.excluded)
        published = data.published["repness"][str(group["id"])]
        assert [(data.tids[int(entry.statement)], entry.side) for entry in chosen] == [
            (entry["tid"], entry["repful-for"]) for entry in published
        ]
        for got, entry in zip(chosen, published, strict=True):
            assert (got.successes, got.trials) == (entry["n-success"], entry["n-trials"])
            assert got.probability == pytest.approx(entry["p-success"], abs=1e-9)
            assert got.test == pytest.approx(entry["p-test"], abs=1e-9)
            assert got.ratio == pytest.approx(entry["repness"], abs=1e-9)
            # published as a 32-bit float
            assert np.float32(got.ratio_test) == pytest.approx(np.float32(entry["repness-test"]), rel=2e-6)


@pytest.mark.parametrize(("side", "row"), [("agree", 0), ("disagree", 1)])
def test_consensus_lists(folder: str, side: str, row: int) -> None:
    data = golden(folder)
    counts = count_votes(data.votes, None, 1)[0]
    entries = consensus_list(counts[row], counts.sum(axis=0), ~data.excluded)
    published = data.published["consensus"][side]
    assert [data.tids[c] for c, _, _ in entries] == [entry["tid"] for entry in published]
    for (c, share, test), entry in zip(entries, published, strict=True):
        assert (counts[row, c], counts[:, c].sum()) == (entry["n-success"], entry["n-trials"])
        assert share == pytest.approx(entry["p-success"], abs=1e-9)
        assert test == pytest.approx(entry["p-test"], abs=1e-9)
