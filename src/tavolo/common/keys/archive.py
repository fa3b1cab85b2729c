"""A key backup: one file, encrypted under a passphrase, kept apart from the backups of the database."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tavolo.common.errors import Problem
from tavolo.common.keys.store import KeyStore
from tavolo.common.keys.wrapping import KEY_BYTES, DoesNotOpen, decode, encode, seal, unseal

FORMAT = "tavolo key backup 1"
# Interactive use once in a while: 128 MB and about half a second for each guess (RFC 7914).
COST = {"n": 2**17, "r": 8, "p": 1}
HIGHEST_COST = {"n": 2**20, "r": 32, "p": 16}
SHORTEST_PASSPHRASE = 12


@dataclass(frozen=True)
class Outcome:
    """What a restore did, by key name."""

    restored: tuple[str, ...]
    unchanged: tuple[str, ...]
    destroyed_here: tuple[str, ...]


def write(store: KeyStore, path: Path, passphrase: str) -> int:
    """Write all lasting keys to `path`, which must not exist; return how many.

    Ephemeral keys are never written: a key that can be restored has not been destroyed.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Problem(f"the passphrase must have at least {SHORTEST_PASSPHRASE} characters")
    if path.exists():
        raise Problem("there is a file already; choose another name", file=str(path))
    keys = [
        {"name": info.name, "version": version, "content": encode(store.get(info.name, version))}
        for info in store.list()
        if info.kind == "lasting"
        for version in info.versions
    ]
    salt = secrets.token_bytes(16)
    header = {"format": FORMAT, "salt": encode(salt), **COST}
    sealed = seal(_derive(passphrase, salt, COST), json.dumps(keys).encode(), _header_bytes(header))
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(header | {"sealed": encode(sealed)}, out)
        out.flush()
        os.fsync(out.fileno())
    os.rename(temporary, path)
    return len(keys)


def restore(store: KeyStore, path: Path, passphrase: str) -> Outcome:
    """Put the keys of a backup into the store: all or, when one differs from what is there, none.

    A key that was destroyed here stays destroyed.
    """
    keys = _read(path, passphrase)
    gone = {(stone.name, stone.version) for stone in store.destroyed()}
    todo, unchanged, destroyed = [], [], []
    for name, version, content in keys:
        if (name, version) in gone:
            destroyed.append(name)
        elif version in store.versions(name):
            if store.get(name, version) != content:
                raise Problem(
                    f"the key {name!r} version {version} in the store is another one", file=str(path)
                )
            unchanged.append(name)
        else:
            todo.append((name, version, content))
    for name, version, content in todo:
        store.put(name, version, content)
    return Outcome(tuple(name for name, _, _ in todo), tuple(unchanged), tuple(destroyed))


def _read(path: Path, passphrase: str) -> list[tuple[str, int, bytes]]:
    try:
        document = json.loads(path.read_text("utf-8"))
        sealed = decode(document.pop("sealed"))
        salt = decode(document["salt"])
        cost = {name: int(document[name]) for name in COST}
        known = document["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(f"this is not a readable key backup ({error})", file=str(path)) from None
    if not known or any(not 1 <= cost[name] <= HIGHEST_COST[name] for name in COST):
        raise Problem("this key backup is of an unknown format", file=str(path))
    try:
        keys = unseal(_derive(passphrase, salt, cost), sealed, _header_bytes(document))
    except DoesNotOpen:
        raise Problem("the passphrase is wrong, or the file was changed", file=str(path)) from None
    return [(key["name"], int(key["version"]), decode(key["content"])) for key in json.loads(keys)]


def _derive(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, **cost).derive(passphrase.encode("utf-8"))


def _header_bytes(header: dict[str, object]) -> bytes:
    return json.dumps(header, sort_keys=True).encode()
