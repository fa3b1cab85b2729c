"""Paper ballots: keyed by two people, each alone; only what both read alike is counted."""

from __future__ import annotations

import pytest

from tavolo.common.errors import Problem
from tavolo.dialogue import keys
from tavolo.dialogue.polling.models import Keying, Lot, Paper
from tavolo.dialogue.polling.services import papers, roll
from tavolo.dialogue.services import ballot_box
from tests.dialogue.polling.poll import build_poll

pytestmark = pytest.mark.django_db


def lot_of(poll, found: int, handed: int | None = None) -> tuple[Lot, list[int]]:
    _batch, numbers = papers.print_papers(poll.cgil, 12, actor_id=poll.member.pk)
    poll.hand(found if handed is None else handed, "paper")
    return papers.begin_lot(poll.cgil, found, actor_id=poll.member.pk), numbers


def key(poll, lot, numbers, who: int, marks) -> None:
    for number in numbers:
        papers.key_paper(lot, number, marks, actor_id=poll.members["CGIL"][who].pk)


def done(poll, lot, who: int) -> bool:
    return papers.finish_keying(lot, actor_id=poll.members["CGIL"][who].pk)


def sheet(poll):
    return ballot_box.read_sheet(poll.consultation.pk, keys.load(poll.consultation.pk))


def test_two_equal_readings_go_into_the_box(territory):
    poll = build_poll(territory)
    lot, numbers = lot_of(poll, 3)
    for who in (0, 1):
        key(poll, lot, numbers[:2], who, {0: 1, 1: 2})
        key(poll, lot, numbers[2:3], who, None)
        agreed = done(poll, lot, who)
    assert agreed
    assert papers.seal_lot(lot, actor_id=poll.member.pk) == 2
    counts = sheet(poll)
    assert counts.votes[poll.cgil.number, 0].tolist() == [2, 0, 0]
    assert counts.votes[poll.cgil.number, 1].tolist() == [0, 2, 0]
    lot.refresh_from_db()
    assert (lot.state, lot.spoiled) == ("sealed", 1)
    assert not Keying.objects.exists()
    assert Paper.objects.filter(lot=lot).count() == 3
    assert ballot_box.recount(poll.consultation)


def test_differences_are_named_and_only_equal_readings_count(territory):
    poll = build_poll(territory)
    lot, numbers = lot_of(poll, 3)
    key(poll, lot, numbers[:3], 0, {0: 1})
    key(poll, lot, numbers[:2], 1, {0: 1})
    key(poll, lot, numbers[3:4], 1, {0: 2})
    assert papers.differences(lot) == []  # nothing is told before both have finished
    done(poll, lot, 0)
    assert not done(poll, lot, 1)
    lot.refresh_from_db()
    found = {one.number: one.missing for one in papers.differences(lot)}
    assert found == {numbers[2]: True, numbers[3]: True}
    with pytest.raises(Problem, match="differ"):
        papers.seal_lot(lot, actor_id=poll.member.pk)
    second = poll.members["CGIL"][1].pk
    papers.forget_paper(lot, numbers[3], actor_id=second)
    key(poll, lot, numbers[2:3], 1, {0: 2})
    done(poll, lot, 1)
    lot.refresh_from_db()
    assert [(one.number, one.missing) for one in papers.differences(lot)] == [(numbers[2], False)]
    key(poll, lot, numbers[2:3], 1, {0: 1})
    assert done(poll, lot, 1)
    assert papers.seal_lot(lot, actor_id=second) == 3


def test_a_third_person_keys_nothing_and_one_alone_seals_nothing(territory):
    poll = build_poll(territory)
    lot, numbers = lot_of(poll, 1)
    key(poll, lot, numbers[:1], 0, {0: 1})
    done(poll, lot, 0)
    with pytest.raises(Problem, match="Both must have finished"):
        papers.seal_lot(lot, actor_id=poll.member.pk)
    key(poll, lot, numbers[:1], 1, {0: 1})
    with pytest.raises(Problem, match="Two others"):
        papers.key_paper(lot, numbers[0], {0: 1}, actor_id=poll.members["CISL"][0].pk)
    with pytest.raises(Problem, match="Only the electoral committee"):
        papers.key_paper(lot, numbers[0], {0: 1}, actor_id=poll.world.delegates["Associazione"].pk)


def test_one_sees_only_ones_own_reading(territory):
    poll = build_poll(territory)
    lot, numbers = lot_of(poll, 1)
    key(poll, lot, numbers[:1], 0, {0: 1})
    assert papers.own_marks(lot, poll.member.pk, numbers[0]) == {0: 1}
    assert papers.own_marks(lot, poll.members["CGIL"][1].pk, numbers[0]) == ""
    row = Keying.objects.get()
    assert b"[0, 1]" not in bytes(row.sealed)


def test_never_more_ballots_in_the_urn_than_handed_out(territory):
    poll = build_poll(territory)
    papers.print_papers(poll.cgil, 12, actor_id=poll.member.pk)
    poll.hand(2, "paper")
    with pytest.raises(Problem, match="than were handed out"):
        papers.begin_lot(poll.cgil, 3, actor_id=poll.member.pk)
    lot = papers.begin_lot(poll.cgil, 2, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="than were handed out"):
        papers.begin_lot(poll.cgil, 1, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="than were handed out"):
        papers.correct_found(lot, 3, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="in the box"):
        roll.note_returned(poll.cgil, poll.keys(1, "paper")[0])


def test_the_number_keyed_must_be_the_number_found(territory):
    poll = build_poll(territory)
    lot, numbers = lot_of(poll, 2)
    key(poll, lot, numbers[:1], 0, {0: 1})
    with pytest.raises(Problem, match="look for the difference"):
        done(poll, lot, 0)
    papers.correct_found(lot, 1, actor_id=poll.member.pk)
    assert not done(poll, lot, 0)


def test_a_ballot_counts_once_and_an_unknown_number_never(territory):
    poll = build_poll(territory)
    lot, numbers = lot_of(poll, 1, handed=2)
    for who in (0, 1):
        key(poll, lot, numbers[:1], who, {0: 1})
        done(poll, lot, who)
    papers.seal_lot(lot, actor_id=poll.member.pk)
    other = papers.begin_lot(poll.cgil, 1, actor_id=poll.member.pk)
    for number in (numbers[0], 5):
        with pytest.raises(Problem, match="No valid ballot"):
            papers.key_paper(other, number, {0: 1}, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="in the box already"):
        papers.key_paper(lot, numbers[1], {0: 1}, actor_id=poll.member.pk)


def test_a_mark_that_no_question_has_is_refused(territory):
    poll = build_poll(territory)
    lot, numbers = lot_of(poll, 1)
    for marks in ({60: 1}, {0: 7}):
        with pytest.raises(Problem, match="beside no question"):
            papers.key_paper(lot, numbers[0], marks, actor_id=poll.member.pk)
