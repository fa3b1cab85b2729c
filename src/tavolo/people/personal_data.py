"""What is kept about a person, room by room: each room says how to read it and how to erase it.

Rooms above register here; this room depends on none of them. An account may belong to several
territories, so both run outside the scope of any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django_scopes import scopes_disabled

from tavolo.people.models import Account


@dataclass(frozen=True)
class Kept:
    """How to read and to erase what one room keeps about a person. `read` returns plain JSON."""

    read: Callable[[Account], Any]
    erase: Callable[[Account], None]


ROOMS: dict[str, Kept] = {}


def register(room: str, *, read: Callable[[Account], Any], erase: Callable[[Account], None]) -> None:
    """Declare what a room keeps about people."""
    ROOMS[room] = Kept(read, erase)


def everything(account: Account) -> dict[str, Any]:
    """Return all that is kept about a person, ready for JSON."""
    with scopes_disabled():
        return {room: kept.read(account) for room, kept in sorted(ROOMS.items())}


def erase_everywhere(account: Account) -> None:
    """Erase in every room, the rooms above first."""
    with scopes_disabled():
        for room in sorted(ROOMS, key=lambda name: name == "people"):
            ROOMS[room].erase(account)
