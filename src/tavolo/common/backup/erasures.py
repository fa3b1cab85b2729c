"""The list of erasures: what was erased on a person's request must not return with a backup.

The list lies in the data folder, outside the database, and holds a kind and a random id for each
erasure. It is written before the erasure is done; restoring a backup does all of them again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tavolo.common import paths
from tavolo.common.database.locks import exclusive
from tavolo.common.errors import Problem

Handler = Callable[[Sequence[str]], int]
_handlers: dict[str, Handler] = {}


def list_path() -> Path:
    """Return the file of the list."""
    return paths.home() / "erasures.jsonl"


def record(kind: str, object_id: object) -> None:
    """Note, durably, that the object of this kind and id is about to be erased.

    Call it inside the erasing transaction, before it commits: an erasure that was noted and not done is
    done at the next restore; the reverse would bring an erased person back.
    """
    line = {"kind": kind, "id": str(object_id), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    path = list_path()
    paths.private_folder(path.parent)
    with exclusive(path.with_suffix(".lock")), open(path, "ab", opener=_private) as out:
        out.write((json.dumps(line) + "\n").encode())
        out.flush()
        os.fsync(out.fileno())


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register what erases objects of `kind` again, given their ids: returns how many were there.

    It runs as the owner of the database, on the restored data, before anybody else sees it; it must
    pass over ids that are not there.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def read(path: Path) -> list[tuple[str, str]]:
    """Return the (kind, id) pairs of a list; a last line cut short by a crash is passed over."""
    try:
        lines = path.read_text("utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    pairs = []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            pairs.append((str(entry["kind"]), str(entry["id"])))
        except (ValueError, KeyError, TypeError):
            if number == len(lines) and not line.endswith("\n"):
                break
            raise Problem(
                "this line of the list of erasures is damaged", file=str(path), row=number
            ) from None
    return pairs


def merge(target: Path, *others: Path) -> list[tuple[str, str]]:
    """Add to `target` the lines of `others` it lacks and return all pairs."""
    known = read(target)
    lines = [
        json.dumps({"kind": kind, "id": object_id}) + "\n"
        for other in others
        for kind, object_id in read(other)
        if (kind, object_id) not in set(known)
    ]
    if lines:
        with exclusive(target.with_suffix(".lock")), open(target, "ab", opener=_private) as out:
            out.write("".join(dict.fromkeys(lines)).encode())
            out.flush()
            os.fsync(out.fileno())
    return read(target)


def replay(pairs: Iterable[tuple[str, str]]) -> int:
    """Do every erasure again; return how many objects were found and erased.

    Raises `Problem` when a kind has no handler: nothing erased may come back because code is missing.
    """
    by_kind: dict[str, dict[str, None]] = {}
    for kind, object_id in pairs:
        by_kind.setdefault(kind, {})[object_id] = None
    missing = sorted(set(by_kind) - set(_handlers))
    if missing:
        raise Problem(
            f"the list of erasures names {', '.join(missing)}, which this version of Tavolo cannot erase; "
            "restore with the version that wrote the list",
            file=str(list_path()),
        )
    return sum(_handlers[kind](list(ids)) for kind, ids in by_kind.items())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
