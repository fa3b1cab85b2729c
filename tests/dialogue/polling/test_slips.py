"""Slips: shuffled, entered, used as often as one likes, never more of them than were handed out."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import IntegrityError, connections, transaction

from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import keys
from tavolo.dialogue.models import Ballot, StatementVersion
from tavolo.dialogue.polling import codes, sheets
from tavolo.dialogue.polling.models import Slip
from tavolo.dialogue.polling.services import slips
from tavolo.dialogue.services import ballot_box, voting
from tests.dialogue.polling.poll import build_poll

pytestmark = pytest.mark.django_db


def cast(poll, voter_id: uuid.UUID, slot: int, choice: str) -> str:
    version = StatementVersion.objects.get(consultation=poll.consultation, slot=slot)
    done = voting.cast_vote(poll.consultation.pk, voter_id, version.pk, choice, uuid.uuid4().hex)
    return done.choice


def test_codes_are_long_and_forgive_how_they_are_typed():
    code = codes.make()
    assert len(code) == 16
    assert len(codes.ALPHABET) == 32
    assert codes.read(f" {codes.shown(code).lower()} ") == code
    assert codes.read(f"https://tavolo.example/tavoli/scheda/#{code}") == code
    assert codes.read("O" * 16) == "0" * 16
    assert codes.read("il" * 8) == "1" * 16
    for wrong in ("", code[:-1], code + "0", "U" * 16, "é" * 16):
        assert codes.read(wrong) is None


def test_a_slip_votes_and_corrects_and_the_last_vote_counts(territory):
    poll = build_poll(territory)
    code = poll.slips(12)[3]
    entered = slips.enter(code)
    assert entered is not None
    assert entered.consultation_id == poll.consultation.pk
    assert cast(poll, entered.voter_id, 0, "agree") == "agree"
    again = slips.enter(codes.shown(code))
    assert again == entered
    assert cast(poll, again.voter_id, 0, "disagree") == "disagree"
    ballot_box.drain(poll.consultation)
    counts = ballot_box.read_sheet(poll.consultation.pk, keys.load(poll.consultation.pk))
    assert counts.votes[poll.cgil.number, 0].tolist() == [0, 1, 0]
    assert counts.voters[poll.cgil.number] == 1
    assert ballot_box.recount(poll.consultation)


def test_the_mark_of_entry_survives_votes_and_reshuffles(territory):
    poll = build_poll(territory)
    entered = slips.enter(poll.slips(12)[0])
    for n in range(12):
        cast(poll, entered.voter_id, n % 4, "agree" if n % 2 else "pass")
    ballot_box.reshuffle(poll.consultation)
    assert voting.own_votes(poll.consultation.pk, entered.voter_id).entered
    assert slips.entered_count(poll.consultation, poll.cgil) == 1


def test_no_more_slips_are_valid_than_people_vote_by_slip(territory):
    poll = build_poll(territory)
    slips.print_slips(poll.cgil, 12, actor_id=poll.member.pk)
    with pytest.raises(Problem, match="more slips than people"):
        slips.print_slips(poll.cgil, 1, actor_id=poll.member.pk)
    row = Slip.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Slip.objects.create(territory=territory, group=poll.cgil, batch=row.batch, code_hash=b"x")


def test_only_as_many_slips_open_as_were_handed_out(territory):
    poll = build_poll(territory)
    secret = poll.slips(12, handed=2)
    opened = [slips.enter(code) for code in secret]
    assert sum(one is not None for one in opened) == 2
    # Those two come in again; a third only after a third was handed out.
    assert [slips.enter(code) for code in secret[:2]] == opened[:2]
    assert slips.enter(secret[5]) is None
    poll.hand(3)
    assert slips.enter(secret[5]) is not None
    assert slips.enter(secret[6]) is None


def test_every_code_that_opens_nothing_opens_nothing_alike(territory):
    poll = build_poll(territory)
    secret = poll.slips(12, handed=11)
    slips.return_slip(poll.cgil, secret[0], actor_id=poll.member.pk)
    assert slips.enter(codes.make()) is None
    assert slips.enter(secret[0]) is None
    assert slips.enter("non è un codice") is None


def test_a_voided_batch_leaves_the_box_with_its_votes(territory):
    poll = build_poll(territory)
    batch, secret = slips.print_slips(poll.cgil, 12, actor_id=poll.member.pk)
    poll.hand(12)
    for code in secret[:5]:
        cast(poll, slips.enter(code).voter_id, 0, "agree")
    before = Ballot.objects.filter(consultation=poll.consultation).count()
    with pytest.raises(Problem, match="Say why"):
        slips.void_batch(batch, reason=" ", actor_id=poll.member.pk)
    slips.void_batch(batch, reason="un foglio smarrito", actor_id=poll.member.pk)
    assert Ballot.objects.filter(consultation=poll.consultation).count() == before - 12
    assert slips.entered_count(poll.consultation, poll.cgil) == 0
    assert all(slips.enter(code) is None for code in secret)
    counts = ballot_box.read_sheet(poll.consultation.pk, keys.load(poll.consultation.pk))
    assert counts.votes.sum() == 0
    _batch, fresh = slips.print_slips(poll.cgil, 12, actor_id=poll.member.pk)
    assert slips.enter(fresh[0]) is not None


def test_only_the_partys_own_members_print_and_void(territory):
    poll = build_poll(territory)
    batch, secret = slips.print_slips(poll.cgil, 1, actor_id=poll.member.pk)
    other = poll.members["CISL"][0].pk
    for work in (
        lambda: slips.print_slips(poll.cgil, 1, actor_id=other),
        lambda: slips.void_batch(batch, reason="x", actor_id=other),
        lambda: slips.return_slip(poll.cgil, secret[0], actor_id=other),
    ):
        with pytest.raises(Problem, match="Only members"):
            work()


def test_sheets_carry_each_code_once_and_no_number(territory):
    import io

    from pypdf import PdfReader

    poll = build_poll(territory)
    secret = poll.slips(12)
    for language in ("it", "ar"):
        pdf = sheets.slips_pdf(poll.cgil, secret, language)
        pages = PdfReader(io.BytesIO(pdf)).pages
        assert len(pages) == 2
        text = "".join(page.extract_text() for page in pages).replace("\n", "")
        for code in secret:
            assert text.count(code[:4] + "-" + code[4:8]) == 1


@pytest.mark.django_db(transaction=True)
def test_thirty_two_threads_with_one_slip_make_one_ballot():
    place = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(place):
        poll = build_poll(place, members=10, firms=3, minimum_group=3)
        code = poll.slips(12, handed=1)[0]
        version = StatementVersion.objects.get(consultation=poll.consultation, slot=0)
    ready = threading.Barrier(32)
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with in_territory(place):
                ready.wait()
                found = slips.enter(code)
                choice = ("agree", "disagree", "pass")[number % 3]
                voting.cast_vote(poll.consultation.pk, found.voter_id, version.pk, choice, uuid.uuid4().hex)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with in_territory(place):
        ballot_box.drain(poll.consultation)
        counts = ballot_box.read_sheet(poll.consultation.pk, keys.load(poll.consultation.pk))
        assert counts.votes.sum() == 1
        assert counts.voters.sum() == 1
        assert slips.entered_count(poll.consultation, poll.cgil) == 1
        assert ballot_box.recount(poll.consultation)
        keys.destroy(poll.consultation.pk)
