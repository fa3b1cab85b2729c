"""Keys outside the database: files of mode 0600 in a folder of mode 0700, wrapped by a master key.

A key has a name, a kind and versions. `lasting` keys belong to the installation (signing, sealing fields)
and are part of a key backup; `ephemeral` keys (one for each open consultation) exist to be destroyed and
never are. Destroying leaves a line in `destroyed.jsonl`: that a key was there, never what it was.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tavolo.common.database.locks import exclusive
from tavolo.common.errors import Problem
from tavolo.common.keys.wrapping import (
    KEY_BYTES,
    DoesNotOpen,
    decode,
    encode,
    master_id,
    read_masters,
    seal,
    unseal,
)
from tavolo.common.paths import private_folder

KINDS = ("lasting", "ephemeral")
LOOKS = 3
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
FILE = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]{0,99})\.v(?P<version>[0-9]+)\.json")


class UnknownKey(Problem):
    """There is no such key: it was never made, or it was destroyed."""


class KeyExists(Problem):
    """A key of this name is there already."""


@dataclass(frozen=True)
class KeyInfo:
    """What may be shown of a key."""

    name: str
    kind: str
    versions: tuple[int, ...]
    created: str


@dataclass(frozen=True)
class Tombstone:
    """That a key was destroyed, and when."""

    name: str
    version: int
    kind: str
    created: str
    destroyed: str


class KeyStore:
    """The keys in one folder. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str, version: int | None = None) -> bytes:
        """Return 32 bytes: the newest version of the key, or the one asked for. Raises UnknownKey."""
        versions = self.versions(name)
        wanted = version if version is not None else (versions[-1] if versions else None)
        if wanted is None or wanted not in versions:
            raise UnknownKey(f"there is no key {name!r}" + (f" version {version}" if version else ""))
        # Destroying overwrites the file after unlinking it, and wrapping anew replaces it likewise: who had
        # it open just then reads noise, and looks again for the file that stands there now, if any does.
        for left in reversed(range(LOOKS)):
            try:
                return self._open(self._path(name, wanted))
            except FileNotFoundError:
                raise UnknownKey(f"there is no key {name!r} any more") from None
            except (ValueError, Problem):
                if not left:
                    raise
        raise AssertionError("the last look returns or raises")

    def create(self, name: str, kind: str = "lasting") -> bytes:
        """Make a key of 32 random bytes and return it. Raises KeyExists."""
        if kind not in KINDS:
            raise ValueError(f"a key is {' or '.join(KINDS)}, not {kind}")
        with self._changing():
            if self.versions(name):
                raise KeyExists(f"there is a key {name!r} already; `rotate` makes a new version of it")
            return self._write(name, 1 + self._last_destroyed(name), kind, secrets.token_bytes(KEY_BYTES))

    def get_or_create(self, name: str, kind: str = "lasting") -> bytes:
        """Return the key, made now if it is missing; processes that ask at once get the same."""
        try:
            return self.get(name)
        except UnknownKey:
            pass
        try:
            return self.create(name, kind)
        except KeyExists:
            return self.get(name)

    def rotate(self, name: str) -> bytes:
        """Make and return a new version; the former ones stay, to verify and open what they made."""
        with self._changing():
            info = self._info(name)
            version = 1 + max(info.versions[-1], self._last_destroyed(name))
            return self._write(name, version, info.kind, secrets.token_bytes(KEY_BYTES))

    def put(self, name: str, version: int, content: bytes) -> None:
        """Store one version of a lasting key as it was (restoring a key backup). Raises KeyExists."""
        if len(content) != KEY_BYTES or version < 1:
            raise ValueError(f"a key has {KEY_BYTES} bytes and a version of at least 1")
        with self._changing():
            if version in self.versions(name):
                raise KeyExists(f"there is a key {name!r} version {version} already")
            self._write(name, version, "lasting", content)

    def destroy(self, name: str, version: int | None = None) -> None:
        """Overwrite and remove the key, all versions or one, and note that it was there. Raises UnknownKey.

        Overwriting cannot reach copies a solid-state disk, a file system with snapshots or a backup of
        the machine may hold: keep the key folder out of all of these.
        """
        with self._changing():
            info = self._info(name)
            if version is not None and version not in info.versions:
                raise UnknownKey(f"there is no key {name!r} version {version}")
            for number in info.versions if version is None else (version,):
                self._bury(info, number)

    def versions(self, name: str) -> tuple[int, ...]:
        """Return the version numbers of a key, oldest first; empty where there is no such key."""
        if not NAME.fullmatch(name):
            raise ValueError(f"a key's name is small letters, digits and hyphens, not {name!r}")
        found = (FILE.fullmatch(path.name) for path in self.folder.glob(f"{name}.v*.json"))
        return tuple(sorted(int(match["version"]) for match in found if match))

    def list(self) -> list[KeyInfo]:
        """Return what may be shown of every key, by name."""
        matches = (FILE.fullmatch(path.name) for path in self.folder.glob("*.json"))
        return [self._info(name) for name in sorted({match["name"] for match in matches if match})]

    def destroyed(self) -> tuple[Tombstone, ...]:
        """Return the keys that were destroyed, oldest first."""
        try:
            lines = (self.folder / "destroyed.jsonl").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return ()
        return tuple(Tombstone(**json.loads(line)) for line in lines if line)

    def rewrap(self) -> int:
        """Wrap every key with the first master key; return how many were wrapped by another before."""
        with self._changing():
            masters, changed = read_masters(self.folder), 0
            for info in self.list():
                for version in info.versions:
                    path = self._path(info.name, version)
                    if json.loads(path.read_text())["master"] != master_id(masters[0]):
                        entry = self._entry(info.name, version, info.kind, info.created, self._open(path))
                        self._replace(path, json.dumps(entry))
                        changed += 1
            return changed

    def rotate_master(self) -> int:
        """Make a new master key in `master.key` and wrap every key with it; return how many there are.

        Interrupted half-way nothing is lost: the file holds both master keys until all is wrapped anew.
        """
        path = self.folder / "master.key"
        old = read_masters(self.folder)
        if not path.exists():
            raise Problem("the master key comes from TAVOLO_MASTER_KEY: put 'new,old' there, then `rewrap`")
        new = secrets.token_bytes(KEY_BYTES)
        self._replace(path, "".join(encode(master) + "\n" for master in [new, *old]))
        changed = self.rewrap()
        self._replace(path, encode(new) + "\n")
        return changed

    @contextmanager
    def _changing(self) -> Iterator[None]:
        private_folder(self.folder)
        with exclusive(self.folder / ".lock"):
            for leftover in self.folder.glob(".*.new"):
                _overwrite(leftover, then=leftover.unlink)
            yield

    def _path(self, name: str, version: int) -> Path:
        return self.folder / f"{name}.v{version}.json"

    def _info(self, name: str) -> KeyInfo:
        versions = self.versions(name)
        if not versions:
            raise UnknownKey(f"there is no key {name!r}")
        entry = json.loads(self._path(name, versions[0]).read_text())
        return KeyInfo(name, entry["kind"], versions, entry["created"])

    def _open(self, path: Path) -> bytes:
        entry = json.loads(path.read_text())
        context = _context(entry["name"], entry["version"], entry["kind"])
        for master in read_masters(self.folder):
            if master_id(master) == entry["master"]:
                try:
                    return unseal(master, decode(entry["sealed"]), context)
                except DoesNotOpen:
                    raise Problem(
                        "this key is damaged; restore it from a key backup", file=str(path)
                    ) from None
        raise Problem(
            f"this key was wrapped by the master key {entry['master']}, which is neither in "
            "TAVOLO_MASTER_KEY nor in master.key; give that master key back or restore a key backup",
            file=str(path),
        )

    def _entry(self, name: str, version: int, kind: str, created: str, content: bytes) -> dict[str, object]:
        master = read_masters(self.folder)[0]
        sealed = seal(master, content, _context(name, version, kind))
        return {
            "name": name,
            "version": version,
            "kind": kind,
            "created": created,
            "master": master_id(master),
            "sealed": encode(sealed),
        }

    def _last_destroyed(self, name: str) -> int:
        """Return the highest version ever destroyed, so that no number is given twice."""
        return max((stone.version for stone in self.destroyed() if stone.name == name), default=0)

    def _write(self, name: str, version: int, kind: str, content: bytes) -> bytes:
        entry = self._entry(name, version, kind, _now(), content)
        self._replace(self._path(name, version), json.dumps(entry))
        return content

    def _replace(self, path: Path, text: str) -> None:
        """Write a file of mode 0600 whole or not at all, on the disk before returning."""
        temporary = path.with_name(f".{path.name}.new")
        _write_synced(temporary, text.encode(), os.O_TRUNC)
        if path.exists():
            _overwrite(path, then=lambda: os.rename(temporary, path))
        else:
            os.rename(temporary, path)
        _sync_folder(self.folder)

    def _bury(self, info: KeyInfo, version: int) -> None:
        path = self._path(info.name, version)
        _overwrite(path, then=path.unlink)
        _sync_folder(self.folder)
        stone = Tombstone(info.name, version, info.kind, info.created, _now())
        _write_synced(
            self.folder / "destroyed.jsonl", (json.dumps(stone.__dict__) + "\n").encode(), os.O_APPEND
        )


def _context(name: str, version: int, kind: str) -> bytes:
    return f"tavolo key\n{name}\n{version}\n{kind}".encode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write_synced(path: Path, data: bytes, flag: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _overwrite(path: Path, then: Callable[[], object]) -> None:
    """Hold the file open, let `then` take it out of the folder, and overwrite its former content."""
    with path.open("r+b") as old:
        length = os.fstat(old.fileno()).st_size
        then()
        old.write(secrets.token_bytes(length))
        old.flush()
        os.fsync(old.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
