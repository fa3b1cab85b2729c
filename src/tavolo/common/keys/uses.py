"""What keys of the store are used for: text secrets, signing, sealing fields of the database."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tavolo.common.errors import Problem
from tavolo.common.keys.store import KeyStore, UnknownKey
from tavolo.common.keys.wrapping import DoesNotOpen, encode, seal, unseal

VERSION_BYTES = 4


def text_secrets(store: KeyStore, name: str) -> list[str]:
    """Return the key as text, the version in force first, then those still accepted; made when missing."""
    store.get_or_create(name)
    return [encode(store.get(name, version)) for version in reversed(store.versions(name))]


def signing_key(store: KeyStore, name: str, version: int | None = None) -> Ed25519PrivateKey:
    """Return the Ed25519 key whose seed is the stored key; made when missing and no version is asked."""
    seed = store.get_or_create(name) if version is None else store.get(name, version)
    return Ed25519PrivateKey.from_private_bytes(seed)


def verification_keys(store: KeyStore, name: str) -> dict[int, Ed25519PublicKey]:
    """Return the public key of every version, by version."""
    return {version: signing_key(store, name, version).public_key() for version in store.versions(name)}


def seal_field(store: KeyStore, name: str, content: bytes, context: str) -> bytes:
    """Return `content` encrypted under the newest version, bound to `context` (table, column, row id)."""
    store.get_or_create(name)
    version = store.versions(name)[-1]
    sealed = seal(store.get(name, version), content, context.encode())
    return version.to_bytes(VERSION_BYTES, "big") + sealed


def open_field(store: KeyStore, name: str, sealed: bytes, context: str) -> bytes:
    """Return what `seal_field` was given.

    Raises `Problem` when the value was moved to another row, changed, or its key was destroyed.
    """
    version = int.from_bytes(sealed[:VERSION_BYTES], "big")
    try:
        return unseal(store.get(name, version), sealed[VERSION_BYTES:], context.encode())
    except UnknownKey:
        raise Problem(f"the key {name!r} version {version} that sealed this value was destroyed") from None
    except DoesNotOpen:
        raise Problem("this sealed value was changed or belongs to another row") from None
