"""A table with rooms: an association, three unions, and in CGIL's delegation a member and an observer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.models import DelegateRole, Table
from tavolo.dialogue.party_room.models import Point, Room
from tavolo.dialogue.services import tables
from tests.dialogue.world import START, World, build_world, for_a_module, make_account


@dataclass
class House:
    """The table's rooms by name ("workers" is the joint one, "all" the tray), and who is who."""

    world: World
    rooms: dict[str, Room] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return self.world.table

    def point(self) -> Point:
        """Return the point of the table's theme."""
        return Point.objects.get(table=self.table, theme__isnull=False)

    def browser(self, who: str) -> Client:
        client = Client(headers={"accept-language": "it"})
        client.force_login(self.people[who])
        return client


def build_house(territory: Territory) -> House:
    world = build_world(territory, members=1, firms=1)
    house = House(world, people=dict(world.delegates))
    for room in Room.objects.filter(table=world.table).select_related("party__organisation", "table"):
        house.rooms[str(room.party) if room.party else room.side or "all"] = room
    cgil = world.parties["CGIL"]
    for name, role in (("member", DelegateRole.MEMBER), ("observer", DelegateRole.OBSERVER)):
        house.people[name] = make_account(name)
        tables.seat_delegate(cgil, house.people[name].pk, role=role, starts_on=START)
    house.people["secretary"] = world.secretary
    house.people["stranger"] = world.stranger
    return house


@pytest.fixture(autouse=True)
def _english() -> None:
    """Refusals are matched in the words of the code; a page asked for in Italian changes the language."""
    translation.activate("en")


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private folder for stored files."""
    from tavolo.common import paths

    monkeypatch.setattr(paths, "files", lambda: tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Build the house once for a module, and take it away again with a rollback."""
    with for_a_module(django_db_blocker, build_house) as made:
        yield made


@pytest.fixture
def house(built: House, db: None, storage: Path) -> Iterator[House]:
    """The house, entered; what a test changes is undone after it."""
    with in_territory(built.world.territory):
        yield built


@pytest.fixture
def committed(transactional_db: None, storage: Path) -> Iterator[House]:
    """The same, committed: for tests with several connections."""
    with in_territory(Territory.objects.create(slug="milano", name="Milano")) as territory:
        yield build_house(territory)
