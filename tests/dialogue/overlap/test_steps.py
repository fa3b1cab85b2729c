"""The steps of a blind overlap: who may take them, what each needs, and how each way of ending ends it."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate
from tavolo.dialogue.overlap import presenting, seats
from tavolo.dialogue.overlap.models import Agreement, Exercise, Lodging, Option, Outcome, Participant
from tavolo.dialogue.overlap.services import asking, ending, listing, lodging, looking
from tavolo.dialogue.overlap.tasks import expire, remind
from tavolo.dialogue.services import tables
from tavolo.ledger.services import acts_on
from tests.dialogue.overlap.room import EVERYTHING, LIST

pytestmark = pytest.mark.django_db


def acts(exercise):
    return sorted(act.act_name for act in acts_on("overlap.exercise", exercise.pk))


def test_it_is_off_until_every_party_has_asked(room):
    first, second, third = room.names
    exercise = asking.ask(room.world.table, title="Formazione", actor_id=room.actor(first))
    with pytest.raises(Problem):
        listing.write_list(
            exercise, LIST, closes_on=standing.today(), actor_id=room.world.secretary.pk
        )  # fmt: skip
    assert not asking.join(exercise, actor_id=room.actor(second))
    assert not asking.join(exercise, actor_id=room.actor(second)), "asking twice counts once"
    assert asking.join(exercise, actor_id=room.actor(third))
    exercise.refresh_from_db()
    assert exercise.state == Exercise.State.LISTING
    assert acts(exercise) == ["overlap.asked"] * 3


def test_nobody_else_asks_and_a_table_has_one_unfinished_exercise(room):
    for outsider in (room.world.secretary, room.world.stranger):
        with pytest.raises(Problem):
            asking.ask(room.world.table, title="x", actor_id=outsider.pk)
    exercise = room.asked()
    with pytest.raises(Problem, match="unfinished"):
        asking.ask(room.world.table, title="Altro", actor_id=room.actor("CGIL"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Exercise.objects.create(
            territory=exercise.territory, table=exercise.table, title="x", asked_on=standing.today(),
            closes_on=standing.today(),
        )  # fmt: skip


def test_the_list_is_the_secretariats_and_a_new_version_needs_every_yes_again(room):
    exercise = room.asked()
    day = standing.today() + timedelta(days=5)
    with pytest.raises(Problem, match="secretariat"):
        listing.write_list(exercise, LIST, closes_on=day, actor_id=room.actor("CGIL"))
    write = lambda lines: listing.write_list(  # noqa: E731
        exercise, lines, closes_on=day, actor_id=room.world.secretary.pk
    )
    for wrong in ([], [("Uno", ["a"])], [("", ["a", "b"])], [("Uno", ["a", "A "])], [LIST[0], LIST[0]]):
        with pytest.raises(Problem):
            write(wrong)
    assert write(LIST) == 1
    listing.consent_to_list(exercise, version=1, actor_id=room.actor("CGIL"))
    assert write(LIST[:1]) == 2
    with pytest.raises(Problem, match="changed"):
        listing.consent_to_list(exercise, version=1, actor_id=room.actor("CISL"))
    exercise.refresh_from_db()
    shown = presenting.yeses(exercise, None).parties
    assert not any(row["list"] for row in shown), "the yes to version 1 says nothing about version 2"
    for name in room.names:
        listing.consent_to_list(exercise, version=2, actor_id=room.actor(name))
    exercise.refresh_from_db()
    assert exercise.state == Exercise.State.LODGING
    with pytest.raises(Problem):
        write(LIST)
    with pytest.raises(IntegrityError), transaction.atomic():
        Option.objects.filter(issue__exercise=exercise).update(text="altro")


def test_the_last_day_is_near_and_in_the_future(room):
    exercise = room.asked()
    for days in (-1, 500):
        with pytest.raises(Problem):
            listing.write_list(
                exercise, LIST, closes_on=standing.today() + timedelta(days=days),
                actor_id=room.world.secretary.pk,
            )  # fmt: skip


def test_only_what_all_accept_is_shown_and_only_after_the_last_yes(room):
    answers = {
        "CGIL": {"accepts": ((False, True, True), (True, True))},
        "CISL": {"accepts": ((True, True, False), (False, True))},
    }
    exercise = room.lodged(answers)
    assert exercise.state == Exercise.State.READY
    *first, last = room.names
    for name in first:
        assert not looking.agree_to_look(exercise, actor_id=room.actor(name))
    assert not Outcome.objects.filter(exercise=exercise).exists()
    assert looking.agree_to_look(exercise, actor_id=room.actor(last))
    assert looking.agree_to_look(exercise, actor_id=room.actor(last)), "a double click changes nothing"
    outcome = Outcome.objects.get(exercise=exercise)
    assert outcome.content == {"common": {"00": ["01"], "01": ["01"]}}
    exercise.refresh_from_db()
    assert exercise.state == Exercise.State.FINISHED, "one way only: nothing to choose among"
    assert acts(exercise).count("overlap.looked") == 1
    assert acts(exercise)[-1] == "overlap.looked"
    assert "overlap.destroyed" in acts(exercise)


def test_packages_need_a_second_yes_from_all(room):
    answers = {
        "CGIL": {"accepts": EVERYTHING, "points": ((0, 1, 2), (0, 2)), "weights": (4, 1)},
        "CISL": {"accepts": EVERYTHING, "points": ((2, 1, 0), (2, 0)), "weights": (1, 4)},
    }
    exercise = room.looked(answers)
    assert exercise.state == Exercise.State.LOOKED
    assert Lodging.objects.filter(exercise=exercise).count() == 3
    for name in room.names:
        looking.agree_to_packages(exercise, actor_id=room.actor(name))
    exercise.refresh_from_db()
    assert exercise.state == Exercise.State.FINISHED
    assert not Lodging.objects.filter(exercise=exercise).exists()
    shown = presenting.shown_packages(exercise, listing.issues_of(exercise))
    assert shown is not None
    best = shown["packages"][0]
    assert best["worst_off"]
    assert [row["option"].text for row in best["rows"]] == ["32 ore", "Un giorno"], (
        "each its best where it counts"
    )
    assert "overlap.packages_shown" in acts(exercise)


def test_a_lodging_is_replaced_until_the_look_and_read_by_its_own_party_only(room):
    exercise = room.lodged()
    lodging.lodge(exercise, accepts=((False, False, True), (True, True)), actor_id=room.actor("CGIL"))
    own = lodging.own_lodging(exercise, actor_id=room.actor("CGIL"))
    assert own is not None
    assert own.accepts[0] == (False, False, True)
    other = lodging.own_lodging(exercise, actor_id=room.actor("CISL"))
    assert other is not None
    assert other.accepts == EVERYTHING
    for outsider in (room.world.secretary, room.world.stranger):
        with pytest.raises(Problem):
            lodging.own_lodging(exercise, actor_id=outsider.pk)
        with pytest.raises(Problem):
            lodging.lodge(exercise, accepts=EVERYTHING, actor_id=outsider.pk)
    for name in room.names:
        looking.agree_to_look(exercise, actor_id=room.actor(name))
    with pytest.raises(Problem, match="looked at"):
        lodging.lodge(exercise, accepts=EVERYTHING, actor_id=room.actor("CGIL"))


@pytest.mark.parametrize(
    "given",
    [
        {"accepts": ((True, True), (True, True))},
        {"accepts": EVERYTHING, "points": ((11, 0, 0), (0, 0))},
        {"accepts": EVERYTHING, "points": ((1, 0), (0, 0))},
        {"accepts": EVERYTHING, "points": ((1, 0, 0), (0, 0)), "weights": (1,)},
        {"accepts": EVERYTHING, "points": ((1, 0, 0), (0, 0)), "weights": (1, -1)},
    ],
)
def test_a_lodging_that_does_not_fit_the_list_is_refused_whole(room, given):
    exercise = room.listed()
    with pytest.raises(Problem):
        lodging.lodge(exercise, actor_id=room.actor("CGIL"), **given)
    assert lodging.own_lodging(exercise, actor_id=room.actor("CGIL")) is None


def test_a_delegate_who_has_left_lodges_nothing_and_sees_nothing(room):
    exercise = room.lodged()
    account = room.actor("CGIL")
    assert seats.visible(account).exists()
    Delegate.objects.filter(account_id=account).update(ends_on=standing.today() - timedelta(days=1))
    assert not seats.visible(account).exists()
    with pytest.raises(Problem):
        looking.agree_to_look(exercise, actor_id=account)


def test_an_observer_reads_and_takes_no_step(room):
    exercise = room.lodged()
    Delegate.objects.filter(account_id=room.actor("CGIL")).update(role="observer")
    assert seats.visible(room.actor("CGIL")).exists()
    for step in (looking.agree_to_look, ending.stop, lodging.own_lodging):
        with pytest.raises(Problem):
            step(exercise, actor_id=room.actor("CGIL"))


def test_any_party_stops_before_the_look_and_is_not_named(room):
    exercise = room.lodged()
    ending.stop(exercise, actor_id=room.actor("CISL"))
    exercise.refresh_from_db()
    assert exercise.state == Exercise.State.STOPPED
    assert not Lodging.objects.exists()
    assert not Outcome.objects.exists()
    destroyed = [
        act for act in acts_on("overlap.exercise", exercise.pk) if act.act_name == "overlap.destroyed"
    ]
    assert [(act.actor_id, act.role, act.content) for act in destroyed] == [(None, "parties", {})]
    with pytest.raises(Problem):
        looking.agree_to_look(exercise, actor_id=room.actor("CGIL"))
    assert asking.ask(room.world.table, title="Di nuovo", actor_id=room.actor("CGIL")).pk


def test_after_the_look_a_party_ends_it_without_packages(room):
    exercise = room.looked()
    with pytest.raises(Problem, match="nothing left to stop"):
        ending.stop(exercise, actor_id=room.actor("CGIL"))
    ending.decline_packages(exercise, actor_id=room.actor("CGIL"))
    exercise.refresh_from_db()
    assert exercise.state == Exercise.State.FINISHED
    assert not Lodging.objects.exists()
    with pytest.raises(Problem):
        looking.agree_to_packages(exercise, actor_id=room.actor("CISL"))


@pytest.mark.parametrize(
    ("step", "state"),
    [("asked", "expired"), ("listed", "expired"), ("lodged", "expired"), ("looked", "finished")],
)
def test_after_its_last_day_an_exercise_ends_by_itself(room, monkeypatch, step, state):
    exercise = getattr(room, step)()
    after = exercise.closes_on + timedelta(days=1)
    monkeypatch.setattr(standing, "today", lambda: exercise.closes_on)
    expire(0)
    exercise.refresh_from_db()
    assert not exercise.ended, "the last day itself still counts"
    monkeypatch.setattr(standing, "today", lambda: after)
    expire(0)
    exercise.refresh_from_db()
    assert exercise.state == state
    assert not Lodging.objects.exists()


def test_everybody_is_reminded_alike_whoever_has_lodged(room, monkeypatch):
    exercise = room.listed()
    lodging.lodge(exercise, accepts=EVERYTHING, actor_id=room.actor("CGIL"))
    Notice.objects.all().delete()
    monkeypatch.setattr(standing, "today", lambda: exercise.closes_on - timedelta(days=3))
    remind(0)
    told = set(Notice.objects.filter(kind="overlap.last_days").values_list("account_id", flat=True))
    assert told == {*(room.actor(name) for name in room.names), room.world.secretary.pk}


def test_the_same_issue_is_looked_at_three_times_a_year_at_most(room, monkeypatch):
    for _time in range(3):
        room.packed()
    exercise = room.asked()
    write = lambda lines: listing.write_list(  # noqa: E731
        exercise, lines, closes_on=standing.today() + timedelta(days=5), actor_id=room.world.secretary.pk
    )
    with pytest.raises(Problem, match="Each tells a little more"):
        write([("ORE DI FORMAZIONE", ("1", "2"))])
    write([("Altro tema", ("1", "2"))])
    later = timezone.localdate() + timedelta(days=366)
    monkeypatch.setattr(standing, "today", lambda: later)
    assert listing.earlier_looks(exercise) == 0


def test_a_party_seated_later_has_no_part_in_it(room):
    exercise = room.listed()
    from tavolo.people.models import Organisation

    late = tables.add_party(
        room.world.table, Organisation.objects.create(
            territory=room.world.territory, kind="union", name="UIL"
        ), "workers",
    )  # fmt: skip
    assert late not in seats.parties(exercise)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.create(territory=exercise.territory, exercise=exercise, party=late)


def test_the_database_shows_nothing_before_every_yes_and_never_changes_what_was_shown(room):
    exercise = room.lodged()
    looking.agree_to_look(exercise, actor_id=room.actor("CGIL"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(
            territory=exercise.territory, exercise=exercise, stage="overlap", content={"common": {}}
        )
    for name in room.names:
        looking.agree_to_look(exercise, actor_id=room.actor(name))
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.filter(exercise=exercise).update(content={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Exercise.objects.filter(pk=exercise.pk).update(state="finished", ended_on=standing.today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Lodging.objects.filter(exercise=exercise).update(sealed=b"short")


def test_yeses_to_look_are_told_to_nobody_before_the_last(room):
    exercise = room.lodged()
    looking.agree_to_look(exercise, actor_id=room.actor("CGIL"))
    for name in room.names:
        party = room.world.parties[name]
        seen = presenting.yeses(exercise, party)
        assert seen.own["look"] is (name == "CGIL")
        assert {key for row in seen.parties for key in row} == {"party", "asked", "list"}
    assert Agreement.objects.filter(exercise=exercise, step="look").count() == 1
    assert not [act for act in acts(exercise) if "look" in act]


def test_packages_appear_on_a_grid_of_time(room, monkeypatch):
    exercise = room.looked()
    monkeypatch.setattr(looking, "PACE", 0.4)
    *first, last = room.names
    for name in first:
        looking.agree_to_packages(exercise, actor_id=room.actor(name))
    began = time.monotonic()
    looking.agree_to_packages(exercise, actor_id=room.actor(last))
    assert (time.monotonic() - began) % 0.4 < 0.1
