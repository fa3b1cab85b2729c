"""Near-duplicates: the same thing in almost the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tavolo.language.near_duplicates import groups, near_duplicates, similarity

WORDS = ["premio", "formazione", "turni", "salario", "orario", "mensa", "asilo", "casa", "auto", "bus"]


def test_order_of_words_counts_but_case_and_punctuation_do_not() -> None:
    same = similarity("Più formazione per tutti i turni", "più FORMAZIONE, per tutti i turni!")
    turned = similarity("formazione turni salario", "salario turni formazione")
    assert same == 1
    assert 0.3 < turned < 1


def test_different_subjects_are_not_alike() -> None:
    assert similarity("Il premio va diviso in parti uguali", "La mensa chiude troppo presto") == 0


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.lists(st.sampled_from(WORDS), max_size=6))
def test_likeness_is_symmetric_and_between_0_and_1(one: list[str], other: list[str]) -> None:
    a, b = " ".join(one), " ".join(other)
    assert similarity(a, b) == similarity(b, a)
    assert 0 <= similarity(a, b) <= 1
    assert similarity(a, a) == 1


def test_large_collections_find_the_same_pairs_as_comparing_everything() -> None:
    texts = [f"{WORDS[i % 10]} {WORDS[i // 10 % 10]} {WORDS[i // 7 % 10]} caso {i}" for i in range(450)]
    texts += [text + "!" for text in texts[:60]]
    slow = [
        (i, j)
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if similarity(texts[i], texts[j]) >= 0.8
    ]
    found = [(i, j) for i, j, _ in near_duplicates(texts, 0.8)]
    assert found == slow
    assert len(found) >= 60


def test_groups_join_chains() -> None:
    texts = [
        "più corsi di formazione serale",
        "mensa aperta",
        "più corsi di formazione serale!",
        "Mensa aperta",
    ]
    assert groups(texts) == [[0, 2], [1, 3]]


@pytest.mark.parametrize("threshold", [0, -1, 1.5])
def test_a_threshold_outside_0_to_1_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        near_duplicates(["a"], threshold)
