"""Found groups: order-free, never of one person, the same through the grid, k by silhouette."""

from __future__ import annotations

import numpy as np
import pytest

from tavolo.dialogue.convergence.clusters import find_groups, gather, silhouette, smallest_group
from tavolo.dialogue.convergence.stability import adjusted_rand_index


def clouds(counts: list[int], seed: int = 0, spread: float = 0.06) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(len(counts)) / len(counts)
    label = np.repeat(np.arange(len(counts)), counts)
    place = np.stack((np.cos(angles), np.sin(angles)))[:, label] + rng.normal(0, spread, (2, len(label)))
    return np.rint(place * 2**28), label


@pytest.mark.parametrize("counts", [[300, 200], [200, 150, 100], [120, 110, 100, 90], [90, 80, 70, 60, 50]])
def test_planted_clouds_are_found_with_their_number(counts: list[int]) -> None:
    points, label = clouds(counts)
    found = find_groups(points[0], points[1])
    assert found.k == len(counts)
    assert adjusted_rand_index(found.labels, label) == 1.0
    assert np.bincount(found.labels).tolist() == sorted(counts, reverse=True)


@pytest.mark.parametrize("seed", range(4))
def test_order_of_people_changes_no_label(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = np.rint(rng.normal(0, 2**27, (2, 900)))
    order = rng.permutation(900)
    first, second = find_groups(*points), find_groups(*points[:, order])
    assert first.k == second.k
    np.testing.assert_array_equal(first.labels[order], second.labels)


def test_an_outlier_is_never_a_group() -> None:
    points, _ = clouds([200, 150])
    points = np.concatenate((points, [[2.0**31], [2.0**31]]), axis=1)
    found = find_groups(*points)
    assert np.bincount(found.labels).min() >= smallest_group(351)


def test_the_grid_finds_what_people_themselves_give() -> None:
    points, _ = clouds([9000, 7000, 5000], spread=0.25)
    by_grid = find_groups(*points, fixed=3).labels
    assert gather(*points).of_person is not None
    fine = gather(*points, limit=10**6)
    assert fine.of_person is None
    centres = np.array([points[:, by_grid == g].mean(axis=1) for g in range(3)])
    distance = ((points[:, :, None] - centres.T[:, None, :]) ** 2).sum(axis=0)
    assert adjusted_rand_index(by_grid, distance.argmin(axis=1)) > 0.98


@pytest.mark.parametrize("people", [0, 1, 2, 5])
def test_hardly_anybody_is_one_group(people: int) -> None:
    found = find_groups(np.arange(float(people)), np.zeros(people))
    assert found.k == min(people, 1)
    assert len(found.labels) == people


def test_everybody_at_one_place_is_one_group() -> None:
    assert find_groups(np.ones(200), np.ones(200)).k == 1


def test_silhouette_against_its_definition() -> None:
    rng = np.random.default_rng(3)
    points, label = rng.normal(size=(40, 2)), rng.integers(0, 3, 40)
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    scores = []
    for i in range(40):
        own = [distance[i, j] for j in range(40) if label[j] == label[i] and j != i]
        others = [distance[i, label == g].mean() for g in range(3) if g != label[i]]
        a, b = np.mean(own), min(others)
        scores.append((b - a) / max(a, b))
    assert silhouette(distance, label, np.ones(40), 3) == pytest.approx(np.mean(scores), abs=1e-12)


def test_adjusted_rand_index_of_known_labelings() -> None:
    assert adjusted_rand_index([0, 0, 1, 1], [5, 5, 3, 3]) == 1.0
    assert adjusted_rand_index([0, 0, 1, 1], [0, 0, 1, 2]) == pytest.approx(0.5714285714285714)
    assert adjusted_rand_index([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(-0.5)
