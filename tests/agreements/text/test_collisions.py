"""Which amendments collide, which only stand close, and what is shown of a collision."""

from __future__ import annotations

import pytest

from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.collisions import collisions, neighbours
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import Clause, Text
from tavolo.agreements.text.operations import (
    Amendment,
    Delete,
    Gap,
    Insert,
    Move,
    Operation,
    reworded,
    split_at_words,
)
from tavolo.agreements.text.pictures import picture

TEXT = Text.of(
    "Intesa",
    (
        Clause("premio", "Premio", "Il premio è erogato entro 30 giorni dalla verifica. Spetta a tutti."),
        Clause("ore", "Formazione", "Ventiquattro ore.", children=(Clause("digitali", "", "Metà."),)),
        Clause("durata", "Durata", "Tre anni."),
    ),
)  # fmt: skip


def by(author: str, *operations: Operation) -> Amendment:
    return Amendment(author, author, text_hash(TEXT), operations)


def body(words: str) -> Operation:
    return reworded(TEXT, "premio", body=words)


SIXTY = body("Il premio è erogato entro 60 giorni dalla verifica. Spetta a tutti.")
FIFTEEN = body("Il premio è erogato entro 15 giorni dalla verifica. Spetta a tutti.")
ALL_STAFF = body("Il premio è erogato entro 30 giorni dalla verifica. Spetta a tutto il personale.")
NEW = Insert(Gap("root", "durata"), (Clause("a1", "Verifica", "Ogni anno."),))
OTHER_NEW = Insert(Gap("root", "durata"), (Clause("b1", "Deposito", "Entro 30 giorni."),))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (SIXTY, FIFTEEN, "same_words"),
        (SIXTY, Delete("premio"), "deleted"),
        (Delete("ore"), reworded(TEXT, "digitali", body="Un terzo digitali."), "deleted"),
        (Delete("ore"), Insert(Gap("ore", "digitali"), (Clause("x", "", "Altro."),)), "deleted"),
        (Move("durata", Gap("root")), Move("durata", Gap("root", "premio")), "moved_apart"),
        (Move("durata", Gap("root", "premio")), Insert(Gap("root", "premio"), (Clause("x"),)), "same_place"),
        (NEW, Delete("durata"), "place_gone"),
        (Move("premio", Gap("ore", "digitali")), Move("ore", Gap("premio")), "circle"),
        (split_at_words(TEXT, "premio", "Spetta", "s1"), SIXTY, "split"),
        (reworded(TEXT, "ore", topics=["training"]), reworded(TEXT, "ore", topics=["wages"]), "topics"),
    ],
)
def test_they_collide_and_it_is_said_why(one: Operation, other: Operation, reason: str) -> None:
    found = collisions(TEXT, [by("cgil", one), by("impresa", other)])
    assert reason in {collision.reason for collision in found}
    with pytest.raises(TextError):
        apply(TEXT, [by("cgil", one), by("impresa", other)])


def test_different_words_of_one_sentence_are_neighbours_not_a_collision() -> None:
    asked = [by("cgil", SIXTY), by("cisl", ALL_STAFF)]
    assert collisions(TEXT, asked) == []
    assert [(one.clause, one.first, one.second) for one in neighbours(TEXT, asked)] == [
        ("premio", "cgil", "cisl")
    ]
    assert apply(TEXT, asked).clause("premio").body == (
        "Il premio è erogato entro 60 giorni dalla verifica. Spetta a tutto il personale."
    )


def test_who_wants_exactly_the_same_does_not_collide() -> None:
    assert collisions(TEXT, [by("cgil", SIXTY), by("cisl", SIXTY)]) == []
    assert "60" in apply(TEXT, [by("cgil", SIXTY), by("cisl", SIXTY)]).clause("premio").body


def test_new_articles_in_one_place_stand_in_a_fixed_order() -> None:
    titles = [
        [clause.title for clause in apply(TEXT, order).root.children]
        for order in ([by("x", NEW), by("y", OTHER_NEW)], [by("y", OTHER_NEW), by("x", NEW)])
    ]
    assert titles[0] == titles[1] == ["Premio", "Formazione", "Durata", "Verifica", "Deposito"]


def test_taking_out_a_clause_and_its_point_by_two_hands_is_one_thing() -> None:
    asked = [by("cgil", Delete("ore")), by("cisl", Delete("digitali"))]
    assert collisions(TEXT, asked) == []
    assert "ore" not in apply(TEXT, asked).clauses


def test_a_point_is_saved_from_a_clause_that_goes() -> None:
    changed = apply(TEXT, [by("cgil", Delete("ore"), Move("digitali", Gap("root", "durata")))])
    assert [clause.id for clause in changed.root.children] == ["premio", "durata", "digitali"]


def test_a_split_keeps_every_word() -> None:
    changed = apply(TEXT, [by("cgil", split_at_words(TEXT, "premio", "Spetta", "s1", "A chi spetta"))])
    assert changed.clause("premio").body == "Il premio è erogato entro 30 giorni dalla verifica."
    assert changed.clause("s1").body == "Spetta a tutti."
    assert changed.numbers["s1"] == "2"


@pytest.mark.parametrize(
    "operations",
    [
        (Delete("ore"), reworded(TEXT, "digitali", body="Altro.")),
        (Move("ore", Gap("digitali")),),
        (Insert(Gap("root", "digitali"), (Clause("x"),)),),
        (Insert(Gap("root"), (Clause("premio"),)),),
        (Delete("manca"),),
        (Delete("root"),),
    ],
)
def test_an_amendment_that_undoes_itself_or_names_no_place_is_refused(
    operations: tuple[Operation, ...],
) -> None:
    with pytest.raises(TextError):
        apply(TEXT, [by("cgil", *operations)])


def test_an_amendment_on_another_version_is_refused() -> None:
    with pytest.raises(TextError, match="another version"):
        apply(TEXT, [Amendment("cgil", "cgil", "0" * 64, (SIXTY,))])


def test_the_picture_of_a_collision_shows_both_wordings() -> None:
    asked = {one.id: one for one in (by("cgil", SIXTY), by("impresa", FIFTEEN))}
    [collision] = collisions(TEXT, asked.values())
    shown = picture(TEXT, collision, asked)
    assert shown.number == "1"
    assert shown.why == "Cambiano le stesse parole in modo diverso."
    marked = [
        [(span.kind, span.text) for span in side.body if span.kind != "same"]
        for side in (shown.first, shown.second)
    ]
    assert marked == [[("deleted", "30"), ("inserted", "60")], [("deleted", "30"), ("inserted", "15")]]
