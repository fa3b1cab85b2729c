"""A small table with four parties, a substitute and an observer, and ways to hold meetings at it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tavolo.common.models import Territory
from tavolo.dialogue.meetings.models import Kind, Meeting, Minutes
from tavolo.dialogue.meetings.services import approving, convening, drafting, running
from tavolo.dialogue.models import DelegateRole
from tavolo.dialogue.services import tables
from tavolo.people.models import Account
from tests.dialogue.world import START, World, build_world, make_account
from tests.world import world

__all__ = ["make_scene", "scene", "told", "world"]


@dataclass
class Scene:
    """The table and its people, with verbs that tests repeat."""

    world: World
    substitute: Account
    observer: Account

    @property
    def table(self) -> Any:
        return self.world.table

    @property
    def secretary(self) -> uuid.UUID:
        assert self.world.secretary is not None
        return self.world.secretary.pk

    def head(self, name: str) -> uuid.UUID:
        """Return the head of a party's delegation."""
        return self.world.delegates[name].pk

    def convene(self, kind: str = Kind.PLENARY, actor: uuid.UUID | None = None, **facts: Any) -> Meeting:
        """Convene a meeting ten days ahead."""
        facts = {
            "title": "Avvio del confronto", "starts_at": timezone.now() + timedelta(days=10),
            "place": "Sala Verdi", **facts,
        }  # fmt: skip
        return convening.convene(self.table, actor_id=actor or self.secretary, kind=kind, **facts)

    def restricted(self, *names: str, actor: str = "CGIL", **facts: Any) -> Meeting:
        """Convene a restricted meeting of heads of delegation."""
        people = [self.head(name) for name in names]
        return self.convene(Kind.RESTRICTED, self.head(actor), people=people, **facts)

    def hold(self, meeting: Meeting, keeper: uuid.UUID | None = None) -> Meeting:
        """Let the day of a meeting come, and write down that everybody came."""
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=3))
        meeting.refresh_from_db()
        came = {row.account_id: "present" for row in running.expected(meeting)}
        running.record_attendance(meeting, came, actor_id=keeper or self.secretary)
        meeting.refresh_from_db()
        return meeting

    def send(self, meeting: Meeting, text: str = "Si discute.", keeper: uuid.UUID | None = None) -> Minutes:
        """Write the minutes of a meeting and lay them before the parties."""
        actor = keeper or self.secretary
        minutes = drafting.write(meeting, actor_id=actor, text=text)
        return drafting.send(minutes, actor_id=actor)

    def answer(self, minutes: Minutes, name: str, choice: str = "approve", text: str = "") -> Any:
        """Give a party's answer to the current version."""
        minutes.refresh_from_db()
        return approving.answer(minutes, minutes.current_id, choice, actor_id=self.head(name), text=text)

    def closed(self, *, declaring: str = "", text: str = "Si discute.") -> Minutes:
        """Return closed minutes of a plenary, perhaps with a statement of one party."""
        minutes = self.send(self.hold(self.convene()), text)
        for name in self.world.parties:
            if name == declaring:
                self.answer(minutes, name, "declare", "Restano distanze sui tempi.")
            else:
                self.answer(minutes, name)
        minutes.refresh_from_db()
        return minutes


def make_scene(territory: Territory) -> Scene:
    world = build_world(territory, members=1, firms=1)
    substitute, observer = make_account("sostituta CISL"), make_account("osservatrice CISL")
    tables.seat_delegate(world.parties["CISL"], substitute.pk, role=DelegateRole.SUBSTITUTE, starts_on=START)
    tables.seat_delegate(world.parties["CISL"], observer.pk, role=DelegateRole.OBSERVER, starts_on=START)
    return Scene(world, substitute, observer)


@pytest.fixture
def scene(territory: Territory) -> Scene:
    """The table, seated."""
    return make_scene(territory)


@pytest.fixture
def told(scene: Scene) -> Callable[[str], set[uuid.UUID]]:
    """Who has been sent notices of a kind."""
    from tavolo.common.models import Notice

    return lambda kind: set(
        Notice.objects.filter(kind=f"meetings.{kind}").values_list("account_id", flat=True)
    )
