"""Casting votes: exact version, once per request, changed and taken back, never after close."""

from __future__ import annotations

import pytest

from tavolo.common.errors import Problem
from tavolo.dialogue import keys
from tavolo.dialogue.models import Ballot, Change, Consultation, Roll, StatementVersion
from tavolo.dialogue.sealing import Counts
from tavolo.dialogue.services import ballot_box, consultations, voting
from tavolo.dialogue.voices import seeds
from tests.dialogue.world import (
    build_world,
    close_one,
    draft,
    everybody_votes,
    open_one,
    vote,
)

pytestmark = pytest.mark.django_db


def counts(consultation: Consultation) -> Counts:
    ballot_box.drain(consultation)
    return ballot_box.read_sheet(consultation.pk, keys.load(consultation.pk))


def test_opening_freezes_the_roll_and_gives_everyone_a_ballot(territory):
    world = build_world(territory)
    consultation = open_one(world)
    assert Roll.objects.filter(consultation=consultation).count() == 75
    assert Ballot.objects.filter(consultation=consultation).count() == 75


def test_a_vote_counts_and_a_changed_vote_replaces_it(territory):
    world = build_world(territory)
    consultation = open_one(world)
    person = world.people["CISL"][3]
    assert vote(consultation, person, 0, "agree") == "agree"
    assert vote(consultation, person, 0, "disagree") == "disagree"
    found = counts(consultation)
    assert found.votes.sum() == 1
    assert found.votes[1, 0].tolist() == [0, 1, 0]
    assert found.voters.tolist() == [0, 1, 0, 0]


def test_an_undone_vote_leaves_nothing(territory):
    world = build_world(territory)
    consultation = open_one(world)
    person = world.people["UIL"][0]
    vote(consultation, person, 1, "pass")
    vote(consultation, person, 1, "undo")
    found = counts(consultation)
    assert found.votes.sum() == 0
    assert found.voters.sum() == 0


def test_a_retry_counts_once_even_when_it_arrives_late(territory):
    world = build_world(territory)
    consultation = open_one(world)
    person = world.people["CGIL"][0]
    vote(consultation, person, 0, "agree", request="first")
    vote(consultation, person, 0, "disagree", request="second")
    assert vote(consultation, person, 0, "agree", request="first") == "disagree"
    assert counts(consultation).votes[0, 0].tolist() == [0, 1, 0]


def test_a_vote_is_on_an_exact_version(territory):
    world = build_world(territory)
    consultation = open_one(world)
    person, other = world.people["CGIL"][:2]
    vote(consultation, person, 0, "agree")
    old = StatementVersion.objects.get(consultation=consultation, slot=0)
    new = consultations.revise_statement(
        old.statement, text="Un testo nuovo.", actor_id=world.delegates["CGIL"].pk
    )
    firms = world.parties["Associazione"]
    seeds.consent_to_seed(new, party=firms, actor_id=world.delegates["Associazione"].pk)
    with pytest.raises(Problem, match=r"changed|cambiato"):
        vote(consultation, other, 0, "agree")
    vote(consultation, other, new.slot, "disagree")
    found = counts(consultation)
    assert found.votes[0, 0].tolist() == [1, 0, 0]
    assert found.votes[0, new.slot].tolist() == [0, 1, 0]
    vote(consultation, person, 0, "undo")
    assert counts(consultation).votes[0, 0].sum() == 0


def test_who_is_not_on_the_roll_cannot_vote(territory):
    world = build_world(territory)
    consultation = open_one(world)
    with pytest.raises(Problem):
        vote(consultation, world.stranger, 0, "agree")
    with pytest.raises(Problem):
        vote(consultation, world.delegates["Associazione"], 0, "agree")
    assert Change.objects.count() == 0


def test_no_vote_before_opening_or_after_closing(territory):
    world = build_world(territory)
    person = world.people["CGIL"][0]
    with pytest.raises(Problem):
        vote(draft(world), person, 0, "agree")
    consultation = open_one(world)
    everybody_votes(world, consultation)
    close_one(world, consultation)
    with pytest.raises(Problem):
        vote(consultation, person, 0, "agree")


def test_a_statement_of_another_consultation_is_refused(territory):
    world = build_world(territory)
    one, two = open_one(world), open_one(world)
    other = StatementVersion.objects.get(consultation=two, slot=0)
    with pytest.raises(Problem):
        voting.cast_vote(one.pk, world.people["CGIL"][0].pk, other.pk, "agree", "r")


def test_the_running_counts_equal_a_recount_from_the_ballots(territory):
    world = build_world(territory)
    consultation = open_one(world)
    everybody_votes(world, consultation, chance=0.5)
    for slot, choice in ((0, "agree"), (1, "pass"), (0, "undo"), (2, "disagree"), (2, "agree")):
        vote(consultation, world.people["CISL"][0], slot, choice)
    ballot_box.drain_batch(consultation)
    vote(consultation, world.people["UIL"][2], 3, "agree")
    assert ballot_box.recount(consultation) is True
    before = counts(consultation)
    assert ballot_box.recount(consultation) is True
    assert counts(consultation).equals(before)


def test_participation_moves_only_by_whole_batches(territory):
    world = build_world(territory)
    consultation = open_one(world)
    for number, person in enumerate(world.people["CGIL"][:12], start=1):
        vote(consultation, person, 0, "agree")
        ballot_box.drain(consultation)
        consultation.refresh_from_db()
        assert consultation.participation == (10 if number >= 10 else 0)


def test_reshuffling_keeps_every_vote(territory):
    world = build_world(territory)
    consultation = open_one(world)
    everybody_votes(world, consultation)
    before = counts(consultation)
    ids = set(Ballot.objects.values_list("pk", flat=True))
    assert ballot_box.reshuffle(consultation) == 75
    assert not ids & set(Ballot.objects.values_list("pk", flat=True))
    assert ballot_box.recount(consultation) is True
    assert counts(consultation).equals(before)
