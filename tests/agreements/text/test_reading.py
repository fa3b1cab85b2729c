"""Texts as people write them become clauses, and come back."""

from __future__ import annotations

import random

import pytest

from tavolo.agreements.text.canonical import from_data, read_canonical
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.markdown import blocks
from tavolo.agreements.text.model import Clause, Text
from tavolo.agreements.text.reading import counted_ids, read_plain, write_plain
from tests.agreements.text.invent import invented


@pytest.mark.parametrize(
    "heading",
    [
        "Art. 1 Premio",
        "ART. 1 – Premio",
        "Articolo 1: Premio",
        "## Art. 1 Premio",
        "## Premio",
        "art. 1) Premio",
    ],
)
def test_headings_are_recognised_as_people_write_them(heading: str) -> None:
    text = read_plain(f"Intesa\n\n{heading}\nSpetta a tutti.", counted_ids())
    [article] = text.root.children
    assert (article.title, article.body) == ("Premio", "Spetta a tutti.")


def test_a_sentence_that_begins_with_a_number_is_not_a_heading() -> None:
    text = read_plain(
        "Intesa\nArt. 1 Premio\n1.5 volte il premio è il massimo.\nart. 4 della legge dice altro.",
        counted_ids(),
    )
    assert len(text.clauses) == 2


def test_numbered_points_lie_below_their_article() -> None:
    text = read_plain(
        "Intesa\nArt. 1 Premio\n1.1 A chi\nA tutti\n1.2 Quando\nEntro giugno\nArt. 2 Durata\nTre anni",
        counted_ids(),
    )
    assert [(text.numbers[c.id], c.title) for c in text.clauses.values() if c.id != "root"] == [
        ("1", "Premio"), ("1.1", "A chi"), ("1.2", "Quando"), ("2", "Durata"),
    ]  # fmt: skip


def test_what_is_written_with_ids_reads_back_the_same() -> None:
    for seed in range(30):
        text = invented(random.Random(seed))
        assert read_plain(write_plain(text, ids=True), counted_ids("never")) == text


def test_lists_keep_their_levels_and_count_when_shown() -> None:
    clause = Clause("c", "", "Si fa così:\n1. uno\n1. due\n   - sotto\n1. tre")
    shown = [(block.kind, block.level, block.number, block.text) for block in blocks(clause.body)]
    assert shown == [
        ("paragraph", 0, 0, "Si fa così:"), ("number", 0, 1, "uno"), ("number", 0, 2, "due"),
        ("bullet", 1, 0, "sotto"), ("number", 0, 3, "tre"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"form":"tavolo-text-1","text":{"id":"root"} }', b"\xff"]
)
def test_bytes_that_are_not_the_canonical_form_are_refused(data: bytes) -> None:
    with pytest.raises(TextError):
        read_canonical(data)


def test_an_id_stands_once_and_the_root_is_the_root() -> None:
    with pytest.raises(TextError):
        Text.of("x", (Clause("a"), Clause("a")))
    with pytest.raises(TextError):
        Text(Clause("a"))
    with pytest.raises(TextError):
        from_data({"id": "../x"})
