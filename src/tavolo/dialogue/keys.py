# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The key of an open consultation: in the key store outside the database, gone after closing.

It is read from the store for every use and never kept between requests, so that a destroyed key is gone
from every process at once.
"""

from __future__ import annotations

import uuid

from tavolo.common.errors import Problem
from tavolo.common.keys.store import KeyStore, UnknownKey
from tavolo.common.paths import keys as keys_folder
from tavolo.dialogue.sealing import Seals

# How often a key's file is looked for while it is being replaced or destroyed.


class NoKey(Problem):
    """The consultation has no key: it is not open, or its key was destroyed."""


def _name(consultation_id: uuid.UUID) -> str:
    return f"consultation-{consultation_id}"


def create(consultation_id: uuid.UUID) -> Seals:
    """Make a fresh key and return what it seals with; a left-over of a failed opening is replaced."""
    destroy(consultation_id)
    return Seals(KeyStore(keys_folder()).create(_name(consultation_id), kind="ephemeral"), consultation_id)


def load(consultation_id: uuid.UUID) -> Seals:
    """Return what the consultation's key seals with; raise NoKey where there is none."""
    try:
        return Seals(KeyStore(keys_folder()).get(_name(consultation_id)), consultation_id)
    except UnknownKey as error:
        raise NoKey("This consultation is not open: it has no key.") from error


def exists(consultation_id: uuid.UUID) -> bool:
    """Say whether the store still holds the key."""
    try:
        load(consultation_id)
    except NoKey:
        return False
    return True


def destroy(consultation_id: uuid.UUID) -> None:
    """Remove the key for good; nothing happens where it is gone already."""
    try:
        KeyStore(keys_folder()).destroy(_name(consultation_id))
    except UnknownKey:
        return
