"""Folding, words and stems of Italian text."""

import doctest
import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tavolo.language.folding import fold, words
from tavolo.language.sorting import sort_key
from tavolo.language.stemming import stems
from tavolo.language.synonyms import senses
from tavolo.language.typos import Speller, distance

MODULES = ("folding", "stemming", "postgres", "sorting", "typos", "near_duplicates", "synonyms")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_documentation_hold(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(f"tavolo.language.{name}"))
    assert tried
    assert not failed


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=80))
def test_words_hold_only_plain_letters_and_digits(text: str) -> None:
    assert all(word.isascii() and word == word.lower() and " " not in word for word in words(text))


def test_apostrophes_of_every_keyboard_are_one() -> None:
    assert words("l’officina") == words("l'officina") == words("l`officina") == ["officina"]


def test_accents_typed_as_apostrophes_are_found() -> None:
    assert words("qualita' e perche'") == words("qualità e perché")


def test_singular_and_plural_share_a_stem() -> None:
    assert stems("un magazzino") == stems("i magazzini") == stems("MAGAZZINO")


def test_words_of_asking_and_offering_are_no_subject() -> None:
    assert (
        stems("Cerchiamo una pressa")
        == stems("Offriamo presse")
        == stems("mettiamo a disposizione la pressa")
    )


def test_names_are_sorted_as_in_an_italian_directory() -> None:
    names = ["Zanotti", "dell'Orto", "Èlite", "elite 10", "Élite 9", "D'Amico", "Dell’Orto Srl", "amico"]
    expected = ["amico", "D'Amico", "dell'Orto", "Dell’Orto Srl", "Èlite", "Élite 9", "elite 10", "Zanotti"]
    assert sorted(names, key=sort_key) == expected


@given(st.lists(st.text(max_size=12), max_size=8), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_input(names: list[str], random: object) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(names, key=sort_key) == sorted(shuffled, key=sort_key)


@given(st.text("abcd", max_size=6), st.text("abcd", max_size=6))
def test_the_distance_is_symmetric_and_zero_only_for_equals(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


def test_one_slip_is_found_and_two_are_not() -> None:
    speller = Speller(["magazzin", "tornio", "muletto"])
    assert speller.near("magazin") == ["magazzin"]
    assert speller.near("tronio") == ["tornio"]
    assert speller.near("mulo") == []


@given(st.text("abc", min_size=4, max_size=7), st.sets(st.text("abc", min_size=4, max_size=7), max_size=12))
def test_the_speller_finds_what_comparing_every_word_finds(word: str, vocabulary: set[str]) -> None:
    expected = sorted(
        other
        for other in vocabulary
        if other != word and distance(word, other, 1) == 1 and other[0] in word[:2]
    )
    assert Speller(vocabulary).near(word) == expected


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Ci serve un mulettista", {"carrello elevatore"}),
        ("Guida di carrelli elevatori", {"carrello elevatore"}),
        ("Gestione delle buste paga", {"paghe"}),
        ("Magazziniere per il picco di Natale", set()),
        ("Rifare il vano scale", set()),
        ("Cooperativa sociale, verniciatura del legno", {"verniciatura"}),
        ("", set()),
    ],
)
def test_trade_words_of_one_sense_are_found_by_word_and_not_by_mere_stem(text: str, groups: set[str]) -> None:
    assert set(senses(text)) == groups
