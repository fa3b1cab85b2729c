"""Voting in a plain ballot: one choice stands, a sheet replaces the earlier one, nothing shows who did it."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.common.errors import Problem
from tavolo.common.territory import in_territory
from tavolo.dialogue import keys
from tavolo.dialogue.models import Change, ClosedBallot, StatementVersion, Translation
from tavolo.dialogue.plain_ballots import services
from tavolo.dialogue.plain_ballots.keeping import places_keeping_all
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.dialogue.plain_ballots.slots import Layout, Misplaced, Question
from tavolo.dialogue.sealing import AGREE, DISAGREE, PASS, SILENCE, Ballot
from tavolo.dialogue.services import ballot_box, consultations, voting
from tests.dialogue.plain_ballots.world import close_one, draft, first, marked, open_one, sheet, versions
from tests.dialogue.world import build_world

YES, NO, BLANK = "agree", "disagree", "pass"
OPTIONS = ("Alfa", "Beta", "Gamma")
CHOICE = Layout((Question(0), Question(1, (2, 3, 4)), Question(5, (6, 7, 8), 2)))


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), max_size=25))
def test_no_order_of_marks_ever_leaves_two_that_exclude_each_other(marks):
    ballot = Ballot.empty(0, 12)
    for slot, value in marks:
        before = ballot
        try:
            ballot = CHOICE.place(ballot, slot, value)
        except Misplaced:
            continue
        single, several = CHOICE.questions[1], CHOICE.questions[2]
        assert len(single.marks(ballot)) <= 1
        assert len([s for s in several.options if ballot.vote(s)]) <= 2
        if ballot.vote(several.head):
            assert len(several.marks(ballot)) == 1
        assert len(CHOICE.moves(before, ballot)) <= CHOICE.width


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ({2: AGREE, 3: AGREE}, "too_many"), ({2: AGREE, 1: PASS}, "options_only"),
        ({2: DISAGREE}, "mark_only"),
        ({1: AGREE}, "options_only"), ({6: AGREE, 7: AGREE, 8: AGREE}, "too_many"), ({11: AGREE}, "unknown"),
    ],
)  # fmt: skip
def test_a_sheet_with_marks_that_exclude_each_other_is_refused(marks, code):
    with pytest.raises(Misplaced) as error:
        CHOICE.fill(Ballot.empty(0, 12), marks)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("voters", "places"),
    [
        ([20, 20, 20], ["own", "own", "own"]), ([20, 20, 4], ["own", "pool", "pool"]),
        ([30, 12, 4], ["own", "pool", "pool"]), ([6, 5, 40], ["pool", "pool", "own"]),
        ([20, 20, 0], ["own", "pool", "pool"]), ([3, 2, 1], ["dropped"] * 3), ([12], ["own"]),
        ([5], ["dropped"]),
    ],
)  # fmt: skip
def test_no_vote_of_a_ballot_stays_uncounted_while_its_side_can_be_shown(voters, places):
    found = places_keeping_all(["workers"] * len(voters), voters, 10)
    assert sorted(found) == sorted(places)
    pooled = sum(count for count, place in zip(voters, found, strict=True) if place == "pool")
    assert pooled == 0 or pooled >= 10


@pytest.mark.django_db
class TestInTheBox:
    def test_the_last_choice_stands_alone(self, territory):
        world = build_world(territory)
        consultation = open_one(world, options=OPTIONS)
        person, at = world.people["CGIL"][0], versions(consultation)
        for name in ("Alfa", "Beta", "Alfa", "Gamma"):
            voting.cast_vote(consultation.pk, person.pk, at[name], YES, uuid.uuid4().hex)
            assert marked(consultation, person) == {name: AGREE}
        voting.cast_vote(consultation.pk, person.pk, at["Quale?"], BLANK, "b")
        assert marked(consultation, person) == {"Quale?": PASS}
        assert ballot_box.recount(consultation) is True

    def test_a_sheet_replaces_the_earlier_one_and_a_retry_changes_nothing(self, territory):
        world = build_world(territory)
        consultation = open_one(world, options=OPTIONS)
        person = world.people["CGIL"][1]
        assert sheet(consultation, person, {"Approvi?": YES, "Alfa": YES}, "one") is False
        assert sheet(consultation, person, {"Approvi?": NO}, "two") is False
        assert sheet(consultation, person, {"Approvi?": YES, "Alfa": YES}, "one") is True
        assert marked(consultation, person) == {"Approvi?": DISAGREE}
        ballot_box.drain(consultation)
        counts = ballot_box.read_sheet(consultation.pk, keys.load(consultation.pk))
        assert int(counts.votes.sum()) == 1
        assert int(counts.voters.sum()) == 1
        assert ballot_box.recount(consultation) is True

    def test_taking_back_leaves_nothing(self, territory):
        world = build_world(territory)
        consultation = open_one(world, options=OPTIONS)
        person = world.people["CGIL"][1]
        sheet(consultation, person, {"Approvi?": YES, "Beta": YES})
        voting.cast_whole(consultation.pk, person.pk, {}, "back", take_back=True)
        assert marked(consultation, person) == {}
        assert ballot_box.recount(consultation) is True

    def test_up_to_so_many_options_and_not_one_more(self, territory):
        world = build_world(territory)
        consultation = open_one(world, options=OPTIONS, most=2)
        person = world.people["UIL"][0]
        sheet(consultation, person, {"Alfa": YES, "Gamma": YES})
        with pytest.raises(Problem, match="2"):
            sheet(consultation, person, {"Alfa": YES, "Beta": YES, "Gamma": YES})
        assert marked(consultation, person) == {"Alfa": AGREE, "Gamma": AGREE}

    @pytest.mark.parametrize(
        "marks", [{}, {"Alfa": YES, "Beta": YES}, {"Alfa": YES, "Quale?": BLANK}, {"Alfa": NO}]
    )
    def test_an_impossible_sheet_changes_nothing(self, territory, marks):
        world = build_world(territory)
        consultation = open_one(world, options=OPTIONS)
        person = world.people["CGIL"][2]
        sheet(consultation, person, {"Alfa": YES})
        before = Change.objects.count()
        with pytest.raises(Problem):
            sheet(consultation, person, marks)
        assert marked(consultation, person) == {"Alfa": AGREE}
        assert Change.objects.count() == before

    def test_every_vote_queues_as_many_changes_whatever_it_was(self, territory):
        world = build_world(territory)
        consultation = open_one(world, options=OPTIONS)
        person, at = world.people["CGIL"][0], versions(consultation)
        seen = set()
        steps = [
            {"Approvi?": YES}, {"Approvi?": NO, "Alfa": YES}, {"Approvi?": NO, "Beta": YES},
            {"Approvi?": NO, "Quale?": BLANK}, {"Approvi?": NO, "Quale?": BLANK},
        ]  # fmt: skip
        for marks in steps:
            before = Change.objects.count()
            sheet(consultation, person, marks)
            seen.add(Change.objects.count() - before)
        before = Change.objects.count()
        voting.cast_vote(consultation.pk, person.pk, at["Gamma"], YES, "single")
        seen.add(Change.objects.count() - before)
        assert len(seen) == 1
        assert len({len(bytes(row)) for row in Change.objects.values_list("sealed", flat=True)}) == 1

    def test_who_is_not_on_the_roll_cannot_vote_and_nobody_after_the_close(self, territory):
        world = build_world(territory)
        consultation = open_one(world, ("CGIL",))
        for person in (world.people["CISL"][0], world.stranger, world.delegates["CGIL"]):
            with pytest.raises(Problem):
                sheet(consultation, person, {"Approvi?": YES})
        for person in world.people["CGIL"]:
            sheet(consultation, person, {"Approvi?": YES})
        close_one(world, consultation)
        with pytest.raises(Problem):
            sheet(consultation, world.people["CGIL"][0], {"Approvi?": NO})

    def test_many_paper_ballots_at_once_keep_the_rule_of_one_choice(self, territory):
        world = build_world(territory)
        consultation = open_one(world, options=OPTIONS)
        slots = {row.text: row.slot for row in StatementVersion.objects.filter(consultation=consultation)}
        person = world.people["CGIL"][0]
        voting.cast_many(consultation, {person.pk: [(slots["Alfa"], 1), (slots["Beta"], 1)]})
        assert marked(consultation, person) == {"Beta": AGREE}
        with pytest.raises(Problem):
            voting.cast_many(consultation, {person.pk: [(slots["Alfa"], 2)]})
        assert ballot_box.recount(consultation) is True

    def test_from_the_opening_on_nothing_that_is_asked_can_change(self, territory):
        world = build_world(territory)
        consultation = open_one(world, options=OPTIONS)
        actor = world.delegates["CGIL"].pk
        ballot = PlainBallot.objects.get(consultation=consultation)
        question = first(consultation)
        version = StatementVersion.objects.filter(consultation=consultation).first()
        for refused in (
            lambda: services.set_text(ballot, actor_id=actor, title="x", text="y"),
            lambda: services.add_question(ballot, actor_id=actor, text="Altro?"),
            lambda: services.remove_question(question, actor_id=actor),
            lambda: services.choose_rule(
                ballot, actor_id=actor, rule_set="rsu_election", day=ballot.rule_day
            ),
            lambda: services.translate(question, actor_id=actor, language="en", texts={}),
            lambda: consultations.add_statement(consultation, text="Furtiva.", actor_id=actor),
            lambda: consultations.withdraw_statement(version.statement, actor_id=actor),
        ):
            with pytest.raises(Problem):
                refused()
        for forced in (
            lambda: PlainBallot.objects.filter(pk=ballot.pk).update(text="altro"),
            lambda: PlainBallot.objects.filter(pk=ballot.pk).update(rule_set="rsu_election"),
            lambda: question.delete(),
            lambda: StatementVersion.objects.filter(consultation=consultation).update(open_to_votes=False),
            lambda: Translation.objects.filter(version__consultation=consultation).update(text="altro"),
            lambda: Translation.objects.create(territory=territory, version=version, language="fr", text="x"),
        ):
            with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
                forced()

    def test_the_database_opens_no_ballot_without_its_rule(self, territory):
        world = build_world(territory)
        consultation = draft(world, rule=False).consultation
        consultation.state, consultation.opened_on = "open", "2026-01-01"
        with pytest.raises(IntegrityError, match="opens only with its rule"), transaction.atomic():
            consultation.save()


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_that_choose_at_once_exactly_one_choice_stands():
    from tavolo.common.models import Territory

    place = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(place):
        world = build_world(place, members=[12, 12, 12])
        consultation = open_one(world, options=OPTIONS)
        at = versions(consultation)
        person = world.people["CGIL"][0]

    def choose(name: str) -> None:
        with in_territory(place):
            for number in range(6):
                voting.cast_vote(consultation.pk, person.pk, at[name], YES, f"{name}-{number}")
        connection.close()

    browsers = [threading.Thread(target=choose, args=(name,)) for name in OPTIONS]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join()
    with in_territory(place):
        standing = marked(consultation, person)
        assert len(standing) == 1
        assert set(standing) <= set(OPTIONS)
        assert ballot_box.recount(consultation) is True
        for other in world.people["CISL"] + world.people["UIL"]:
            sheet(consultation, other, {"Approvi?": YES})
        close_one(world, consultation)
        slots = {row.text: row.slot for row in StatementVersion.objects.filter(consultation=consultation)}
        rows = [bytes(row) for row in ClosedBallot.objects.values_list("votes", flat=True)]
        assert sum(row[slots[name]] == AGREE for row in rows for name in OPTIONS) == 1
        assert all(row[slots["Quale?"]] == SILENCE for row in rows)
