"""What may be shown: an attacker with linear algebra looks at every view, at every moment."""

from __future__ import annotations

from itertools import combinations, permutations, product

import numpy as np
import pytest

from tavolo.dialogue.disclosure import (
    POOL,
    SideState,
    effective_releases,
    places,
    shared_labels,
    side_is_shown,
    statement_level,
)

LEAST = 10


def derivable(seen: list[np.ndarray], wanted: np.ndarray) -> bool:
    """Say whether a sum of units follows from the sums seen."""
    if not seen:
        return False
    rows = np.array(seen, dtype=float)
    return np.linalg.matrix_rank(rows) == np.linalg.matrix_rank(np.vstack([rows, wanted]))


def vector(units: tuple, of: tuple) -> np.ndarray:
    return np.array([1.0 if unit in of else 0.0 for unit in units])


def views(state: SideState, order: tuple, until: int, viewer: object) -> list[np.ndarray]:
    """Return every sum a viewer has seen of one side, at all moments up to the release number `until`."""
    seen = [vector(state.units, (viewer,))] if viewer in state.parties else []
    for moment in range(until + 1):
        now = SideState(state.side, state.parties, state.has_pool, order[:moment])
        seen += [vector(state.units, label.units) for label in shared_labels([now])]
    return seen


@pytest.mark.parametrize(("parties", "has_pool"), list(product(range(1, 6), (False, True))))
def test_no_viewer_derives_a_hidden_party_at_any_moment_of_any_order_of_release(parties, has_pool):
    names = tuple(f"p{i}" for i in range(parties))
    state = SideState("workers", names, has_pool, ())
    for order in permutations(names):
        for until in range(parties + 1):
            for viewer in (*names, "outsider"):
                seen = views(state, order, until, viewer)
                for target in state.units:
                    if target == viewer or target in order[:until]:
                        continue
                    if target == POOL and until == parties:
                        continue
                    assert not derivable(seen, vector(state.units, (target,))), (
                        order[:until],
                        viewer,
                        target,
                    )


@pytest.mark.parametrize("parties", range(1, 6))
def test_once_all_have_released_everything_is_shown(parties):
    names = tuple(f"p{i}" for i in range(parties))
    labels = shared_labels([SideState("workers", names, False, names)])
    assert [label.units for label in labels] == [(name,) for name in names]


def test_a_release_never_takes_back_what_another_showed():
    for parties, pool in product(range(1, 8), (False, True)):
        shown = [effective_releases(parties, pool, released) for released in range(parties + 1)]
        assert shown == sorted(shown)


def test_a_side_of_one_party_appears_only_when_that_party_releases():
    assert not side_is_shown(1, False, 0)
    assert side_is_shown(1, False, 1)


def test_a_side_of_two_stays_hidden_because_each_could_subtract_its_own():
    assert not side_is_shown(2, False, 1)
    assert side_is_shown(3, False, 0)


def test_small_groups_share_a_pool_and_a_small_pool_is_not_counted():
    assert places(["w", "w", "w", "e"], [40, 6, 5, 9], LEAST) == ["own", "pool", "pool", "dropped"]


def test_no_sum_of_units_that_can_be_derived_is_small():
    rng = np.random.default_rng(5)
    for _ in range(300):
        groups = int(rng.integers(1, 6))
        voters = [int(v) for v in rng.choice([0, 1, 5, 9, 10, 12, 40], size=groups)]
        where = places(["w"] * groups, voters, LEAST)
        size = {f"p{i}": voters[i] for i in range(groups) if where[i] == "own"}
        pool = sum(v for v, place in zip(voters, where, strict=True) if place == "pool")
        names = tuple(size)
        state = SideState("w", names, "pool" in where, ())
        size = {**size, POOL: pool}
        for until in range(len(names) + 1):
            for viewer in (*names, "outsider"):
                seen = views(state, names, until, viewer)
                for count in range(1, len(state.units) + 1):
                    for part in combinations(state.units, count):
                        if derivable(seen, vector(state.units, part)):
                            assert sum(size[unit] for unit in part) >= LEAST


def test_a_statement_few_answered_in_some_party_is_shown_for_the_side_only():
    assert statement_level({"a": 30, "b": 0, "c": 12}, LEAST) == "units"
    assert statement_level({"a": 30, "b": 4, "c": 12}, LEAST) == "side"
    assert statement_level({"a": 3, "b": 4}, LEAST) == "nothing"
