"""The next statement: who is asked what, and which routing reaches verdicts sooner."""

from __future__ import annotations

import numpy as np
import pytest

from tavolo.dialogue.convergence import routing, simulation


def test_polis_weights_follow_the_published_formula() -> None:
    agree, passed, seen, extremity = np.array([3]), np.array([1]), np.array([5]), np.array([0.7])
    a, p = 4 / 7, 2 / 7
    expected = ((1 - p) * 1.7 * a * (1 + 8 * 2 ** (-5 / 5))) ** 2
    assert routing.polis_weights(agree, passed, seen, extremity) == pytest.approx([expected])
    assert routing.polis_weights(agree, passed, seen, extremity, [True]) == pytest.approx([49.0])


def test_draw_never_repeats_and_ends() -> None:
    rng = np.random.default_rng(3)
    voted = np.zeros(6, dtype=bool)
    order = []
    while (chosen := routing.draw(np.array([5.0, np.nan, 1.0, 0.0, 2.0, 1.0]), voted, rng)) is not None:
        order.append(chosen)
        voted[chosen] = True
    assert sorted(order) == list(range(6))


def test_draw_is_proportional_to_weight_and_missing_weights_count_one() -> None:
    rng = np.random.default_rng(11)
    voted = np.array([False, False, False, True])
    hits = np.bincount(
        [routing.draw(np.array([3.0, np.nan, 6.0, 100.0]), voted, rng) or 0 for _ in range(4000)], minlength=4
    )
    assert hits[:3] / 4000 == pytest.approx([0.3, 0.1, 0.6], abs=0.03)
    assert hits[3] == 0


def test_first_of_many_draws_has_the_same_chances_as_a_single_draw() -> None:
    rng = np.random.default_rng(5)
    chosen = routing.draw_many(np.array([3.0, 1.0, 6.0]), np.zeros((6000, 3), dtype=bool), 1, rng)
    assert chosen.mean(axis=0) == pytest.approx([0.3, 0.1, 0.6], abs=0.03)
    assert (chosen.sum(axis=1) == 1).all()


def test_many_draws_leave_out_what_was_voted() -> None:
    rng = np.random.default_rng(5)
    voted = rng.random((50, 8)) < 0.7
    chosen = routing.draw_many(np.ones(8), voted, 5, rng)
    assert not (chosen & voted).any()
    assert (chosen.sum(axis=1) == np.minimum(5, (~voted).sum(axis=1))).all()


def test_open_verdicts_are_asked_of_the_group_that_holds_them_back() -> None:
    agree = np.array([[60, 60, 0], [60, 3, 0]])
    disagree, passed = np.array([[2, 2, 0], [3, 1, 0]]), np.zeros((2, 3), dtype=int)
    weights = routing.open_verdict_weights(agree, disagree, passed)
    assert weights[1].argmax() == 1  # nearly there, only the second group is missing
    assert weights[1, 0] == pytest.approx(routing.CLOSED * weights[1].max())
    assert weights[0].argmax() == 2  # the first group has settled the other two
    assert (weights > 0).all()


def test_a_census_makes_the_last_answers_cheaper() -> None:
    counts = [np.array([[n]]) for n in (12, 8, 0)]
    free = routing.answers_needed(*counts)
    finite = routing.answers_needed(*counts, np.array([30]))
    assert finite[0, 0] < free[0, 0]
    assert finite[0, 0] <= 10


def test_no_statement_left_open_falls_back_to_equal_weights() -> None:
    weights = routing.open_verdict_weights(np.array([[50], [50]]), np.array([[0], [0]]), np.array([[0], [0]]))
    assert weights.tolist() == [[1.0], [1.0]]


def test_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        routing.draw([-1.0], [False], np.random.default_rng(0))


def test_spending_questions_on_open_verdicts_reaches_more_of_them() -> None:
    model = simulation.Model("small", (60, 60, 60), 30, 12)
    found = simulation.compare_routes(6, (model,), (1.0,))
    correct = {outcome.route: outcome.correct for outcome in found}
    assert correct["open_verdict"] > correct["uniform"]
    assert correct["open_verdict"] > correct["polis"]
    assert max(outcome.wrong for outcome in found) <= 0.05
    assert len(simulation.summary(found)) == 1 + len(found)


def test_the_comparison_is_the_same_twice() -> None:
    model = simulation.Model("tiny", (12, 12), 6, 3)
    assert simulation.compare_routes(2, (model,), (0.5, 1.0)) == simulation.compare_routes(
        2, (model,), (0.5, 1.0)
    )
