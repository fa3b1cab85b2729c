"""Two at once: the last yes applies once, and a party that stops wins or loses as a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.overlap import keys
from tavolo.dialogue.overlap.models import Exercise, Lodging, Outcome
from tavolo.dialogue.overlap.services import ending, lodging, looking
from tavolo.ledger.services import acts_on
from tests.dialogue.overlap.room import make_room

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(territory: Territory, *works: Callable[[], Any]) -> list[Any]:
    """Run works over connections of their own, all beginning together; return results or errors."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            with in_territory(territory):
                gate.wait()
                results[place] = work()
        except BaseException as error:  # shown by the test
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, work)) for i, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_races(territory):
    """One test for all, because a test that commits empties every table afterwards."""
    room = make_room(territory)
    a, b, c = (room.actor(name) for name in room.names)

    exercise = room.listed(title="Depositi insieme")
    given = {"accepts": [[True, True, True], [True, True]]}
    lodge = lodging.lodge
    done = at_once(territory, *(lambda w=w: lodge(exercise, actor_id=w, **given) for w in (a, b, c)))
    assert done == [None] * 3
    exercise.refresh_from_db()
    assert exercise.state == Exercise.State.READY, "no lodging is lost when all lodge at once"

    looking.agree_to_look(exercise, actor_id=a)
    look = looking.agree_to_look
    shown = at_once(territory, *(lambda w=w: look(exercise, actor_id=w) for w in (b, c, b, c)))
    assert all(isinstance(one, bool) for one in shown)
    assert True in shown
    assert Outcome.objects.filter(exercise=exercise, stage="overlap").count() == 1
    names = [act.act_name for act in acts_on("overlap.exercise", exercise.pk)]
    assert names.count("overlap.looked") == 1

    looking.agree_to_packages(exercise, actor_id=a, paced=False)
    pack = looking.agree_to_packages
    at_once(territory, *(lambda w=w: pack(exercise, actor_id=w, paced=False) for w in (b, c, b, c)))
    assert Outcome.objects.filter(exercise=exercise, stage="packages").count() == 1
    assert not Lodging.objects.filter(exercise=exercise).exists()
    assert not keys.exists(exercise.pk), "after a real commit the key is gone"

    other = room.lodged(title="Fermarsi o guardare")
    for who in (a, b):
        looking.agree_to_look(other, actor_id=who)
    one, two = at_once(
        territory, lambda: looking.agree_to_look(other, actor_id=c), lambda: ending.stop(other, actor_id=a)
    )
    other.refresh_from_db()
    stopped = other.state == Exercise.State.STOPPED
    assert stopped == isinstance(one, Problem)
    assert stopped != isinstance(two, Problem)
    assert Outcome.objects.filter(exercise=other).exists() != stopped
    assert keys.exists(other.pk) != stopped
    keys.destroy(other.pk)
