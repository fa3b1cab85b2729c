"""Rounds of every address as a role, made once: which canaries were met, and what was logged meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tavolo.agreements.commitments import feed as deadlines
from tavolo.common.territory import in_territory
from tavolo.dialogue.course.services import feed as calendar
from tests.security.canaries import Planter, Sweep, echoes, plant_everywhere, sweep
from tests.world import ROLES, World

SITTING = ("secretary", "union_delegate", "other_union_delegate", "employer_delegate")
OUTSIDE = tuple(role for role in ROLES if role not in SITTING)
# Searches are limited to so many a minute: each role searches for one canary in six, the next for others.
EVERY = 6


@dataclass
class Rounds:
    """The small world with its canaries, and the rounds made so far."""

    world: World
    planter: Planter
    made: dict[str, Sweep] = field(default_factory=dict)

    def of(self, role: str) -> Sweep:
        """Return a role's round; the first time it is made."""
        if role not in self.made:
            with in_territory(self.world.territory):
                places = [*self.planter.places, *_own_feeds(self.world, role)]
            self.made[role] = sweep(self.world, role, places)
        return self.made[role]


def _own_feeds(world: World, role: str) -> Iterator[dict[str, object]]:
    if role != "anonymous":
        for feed in (calendar, deadlines):
            yield {"token": feed.make_key(world.people[role], world.territory.pk)}


@pytest.fixture(scope="module")
def planter(world: World, django_db_blocker: pytest.FixtureRequest) -> Planter:
    """The small world with a canary in every private field."""
    plant = Planter()
    with django_db_blocker.unblock(), in_territory(world.territory):  # type: ignore[attr-defined]
        plant_everywhere(world, plant)
    return plant


@pytest.fixture(scope="module")
def rounds(world: World, planter: Planter) -> Rounds:
    """The rounds of this module."""
    return Rounds(world, planter)


def met_nothing(rounds: Rounds, role: str) -> None:
    """Bodies, headers, names of downloads, packed and printed exports, feeds; what is logged meanwhile."""
    found = rounds.of(role)
    assert found.asked > 400
    assert found.leaks(rounds.planter.planted) == []
    assert [one.field for one in rounds.planter.planted if one.word in found.logged] == []


def find_nothing(rounds: Rounds, role: str) -> None:
    """Search as a role for words it may not read."""
    asked = rounds.planter.planted[ROLES.index(role) % EVERY :: EVERY]
    assert list(echoes(rounds.world, role, asked)) == []
