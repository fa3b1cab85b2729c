"""The key of an exercise: in the key store outside the database, in no backup, destroyed when it ends."""

from __future__ import annotations

import uuid

from tavolo.common.errors import Problem
from tavolo.common.keys.store import KeyStore, UnknownKey
from tavolo.common.keys.wrapping import DoesNotOpen, seal, unseal
from tavolo.common.paths import keys as keys_folder

PREFIX = "overlap-"


def _name(exercise_id: uuid.UUID) -> str:
    return f"{PREFIX}{exercise_id}"


def _context(exercise_id: uuid.UUID, party_id: uuid.UUID) -> bytes:
    return f"overlap lodging\n{exercise_id}\n{party_id}".encode()


def create(exercise_id: uuid.UUID) -> None:
    """Make a fresh key; one left over by a failed attempt is replaced."""
    destroy(exercise_id)
    KeyStore(keys_folder()).create(_name(exercise_id), kind="ephemeral")


def exists(exercise_id: uuid.UUID) -> bool:
    """Say whether the store still holds the key."""
    return bool(KeyStore(keys_folder()).versions(_name(exercise_id)))


def destroy(exercise_id: uuid.UUID) -> None:
    """Remove the key for good; nothing happens where it is gone already."""
    try:
        KeyStore(keys_folder()).destroy(_name(exercise_id))
    except UnknownKey:
        return


def seal_for(exercise_id: uuid.UUID, party_id: uuid.UUID, plain: bytes) -> bytes:
    """Return a payload sealed for one party's row. Raises UnknownKey where the exercise has no key."""
    found = KeyStore(keys_folder()).get(_name(exercise_id))
    return seal(found, plain, _context(exercise_id, party_id))


def open_for(exercise_id: uuid.UUID, party_id: uuid.UUID, sealed: bytes) -> bytes:
    """Return what `seal_for` was given. Raises Problem where the key is gone or the payload was changed."""
    found = KeyStore(keys_folder()).get(_name(exercise_id))
    try:
        return unseal(found, bytes(sealed), _context(exercise_id, party_id))
    except DoesNotOpen:
        raise Problem(
            "A sealed lodging was changed or moved to another row: stop this exercise and hold it anew."
        ) from None
