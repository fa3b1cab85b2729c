from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.voices import offices, rulebook
from tavolo.people.models import Account
from tests.dialogue.world import World, build_world, make_account, open_one
from tests.world import world as world


@pytest.fixture
def territory(db: None) -> Iterator[Territory]:
    """A territory, entered."""
    place = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(place):
        yield place


@dataclass
class Open:
    """An open consultation with rules in force, two moderators of different sides and a guarantor."""

    world: World
    consultation: Consultation
    of_workers: Account
    of_firms: Account
    guarantor: Account

    @property
    def worker(self) -> Account:
        return self.world.people["CGIL"][0]


def agree(world: World, decision: decisions.JointDecision) -> None:
    for name in ("CGIL", "Associazione"):
        decisions.consent(decision, party=world.parties[name], actor_id=world.delegates[name].pk)


@pytest.fixture
def voices(territory: Any) -> Open:
    world = build_world(territory, members=12, firms=10)
    secretary = world.secretary.pk
    agree(world, rulebook.propose_rules(world.table, rulebook.default_edition(), actor_id=secretary))
    guarantor = make_account("garante")
    agree(world, offices.propose_guarantor(world.table, guarantor.pk, actor_id=secretary))
    named = {}
    for name in ("CGIL", "Associazione"):
        named[name] = make_account(f"moderatrice {name}")
        offices.name_moderator(world.parties[name], named[name].pk, actor_id=world.delegates[name].pk)
    return Open(world, open_one(world), named["CGIL"], named["Associazione"], guarantor)
