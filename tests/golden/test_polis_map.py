"""Means, components, projection, extremity and routing weights equal what Polis published (sign turned)."""

from __future__ import annotations

import numpy as np
import pytest

from tavolo.dialogue.convergence.pipeline import add_up, draw_map, priorities
from tavolo.dialogue.convergence.spectrum import Axes, extremity, project, statement_positions
from tests.golden.polis_golden import COMPLETE, FOLDERS, Golden, golden

pytestmark = pytest.mark.shared_data


def published_axes(data: Golden) -> Axes:
    pca = data.published["pca"]
    return Axes(-np.array(pca["center"]), np.array(pca["comps"]), np.ones(3), 1.0)


@pytest.mark.parametrize("folder", COMPLETE)
def test_means_and_components_up_to_sign(folder: str) -> None:
    data = golden(folder)
    drawn = draw_map(data.votes, add_up(data.votes, data.excluded), data.excluded)
    np.testing.assert_allclose(-drawn.axes.mean, data.published["pca"]["center"], atol=1e-9)
    for ours, theirs in zip(drawn.axes.components, data.published["pca"]["comps"], strict=True):
        assert abs(np.dot(ours, theirs)) == pytest.approx(1.0, abs=1e-12)


def test_means_where_four_votes_are_missing() -> None:
    data = golden("50ptpt-3gp-strict-no-meta")
    means = add_up(data.votes, data.excluded).mean
    assert np.isclose(-means, data.published["pca"]["center"], atol=1e-9).sum() == 25


@pytest.mark.parametrize("folder", FOLDERS)
def test_projection_of_people_alone_in_their_base_cluster(folder: str) -> None:
    data = golden(folder)
    coordinates, _ = project(data.votes, published_axes(data), data.excluded, len(data.tids))
    base = data.published["base-clusters"]
    alone = [i for i, count in enumerate(base["count"]) if count == 1]
    assert alone
    for i in alone:
        person = data.people.index(base["members"][i][0])
        np.testing.assert_allclose(-coordinates[:, person], (base["x"][i], base["y"][i]), atol=1e-9)


@pytest.mark.parametrize("folder", FOLDERS)
def test_statement_positions_and_extremity(folder: str) -> None:
    data = golden(folder)
    axes, columns = published_axes(data), len(data.tids)
    pca = data.published["pca"]
    np.testing.assert_allclose(-statement_positions(axes, columns), pca["comment-projection"], atol=1e-9)
    np.testing.assert_allclose(extremity(axes, columns), pca["comment-extremity"], atol=1e-9)


@pytest.mark.parametrize(
    "folder", COMPLETE
)  # the fifth publishes 49 for every statement, though none is meta
def test_routing_weights(folder: str) -> None:
    data = golden(folder)
    groups = data.published["group-votes"].values()
    agree, disagree, seen = (
        np.array([sum(group["votes"][str(tid)][key] for group in groups) for tid in data.tids])
        for key in "ADS"
    )
    reach = extremity(published_axes(data), len(data.tids))
    weights = priorities(np.stack((agree, disagree, seen - agree - disagree)), reach, data.meta)
    for tid, weight in data.published["comment-priorities"].items():
        assert weights[data.column(tid)] == pytest.approx(weight, abs=1e-9)
