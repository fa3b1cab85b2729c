"""From a first draft to a text everybody has accepted, word by word."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tavolo.agreements.models import Agreement, Amendment, Stance, StanceKind, Version
from tavolo.agreements.services import amending, consolidating, stances, starting
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.standing import contractors, visible
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.model import Clause, Text
from tavolo.agreements.text.operations import Gap, Insert, reworded
from tavolo.common.errors import Problem
from tavolo.common.territory import in_territory
from tavolo.dialogue.models import Table
from tests.world import World

pytestmark = pytest.mark.django_db

SOURCE = """Intesa sul premio
Le parti convengono quanto segue.
Art. 1 Premio
Il premio è erogato entro 30 giorni dalla verifica.
Art. 2 Formazione
Ogni lavoratore ha diritto a 24 ore di formazione l'anno.
2.1 Competenze digitali
Metà delle ore riguarda le competenze digitali.
"""


@pytest.fixture
def place(world: World, db: None) -> Any:
    with in_territory(world.territory):
        yield world


@pytest.fixture
def agreement(place: World) -> Agreement:
    table = Table.objects.get(pk=place.arguments["table_id"])
    text = starting.text_from_plain("", SOURCE)
    return starting.start_agreement(
        table, title="Intesa sul premio", text=text, actor_id=place.people["secretary"].pk
    )


def by_title(agreement: Agreement, title: str) -> Clause:
    return next(c for c in text_of(current(agreement)).clauses.values() if c.title == title)


def lodge(place: World, agreement: Agreement, role: str, title: str, body: str) -> Amendment:
    base = current(agreement)
    operation = reworded(text_of(base), by_title(agreement, title).id, body=body)
    return amending.lodge_amendment(
        agreement, base=base, operations=[operation], actor_id=place.people[role].pk
    )


def everybody_accepts(place: World, agreement: Agreement, amendment: Amendment) -> None:
    for role in ("union_delegate", "other_union_delegate", "employer_delegate", "third_union_delegate"):
        stances.lodge_stance(
            agreement, kind=StanceKind.ACCEPTS, actor_id=person(place, role),
            revision=consolidating.newest_revisions([amendment])[amendment.pk],
        )  # fmt: skip


def person(place: World, role: str) -> Any:
    from tavolo.people.models import Account

    if role == "third_union_delegate":
        return Account.objects.get(email="uil.delegate@demo.example").pk
    return place.people[role].pk


def test_a_pasted_text_becomes_articles_and_points(agreement: Agreement) -> None:
    text = text_of(current(agreement))
    assert [(text.numbers[c.id], c.title) for c in text.clauses.values() if c.id != "root"] == [
        ("1", "Premio"), ("2", "Formazione"), ("2.1", "Competenze digitali"),
    ]  # fmt: skip
    assert text.root.title == "Intesa sul premio"
    assert text.root.body == "Le parti convengono quanto segue."
    assert len(contractors(agreement)) == 4


def test_a_person_without_a_seat_starts_nothing(place: World) -> None:
    table = Table.objects.get(pk=place.arguments["table_id"])
    with pytest.raises(Problem):
        starting.start_agreement(table, title="x", text=Text.of("x"), actor_id=place.people["firm_owner"].pk)


def test_only_the_table_sees_a_draft(place: World, agreement: Agreement) -> None:
    for role in ("secretary", "union_delegate", "employer_delegate"):
        assert visible(place.people[role].pk).filter(pk=agreement.pk).exists()
    for role in ("operator", "firm_owner", "worker", "plain_worker", "city_officer", "stranger"):
        assert not visible(place.people[role].pk).filter(pk=agreement.pk).exists()
    assert not visible(None).filter(pk=agreement.pk).exists()


def test_an_agreed_amendment_goes_in_while_the_colliding_one_stays_open(
    place: World, agreement: Agreement
) -> None:
    mine = lodge(
        place, agreement, "union_delegate", "Premio", "Il premio è erogato entro 15 giorni dalla verifica."
    )
    theirs = lodge(
        place, agreement, "employer_delegate", "Premio", "Il premio è erogato entro 60 giorni dalla verifica."
    )
    other = lodge(
        place,
        agreement,
        "other_union_delegate",
        "Formazione",
        "Ogni lavoratore ha diritto a 32 ore di formazione l'anno.",
    )
    found, _near = consolidating.colliding(agreement)
    assert [one.reason for one in found] == ["same_words"]
    secretary = place.people["secretary"].pk
    with pytest.raises(Problem, match="3"):
        consolidating.take_in(agreement, [other], actor_id=secretary)
    everybody_accepts(place, agreement, mine)
    everybody_accepts(place, agreement, other)
    version = consolidating.take_in(agreement, [mine, other], actor_id=secretary)
    assert version.number == 2
    assert "15 giorni" in by_title(agreement, "Premio").body
    assert "32 ore" in by_title(agreement, "Formazione").body
    theirs.refresh_from_db()
    revision = consolidating.newest_revisions([theirs])[theirs.pk]
    assert theirs.state == Amendment.State.OPEN
    assert revision.held
    assert revision.version_id == version.pk
    everybody_accepts(place, agreement, theirs)
    with pytest.raises(Problem, match="2"):
        consolidating.take_in(agreement, [theirs], actor_id=secretary)


def test_stances_travel_with_an_amendment_whose_words_did_not_change(
    place: World, agreement: Agreement
) -> None:
    first = lodge(
        place, agreement, "union_delegate", "Premio", "Il premio è erogato entro 15 giorni dalla verifica."
    )
    second = lodge(
        place,
        agreement,
        "union_delegate",
        "Formazione",
        "Ogni lavoratore ha diritto a 32 ore di formazione l'anno.",
    )
    for one in (first, second):
        everybody_accepts(place, agreement, one)
    secretary = place.people["secretary"].pk
    consolidating.take_in(agreement, [first], actor_id=secretary)
    [left] = consolidating.open_amendments(agreement)
    assert left.is_agreed
    consolidating.take_in(agreement, [second], actor_id=secretary)
    assert current(agreement).number == 3


def test_a_stance_lapses_when_the_words_change(place: World, agreement: Agreement) -> None:
    clause = by_title(agreement, "Premio")
    actor = place.people["union_delegate"].pk
    stances.lodge_stance(
        agreement, kind="accepts", actor_id=actor, clause=clause.id, shown_hash=clause_hash(clause)
    )
    change = lodge(
        place, agreement, "employer_delegate", "Premio", "Il premio è erogato entro 60 giorni dalla verifica."
    )
    everybody_accepts(place, agreement, change)
    consolidating.take_in(agreement, [change], actor_id=place.people["secretary"].pk)
    row = next(one for one in stances.matrix(agreement).rows if one.clause.id == clause.id)
    assert [cell.lapsed for cell in row.cells].count(True) == 1
    with pytest.raises(Problem):
        stances.lodge_stance(
            agreement, kind="accepts", actor_id=actor, clause=clause.id, shown_hash=clause_hash(clause)
        )


def test_silence_abstention_and_reservation_are_three_things(place: World, agreement: Agreement) -> None:
    clause = by_title(agreement, "Premio")
    words = {"clause": clause.id, "shown_hash": clause_hash(clause)}
    with pytest.raises(Problem):
        stances.lodge_stance(
            agreement, kind="reservation", actor_id=place.people["union_delegate"].pk, **words
        )
    stances.lodge_stance(
        agreement,
        kind="reservation",
        text="Sulla decorrenza",
        actor_id=place.people["union_delegate"].pk,
        **words,
    )
    stances.lodge_stance(
        agreement, kind="abstains", actor_id=place.people["other_union_delegate"].pk, **words
    )
    row = next(one for one in stances.matrix(agreement).rows if one.clause.id == clause.id)
    assert sorted(cell.stance.kind if cell.stance else "silent" for cell in row.cells) == [
        "abstains", "reservation", "silent", "silent",
    ]  # fmt: skip
    assert not row.is_agreed


def test_a_draft_is_lodged_change_by_change(place: World, agreement: Agreement) -> None:
    base = current(agreement)
    text = text_of(base)
    new = text.with_clause(Clause(by_title(agreement, "Premio").id, "Premio di risultato", "Altre parole."))
    from tavolo.agreements.text.applying import amend

    new = amend(
        new,
        [Insert(Gap("root", by_title(agreement, "Formazione").id), (Clause("n1", "Durata", "Tre anni."),))],
    )
    actor = place.people["union_delegate"].pk
    party = next(p for p in contractors(agreement) if str(p) == "CGIL")
    draft = amending.save_draft(agreement, party=party, text=new, actor_id=actor)
    made = amending.lodge_draft(draft, actor_id=actor)
    assert len(made) == 2
    assert {str(one.party) for one in made} == {"CGIL"}


def test_another_party_cannot_withdraw_or_rewrite_an_amendment(place: World, agreement: Agreement) -> None:
    mine = lodge(place, agreement, "union_delegate", "Premio", "Altre parole.")
    with pytest.raises(Problem):
        amending.withdraw_amendment(mine, actor_id=place.people["employer_delegate"].pk)
    with pytest.raises(Problem):
        amending.withdraw_amendment(mine, actor_id=place.people["secretary"].pk)
    amending.withdraw_amendment(mine, actor_id=place.people["union_delegate"].pk)
    mine.refresh_from_db()
    assert mine.state == Amendment.State.WITHDRAWN


def test_the_database_refuses_two_versions_of_one_number(agreement: Agreement) -> None:
    version = current(agreement)
    version.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Version(
            territory_id=agreement.territory_id, agreement=agreement, number=1, canonical="{}",
            hash="0" * 64, made="start", made_at=version.made_at,
        ).save(force_insert=True)  # fmt: skip


def test_the_database_refuses_a_stance_on_nothing(place: World, agreement: Agreement) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Stance.objects.create(
            territory_id=agreement.territory_id, agreement=agreement, party=contractors(agreement)[0],
            version=current(agreement), kind="accepts", number=1,
            lodged_by_id=place.people["secretary"].pk, lodged_at=current(agreement).made_at,
        )  # fmt: skip
