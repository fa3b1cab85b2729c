# mypy: disable-error-code="attr-defined, arg-type"
"""One vote of several unions' members on the tentative agreement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tavolo.agreements.models import State
from tavolo.agreements.signing import voting
from tavolo.agreements.signing.services import answering
from tavolo.agreements.standing import today
from tavolo.common.errors import Problem
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.dialogue.services import consultations, opening
from tavolo.people.models import Account
from tests.agreements.signing.conftest import Room

RULE = "territorial_own_bodies"


def prepared(room: Room) -> Consultation:
    room.reserve("cgil", "cisl")
    room.initial("imprese")
    return answering.open_vote(
        room.agreement, actor_id=room.people["cgil"], constituency_id=room.constituency("cgil").pk,
        rule_set=RULE, closes_on=today() + timedelta(days=10), together=True,
    )  # fmt: skip


def test_it_waits_for_whoever_joins_and_opens_with_the_last_consent(small: Room) -> None:
    made = prepared(small)
    assert made.state == "draft"
    assert PlainBallot.objects.get(consultation=made).text_hash == small.shown
    assert [one.consultation_id for one in voting.votes(small.agreement)] == [made.pk]
    assert small.state == State.VOTING
    consultations.add_group(
        made, party=small.parties["cisl"], constituency=small.constituency("cisl"),
        actor_id=small.people["cisl"],
    )  # fmt: skip
    assert not opening.consent_to_open(made, party=small.parties["cgil"], actor_id=small.people["cgil"])
    assert opening.consent_to_open(made, party=small.parties["cisl"], actor_id=small.people["cisl"])
    assert Consultation.objects.get(pk=made.pk).state == "open"


def test_the_other_side_is_asked_in_a_vote_of_its_own(small: Room) -> None:
    made = prepared(small)
    members = made.groups.get().constituency
    with pytest.raises(Problem):
        consultations.add_group(
            made, party=small.parties["imprese"], constituency=members,
            actor_id=small.people["imprese"],
        )  # fmt: skip


def test_a_program_prepares_it_too(small: Room) -> None:
    small.reserve("cgil", "cisl")
    small.initial("imprese")
    browser = Client()
    browser.force_login(Account.objects.get(pk=small.people["cgil"]))
    address = f"/api/v1/signing/agreements/{small.agreement.pk}/vote"
    asked = {"constituency": str(small.constituency("cgil").pk), "rule_set": RULE, "together": True}
    answers = [
        browser.post(address, asked, content_type="application/json", headers={"Idempotency-Key": "v1"})
        for _twice in range(2)
    ]
    assert [one.status_code for one in answers] == [200, 200], answers[0].content
    assert Consultation.objects.filter(table=small.table).count() == 1
    empty = browser.post(address, {}, content_type="application/json")
    assert empty.status_code == 422
