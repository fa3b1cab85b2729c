# mypy: disable-error-code="attr-defined, arg-type, union-attr"
"""An agreement that amends a signed one: it begins with the text in force, replaces, adds and takes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tavolo.agreements.life import standing as life
from tavolo.agreements.life.services import terms
from tavolo.agreements.life.services.amending import begin_amending
from tavolo.agreements.models import Agreement, State, Version
from tavolo.agreements.services import starting
from tavolo.agreements.services.texts import add_version, current, text_of
from tavolo.agreements.standing import contractors
from tavolo.agreements.text.applying import amend
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.operations import Delete, Gap, Insert, reworded
from tavolo.common.errors import Problem
from tavolo.common.territory import in_territory
from tests.world import World

pytestmark = pytest.mark.django_db
CGIL, CISL, FIRMS, DESK = "union_delegate", "other_union_delegate", "employer_delegate", "secretary"
DAY = timedelta(days=1)


@pytest.fixture
def place(world: World, db: None) -> Any:
    with in_territory(world.territory), translation.override("en"):
        yield world


def who(place: World, role: str) -> Any:
    return place.people[role].pk


def main(place: World) -> Agreement:
    return Agreement.objects.get(pk=place.arguments["signed_agreement_id"])


def changed(place: World, later: Agreement, *operations: Any) -> Agreement:
    """Give an amending draft its changes, sign it, and let it come into force today."""
    text = amend(text_of(current(later)), list(operations))
    add_version(later, text, made=Version.Made.CONSOLIDATED, actor_id=None)
    Agreement.objects.filter(pk=later.pk).update(state=State.SIGNED)
    later.refresh_from_db()
    row = terms.propose_terms(later, {"starts_on": timezone.localdate()}, actor_id=who(place, CGIL))
    terms.assent_to_terms(row, actor_id=who(place, FIRMS))
    return later


def test_it_begins_as_a_copy_of_the_text_in_force_linked_to_what_it_amends(place: World) -> None:
    agreement = main(place)
    later = begin_amending(agreement, actor_id=who(place, CGIL), title="Modifiche")
    assert (later.amends_id, later.state, later.title) == (agreement.pk, State.DRAFT, "Modifiche")
    assert contractors(later) == contractors(agreement)
    own, copy = text_of(current(agreement)), text_of(current(later))
    assert copy.root.title == "Modifiche"
    assert list(copy.clauses) == list(own.clauses)
    assert life.family(agreement) == [agreement], "a draft amends nothing yet"


def test_what_it_words_anew_adds_and_leaves_out_holds_from_its_day(place: World) -> None:
    agreement, today = main(place), timezone.localdate()
    own = text_of(current(agreement))
    first, second, third = (one.id for one in own.root.children[:3])
    later = begin_amending(agreement, actor_id=who(place, CGIL), title="Modifiche")
    copy = text_of(current(later))
    changed(
        place, later, reworded(copy, first, body="Parole nuove."), Delete(second),
        Insert(Gap(ROOT, third), (Clause("nuova", "Nuova", "Aggiunta."),)),
    )  # fmt: skip
    before, now = life.in_force(agreement, today - DAY), life.in_force(agreement, today)
    assert second in before.text.clauses
    assert not before.removed
    assert now.text.clauses[first].body == "Parole nuove."
    assert second not in now.text.clauses
    order = [one.id for one in now.text.root.children]
    assert order.index("nuova") == order.index(third) + 1, "a new clause stands where the parties put it"
    assert now.taken == {first: later, "nuova": later}
    assert [(clause.id, number, by) for clause, number, by in now.removed] == [(second, "2", later)]
    untouched = set(own.clauses) - {first, second, ROOT}
    assert all(now.text.clauses[key].body == own.clauses[key].body for key in untouched)
    page = place.client("anonymous").get(reverse("life:text", args=[agreement.pk])).content.decode()
    assert "Parole nuove." in page
    assert own.clauses[second].title in page.split("Non è più nel testo")[-1]
    for clause in (first, second, "nuova"):
        shown = place.client("anonymous").get(reverse("life:clause", args=[agreement.pk, clause]))
        assert shown.status_code == 200, "each clause, fallen or new, has its page"
    told = place.client(CISL).get(f"/api/v1/life/agreements/{agreement.pk}/text").json()
    assert [one["id"] for one in told["removed"]] == [second]


def test_points_below_a_clause_that_goes_stay_where_they_are_kept(place: World) -> None:
    text = Text.of("T", (Clause("a", "A", children=(Clause("a1", "A1", "Uno."), Clause("a2", "A2"))),))
    left = life.without(text, {"a"})
    assert [one.id for one in left.root.children] == ["a1", "a2"]
    assert [one.id for one in life.without(text, {"a2"}).clauses["a"].children] == ["a1"]


def test_an_amending_agreement_of_some_clauses_leaves_the_others(place: World) -> None:
    agreement, today = main(place), timezone.localdate()
    own = text_of(current(agreement))
    one = own.root.children[0]
    later = starting.start_agreement(
        agreement.table, title="Solo un articolo", amends=agreement, actor_id=who(place, DESK),
        text=Text.of("Solo un articolo", (Clause(one.id, one.title, "Prima stesura."),)),
    )  # fmt: skip
    changed(place, later, reworded(text_of(current(later)), one.id, body="Parole concordate."))
    found = life.in_force(agreement, today)
    assert found.text.clauses[one.id].body == "Parole concordate."
    assert not found.removed
    assert list(found.text.clauses) == list(own.clauses)


def test_it_is_begun_by_a_party_or_the_secretariat_on_a_signed_text_only(place: World) -> None:
    agreement = main(place)
    for role in ("firm_owner", "worker", "city_officer", "operator"):
        with pytest.raises(Problem, match="delegate of a contracting party"):
            begin_amending(agreement, actor_id=who(place, role), title="No")
    draft = begin_amending(agreement, actor_id=who(place, DESK), title="Sì")
    with pytest.raises(Problem, match="Only an agreement signed"):
        begin_amending(draft, actor_id=who(place, CGIL), title="No")
    with pytest.raises(Problem, match="title"):
        begin_amending(agreement, actor_id=who(place, CGIL), title=" ")


def test_a_double_click_begins_one_draft(place: World) -> None:
    agreement = main(place)
    browser, page = place.client(CGIL), reverse("life:amend", args=[agreement.pk])
    assert agreement.title in browser.get(page).content.decode().replace("&#x27;", "'")
    before = Agreement.objects.count()
    for _twice in range(2):
        answer = browser.post(page, {"title": "Modifiche una volta", "idempotency_key": "a" * 32})
        assert answer.status_code == 302
    assert Agreement.objects.count() == before + 1
    api = f"/api/v1/life/agreements/{agreement.pk}/amending"
    ids = {
        browser.post(
            api, {"title": "Da programma"}, content_type="application/json",
            headers={"Idempotency-Key": "once"},
        ).json()["id"]
        for _twice in range(2)
    }  # fmt: skip
    assert len(ids) == 1
