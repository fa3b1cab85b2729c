# mypy: disable-error-code="no-any-return, attr-defined"
"""Private files: uploads, and the documents and exports a person asked for.

The bytes lie in a private folder under random names, outside every served folder; no address leads to
them. `common:file` serves a file after asking the policy of its kind, each time anew. A room declares
its kinds at import, in its `policies.py`:

    files.kind("people.census", may_read=lambda request, stored: ..., types={"text/csv"}, largest=20 * MIB)
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common import paths
from tavolo.common.errors import Problem
from tavolo.common.models import StoredFile
from tavolo.common.sniffing import HEAD, media_type

MIB = 1024 * 1024
CHUNK = 1 * MIB
EXPORT_LIFE = timedelta(minutes=15)
_UNSAFE = re.compile(r"[^\w.\- ]+")


@dataclass(frozen=True)
class Kind:
    """What a kind of file may be and who may read it."""

    name: str
    may_read: Callable[[HttpRequest, StoredFile], bool]
    types: frozenset[str]
    largest: int


KINDS: dict[str, Kind] = {}


def owner_only(request: HttpRequest, stored: StoredFile) -> bool:
    """Allow the account the file was stored for, and nobody else."""
    return bool(request.user.is_authenticated) and stored.owner_id == request.user.pk


def kind(
    name: str,
    *,
    may_read: Callable[[HttpRequest, StoredFile], bool] = owner_only,
    types: Collection[str],
    largest: int = 20 * MIB,
) -> None:
    """Declare a kind of file: who may read it, which media types it accepts, how many bytes at most."""
    KINDS[name] = Kind(name, may_read, frozenset(types), largest)


def store(
    source: BinaryIO | bytes,
    *,
    kind: str,
    name: str,
    owner_id: uuid.UUID | None,
    subject_id: uuid.UUID | None = None,
    single_use: bool = False,
    life: timedelta | None = None,
) -> StoredFile:
    """Store bytes privately and return their row; refuse what the kind does not accept.

    The media type is found by looking at the content, never taken from the name or the sender. The file
    is written aside, synced and renamed; a transaction that rolls back leaves a file without a row, which
    `sweep` removes.
    """
    rules = KINDS[kind]
    territory = get_scope()["territory"]
    path = f"{territory.pk.hex}/{uuid.uuid4().hex}"
    size, digest, head = _write(source, location(path), rules.largest, name)
    found = media_type(head, name)
    if found not in rules.types:
        location(path).unlink()
        raise Problem(
            _("The content of this file is %(found)s; accepted here: %(types)s.")
            % {"found": found, "types": ", ".join(sorted(rules.types))},
            file=name,
        )
    return StoredFile.objects.create(
        territory=territory,
        kind=kind,
        owner_id=owner_id,
        subject_id=subject_id,
        name=safe_name(name),
        media_type=found,
        size=size,
        sha256=digest,
        path=path,
        single_use=single_use,
        expires_at=timezone.now() + life if life else None,
    )


def store_export(
    source: BinaryIO | bytes,
    *,
    kind: str,
    name: str,
    owner_id: uuid.UUID,
    subject_id: uuid.UUID | None = None,
) -> StoredFile:
    """Store an export one person asked for: it can be fetched once, by that person, for 15 minutes."""
    return store(
        source,
        kind=kind,
        name=name,
        owner_id=owner_id,
        subject_id=subject_id,
        single_use=True,
        life=EXPORT_LIFE,
    )


def location(path: str) -> Path:
    """Return where the bytes of a stored file lie."""
    return paths.files() / path


def open_stored(stored: StoredFile) -> BinaryIO:
    """Open a stored file's bytes for reading."""
    return location(stored.path).open("rb")


def claim(request: HttpRequest, file_id: uuid.UUID) -> StoredFile | None:
    """Return the file if this request may read it now, and use up a single-use file; else None."""
    with transaction.atomic():
        stored = StoredFile.objects.select_for_update().filter(pk=file_id).first()
        if stored is None or not readable(request, stored):
            return None
        if stored.single_use and request.method != "HEAD":
            stored.used = True
            stored.save(update_fields=["used"])
        return stored


def readable(request: HttpRequest, stored: StoredFile) -> bool:
    """Return whether this request may read the file now."""
    if stored.used or (stored.expires_at is not None and stored.expires_at <= timezone.now()):
        return False
    rules = KINDS.get(stored.kind)
    return rules is not None and rules.may_read(request, stored)


def remove(stored: StoredFile) -> None:
    """Delete a file's row, and its bytes once the transaction has committed."""
    path = location(stored.path)
    stored.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def safe_name(name: str) -> str:
    """Return a file name without folders, control characters or leading dots, at most 150 characters."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    plain = " ".join(_UNSAFE.sub("_", plain).split()).lstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[:139]}.{ending}" if stem else f"file.{ending}"
    return plain[:150] or "file"


def sweep(territory_id: uuid.UUID, *, older_than: timedelta = timedelta(days=1)) -> int:
    """Remove files without a row (left by a crash or a rolled-back transaction); return how many."""
    folder = location(territory_id.hex)
    if not folder.is_dir():
        return 0
    limit = timezone.now().timestamp() - older_than.total_seconds()
    removed = 0
    for names in _batches(sorted(entry.name for entry in folder.iterdir() if entry.stat().st_mtime < limit)):
        paths_here = [f"{territory_id.hex}/{name}" for name in names]
        known = set(StoredFile.objects.filter(path__in=paths_here).values_list("path", flat=True))
        for path in set(paths_here) - known:
            location(path).unlink(missing_ok=True)
            removed += 1
    return removed


def _batches(names: list[str], size: int = 500) -> Iterator[list[str]]:
    for first in range(0, len(names), size):
        yield names[first : first + size]


def _write(source: BinaryIO | bytes, target: Path, largest: int, name: str) -> tuple[int, str, bytes]:
    """Write the bytes aside, sync, rename; return size, SHA-256 and the first bytes."""
    paths.private_folder(target.parent)
    partial = target.with_name(target.name + ".part")
    size, digest, head = 0, hashlib.sha256(), b""
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for chunk in _chunks(source):
                size += len(chunk)
                if size > largest:
                    raise Problem(
                        _("The file is larger than %(limit)s MiB. Split it or leave out what is not needed.")
                        % {"limit": largest // MIB or 1},
                        file=name,
                    )
                head = head if len(head) >= HEAD else (head + chunk)[:HEAD]
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        partial.rename(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest(), head


def _chunks(source: BinaryIO | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    while chunk := source.read(CHUNK):
        yield chunk
