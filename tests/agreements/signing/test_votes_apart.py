# mypy: disable-error-code="attr-defined, arg-type, index, union-attr"
"""Unions that consult their members separately: a vote each on the same text, shown side by side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing import asking, showing, voting
from tavolo.agreements.signing.forms import VoteForm
from tavolo.agreements.signing.models import Frozen, Vote
from tavolo.agreements.signing.services import answering
from tavolo.agreements.standing import today
from tavolo.common.errors import Problem
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.dialogue.sealing import AGREE, DISAGREE
from tavolo.dialogue.services import closing, consultations, opening, releasing
from tavolo.dialogue.services import voting as casting
from tavolo.people.models import Account
from tests.agreements.signing.conftest import Room
from tests.agreements.signing.test_initials import answer, ballot, tentative

__all__ = ["tentative"]
RULE = "territorial_own_bodies"


def opened(room: Room, key: str, *, together: bool = False) -> Consultation:
    """Let a union ask its members in a vote of its own."""
    return answering.open_vote(
        room.agreement, actor_id=room.people[key], constituency_id=room.constituency(key).pk, rule_set=RULE,
        closes_on=today() + timedelta(days=10), together=together,
    )  # fmt: skip


def page(room: Room, key: str, route: str = "agreement") -> str:
    browser = Client()
    browser.force_login(Account.objects.get(pk=room.people[key]))
    address = reverse(f"signing:{route}", args=[room.agreement.pk])
    return browser.get(address, headers={"Accept-Language": "it"}).content.decode()


def row(room: Room) -> Agreement:
    return Agreement.objects.get(pk=room.agreement.pk)


def test_each_union_has_a_vote_of_its_own_on_the_same_text(tentative: Room) -> None:
    own = {key: opened(tentative, key) for key in ("cgil", "cisl")}
    assert {one.consultation_id for one in voting.votes(tentative.agreement)} == {
        one.pk for one in own.values()
    }
    hashes = PlainBallot.objects.filter(consultation__in=own.values()).values_list("text_hash", flat=True)
    assert set(hashes) == {tentative.shown}
    for key, made in own.items():
        found = voting.own_vote(tentative.agreement, tentative.parties[key])
        assert found is not None
        assert found.consultation_id == made.pk
    assert voting.own_vote(tentative.agreement, tentative.parties["imprese"]) is None


def test_the_page_shows_them_side_by_side_the_readers_own_first(tentative: Room) -> None:
    first = opened(tentative, "cgil")
    second = opened(tentative, "cisl", together=True)
    for key, mine in (("cgil", first), ("cisl", second)):
        for route in ("agreement", "reservation"):
            words = page(tentative, key, route)
            assert "una accanto all'altra" in words.replace("&#x27;", "'")
            assert "non si sommano" in words
            links = [words.index(reverse("plain_ballots:ballot", args=[one.pk])) for one in (first, second)]
            assert (links[0] < links[1]) == (mine == first), "one's own comes first"
            assert words.count("Iscritti") >= 2, "who votes"
            assert "in preparazione: nessuno è ancora consultato" in words
    assert "non è stato ancora consultato nessuno" in page(tentative, "cisl", "reservation").lower()
    browser = Client()
    browser.force_login(Account.objects.get(pk=tentative.people["cisl"]))
    told = browser.get(f"/api/v1/signing/agreements/{tentative.agreement.pk}").json()
    assert [(one["parties"], one["own"], one["state"]) for one in told["votes"]] == [
        (["CISL"], True, "draft"), (["CGIL"], False, "open"),
    ]  # fmt: skip
    assert all(one["steps"] == [] for one in told["votes"]), "no figure before it is public"


def test_the_page_says_what_comes_next_and_folds_away_what_is_not_due(tentative: Room) -> None:
    made = opened(tentative, "cgil")
    words = page(tentative, "cgil")
    assert "Adesso: il voto è aperto fino al" in words
    folded = words[words.index("Altro che si può fare") :]
    assert "Rispondi sulla nostra riserva" in folded[: folded.index("</details>")], "not while it is open"
    closing.consent_to_close(made, party=tentative.parties["cgil"], actor_id=tentative.people["cgil"])
    assert "tocca a" in page(tentative, "segretaria"), "the secretariat reads whom one waits for"
    assert "Qui la segreteria non ha nulla da fare" in page(tentative, "segretaria")
    firms = page(tentative, "imprese")
    assert "Il voto delle imprese associate" in firms
    offered = VoteForm(row(tentative), tentative.people["imprese"]).fields["rule_set"].choices
    assert [key for key, _name in offered] == [RULE], "no rule of a workers' vote"


def test_a_partys_members_are_asked_once(tentative: Room) -> None:
    first = opened(tentative, "cgil")
    with pytest.raises(Problem, match="has begun: it is not replaced"):
        answering.link_vote(
            tentative.agreement, consultation=ballot(tentative, tentative.shown),
            actor_id=tentative.people["cgil"],
        )  # fmt: skip
    # CISL prepares a vote, and adds CGIL's members: it cannot open beside CGIL's own.
    second = opened(tentative, "cisl", together=True)
    consultations.add_group(
        second, party=tentative.parties["cgil"], constituency=first.groups.get().constituency,
        actor_id=tentative.people["cgil"],
    )  # fmt: skip
    opening.consent_to_open(second, party=tentative.parties["cisl"], actor_id=tentative.people["cisl"])
    with pytest.raises(Problem, match="asked once"), transaction.atomic():
        opening.consent_to_open(second, party=tentative.parties["cgil"], actor_id=tentative.people["cgil"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=second.pk).update(state="open")
    assert Consultation.objects.get(pk=second.pk).state == "draft"


def test_a_vote_is_tied_by_who_asks_in_it_and_never_to_another_text(tentative: Room) -> None:
    with pytest.raises(Problem, match="whose members it asks"):
        answering.link_vote(
            tentative.agreement, consultation=ballot(tentative, tentative.shown),
            actor_id=tentative.people["cisl"],
        )  # fmt: skip
    elsewhere = ballot(tentative, "0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(
            territory=tentative.territory, agreement=tentative.agreement, consultation=elsewhere,
            hash=Frozen.objects.get().hash, linked_at="2026-01-01T00:00Z",
        )  # fmt: skip
    made = opened(tentative, "cgil", together=True)
    PlainBallot.objects.filter(consultation=made).update(text_hash="0" * 64)
    with pytest.raises(Problem, match="exact text"), transaction.atomic():
        opening.consent_to_open(made, party=tentative.parties["cgil"], actor_id=tentative.people["cgil"])


def test_a_vote_that_began_stays_tied(tentative: Room) -> None:
    opened(tentative, "cgil")
    for change in (lambda: Vote.objects.get().delete(), lambda: Vote.objects.update(hash="1" * 64)):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_each_reservation_is_lifted_by_ones_own_vote(tentative: Room) -> None:
    own = {key: opened(tentative, key) for key in ("cgil", "cisl")}
    for key, made in own.items():
        assert asking.caution(tentative.agreement, tentative.parties[key]) == "Your members are still voting."
        assert answer(tentative, key).ballot_id == made.pk
    assert tentative.state == State.CLEARED


def test_an_answer_never_names_another_unions_vote(tentative: Room) -> None:
    opened(tentative, "cgil")
    said = answer(tentative, "cisl")
    assert said.ballot_id is None
    assert "No vote tied to this text asks your members" in asking.caution(
        tentative.agreement, tentative.parties["cisl"]
    )


def test_a_vote_only_prepared_never_reads_as_if_the_members_were_asked(tentative: Room) -> None:
    made = opened(tentative, "cgil", together=True)
    assert tentative.state == State.VOTING
    found = row(tentative)
    assert found.get_state_display() == "vote in preparation"
    assert "being prepared: nobody is asked yet" in showing.headline(found, Frozen.objects.get())
    assert [one["label"] for one in showing.path(found) if one["here"]] == ["Vote in preparation"]
    for address in (
        reverse("signing:agreement", args=[found.pk]), reverse("signing:table", args=[found.table_id]),
        reverse("agreements:text", args=[found.pk]), reverse("agreements:table", args=[found.table_id]),
    ):  # fmt: skip
        browser = Client()
        browser.force_login(Account.objects.get(pk=tentative.people["cgil"]))
        words = browser.get(address).content.decode().lower()
        assert "preparazione" in words, address
        assert "si sta consultando" not in words, address
        assert "al voto degli iscritti" not in words, address
    opening.consent_to_open(made, party=tentative.parties["cgil"], actor_id=tentative.people["cgil"])
    translation.activate("en")
    assert row(tentative).get_state_display() == "before the members"
    assert "are being asked" in showing.headline(row(tentative), Frozen.objects.get())


def counted(room: Room, key: str, yes: int) -> Consultation:
    """Let a union's twelve members vote, so many with yes, and publish what came out."""
    made = opened(room, key)
    members = Account.objects.filter(email__regex=rf"^{key}\d+@").order_by("email")
    votes = {one.pk: [(0, AGREE if place < yes else DISAGREE)] for place, one in enumerate(members)}
    assert casting.cast_many(made, votes) == 12
    actor, party = room.people[key], room.parties[key]
    closing.consent_to_close(Consultation.objects.get(pk=made.pk), party=party, actor_id=actor)
    closing.publish(Consultation.objects.get(pk=made.pk), actor_id=actor)
    return Consultation.objects.get(pk=made.pk)


