"""Other ways of voting than an account: what the core asks the part that knows them.

The core opens, counts and closes; slips, mail credentials and paper belong to a part of the room. That part
registers here, when its application is ready, what the core must ask at opening, before the count, and when
a party leaves the table while its vote is open.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
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

AtLeaving = Callable[[Any], None]
BeforeLeaving = Callable[[Any], Iterable[str]]
NoResult = Callable[[Any, uuid.UUID], bool]

_at_opening: list[AtOpening] = []
_at_leaving: list[AtLeaving] = []
_before_leaving: list[BeforeLeaving] = []
_no_result: list[NoResult] = []
_before_count: list[BeforeCount] = []


def at_opening(function: AtOpening) -> None:
    """Register what is asked when a roll is frozen: (consultation, account -> group number)."""
    if function not in _at_opening:
        _at_opening.append(function)


def before_count(function: BeforeCount) -> None:
    """Register what is asked, in the closing transaction, before ballots are counted; it may refuse."""
    if function not in _before_count:
        _before_count.append(function)


def at_leaving(function: AtLeaving) -> None:
    """Register what is done, in the transaction in which a party leaves a table: (table)."""
    if function not in _at_leaving:
        _at_leaving.append(function)


def before_leaving(function: BeforeLeaving) -> None:
    """Register what a party reads before it leaves: (party) -> sentences."""
    if function not in _before_leaving:
        _before_leaving.append(function)


def no_result(function: NoResult) -> None:
    """Register who knows whether a voter's side ended without result: (consultation, account) -> bool."""
    if function not in _no_result:
        _no_result.append(function)


def left(table: Any) -> None:
    """Tell the other ways that a party has left a table."""
    for function in _at_leaving:
        function(table)


def warnings(party: Any) -> list[str]:
    """Return what a party should know before it leaves: what becomes of votes it has open."""
    return [sentence for function in _before_leaving for sentence in function(party)]


def ended(consultation: Any, account_id: uuid.UUID) -> bool:
    """Say whether the vote of this person's side ended without result."""
    return any(function(consultation, account_id) for function in _no_result)


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
