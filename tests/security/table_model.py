"""What anybody at a small table may know, in a few dozen lines: the model the state machine holds against.

Who sits where is a mapping of people to parties; each word written somewhere is a `Secret` with its
audience. Nothing here looks at the program's rules: an audience is said as the people of a table say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SIDES = {"Associazione": "employers", "CGIL": "workers", "CISL": "workers"}
ACTING = ("head", "member", "substitute")
# In which phases a position may be lodged.
LODGING = ("positions", "convergence")


@dataclass
class Secret:
    """A word, and the ids by which its place could be told.

    `parties`, `sides`: whose delegations may know it; `table`: every delegation and the secretariat;
    `named`: people who may know it while they sit for that party. `listed`: services show it to all these.
    """

    word: str
    kind: str
    parties: set[str] = field(default_factory=set)
    sides: set[str] = field(default_factory=set)
    table: bool = False
    named: set[tuple[str, str]] = field(default_factory=set)
    listed: bool = True
    ids: tuple[str, ...] = ()


@dataclass
class Model:
    """Who sits where today, which phase it is, and every word written so far."""

    seats: dict[str, tuple[str, str]]
    secretary: bool = True
    left: set[str] = field(default_factory=set)
    phase: str = "positions"
    secrets: list[Secret] = field(default_factory=list)

    def delegation(self, party: str) -> set[str]:
        """Return the people who sit for a party today."""
        return {who for who, (own, _role) in self.seats.items() if own == party}

    def acting(self, parties: Iterable[str]) -> list[str]:
        """Return the people who may act for one of these parties, in a fixed order."""
        named = set(parties)
        return sorted(who for who, (own, role) in self.seats.items() if own in named and role in ACTING)

    def side(self, side: str) -> list[str]:
        """Return the parties of a side that sit at the table."""
        return [party for party, own in SIDES.items() if own == side and party not in self.left]

    def seated(self) -> list[str]:
        """Return the parties that sit at the table."""
        return [party for party in SIDES if party not in self.left]

    def audience(self, secret: Secret) -> set[str]:
        """Return the people who may know a word today."""
        sides = (party for party, side in SIDES.items() if side in secret.sides)
        found = {who for party in {*secret.parties, *sides} for who in self.delegation(party)}
        if secret.table:
            found |= set(self.seats) | ({"secretary"} if self.secretary else set())
        return found | {who for who, party in secret.named if self.seats.get(who, ("",))[0] == party}

    def known_to(self, who: str) -> set[str]:
        """Return the words a person may know."""
        return {secret.word for secret in self.secrets if who in self.audience(secret)}

    def promised_to(self, who: str) -> set[str]:
        """Return the words the services must show a person."""
        return {one.word for one in self.secrets if one.listed and who in self.audience(one)}

    def forbidden(self, who: str, text: str) -> Iterator[str]:
        """Yield what a text tells a person that they may not know: words, and ids of hidden things."""
        known = self.known_to(who)
        for secret in self.secrets:
            if secret.word not in known:
                yield from (f"{secret.kind}: {mark}" for mark in (secret.word, *secret.ids) if mark in text)
