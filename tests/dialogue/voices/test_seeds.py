"""Seed statements take one consent from each side that asks; a change after a consent lapses it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.dialogue.models import Consent, StatementVersion
from tavolo.dialogue.services import consultations, opening, voting
from tavolo.dialogue.voices import gathering, seeds
from tavolo.ledger.services import acts_on
from tests.dialogue.world import build_world, draft, open_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(territory):
    return build_world(territory, members=12, firms=10)


def consent(world, consultation, *names):
    for name in names:
        opening.consent_to_open(consultation, party=world.parties[name], actor_id=world.delegates[name].pk)


def test_a_change_after_a_consent_lapses_it(world):
    consultation = draft(world)
    consent(world, consultation, "CGIL", "CISL", "UIL")
    author = world.delegates["UIL"].pk
    first = consultation.statements.first()
    for change in (
        lambda: consultations.add_statement(consultation, text="Una in più.", actor_id=author),
        lambda: consultations.revise_statement(first, text="Detta meglio.", actor_id=author),
        lambda: consultations.withdraw_statement(first, actor_id=author),
    ):
        change()
        assert not Consent.objects.filter(consultation=consultation).exists()
        consent(world, consultation, "CGIL")
    consent(world, consultation, "CISL", "UIL", "Associazione")
    consultation.refresh_from_db()
    assert consultation.state == "open"


def test_the_consent_names_the_exact_list(world):
    consultation = draft(world)
    before = seeds.digest_of(consultation)
    consent(world, consultation, "CGIL")
    said = acts_on("dialogue.consultation", consultation.pk)[-1]
    assert said.content["statements"] == before
    consultations.add_statement(consultation, text="Una in più.", actor_id=world.delegates["CGIL"].pk)
    assert seeds.digest_of(consultation) != before


def test_a_statement_added_while_open_waits_for_each_asking_side(world):
    consultation = open_one(world)
    version = consultations.add_statement(
        consultation, text="Canarino in attesa.", actor_id=world.delegates["CGIL"].pk
    )
    assert not version.open_to_votes
    voter = world.people["CISL"][0]
    with pytest.raises(Problem):
        voting.cast_vote(consultation.pk, voter.pk, version.pk, "agree", "r")
    client = Client()
    client.force_login(voter)
    for address in (
        reverse("dialogue:vote", args=[consultation.pk]),
        f"/api/v1/dialogue/consultations/{consultation.pk}/statements",
    ):
        assert "Canarino in attesa" not in client.get(address).content.decode()
    waits = [item.kind for item in gathering.waiting(world.delegates["Associazione"].pk)]
    assert "voices.seed" in waits
    cisl = world.parties["CISL"]
    assert not seeds.consent_to_seed(version, party=cisl, actor_id=world.delegates["CISL"].pk)
    with pytest.raises(Problem):
        seeds.consent_to_seed(version, party=cisl, actor_id=world.secretary.pk)
    client.force_login(world.delegates["Associazione"])
    page = client.get(reverse("dialogue:statements", args=[consultation.pk])).content.decode()
    assert "Canarino in attesa" in page
    client.post(reverse("voices:consent_seed", args=[version.pk]), {"idempotency_key": "k"})
    assert voting.cast_vote(consultation.pk, voter.pk, version.pk, "agree", "r").choice == "agree"


def test_a_new_wording_waits_and_the_old_one_stays_open(world):
    consultation = open_one(world)
    old = StatementVersion.objects.get(consultation=consultation, slot=0)
    new = consultations.revise_statement(
        old.statement, text="Tutta un'altra cosa.", actor_id=world.delegates["CGIL"].pk
    )
    voter = world.people["CGIL"][0]
    assert voting.cast_vote(consultation.pk, voter.pk, old.pk, "agree", "r1").choice == "agree"
    firms = world.parties["Associazione"]
    assert seeds.consent_to_seed(new, party=firms, actor_id=world.delegates["Associazione"].pk)
    with pytest.raises(Problem):
        voting.cast_vote(consultation.pk, voter.pk, old.pk, "disagree", "r2")
    assert voting.cast_vote(consultation.pk, voter.pk, new.pk, "disagree", "r3").choice == "disagree"


def test_where_one_side_asks_its_promoters_word_is_enough(world):
    consultation = open_one(world, asked=["CGIL", "CISL"])
    version = consultations.add_statement(
        consultation, text="Solo fra noi.", actor_id=world.delegates["CISL"].pk
    )
    version.refresh_from_db()
    assert version.open_to_votes


def test_a_withdrawn_statement_leaves_an_act_without_its_words(world):
    consultation = open_one(world)
    statement = consultation.statements.first()
    consultations.withdraw_statement(statement, actor_id=world.delegates["CGIL"].pk)
    consultations.withdraw_statement(statement, actor_id=world.delegates["CGIL"].pk)
    acts = [a for a in acts_on("dialogue.consultation", consultation.pk) if "withdrawn" in a.act_name]
    assert len(acts) == 1
    assert "Affermazione" not in str(acts[0].content)
