"""Marks of importance: sealed with the vote, counted at the close, shown under the rules of the votes."""

from __future__ import annotations

import uuid

import pytest

from tavolo.dialogue import keys
from tavolo.dialogue.models import Ballot as BallotRow
from tavolo.dialogue.models import ClosedBallot
from tavolo.dialogue.sealing import AGREE, HEADER, WITHOUT_MARKS, Ballot, unpack_marks
from tavolo.dialogue.services import releasing, voting
from tavolo.dialogue.voices import importance
from tavolo.dialogue.voices.models import Importance
from tests.dialogue.world import build_world, close_one, open_one, versions


@pytest.mark.parametrize("capacity", [1, 4, 5, 7, 8, 9, 64, 80, 1000])
def test_marks_and_votes_never_touch_each_other(capacity):
    ballot = Ballot.empty(3, capacity)
    length = len(ballot.encode())
    for slot in range(capacity):
        ballot = ballot.with_vote(slot, slot % 3 + 1).with_importance(slot, slot % 5 == 0)
    assert len(ballot.encode()) == length
    read = Ballot.decode(ballot.encode())
    assert read.votes(capacity) == [slot % 3 + 1 for slot in range(capacity)]
    assert [read.important(slot) for slot in range(capacity)] == [slot % 5 == 0 for slot in range(capacity)]
    assert unpack_marks([read.packed], capacity)[0].tolist() == [int(s % 5 == 0) for s in range(capacity)]


def test_a_mark_needs_a_vote_and_goes_with_it():
    ballot = Ballot.empty(0, 8)
    assert not ballot.with_importance(2, True).voted
    marked = ballot.with_vote(2, AGREE).with_importance(2, True)
    assert marked.important(2)
    undone = marked.with_vote(2, 0).with_importance(2, True)
    assert undone == ballot


def test_a_ballot_of_the_layout_without_marks_still_opens():
    old = Ballot.empty(1, 8)
    plain = bytes((WITHOUT_MARKS, 1)) + old.packed[:2] + old.recent
    read = Ballot.decode(plain)
    assert len(read.encode()) == len(old.encode())
    assert read.encode()[HEADER:] == old.encode()[HEADER:]


@pytest.mark.django_db
def test_the_payload_does_not_show_whether_anything_is_important(territory):
    world = build_world(territory, members=12, firms=10)
    consultation = open_one(world)
    version = versions(consultation)[0]
    voting.cast_vote(consultation.pk, world.people["CGIL"][0].pk, version.pk, "agree", "r", important=True)
    assert len({len(row.sealed) for row in BallotRow.objects.filter(consultation=consultation)}) == 1
    own = voting.own_votes(consultation.pk, world.people["CGIL"][0].pk)
    assert own.important(version.slot)
    voting.cast_vote(consultation.pk, world.people["CGIL"][0].pk, version.pk, "disagree", "s")
    assert not voting.own_votes(consultation.pk, world.people["CGIL"][0].pk).important(version.slot)
    assert keys.exists(consultation.pk)


@pytest.mark.django_db
def test_counts_appear_after_the_close_where_the_votes_do_and_no_ballot_keeps_a_mark(territory):
    world = build_world(territory, members=[12, 12, 4], firms=10)
    consultation = open_one(world)
    votes: dict[uuid.UUID, list[tuple[int, int]]] = {}
    for name, people in world.people.items():
        for place, person in enumerate(people):
            important = voting.IMPORTANT if place < 3 and name in ("CGIL", "UIL") else 0
            votes[person.pk] = [(0, AGREE + important), (1, AGREE)]
    voting.cast_many(consultation, votes)
    assert importance.shares(consultation, "it") == []
    close_one(world, consultation)
    rows = Importance.objects.filter(consultation=consultation, version=versions(consultation)[0])
    # The four of UIL are too few for a pool of their own: neither their votes nor their marks are counted.
    assert sorted((row.voted, row.marked) for row in rows) == [(10, 0), (12, 0), (12, 3)]
    values = {
        byte for row in ClosedBallot.objects.filter(consultation=consultation) for byte in bytes(row.votes)
    }
    assert values <= {0, 1, 2, 3}
    for name in ("CGIL", "CISL", "Associazione"):
        releasing.release_results(consultation, party=world.parties[name], actor_id=world.delegates[name].pk)
    lines = {line.number: line for line in importance.shares(consultation, "it")}
    assert (lines["1"].total.marked, lines["1"].total.voted) == (3, 34)
    assert lines["1"].by_label[0].percent == 25
    assert lines["2"].total.marked == 0
