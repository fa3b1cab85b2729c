"""What the parts of the room give to pages that gather from all of them.

A part (meetings, party rooms, consultations …) registers, when its application is ready, functions that
answer for one person; a page that gathers asks them all. Each function obeys its own part's policies: it
returns only what this person may see.

    hooks.waiting(lambda account_id: [Waiting(...)])         # "what awaits me"
    hooks.door(lambda request, table: Door(...) or None)     # an entry on the table's page
    hooks.event(lambda account_id, table: [Event(...)])      # the table's timeline and activity
    hooks.following(lambda request, consultation: Door(...) or None)  # what its results can lead to
    hooks.finder("meetings", lambda account_id, query: [Match(...)])   # search
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Waiting:
    """Something a person is awaited for. `due` is the day until which; `title` is in the active language."""

    kind: str
    title: str
    text: str
    link: str
    due: date | None = None
    table_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened, or is to happen, at a table, as this person may know it."""

    on: date
    kind: str
    title: str
    link: str = ""
    text: str = ""


@dataclass(frozen=True)
class Door:
    """An entry on a table's page: a part of the room this person may enter. Lower `order` comes first.

    `group` is a key of GROUPS; without one it is work of all the parties.
    """

    title: str
    text: str
    link: str
    order: int = 50
    badge: str = ""
    group: str = ""


# The groups a table's page shows its doors in: what one's own party does among itself, what the parties do
# together, the votes, and how the table is run.
ROOMS, WORK, VOTES, TABLE = "rooms", "work", "votes", "table"
GROUPS = (
    (ROOMS, _("Your party")),
    (WORK, _("Working together")),
    (VOTES, _("Voting")),
    (TABLE, _("The table")),
)


@dataclass(frozen=True)
class Match:
    """One thing found by a search; a higher `rank` comes first. `snippet` is plain text."""

    kind: str
    title: str
    snippet: str
    link: str
    rank: float
    table_id: uuid.UUID | None = None


WaitingFunction = Callable[[uuid.UUID], Iterable[Waiting]]
EventFunction = Callable[[uuid.UUID | None, Any], Iterable[Event]]
DoorFunction = Callable[[HttpRequest, Any], Door | None]
FinderFunction = Callable[[uuid.UUID | None, str], Iterable[Match]]

_waiting: list[WaitingFunction] = []
_events: list[EventFunction] = []
_doors: list[DoorFunction] = []
_following: list[DoorFunction] = []
_finders: dict[str, FinderFunction] = {}
Function = TypeVar("Function", bound=Callable[..., Any])


def waiting(function: WaitingFunction) -> None:
    """Register what awaits a person."""
    _once(_waiting, function)


def event(function: EventFunction) -> None:
    """Register events of a table; the person is None for a visitor who is not signed in."""
    _once(_events, function)


def door(function: DoorFunction) -> None:
    """Register an entry of the table's page."""
    _once(_doors, function)


def following(function: DoorFunction) -> None:
    """Register a way on from the results of a consultation; the function is given the consultation."""
    _once(_following, function)


def finder(kind: str, function: FinderFunction) -> None:
    """Register what a search looks through."""
    _finders[kind] = function


def _once(functions: list[Function], function: Function) -> None:
    if function not in functions:
        functions.append(function)


def awaiting(account_id: uuid.UUID) -> list[Waiting]:
    """Return what awaits a person, the nearest day first, things without a day last."""
    found = [item for function in _waiting for item in function(account_id)]
    return sorted(found, key=lambda item: (item.due is None, item.due or date.max, item.title))


def events_of(account_id: uuid.UUID | None, table: Any) -> list[Event]:
    """Return what a person may know of a table's past and coming days, the latest first."""
    found = [item for function in _events for item in function(account_id, table)]
    return sorted(found, key=lambda item: (item.on, item.title), reverse=True)


def doors_of(request: HttpRequest, table: Any) -> list[Door]:
    """Return the entries of a table's page for this visitor."""
    found = [one for one in (function(request, table) for function in _doors) if one is not None]
    return sorted(found, key=lambda one: (one.order, one.title))


def ways_on(request: HttpRequest, consultation: Any) -> list[Door]:
    """Return where this visitor can go on from the results of a consultation."""
    found = [one for one in (function(request, consultation) for function in _following) if one is not None]
    return sorted(found, key=lambda one: (one.order, one.title))


def grouped(doors: Iterable[Door]) -> list[tuple[Any, list[Door]]]:
    """Return the doors by group, each with its name, empty groups left out."""
    rows: dict[str, list[Door]] = {key: [] for key, _name in GROUPS}
    for one in doors:
        rows[one.group or WORK].append(one)
    return [(name, rows[key]) for key, name in GROUPS if rows[key]]


def found(account_id: uuid.UUID | None, query: str) -> list[Match]:
    """Return what a search finds for this person in all parts, best first."""
    # The database takes no NUL, and no other control sign helps a search.
    query = "".join(char if char.isprintable() else " " for char in query).strip()
    if not query:
        return []
    matches = [item for function in _finders.values() for item in function(account_id, query)]
    return sorted(matches, key=lambda item: (-item.rank, item.title))
