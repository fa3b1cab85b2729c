"""A small table with its course: an association and two unions, a secretary, a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tavolo.common.models import Territory
from tavolo.dialogue.course import rules
from tavolo.dialogue.course.models import Course, Phase
from tavolo.dialogue.course.services import phases
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table
from tests.dialogue.world import World, build_world

WAY = ("preparation", "listening", "positions", "convergence", "drafting", "tentative_agreement",
       "members_vote", "signature", "follow_up")  # fmt: skip


@dataclass
class Set:
    """The table with what tests need to act at it."""

    world: World

    @property
    def table(self) -> Table:
        """Return the table as it stands in the database."""
        return Table.objects.get(pk=self.world.table.pk)

    @property
    def course(self) -> Course:
        """Return the course as it stands in the database."""
        return Course.objects.get(table=self.world.table)

    def who(self, name: str) -> Any:
        """Return the id of a delegate (CGIL, CISL, Associazione), the secretary or the stranger."""
        found = {"secretary": self.world.secretary, "stranger": self.world.stranger}.get(name)
        return (found or self.world.delegates[name]).pk

    def account(self, name: str) -> Any:
        """Return the account behind `who`."""
        found = {"secretary": self.world.secretary, "stranger": self.world.stranger}.get(name)
        return found or self.world.delegates[name]

    def phase(self, kind: str) -> Phase:
        """Return the phase of a kind."""
        return self.course.phases.get(kind=kind, dropped=False)

    def consent(self, decision: JointDecision, *names: str) -> bool:
        """Let parties consent; return whether the decision is in force."""
        done = False
        for name in names:
            done = decisions.consent(decision, party=self.world.parties[name], actor_id=self.who(name))
        return done

    def pass_to(self, kind: str) -> None:
        """Bring the table into a phase without asking whether it may follow."""
        phases.enter(self.course, self.phase(kind))

    def browser(self, name: str | None = None) -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client(headers={"accept-language": "it"})
        if name is not None:
            client.force_login(self.account(name))
        return client


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Let refusals be read in the words of the code, whether the catalogue is compiled or not."""
    with translation.override("en"):
        yield


@pytest.fixture
def bare(territory: Territory) -> Set:
    """A table without a course."""
    return Set(build_world(territory, unions=("CGIL", "CISL"), members=1, firms=1))


@pytest.fixture
def at(bare: Set) -> Set:
    """A table that stands in the phase of preparation of a territorial course."""
    phases.write_course(
        bare.table, blueprint="territorial", origin="platform", party_id=bare.world.parties["CGIL"].pk,
        reference="Piattaforma unitaria", phases=[rules.Phase(kind) for kind in WAY],
    )  # fmt: skip
    return bare
