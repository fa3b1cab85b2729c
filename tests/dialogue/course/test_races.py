"""Two at once: of two last consents one passes the table, of two acts of one kind one is recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from tavolo.common.errors import Problem
from tavolo.common.models import Notice, Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import standing
from tavolo.dialogue.course import rules
from tavolo.dialogue.course.models import Interruption, Passage
from tavolo.dialogue.course.services import calendar, interruptions, phases
from tavolo.dialogue.course.services.calendar import Dated
from tests.dialogue.course.conftest import WAY, Set
from tests.dialogue.world import build_world

pytestmark = pytest.mark.django_db(transaction=True)


def together(territory: Territory, *works: Callable[[], Any]) -> list[Any]:
    """Run each work on a connection of its own, all begun at the same moment; return results or Problems."""
    start, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        try:
            with in_territory(territory), translation.override("en"):
                start.wait()
                found[place] = works[place]()
        except Problem as problem:
            found[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place], daemon=True) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return found


def test_at_the_same_moment(territory: Territory) -> None:
    """One test, because a test that commits empties the whole database afterwards."""
    at = Set(build_world(territory, unions=("CGIL", "CISL"), members=1, firms=1))
    phases.write_course(
        at.table, blueprint="free", origin="platform", reference="Piattaforma",
        phases=[rules.Phase(kind) for kind in WAY], party_id=None,
    )  # fmt: skip
    decision = phases.propose_move(
        at.table, actor_id=at.who("secretary"), phase=at.phase("listening"), reason="È ora."
    )
    consents = [lambda name=name: at.consent(decision, name) for name in ("CGIL", "CISL", "Associazione")]
    results = together(territory, *consents)
    assert True in results
    assert Passage.objects.count() == 2
    assert Passage.objects.filter(left_on__isnull=True).count() == 1

    step = lambda: interruptions.step_out(at.table, actor_id=at.who("CISL"), reason="x")  # noqa: E731
    results = together(territory, step, step, step)
    assert sum(isinstance(one, Interruption) for one in results) == 1
    assert Interruption.objects.count() == 1

    today = standing.today()
    calendar.add_entry(at.table, Dated("deadline", "Deposito", today), actor_id=at.who("secretary"))
    results = together(territory, lambda: calendar.remind(today), lambda: calendar.remind(today))
    assert sorted(results) == [0, 1]
    assert Notice.objects.filter(kind="course.reminder").count() == 4

    # A proposal while another of its kind is being consented to: neither waits for the other for ever.
    decision = phases.propose_move(
        at.table, actor_id=at.who("CGIL"), phase=at.phase("positions"), reason="Avanti."
    )
    results = together(
        territory, lambda: at.consent(decision, "Associazione"),
        lambda: phases.propose_move(
            at.table, actor_id=at.who("CISL"), phase=at.phase("convergence"), reason="Oppure."
        ),
    )  # fmt: skip
    assert results[0] is True
    assert Passage.objects.filter(left_on__isnull=True).get().phase.kind == "positions"
