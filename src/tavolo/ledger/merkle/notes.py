"""Checkpoints: signed statements of a tree's size and root, as text a person can keep in a drawer.

The form is that of transparency logs (C2SP "tlog-checkpoint" over "signed-note"): three lines of origin,
size and root in base64, lines of our own, an empty line, and a signature line made with Ed25519:

    tavolo/5d2c7c0e-...
    1024
    FQqrUZ1ym0Y0kF4l2Fj6n0n3v0m0oZ0m2n0Z1cV3m7o=
    at 2026-04-13T09:00:00.000000Z

    — tavolo/5d2c7c0e-... 1tVqz...

so that other programs of that family can read them too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tavolo.ledger.merkle.acts import instant
from tavolo.ledger.merkle.hashing import HASH_SIZE

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_AT = re.compile(r"at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)")
_DASH = "\u2014"


class Malformed(ValueError):
    """The text is not a checkpoint or not a key."""


@dataclass(frozen=True)
class PublicKey:
    """A register's public key with the name it signs under."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that point to this key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def text(self) -> str:
        """Return the key as one line: name+id+key."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Return whether `signature` (64 bytes) was made over `message` with this key's private half."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_key(text: str) -> PublicKey:
    """Return the key written as name+id+key; raise Malformed where it is not one."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _base64(encoded)
    if not _NAME.fullmatch(name) or len(raw) != 33 or raw[:1] != _ED25519:
        raise Malformed("this is not a register's public key (name+id+key)")
    key = PublicKey(name, raw[1:])
    if key_id != key.id.hex():
        raise Malformed("the public key does not match its own id; it was copied wrongly")
    return key


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint as read: what it says, and who signed it."""

    origin: str
    size: int
    root: bytes
    at: str
    text: str
    key_id: bytes
    signature: bytes

    def signed_by(self, key: PublicKey) -> bool:
        """Return whether this key signed exactly this text under this origin."""
        if key.name != self.origin or key.id != self.key_id:
            return False
        return key.accepts(self.signature, body(self.text).encode())


def write_checkpoint(*, origin: str, size: int, root: bytes, at: datetime, key: Ed25519PrivateKey) -> str:
    """Return a signed checkpoint. `at` is the moment of signing, with its time zone."""
    if not _NAME.fullmatch(origin) or size < 0 or len(root) != HASH_SIZE:
        raise ValueError("a checkpoint needs a name without spaces, a size and a 32-byte root")
    said = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\nat {instant(at)}\n"
    public = PublicKey(origin, key.public_key().public_bytes_raw())
    line = base64.b64encode(public.id + key.sign(said.encode())).decode()
    return f"{said}\n{_DASH} {origin} {line}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """Return what a checkpoint says, its signature unchecked; raise Malformed where it is not one.

    Exactly one form is accepted, so that no character can change without being noticed.
    """
    said, gap, signatures = text.partition("\n\n")
    lines = said.split("\n")
    if not gap or len(lines) != 4 or not _NAME.fullmatch(lines[0]) or not _SIZE.fullmatch(lines[1]):
        raise Malformed("this is not a checkpoint: it must begin with origin, size and root")
    root = _base64(lines[2])
    at = _AT.fullmatch(lines[3])
    line = re.fullmatch(rf"{_DASH} (\S+) (\S+)\n", signatures)
    if len(root) != HASH_SIZE or at is None or line is None or line[1] != lines[0]:
        raise Malformed("the checkpoint is damaged: root, time or signature line cannot be read")
    signed = _base64(line[2])
    if len(signed) != 68:
        raise Malformed("the checkpoint's signature has the wrong length")
    return Checkpoint(lines[0], int(lines[1]), root, at[1], text, signed[:4], signed[4:])


def body(text: str) -> str:
    """Return the part of a checkpoint the signature covers."""
    return text.partition("\n\n")[0] + "\n"


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("a part that must be base64 is not") from None
    if base64.b64encode(raw).decode() != text:
        raise Malformed("a part in base64 is not written in its one form")
    return raw
