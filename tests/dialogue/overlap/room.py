"""A small table and its blind overlaps, brought to any step through the real services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tavolo.dialogue import standing
from tavolo.dialogue.overlap.models import Exercise
from tavolo.dialogue.overlap.services import asking, listing, lodging, looking
from tests.dialogue.world import World, build_world

LIST = (
    ("Ore di formazione", ("16 ore", "24 ore", "32 ore")),
    ("Lavoro da casa", ("Un giorno", "Due giorni")),
)
EVERYTHING = ((True, True, True), (True, True))


@dataclass
class Room:
    """The table's world; parties are named as in `build_world`."""

    world: World
    lines: Sequence[tuple[str, Sequence[str]]] = LIST

    @property
    def names(self) -> list[str]:
        return list(self.world.parties)

    def actor(self, name: str) -> Any:
        return self.world.delegates[name].pk

    def asked(self, title: str = "Formazione") -> Exercise:
        """Let all parties ask."""
        first, *others = self.names
        exercise = asking.ask(self.world.table, title=title, actor_id=self.actor(first))
        for name in others:
            asking.join(exercise, actor_id=self.actor(name))
        exercise.refresh_from_db()
        return exercise

    def listed(self, **how: Any) -> Exercise:
        """Let the secretariat write the list and all agree to it."""
        exercise = self.asked(**how)
        assert self.world.secretary is not None
        version = listing.write_list(
            exercise, self.lines, closes_on=standing.today() + timedelta(days=10),
            actor_id=self.world.secretary.pk,
        )  # fmt: skip
        for name in self.names:
            listing.consent_to_list(exercise, version=version, actor_id=self.actor(name))
        exercise.refresh_from_db()
        return exercise

    def lodged(self, answers: dict[str, Any] | None = None, **how: Any) -> Exercise:
        """Let all lodge; `answers` name what differs from accepting everything."""
        exercise = self.listed(**how)
        everything = [[True] * len(options) for _title, options in self.lines]
        for name in self.names:
            given = (answers or {}).get(name, {"accepts": everything})
            lodging.lodge(exercise, actor_id=self.actor(name), **given)
        exercise.refresh_from_db()
        return exercise

    def looked(self, answers: dict[str, Any] | None = None, **how: Any) -> Exercise:
        """Let all agree to look."""
        exercise = self.lodged(answers, **how)
        for name in self.names:
            looking.agree_to_look(exercise, actor_id=self.actor(name))
        exercise.refresh_from_db()
        return exercise

    def packed(self, answers: dict[str, Any] | None = None, **how: Any) -> Exercise:
        """Let all agree to see packages."""
        exercise = self.looked(answers, **how)
        for name in self.names:
            looking.agree_to_packages(exercise, actor_id=self.actor(name), paced=False)
        exercise.refresh_from_db()
        return exercise


def make_room(territory: Any, *, unions: Sequence[str] = ("CGIL", "CISL"), **how: Any) -> Room:
    """Seat an association and unions with one member each."""
    return Room(build_world(territory, unions=unions, members=1, firms=1), **how)