def test_what_came_out_of_each_vote_stands_beside_the_other(tentative: Room) -> None:
    for key, yes in (("cgil", 11), ("cisl", 3)):
        counted(tentative, key, yes)
    assert row(tentative).get_state_display() == "vote ended, answers awaited"
    assert "has ended" in showing.headline(row(tentative), Frozen.objects.get())
    before = asking.votes_of(row(tentative), tentative.parties["cisl"])
    assert [one["unreleased"] for one in before] == [True, False], (
        "one's own figures, before they are released"
    )
    assert before[1]["outcome"] is None, "another union's are its own until it releases them"
    assert "li vede solo la sua delegazione" in page(tentative, "cisl")
    for key in ("cgil", "cisl"):
        made = voting.own_vote(row(tentative), tentative.parties[key])
        releasing.release_results(
            made.consultation, party=tentative.parties[key], actor_id=tentative.people[key]
        )
    translation.activate("en")
    shown = asking.votes_of(row(tentative), tentative.parties["cisl"])
    assert [one["parties"] for one in shown] == [["CISL"], ["CGIL"]]
    assert [one["outcome"].counts.yes for one in shown] == [3, 11]
    assert all(one["steps"] and one["sources"] and "does not declare" in one["disclaimer"] for one in shown)
    assert asking.caution(row(tentative), tentative.parties["cgil"]) == ""
    words = page(tentative, "cgil")
    for said in (
        "conteggio pubblicato",
        "sì 11, no 1, bianche 0",
        "sì 3, no 9",
        "non ancora approvato dalla",
    ):
        assert said in words, said


def test_separate_votes_are_never_added_up_nor_declared_enough(tentative: Room) -> None:
    tentative.agreement.system = "confindustria"
    with translation.override("it"):
        assert asking.asked_of(tentative.agreement, today())["several"] == ""
        for key in ("cgil", "cisl"):
            opened(tentative, key)
        asked = asking.asked_of(tentative.agreement, today())
    assert "2 votazioni separate" in asked["several"]
    assert "non si sommano" in asked["several"]
    assert "non dichiara" in asked["disclaimer"]
