"""Identifiers of Italian organisations are checked, and put into their usual spelling."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from tavolo.people import places
from tavolo.people.identifiers import (
    ateco_title,
    clean_ateco,
    clean_codice_fiscale,
    clean_municipality,
    clean_partita_iva,
    size_class,
)


@pytest.mark.parametrize("text", ["00743110157", "IT00743110157", " 00743 110157 "])
def test_partita_iva_is_eleven_digits_however_it_was_typed(text: str) -> None:
    assert clean_partita_iva(text) == "00743110157"


@pytest.mark.parametrize("text", ["00743110158", "0074311015", "abcdefghijk", "=1+1"])
def test_wrong_partita_iva_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValidationError, match="partita IVA"):
        clean_partita_iva(text)


def test_codice_fiscale_of_a_person_and_of_a_body() -> None:
    assert clean_codice_fiscale("rccmnl83s18d969h") == "RCCMNL83S18D969H"
    assert clean_codice_fiscale("00743110157") == "00743110157"
    with pytest.raises(ValidationError):
        clean_codice_fiscale("RCCMNL83S18D969X")


def test_ateco_is_of_the_2025_edition_with_its_dots() -> None:
    assert clean_ateco("62.10.00") == "62.10.00"
    assert clean_ateco("621000") == "62.10.00"
    assert ateco_title("62.10.00") == "Attività di programmazione informatica"


@pytest.mark.parametrize("code", ["62.01.00", "99.99.99", "C", "25", "x"])
def test_codes_of_older_editions_sections_and_inventions_are_refused(code: str) -> None:
    with pytest.raises(ValidationError, match="ATECO 2025"):
        clean_ateco(code)


def test_municipality_takes_its_usual_spelling() -> None:
    assert clean_municipality("milano") == "Milano"
    assert clean_municipality("SESTO SAN GIOVANNI") == "Sesto San Giovanni"
    assert clean_municipality("forli'") == "Forlì"


def test_unknown_municipality_is_refused_with_names_like_it() -> None:
    with pytest.raises(ValidationError, match="Monza"):
        clean_municipality("monz")


def test_places_have_coordinates() -> None:
    found = places.find("Monza")
    assert found is not None
    assert (round(found.latitude, 1), round(found.longitude, 1)) == (45.6, 9.3)


def test_empty_identifiers_stay_empty() -> None:
    assert [
        clean("") for clean in (clean_partita_iva, clean_codice_fiscale, clean_ateco, clean_municipality)
    ] == [""] * 4


@pytest.mark.parametrize(
    ("employees", "name"),
    [(None, ""), (0, "micro"), (9, "micro"), (10, "small"), (50, "medium"), (250, "large")],
)
def test_size_class_follows_the_number_of_employees(employees: int | None, name: str) -> None:
    assert size_class(employees) == name
