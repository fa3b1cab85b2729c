"""The solver beside plain enumeration, the laws it must obey, and the words it gives."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.dialogue.overlap.solver.disclosure import band, disclose, grade
from tavolo.dialogue.overlap.solver.enumeration import enumerate_all
from tavolo.dialogue.overlap.solver.packages import packages
from tavolo.dialogue.overlap.solver.question import Issue, Lodged, Question, overlap
from tavolo.dialogue.overlap.solver.vectors import decode, front, space, undominated
from tavolo.dialogue.overlap.solver.words import mark_words, party_words

NAMES = "abcdef"


@st.composite
def exercises(draw, issues=5, options=4, parties=4, accepting=0.8):
    """Draw a small exercise: a question and what each party lodged."""
    sizes = draw(st.lists(st.integers(2, options), min_size=1, max_size=issues))
    question = Question(tuple(Issue(f"i{n}", tuple(NAMES[:size])) for n, size in enumerate(sizes)))
    lodged = {}
    for number in range(draw(st.integers(2, parties))):
        accepts = {
            issue.key: frozenset(o for o in issue.options if draw(st.floats(0, 1)) < accepting)
            for issue in question.issues
        }
        points = {i.key: {o: draw(st.integers(0, 4)) for o in i.options} for i in question.issues}
        weights = {i.key: draw(st.integers(0, 3)) for i in question.issues}
        kind = draw(st.sampled_from(["all", "points", "none", "all"]))
        lodged[f"p{number}"] = Lodged(
            accepts, None if kind == "none" else points, weights if kind == "all" else None
        )
    return question, lodged


def by_hand(question, lodged):
    """Return the efficient packages, leximin and Nash keys by the definitions, with fractions."""
    common = {
        i.key: [o for o in i.options if all(o in one.accepts.get(i.key, ()) for one in lodged.values())]
        for i in question.issues
    }
    keys = [key for key, options in common.items() if options]
    if not keys:
        return None
    choices = [dict(zip(keys, chosen, strict=True)) for chosen in product(*(common[k] for k in keys))]
    value = {p: [sum(one.value(k, c[k]) for k in keys) for c in choices] for p, one in lodged.items()}
    gains = {p: [v - min(values) for v in values] for p, values in value.items() if min(values) < max(values)}
    vectors = list(zip(*gains.values(), strict=True)) if gains else [()] * len(choices)
    shares = [
        tuple(sorted(Fraction(g, max(gains[p])) for p, g in zip(gains, vector, strict=True)))
        for vector in vectors
    ]
    nash = [(sum(g > 0 for g in v), prod(g for g in v if g > 0)) for v in vectors]
    distinct = set(vectors)

    def covers(one, two):
        return one != two and all(a >= b for a, b in zip(one, two, strict=True))

    beaten = {v for v in distinct if any(covers(w, v) for w in distinct)}
    return choices, vectors, shares, nash, beaten


@settings(max_examples=120, deadline=None)
@given(exercises())
def test_what_is_called_best_and_efficient_is_so_by_the_definitions(exercise):
    question, lodged = exercise
    solved = packages(question, lodged, most_shown=1000)
    hand = by_hand(question, lodged)
    if hand is None:
        assert (solved.total, solved.worst_off, solved.nash, solved.others) == (0, (), (), ())
        return
    choices, vectors, shares, nash, beaten = hand
    at = {tuple(choice.values()): place for place, choice in enumerate(choices)}
    efficient = [v for v in vectors if v not in beaten]
    assert (solved.efficient_vectors, solved.efficient_packages) == (len(set(efficient)), len(efficient))
    fair = [at[tuple(p.choice.values())] for p in solved.worst_off]
    assert all(shares[place] == max(shares) for place in fair)
    assert sum(p.alike for p in solved.worst_off) == sum(s == max(shares) for s in shares)
    best = [at[tuple(p.choice.values())] for p in solved.nash]
    assert all(nash[place] == max(nash) for place in best)
    assert sum(p.alike for p in solved.nash) == sum(n == max(nash) for n in nash)
    named = (*solved.worst_off, *solved.nash, *solved.others)
    listed = {vectors[at[tuple(p.choice.values())]] for p in named}
    assert listed == set(efficient)


@settings(max_examples=60, deadline=None)
@given(exercises(issues=6, options=4, accepting=0.95))
def test_the_search_over_halves_finds_what_complete_listing_finds(exercise):
    question, lodged = exercise
    complete, searched = packages(question, lodged), packages(question, lodged, frontier_bound=0)
    assert searched.worst_off == complete.worst_off
    assert searched.nash == complete.nash
    if searched.efficient_vectors is None:
        common = overlap(question, lodged)
        listed = space(common, lodged)
        everything = front(listed.gains, len(listed.parties))
        efficient = {tuple(row) for row in everything.vectors.tolist()}
        for package in searched.others:
            assert tuple(package.gains[p] for p in listed.parties) in efficient


@settings(max_examples=60, deadline=None)
@given(exercises(), st.randoms(use_true_random=False))
def test_the_order_of_parties_issues_and_options_changes_nothing(exercise, random):
    question, lodged = exercise

    def shuffled(items):
        items = list(items)
        random.shuffle(items)
        return items

    other = Question(tuple(Issue(i.key, tuple(shuffled(i.options))) for i in shuffled(question.issues)))
    first, second = packages(question, lodged), packages(other, dict(shuffled(lodged.items())))
    assert (first.worst_off, first.nash, first.others) == (second.worst_off, second.nash, second.others)
    assert {k: set(v) for k, v in first.common.items()} == {k: set(v) for k, v in second.common.items()}
    assert disclose(first, lodged) == disclose(second, lodged)


@settings(max_examples=40, deadline=None)
@given(exercises(), st.integers(0, 2), st.integers(1, 2))
def test_neither_a_constant_nor_a_scale_in_a_partys_points_changes_the_result(exercise, constant, scale):
    question, lodged = exercise
    name = min(lodged)
    one = lodged[name]
    if one.points is None:
        return
    # Points go up to 10: 4 * 2 + 2 at most.
    moved = {k: {o: v * scale + constant for o, v in row.items()} for k, row in one.points.items()}
    changed = {**lodged, name: Lodged(one.accepts, moved, one.weights)}
    assert disclose(packages(question, lodged), lodged) == disclose(packages(question, changed), changed)


def test_enumeration_agrees_on_a_million_packages():
    random = np.random.default_rng(7)
    question = Question(tuple(Issue(f"i{n}", tuple(NAMES)) for n in range(7)))
    lodged = {
        f"p{p}": Lodged(
            {i.key: frozenset(i.options) for i in question.issues},
            {i.key: {o: int(random.integers(0, 11)) for o in i.options} for i in question.issues},
            {i.key: int(random.integers(1, 11)) for i in question.issues},
        )
        for p in range(6)
    }
    listed = space(overlap(question, lodged), lodged)
    plain = enumerate_all(listed, efficient=False)
    for bound in (0, 100_000):
        solved = packages(question, lodged, frontier_bound=bound)
        best = solved.worst_off[0]
        assert tuple(sorted(best.shares.values())) == plain.worst_off
        assert (6, prod(solved.nash[0].gains.values())) == plain.nash
        assert sum(p.alike for p in solved.nash) == plain.nash_packages


def test_an_issue_without_a_common_option_stays_open_and_the_others_still_make_packages():
    question = Question((Issue("a", ("1", "2")), Issue("b", ("1", "2"))))
    lodged = {
        "x": Lodged({"a": frozenset("1"), "b": frozenset("12")}),
        "y": Lodged({"a": frozenset("2"), "b": frozenset("2")}),
    }
    assert overlap(question, lodged) == {"a": (), "b": ("2",)}
    solved = packages(question, lodged)
    assert solved.total == 1
    assert solved.worst_off[0].choice == {"b": "2"}
    assert solved.indifferent == ("x", "y")


def test_where_nobody_gave_priorities_all_packages_are_worth_the_same():
    question = Question(tuple(Issue(f"i{n:02d}", tuple(NAMES)) for n in range(12)))
    everything = Lodged({i.key: frozenset(i.options) for i in question.issues})
    solved = packages(question, {"x": everything, "y": everything})
    assert solved.efficient_packages == solved.total == 6**12
    assert solved.worst_off[0].alike == 6**12
    assert not disclose(solved, {"x": everything, "y": everything}).priorities


def test_with_a_product_of_zero_as_many_parties_as_possible_gain():
    # One issue, three options: whoever gets its best leaves the other at its worst.
    question = Question((Issue("a", ("1", "2", "3")),))
    accepts = {"a": frozenset("123")}
    lodged = {
        "x": Lodged(accepts, {"a": {"1": 9}}),
        "y": Lodged(accepts, {"a": {"2": 5, "3": 1}}),
    }
    solved = packages(question, lodged)
    assert {p.choice["a"] for p in solved.nash} == {"1"}, "one party gains either way; 9 is more than 5"
    assert {p.choice["a"] for p in solved.worst_off} == {"1", "2"}, "both leave one party at 0 and one at 1"


def test_a_lodging_that_does_not_fit_the_list_is_refused():
    question = Question((Issue("a", ("1", "2")),))
    for wrong in (
        Lodged({"a": frozenset("3")}), Lodged({"b": frozenset("1")}),
        Lodged({}, {"a": {"1": 11}}), Lodged({}, {"a": {"1": 1}}, {"a": -1}),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"'a'|'b'"):
            packages(question, {"x": wrong})
    with pytest.raises(ValueError, match="issues"):
        Question(())
    with pytest.raises(ValueError, match="options"):
        Question((Issue("a", ("1",)),))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=600, unique=True))
def test_pruning_keeps_exactly_what_nothing_dominates(rows):
    vectors = np.array(rows, np.int16)
    kept = undominated(vectors)
    wanted = [
        place for place, row in enumerate(rows)
        if not any(all(a >= b for a, b in zip(other, row, strict=True)) and other != row for other in rows)
    ]  # fmt: skip
    assert kept.tolist() == wanted


def test_codes_name_packages_in_the_order_of_keys():
    question = Question((Issue("b", ("y", "x")), Issue("a", ("1", "2", "3"))))
    everything = Lodged({"a": frozenset("123"), "b": frozenset("xy")})
    listed = space(overlap(question, {"p": everything}), {"p": everything})
    assert [decode(listed, code) for code in range(3)] == [("1", "x"), ("1", "y"), ("2", "x")]


def test_grades_bands_and_words():
    assert grade({"1": 0, "2": 4, "3": 9}, "2") == "between"
    assert grade({"1": 3, "2": 3}, "1") == "same"
    assert [band(x) for x in (0.0, 0.24, 0.25, 0.5, 0.99, 1.0)] == [0, 0, 1, 2, 3, 4]
    question = Question((Issue("a", ("1", "2")), Issue("b", ("1", "2"))))
    accepts = {"a": frozenset("12"), "b": frozenset("12")}
    lodged = {
        "x": Lodged(accepts, {"a": {"1": 5}, "b": {"2": 1}}),
        "y": Lodged(accepts, {"a": {"2": 1}, "b": {"1": 5}}),
        "z": Lodged(accepts),
    }
    declared = disclose(packages(question, lodged), lodged)
    best = declared.packages[0]
    assert best.choice == {"a": "1", "b": "1"}
    assert (best.worst_off, best.nash) == (True, True)
    titles = {"a": "Orario", "b": "Premio"}
    said = [party_words(view, titles, "it") for view in best.views]
    assert said[0].startswith("ottiene il suo meglio su «Orario»; l'opzione che gradisce meno")
    assert said[0].endswith("più di tre quarti della strada dal pacchetto meno gradito al migliore per lei")
    assert said[2].startswith("non ha indicato preferenze")
    assert "best on “Orario”" in party_words(best.views[0], titles, "en")
    assert "prodotto di Nash" in mark_words(best, "it")


def test_the_search_proves_twelve_by_six_by_six_within_seconds():
    random = np.random.default_rng(3)
    question = Question(tuple(Issue(f"i{n:02d}", tuple(NAMES)) for n in range(12)))
    lodged = {
        f"p{p}": Lodged(
            {i.key: frozenset(i.options) for i in question.issues},
            {i.key: {o: int(random.integers(0, 11)) for o in i.options} for i in question.issues},
            {i.key: int(random.integers(1, 11)) for i in question.issues},
        )
        for p in range(6)
    }
    started = time.process_time()
    solved = packages(question, lodged)
    assert time.process_time() - started < 10
    assert (solved.total, len(solved.worst_off), len(solved.nash)) == (6**12, 1, 1)
