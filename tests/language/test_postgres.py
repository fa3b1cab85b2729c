"""The same analysis in memory and in PostgreSQL."""

import os

import pytest

from tavolo.language.postgres import tsquery_text, tsvector_lexemes, tsvector_text
from tavolo.network.generator import catalogue

TEXTS = [
    "L'officina dell’ingegnere: 3 torni CNC, saldature TIG in C++ 2025, ISO 9001:2015, 1e5 e 3.5 kW",
    "Qualita' e perché: e-mail info@esempio.it, https://esempio.it/a/b, 100kW, -12,5 °C, a/b",
    "Cercasi",
    "",
    *[text for subject in catalogue() for text in (*subject.needs, *subject.offers)],
]


@pytest.fixture
def cursor() -> object:
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        pytest.skip("no database: this run is of the pure packages only")
    connection = pytest.importorskip("django.db").connection
    with connection.cursor() as opened:
        yield opened


@pytest.mark.django_db
def test_the_database_stores_exactly_our_stems(cursor) -> None:
    for text in TEXTS:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector('simple', %s)), tsvector_to_array(array_to_tsvector(%s))",
            [tsvector_text(text), tsvector_lexemes(text)],
        )
        by_text, by_array = cursor.fetchone()
        assert sorted(by_text) == sorted(by_array) == tsvector_lexemes(text), text


@pytest.mark.django_db
def test_the_database_finds_what_memory_finds(cursor) -> None:
    for question in ("saldatura di telai", "corsi per magazzinieri", "tornio C++"):
        wanted = set(tsvector_lexemes(question))
        for text in TEXTS:
            cursor.execute(
                "SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s)",
                [tsvector_text(text), tsquery_text(question)],
            )
            assert cursor.fetchone()[0] == bool(wanted & set(tsvector_lexemes(text)))


def test_a_text_without_telling_words_asks_nothing() -> None:
    assert tsquery_text("cercasi per noi") == ""
