"""Closing while people vote: what was acknowledged is in the final count, and nothing is afterwards."""

from __future__ import annotations

import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import numpy as np
import pytest
from django.db import connection
from django.db.models import Sum

from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import keys
from tavolo.dialogue.models import Ballot, Change, ClosedBallot, Consultation, StatementVersion, Tally
from tavolo.dialogue.services import closing, opening, voting
from tests.dialogue.world import World, build_world, open_one

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 4
ROUNDS = 5
STATEMENTS = 6
CHOICES = ("agree", "disagree", "pass", "undo")


@dataclass(eq=False)
class Voter(threading.Thread):
    """Votes at random over a connection of its own, until it is refused a few times or told to stop.

    `standing` holds the last acknowledged choice for each person and statement; no two voters share people.
    """

    territory: Territory
    consultation_id: uuid.UUID
    people: list[uuid.UUID]
    versions: list[tuple[int, uuid.UUID]]
    seed: int
    closed: threading.Event
    standing: dict[tuple[uuid.UUID, int], str] = field(default_factory=dict)
    acknowledged: int = 0
    late: int = 0
    refused: int = 0
    errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        """Vote until refused; afterwards try a few times more, which must be refused too."""
        draw = random.Random(self.seed)
        try:
            with in_territory(self.territory):
                while self.refused < 5:
                    self._vote_once(draw)
        except BaseException as error:
            self.errors.append(error)
        finally:
            connection.close()

    def _vote_once(self, draw: random.Random) -> None:
        person, (slot, version) = draw.choice(self.people), draw.choice(self.versions)
        choice = draw.choice(CHOICES)
        # Read before the request is sent: a vote that begins after the close was answered is late.
        begun_after = self.closed.is_set()
        try:
            voting.cast_vote(self.consultation_id, person, version, choice, uuid.uuid4().hex)
        except Problem:
            self.refused += 1
            return
        self.acknowledged += 1
        self.late += begun_after or self.refused > 0
        self.standing[person, slot] = choice


def start_voters(territory: Territory, world: World, consultation: Consultation, seed: int) -> list[Voter]:
    """Start threads that share out the people of all parties."""
    people = [account.pk for accounts in world.people.values() for account in accounts]
    open_versions = StatementVersion.objects.filter(consultation=consultation, open_to_votes=True)
    versions = list(open_versions.values_list("slot", "pk"))
    closed = threading.Event()
    voters = [
        Voter(territory, consultation.pk, people[part::THREADS], versions, seed * 100 + part, closed)
        for part in range(THREADS)
    ]
    for voter in voters:
        voter.start()
    return voters


def wait_for_votes(voters: list[Voter], wanted: int) -> None:
    """Wait until all voters are in the midst of voting."""
    end = time.monotonic() + 10
    while min(voter.acknowledged for voter in voters) < wanted:
        assert time.monotonic() < end, [voter.errors for voter in voters]
        time.sleep(0.002)


def close(world: World, consultation: Consultation) -> None:
    """Have every promoter consent; the last consent closes."""
    for party in opening.promoters(consultation):
        closing.consent_to_close(consultation, party=party, actor_id=world.delegates[str(party)].pk)


def expected_ballots(voters: list[Voter]) -> list[bytes]:
    """Return what the closed ballots must hold, by the acknowledgements alone."""
    held: dict[uuid.UUID, np.ndarray] = {}
    for voter in voters:
        for (person, slot), choice in voter.standing.items():
            row = held.setdefault(person, np.zeros(STATEMENTS, np.uint8))
            row[slot] = voting.CHOICES[choice]
    return sorted(row.tobytes() for row in held.values() if row.any())


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_every_acknowledged_vote_is_counted_and_none_is_acknowledged_after_the_close(seed: int) -> None:
    place = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(place):
        world = build_world(place, members=12, firms=12, minimum_group=3)
        consultation = open_one(world, statements=STATEMENTS)
        voters = start_voters(place, world, consultation, seed)
        wait_for_votes(voters, 40 + 20 * seed)
        close(world, consultation)
        voters[0].closed.set()
        for voter in voters:
            voter.join(10)
        assert not any(voter.is_alive() for voter in voters)
        assert not [voter.errors for voter in voters if voter.errors]
        assert sum(voter.late for voter in voters) == 0, "no vote is acknowledged after the close"
        check_counts(consultation, voters)


def check_counts(consultation: Consultation, voters: list[Voter]) -> None:
    """Compare ballots and counts with what was acknowledged."""
    consultation.refresh_from_db()
    assert consultation.state == Consultation.State.CLOSED
    expected = expected_ballots(voters)
    found = ClosedBallot.objects.filter(consultation=consultation).values_list("votes", flat=True)
    assert sorted(bytes(votes) for votes in found) == expected
    cells = np.array([list(row) for row in expected])
    for version in StatementVersion.objects.filter(consultation=consultation):
        tally = Tally.objects.filter(version=version).aggregate(
            agree=Sum("agree"), disagree=Sum("disagree"), passed=Sum("passed")
        )
        counted = [tally["agree"], tally["disagree"], tally["passed"]]
        assert counted == [int((cells[:, version.slot] == value).sum()) for value in (1, 2, 3)]
    assert not Ballot.objects.filter(consultation=consultation).exists()
    assert not Change.objects.filter(consultation=consultation).exists()
    assert not keys.exists(consultation.pk)
