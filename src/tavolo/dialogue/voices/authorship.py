"""Who wrote a proposal, and its text: readable only with a key outside the database.

The author of a proposal is HMAC-SHA-256(key of the consultation, "author" || consultation || account). The
text, the reasons and the appeal are sealed (AES-256-GCM) under the same key, bound to their row. Destroying
the key makes all of it noise, in backups of the database too.
"""

from __future__ import annotations

import hmac
import uuid

from tavolo.common.errors import Problem
from tavolo.common.keys.store import KeyStore, UnknownKey
from tavolo.common.keys.uses import open_field, seal_field
from tavolo.common.paths import keys as keys_folder


def _name(consultation_id: uuid.UUID) -> str:
    return f"proposals-{consultation_id}"


def _store() -> KeyStore:
    return KeyStore(keys_folder())


def _digest(consultation_id: uuid.UUID, purpose: bytes, *parts: bytes) -> bytes:
    store, name = _store(), _name(consultation_id)
    store.get_or_create(name)
    # The oldest version: a key renewed later must still recognise who wrote before.
    key = store.get(name, store.versions(name)[0])
    return hmac.digest(key, purpose + consultation_id.bytes + b"".join(parts), "sha256")


def author_mark(consultation_id: uuid.UUID, account_id: uuid.UUID) -> bytes:
    """Return what stands for a person in the proposals of one consultation; another one elsewhere."""
    return _digest(consultation_id, b"author", account_id.bytes)


def known_mark(consultation_id: uuid.UUID, account_id: uuid.UUID) -> bytes | None:
    """Return the person's mark without making a key: None where nobody has proposed anything."""
    return author_mark(consultation_id, account_id) if _store().versions(_name(consultation_id)) else None


def request_mark(consultation_id: uuid.UUID, author: bytes, key: str) -> bytes:
    """Return what a second sending of the same form is recognised by."""
    return _digest(consultation_id, b"request", author, key.encode())


def seal(consultation_id: uuid.UUID, row_id: uuid.UUID, field: str, text: str) -> bytes:
    """Return text sealed for one field of one row."""
    return seal_field(_store(), _name(consultation_id), text.encode(), f"{field} {row_id}")


def unseal(consultation_id: uuid.UUID, row_id: uuid.UUID, field: str, sealed: bytes) -> str:
    """Return what `seal` closed, or nothing where the key was destroyed or there is no text."""
    if not sealed:
        return ""
    try:
        return open_field(_store(), _name(consultation_id), bytes(sealed), f"{field} {row_id}").decode()
    except Problem:
        return ""


def forget(consultation_id: uuid.UUID) -> bool:
    """Destroy the key for good; say whether there was one."""
    store, name = _store(), _name(consultation_id)
    try:
        store.destroy(name)
    except UnknownKey:
        return False
    return True
