"""Votes inside a room: one each, the result for the room alone, a secret one without a tie to the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tavolo.common.errors import Problem
from tavolo.common.row_security import opened
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate
from tavolo.dialogue.party_room import hooking
from tavolo.dialogue.party_room.models import NamedVote, Question, VoteCast
from tavolo.dialogue.party_room.services import voting

pytestmark = pytest.mark.django_db


def put(house, room="CGIL", secret=False, **more):
    return voting.put_question(
        house.rooms[room], actor_id=house.people["CGIL"].pk, text="Accettiamo?", options=["Sì", "No"],
        secret=secret, **more,
    )  # fmt: skip


def vote(house, question, who, place=0, room="CGIL"):
    with opened([house.rooms[room].pk]):
        option = question.options.get(position=place)
    return voting.cast(house.rooms[room], question.pk, option.pk, actor_id=house.people[who].pk)


def end(house, question, who="CGIL", room="CGIL"):
    voting.close(house.rooms[room], question.pk, actor_id=house.people[who].pk)
    with opened([house.rooms[room].pk]):
        return voting.result(Question.objects.get(pk=question.pk))


def test_in_an_open_vote_the_room_reads_who_chose_what_after_the_end(house):
    question = put(house)
    vote(house, question, "CGIL", 0)
    vote(house, question, "member", 1)
    with opened([house.rooms["CGIL"].pk]):
        assert voting.result(question) is None
    yes, no = end(house, question)
    assert (yes.votes, yes.names, no.names) == (1, ["delegata CGIL"], ["member"])


def test_a_delegate_has_one_vote_and_it_stands(house):
    question = put(house)
    assert vote(house, question, "CGIL", 0) is True
    assert vote(house, question, "CGIL", 1) is False
    yes, no = end(house, question)
    assert (yes.votes, no.votes) == (1, 0)


def test_a_secret_vote_keeps_no_row_that_joins_person_and_choice(house):
    question = put(house, "workers", secret=True)
    for who, place in (("CGIL", 0), ("member", 1), ("CISL", 1), ("UIL", 1)):
        vote(house, question, who, place, "workers")
    with opened([house.rooms["workers"].pk]):
        assert VoteCast.objects.count() == 4
        assert not NamedVote.objects.exists()
    yes, no = end(house, question, room="workers")
    assert (yes.votes, no.votes, yes.names) == (1, 3, [])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'party_room_votecast'"
        )
        assert {row[0] for row in cursor.fetchall()} == {
            "id",
            "territory_id",
            "room_id",
            "question_id",
            "account_id",
        }


def test_a_secret_vote_of_very_few_shows_no_figures(house):
    question = put(house, secret=True)
    vote(house, question, "CGIL")
    vote(house, question, "member")
    assert end(house, question) is None


@pytest.mark.parametrize("who", ["observer", "CISL", "secretary", "stranger"])
def test_observers_and_others_do_not_vote(house, who):
    question = put(house)
    with pytest.raises(Problem):
        vote(house, question, who)


def test_after_the_last_day_nobody_votes_and_anybody_in_the_room_may_end_it(house, monkeypatch):
    question = put(house, closes_on=standing.today())
    tomorrow = standing.today() + timedelta(days=1)
    monkeypatch.setattr(standing, "today", lambda: tomorrow)
    with pytest.raises(Problem, match="over"):
        vote(house, question, "CGIL")
    assert end(house, question, "member") is not None


def test_before_that_only_its_author_or_a_head_ends_it(house):
    question = put(house)
    with pytest.raises(Problem, match="head of delegation"):
        voting.close(house.rooms["CGIL"], question.pk, actor_id=house.people["member"].pk)


def test_the_vote_of_who_left_stays_counted(house):
    question = put(house)
    vote(house, question, "member")
    Delegate.objects.filter(account=house.people["member"]).update(ends_on=standing.today())
    yes, _no = end(house, question)
    assert yes.votes == 1


@pytest.mark.parametrize("options", [["Sì"], ["Sì", "Sì", " "], [str(n) for n in range(11)]])
def test_a_question_needs_from_two_to_ten_different_options(house, options):
    with pytest.raises(Problem):
        voting.put_question(
            house.rooms["CGIL"], actor_id=house.people["CGIL"].pk, text="?", options=options, secret=False
        )


def test_those_who_have_not_voted_are_awaited(house):
    question = put(house)
    assert [item.kind for item in hooking.waiting(house.people["member"].pk)] == ["party_room.vote"]
    assert list(hooking.waiting(house.people["observer"].pk)) == []
    assert list(hooking.waiting(house.people["CISL"].pk)) == []
    vote(house, question, "member")
    assert list(hooking.waiting(house.people["member"].pk)) == []
