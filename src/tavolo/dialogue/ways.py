"""Other ways of voting than an account: what the core asks the part that knows them.

The core opens, counts and closes; slips, mail credentials and paper belong to a part of the room. That part
registers here, when its application is ready, what the core must ask at opening and before the count.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tavolo.dialogue.sealing import Ballot, Seals


@dataclass(frozen=True)
class Opening:
    """What the other ways bring to an opening.

    `eligible`: people without an account by number of their group. `without`: accounts that vote another
    way and get no ballot of their own. `ballots`: further voters with a ballot of their own, with the
    number of their group.
    """

    eligible: Mapping[int, int] = field(default_factory=dict)
    without: frozenset[uuid.UUID] = frozenset()
    ballots: Mapping[uuid.UUID, int] = field(default_factory=dict)


AtOpening = Callable[[Any, Mapping[uuid.UUID, int]], Opening]
BeforeCount = Callable[[Any, Seals, Mapping[bytes, Ballot]], None]

_at_opening: list[AtOpening] = []
_before_count: list[BeforeCount] = []


def at_opening(function: AtOpening) -> None:
    """Register what is asked when a roll is frozen: (consultation, account -> group number)."""
    if function not in _at_opening:
        _at_opening.append(function)


def before_count(function: BeforeCount) -> None:
    """Register what is asked, in the closing transaction, before ballots are counted; it may refuse."""
    if function not in _before_count:
        _before_count.append(function)


def opening(consultation: Any, roll: Mapping[uuid.UUID, int]) -> Opening:
    """Return what all other ways together bring to an opening."""
    eligible: dict[int, int] = {}
    without: set[uuid.UUID] = set()
    ballots: dict[uuid.UUID, int] = {}
    for function in _at_opening:
        part = function(consultation, roll)
        without |= part.without
        ballots |= part.ballots
        for number, people in part.eligible.items():
            eligible[number] = eligible.get(number, 0) + people
    return Opening(eligible, frozenset(without), ballots)


def counting(consultation: Any, seals: Seals, ballots: Mapping[bytes, Ballot]) -> None:
    """Let the other ways look at the box, by address, before it is counted."""
    for function in _before_count:
        function(consultation, seals, ballots)
