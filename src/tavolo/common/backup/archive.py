"""The backup file: an ordinary tar whose last member lists every other with its size and SHA-256."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from tavolo.common.errors import Problem

FORMAT = "tavolo backup 1"
MANIFEST = "manifest.json"
DUMP = "database.dump"
SETTINGS = "settings.json"
ERASURES = "erasures.jsonl"
FILES = "files/"
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Member:
    """One file of a backup."""

    name: str
    size: int
    sha256: str


class Writer:
    """Writes a backup beside its final place and gives it its name when it is whole and on the disk."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise Problem("there is a file already; choose another name", file=str(path))
        if not path.parent.is_dir():
            raise Problem("this folder does not exist; make it first", file=str(path.parent))
        self.path = path
        self.temporary = path.with_name(path.name + ".new")
        self.members: list[Member] = []

    def __enter__(self) -> Writer:
        descriptor = os.open(self.temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.out = os.fdopen(descriptor, "wb")
        self.tar = tarfile.open(fileobj=self.out, mode="w", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self.out.close()
            self.temporary.unlink(missing_ok=True)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small member from memory."""
        self._add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file from the disk."""
        with path.open("rb") as source:
            self._add(name, source, os.fstat(source.fileno()).st_size)

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest with `facts` and give the backup its name."""
        listed = [member.__dict__ for member in self.members]
        manifest = {"format": FORMAT, **facts, "members": listed}
        self.add_bytes(MANIFEST, json.dumps(manifest, indent=1).encode())
        self.tar.close()
        self.out.flush()
        os.fsync(self.out.fileno())
        self.out.close()
        os.rename(self.temporary, self.path)

    def _add(self, name: str, source: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        reader = _Hashing(source)
        self.tar.addfile(info, reader)  # type: ignore[arg-type]
        self.members.append(Member(name, size, reader.digest.hexdigest()))


class _Hashing:
    """A file that hashes what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.digest.update(data)
        return data


def verify(path: Path) -> dict[str, Any]:
    """Read the whole backup, compare every member with the manifest, and return the manifest."""
    found: dict[str, Member] = {}
    manifest: dict[str, Any] | None = None
    for name, source in members(path):
        if name == MANIFEST:
            manifest = _parse_manifest(source.read(), path)
            continue
        digest, size = hashlib.sha256(), 0
        while data := source.read(CHUNK):
            digest.update(data)
            size += len(data)
        found[name] = Member(name, size, digest.hexdigest())
    if manifest is None:
        raise Problem("the backup is cut short: its list of contents is missing", file=str(path))
    for entry in manifest["members"]:
        if found.pop(entry["name"], None) != Member(**entry):
            raise Problem(f"{entry['name']} is missing or damaged; use another backup", file=str(path))
    if found:
        raise Problem(f"{next(iter(found))} does not belong in this backup; use another", file=str(path))
    return manifest


def extract(path: Path, folder: Path) -> None:
    """Write every member of a verified backup below `folder`."""
    for name, source in members(path):
        target = folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as out:
            os.fchmod(out.fileno(), 0o600)
            shutil.copyfileobj(source, out, CHUNK)
            out.flush()
            os.fsync(out.fileno())


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the name and content of each file of a backup, refusing names that lead out of it."""
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                pure = PurePosixPath(member.name)
                if not member.isreg() or pure.is_absolute() or ".." in pure.parts or str(pure) != member.name:
                    raise Problem(f"{member.name!r} is no name for a file in a backup", file=str(path))
                source = tar.extractfile(member)
                assert source is not None
                yield member.name, source
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Problem(f"this is not a whole backup of Tavolo ({error})", file=str(path)) from None


def _parse_manifest(data: bytes, path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(data)
        known = manifest["format"] == FORMAT
        [Member(**entry) for entry in manifest["members"]]
    except (ValueError, KeyError, TypeError):
        raise Problem(
            "the backup's list of contents is damaged; use another backup", file=str(path)
        ) from None
    if not known:
        raise Problem(f"this backup is of another format ({manifest['format']})", file=str(path))
    return dict(manifest)
