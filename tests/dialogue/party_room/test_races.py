"""Two at once: one release, one number, one vote, nobody's text lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tavolo.common.errors import Problem
from tavolo.common.row_security import open_rooms, opened
from tavolo.common.territory import in_territory
from tavolo.dialogue.party_room import reading
from tavolo.dialogue.party_room.models import Delivery, LodgedPosition, VoteOption
from tavolo.dialogue.party_room.services import positions, releasing, texts, voting

pytestmark = pytest.mark.django_db(transaction=True)


def together(house: Any, *work: Callable[[], Any]) -> list[Any]:
    """Run each function in a thread of its own, begun together; return results or problems."""
    barrier = Barrier(len(work))

    def one(function: Callable[[], Any]) -> Any:
        try:
            with in_territory(house.world.territory):
                barrier.wait(timeout=30)
                return function()
        except Problem as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def test_everything_that_may_collide_in_a_room(committed):
    """One test, one building of the house: each race leaves exactly one outcome."""
    house = committed
    room, head, member = house.rooms["CGIL"], house.people["CGIL"].pk, house.people["member"].pk
    draft = texts.create_draft(room, actor_id=head, title="T", text="uno")

    saved = together(
        house,
        *(
            lambda who=who, text=text: texts.write_version(
                room, draft.pk, actor_id=who, title="T", text=text, based_on=1
            )
            for who, text in ((head, "due"), (member, "tre"))
        ),
    )
    assert sum(isinstance(one, Problem) for one in saved) == 1
    with opened([room.pk]):
        version = draft.versions.order_by("-number").first()
    assert version.number == 2

    to = [house.rooms["CISL"].pk]
    released = together(
        house,
        *(
            lambda who=who: releasing.release(room, actor_id=who, to=to, version_id=version.pk).pk
            for who in (head, member, head)
        ),
    )
    assert len(set(released)) == 1
    with opened(to):
        assert Delivery.objects.count() == 1

    told = together(
        house,
        *(
            lambda who=who, kind=kind: positions.lodge(
                room, house.point().pk, actor_id=who, kind=kind, after=0
            )
            for who, kind in ((head, "accept"), (member, "reject"))
        ),
    )
    assert sum(isinstance(one, Problem) for one in told) == 1
    assert LodgedPosition.objects.count() == 1

    question = voting.put_question(room, actor_id=head, text="?", options=["Sì", "No"], secret=True)
    with opened([room.pk]):
        options = list(question.options.all())
    cast = together(
        house,
        *(
            lambda option=option: voting.cast(room, question.pk, option.pk, actor_id=member)
            for option in options * 2
        ),
    )
    assert sorted(cast) == [False, False, False, True]
    with opened([room.pk]):
        assert sum(VoteOption.objects.filter(question=question).values_list("votes", flat=True)) == 1
    assert open_rooms() == frozenset()
    assert len(reading.received(house.people["CISL"].pk, house.table)) == 1
