"""The frozen list and the one way each person votes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import keys
from tavolo.dialogue.models import Ballot
from tavolo.dialogue.polling.models import ListedVoter, OtherWay
from tavolo.dialogue.polling.services import roll, slips
from tavolo.dialogue.services import ballot_box, closing, voting
from tests.dialogue.polling.poll import build_poll
from tests.dialogue.world import close_one, vote

pytestmark = pytest.mark.django_db


def address_known(poll, voter_id) -> bool:
    address = keys.load(poll.consultation.pk).address(voter_id)
    return Ballot.objects.filter(consultation=poll.consultation, address=address).exists()


def test_people_without_an_account_count_among_the_eligible(territory):
    poll = build_poll(territory, mail=3)
    assert poll.cgil.eligible == 20 + 12 + 12 + 3
    # A ballot of their own from the opening: accounts and mailed codes; slips and paper get theirs later.
    assert Ballot.objects.filter(consultation=poll.consultation).count() == 3 * 20 + 15 + 3


def test_the_list_is_frozen_at_opening(territory):
    poll = build_poll(territory)
    with pytest.raises(Problem):
        roll.add_voters(poll.cgil, [("Nuova", "", "", "slip", "it")], actor_id=poll.member.pk)
    with pytest.raises(Problem):
        roll.remove_voter(poll.listed[0], actor_id=poll.member.pk)
    for change in (
        lambda: ListedVoter.objects.create(territory=territory, group=poll.cgil, name="Dentro"),
        lambda: ListedVoter.objects.filter(pk=poll.listed[0].pk).delete(),
        lambda: ListedVoter.objects.filter(pk=poll.listed[0].pk).update(name="Altro"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_list_is_all_or_none(territory):
    poll = build_poll(territory, slip=0, paper=0, opened=False)
    rows = [("Anna Uno", "", "", "", "it"), ("Senza Posta", "", "", "mail", "it")]
    with pytest.raises(Problem, match="no e-mail"):
        roll.add_voters(poll.cgil, rows, actor_id=poll.member.pk)
    twice = [("Anna Uno", "", "", "", "it"), ("anna uno", "", "", "", "it")]
    with pytest.raises(Problem, match="on the list already"):
        roll.add_voters(poll.cgil, twice, actor_id=poll.member.pk)
    assert not ListedVoter.objects.exists()


def test_nobody_is_on_the_list_and_on_the_roll(territory):
    poll = build_poll(territory, opened=False)
    doubled = poll.world.people["CISL"][0].email
    roll.add_voters(poll.cgil, [("Doppia", "", doubled, "mail", "it")], actor_id=poll.member.pk)
    with pytest.raises(Problem, match="also vote with an account"):
        poll.open()


def test_an_account_that_will_vote_by_slip_gets_no_ballot_of_its_own(territory):
    poll = build_poll(territory, opened=False)
    person = poll.world.people["CGIL"][0]
    roll.choose_way(poll.cgil, f"account:{person.pk}", "slip", actor_id=poll.member.pk)
    poll.open()
    assert not address_known(poll, person.pk)
    with pytest.raises(Problem):
        vote(poll.consultation, person, 0, "agree")
    assert roll.number_by_way(poll.cgil)["slip"] == 13


def test_switching_takes_the_vote_away_without_telling_whether_there_was_one(territory):
    poll = build_poll(territory)
    voted, silent = poll.world.people["CGIL"][:2]
    for slot in range(3):
        vote(poll.consultation, voted, slot, "agree")
    ballot_box.drain(poll.consultation)
    acts = []
    for person in (voted, silent):
        answer = roll.choose_way(poll.cgil, f"account:{person.pk}", "slip", actor_id=poll.member.pk)
        acts.append(answer)
        assert not address_known(poll, person.pk)
    assert acts == [None, None]
    counts = ballot_box.read_sheet(poll.consultation.pk, keys.load(poll.consultation.pk))
    assert counts.votes.sum() == 0
    assert counts.voters.sum() == 0
    assert ballot_box.recount(poll.consultation)
    told = Notice.objects.filter(kind="polling.way_changed").values_list("account_id", flat=True)
    assert set(told) == {voted.pk, silent.pk}


def test_switching_back_gives_an_empty_ballot(territory):
    poll = build_poll(territory)
    person = poll.world.people["CGIL"][0]
    vote(poll.consultation, person, 0, "agree")
    roll.choose_way(poll.cgil, f"account:{person.pk}", "paper", actor_id=poll.member.pk)
    roll.choose_way(poll.cgil, f"account:{person.pk}", "account", actor_id=poll.member.pk)
    ballot = voting.own_votes(poll.consultation.pk, person.pk)
    assert ballot is not None
    assert not ballot.voted


def test_whoever_holds_a_slip_gives_it_back_before_changing(territory):
    poll = build_poll(territory)
    code = poll.slips(12)[0]
    key = poll.keys(1)[0]
    with pytest.raises(Problem, match="take it back"):
        roll.choose_way(poll.cgil, key, "paper", actor_id=poll.member.pk)
    slips.return_slip(poll.cgil, code, person=key, actor_id=poll.member.pk)
    roll.choose_way(poll.cgil, key, "paper", actor_id=poll.member.pk)
    assert slips.enter(code) is None


def test_nobody_leaves_the_slips_while_as_many_are_valid(territory):
    poll = build_poll(territory)
    slips.print_slips(poll.cgil, 12, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="void one first"):
        roll.choose_way(poll.cgil, poll.keys(1)[0], "paper", actor_id=poll.member.pk)


def test_a_choice_made_for_somebody_not_asked_in_the_end_is_dropped(territory):
    poll = build_poll(territory, opened=False)
    person = poll.world.people["CGIL"][0]
    roll.choose_way(poll.cgil, f"account:{person.pk}", "slip", actor_id=poll.member.pk)
    from tavolo.people.models import UnionMembership

    UnionMembership.objects.filter(account=person).delete()
    poll.open()
    assert not OtherWay.objects.exists()


def test_an_account_of_another_group_is_nobody_here(territory):
    poll = build_poll(territory)
    other = poll.world.people["CISL"][0]
    with pytest.raises(Problem, match="not on the list"):
        roll.choose_way(poll.cgil, f"account:{other.pk}", "slip", actor_id=poll.member.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        OtherWay.objects.create(territory=territory, group=poll.cgil, account=other, way="slip")


def test_no_more_is_handed_out_than_was_printed(territory):
    poll = build_poll(territory)
    slips.print_slips(poll.cgil, 2, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="print first"):
        poll.hand(3)
    poll.hand(2)
    assert roll.number_by_way(poll.cgil)["slip_handed"] == 2


def test_the_close_waits_for_paper_that_is_being_keyed(territory):
    from tavolo.dialogue.polling.services import papers

    poll = build_poll(territory)
    papers.print_papers(poll.cgil, 2, actor_id=poll.member.pk)
    poll.hand(2, "paper")
    papers.begin_lot(poll.cgil, 1, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="still being keyed"):
        close_one(poll.world, poll.consultation)
    assert closing is not None
