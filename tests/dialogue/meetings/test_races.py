"""What happens at the same moment: two parties approve while a third asks for a correction."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connections

from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.meetings.models import Answer, Minutes
from tavolo.dialogue.meetings.services import approving, communiques, drafting
from tests.dialogue.meetings.conftest import Scene, make_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(transactional_db: None) -> Scene:
    """The scene, committed, so that other connections see it."""
    territory = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(territory):
        return make_scene(territory)


def at_once(territory: Territory, works: list[Callable[[], object]]) -> list[str]:
    """Do several things on connections of their own, started together; return the refusals."""
    refused: list[str] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            with in_territory(territory):
                start.wait(10)
                work()
        except Problem as problem:
            refused.append(str(problem))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return refused


def test_approvals_a_correction_and_a_taking_back_at_once(committed: Scene) -> None:
    scene, territory = committed, committed.world.territory
    with in_territory(territory):
        minutes = scene.send(scene.hold(scene.convene()))
        for name in ("UIL", "Associazione"):
            scene.answer(minutes, name)
        minutes.refresh_from_db()
        read = minutes.current_id
    assert read is not None

    def give(who: uuid.UUID, choice: str, text: str = "") -> Callable[[], object]:
        return lambda: approving.answer(minutes, read, choice, actor_id=who, text=text)

    cgil, cisl, substitute = scene.head("CGIL"), scene.head("CISL"), scene.substitute.pk
    at_once(
        territory,
        [
            give(cgil, "approve"), give(cisl, "approve"), give(substitute, "correct", "Manca una riga."),
            lambda: drafting.take_back(minutes, actor_id=scene.secretary),
        ],
    )  # fmt: skip
    with in_territory(territory):
        minutes.refresh_from_db()
        answers = list(Answer.objects.filter(version_id=read).order_by("order"))
        assert [row.order for row in answers] == list(range(1, len(answers) + 1))
        latest = {row.party_id: row.choice for row in answers}
        approved = len(latest) == 4 and set(latest.values()) <= {"approve", "declare"}
        assert (minutes.state == Minutes.State.CLOSED) == approved
        if minutes.state == Minutes.State.CLOSED:
            assert minutes.pdf is not None
            assert minutes.docx is not None


def test_the_last_two_parties_at_once_close_the_minutes_exactly_once(committed: Scene) -> None:
    scene, territory = committed, committed.world.territory
    with in_territory(territory):
        minutes = scene.send(scene.hold(scene.convene()))
        scene.answer(minutes, "UIL")
        scene.answer(minutes, "Associazione")
        minutes.refresh_from_db()
        read = minutes.current_id
    assert read is not None
    heads = [scene.head("CGIL"), scene.head("CISL")]
    works = [lambda who=who: approving.answer(minutes, read, "approve", actor_id=who) for who in heads]
    assert at_once(territory, works) == []
    with in_territory(territory):
        minutes.refresh_from_db()
        assert minutes.state == Minutes.State.CLOSED
        assert Answer.objects.count() == 4


def test_a_new_wording_and_the_last_approval_at_once_never_publish_the_unread(committed: Scene) -> None:
    scene, territory = committed, committed.world.territory
    with in_territory(territory):
        row = communiques.draft(scene.table, actor_id=scene.secretary, title="T", text="uno", joint=True)
        for name in ("CGIL", "CISL", "UIL"):
            communiques.approve(row, row.current_id, actor_id=scene.head(name))
        read = row.current_id
    last = scene.head("Associazione")
    refused = at_once(
        territory,
        [
            lambda: communiques.approve(row, read, actor_id=last),
            lambda: communiques.revise(row, actor_id=scene.secretary, title="T", text="due"),
        ],
    )
    with in_territory(territory):
        row.refresh_from_db()
        assert len(refused) == 1
        published = row.state == "published"
        assert row.current.text == ("uno" if published else "due")
