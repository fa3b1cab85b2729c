"""The export: one file that can be checked without the service that wrote it.

JSON Lines, every line in its one canonical form (RFC 8785), UTF-8, each ended by a line feed:

    {"line":"register","format":"tavolo-register/1","origin":...,"scope":"whole"|"extract",
     "statements":"all"|"none"}
    {"line":"key","key":"name+id+key"}                      one or more
    {"line":"checkpoint","note":"..."}                      by size; the last covers the whole export
    {"line":"leaf","index":0,"id":...,"commitment":hex,     whole: every leaf in order
     "statement":{...},"salt":hex,                          absent where erased or not included
     "path":[hex,...]}                                      extract: proof towards the last checkpoint
    {"line":"consistency","from":m,"to":n,"path":[hex,...]} extract: between neighbouring checkpoints
    {"line":"seal","key":hex,"sha256":hex,"signature":base64}

The seal signs the SHA-256 of all bytes before its line, so that nothing in the file, not even what no
proof speaks of, can be changed by anyone without the register's key.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tavolo.ledger.merkle.acts import canonical
from tavolo.ledger.merkle.notes import PublicKey

FORMAT = "tavolo-register/1"
LONGEST_LINE = 16 * 1024 * 1024


def origin_of(territory: UUID) -> str:
    """Return the name a territory's register signs under."""
    return f"tavolo/{territory}"


def seal_message(origin: str, digest: str) -> bytes:
    """Return the bytes the seal signs; no checkpoint begins like this."""
    return f"{FORMAT} seal\n{origin}\n{digest}\n".encode()


class Writer:
    """Writes an export line by line; `close` seals it. Call in the order of the format."""

    def __init__(
        self,
        out: BinaryIO,
        *,
        origin: str,
        scope: str,
        statements: str,
        keys: Sequence[PublicKey],
        checkpoints: Sequence[str],
    ) -> None:
        self._out, self._origin, self._digest = out, origin, hashlib.sha256()
        self._line(
            {
                "line": "register",
                "format": FORMAT,
                "origin": origin,
                "scope": scope,
                "statements": statements,
            }
        )
        for key in keys:
            self._line({"line": "key", "key": key.text()})
        for note in checkpoints:
            self._line({"line": "checkpoint", "note": note})

    def leaf(
        self,
        index: int,
        act_id: UUID,
        commitment: bytes,
        *,
        statement: dict[str, Any] | None = None,
        salt: bytes | None = None,
        path: Sequence[bytes] | None = None,
    ) -> None:
        """Write one leaf, with what its act says and its proof where they belong into this export."""
        line: dict[str, Any] = {
            "line": "leaf",
            "index": index,
            "id": str(act_id),
            "commitment": commitment.hex(),
        }
        if statement is not None and salt is not None:
            line["statement"], line["salt"] = statement, salt.hex()
        if path is not None:
            line["path"] = [value.hex() for value in path]
        self._line(line)

    def consistency(self, old: int, new: int, path: Sequence[bytes]) -> None:
        """Write the proof that the tree of one checkpoint begins with that of another."""
        self._line({"line": "consistency", "from": old, "to": new, "path": [value.hex() for value in path]})

    def close(self, key: Ed25519PrivateKey) -> None:
        """Write the seal; the file itself stays open."""
        digest = self._digest.hexdigest()
        public = PublicKey(self._origin, key.public_key().public_bytes_raw())
        signature = base64.b64encode(key.sign(seal_message(self._origin, digest))).decode()
        self._line({"line": "seal", "key": public.id.hex(), "sha256": digest, "signature": signature})

    def _line(self, value: dict[str, Any]) -> None:
        data = canonical(value) + b"\n"
        self._digest.update(data)
        self._out.write(data)


class Damaged(ValueError):
    """A line is not what the format says."""


def read_line(data: bytes) -> dict[str, Any]:
    """Return the object of one line without its line feed; raise Damaged unless it is canonical JSON."""
    try:
        value = json.loads(data)
        if not isinstance(value, dict) or canonical(value) != data:
            raise Damaged("the line is not written in its one form")
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from None
    return value


def read_lines(source: BinaryIO) -> Iterator[tuple[int, bytes, str]]:
    """Yield number, bytes (without line feed) and, of all bytes before it, the SHA-256 of each line.

    Raises Damaged for a last line without line feed (a file cut off) and for an endless line.
    """
    digest = hashlib.sha256()
    number = 0
    while data := source.readline(LONGEST_LINE):
        number += 1
        if not data.endswith(b"\n"):
            raise Damaged(f"line {number} has no end")
        yield number, data[:-1], digest.hexdigest()
        digest.update(data)
