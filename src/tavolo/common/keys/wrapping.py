"""Authenticated encryption under a key of 32 bytes (AES-256-GCM), and the master keys that wrap others."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tavolo.common.errors import Problem

KEY_BYTES = 32
NONCE_BYTES = 12
MASTER_VARIABLE = "TAVOLO_MASTER_KEY"


class DoesNotOpen(Exception):
    """The key, the context or the content is not the one it was sealed with."""


def seal(key: bytes, content: bytes, context: bytes) -> bytes:
    """Return nonce and ciphertext of `content`, bound to `context` (bytes that are not secret)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, context)


def unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Return what `seal` was given; raise DoesNotOpen when key, context or a single bit differs."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise DoesNotOpen from None


def encode(data: bytes) -> str:
    """Return URL-safe base64 text."""
    return base64.urlsafe_b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of URL-safe base64 text."""
    return base64.urlsafe_b64decode(text.encode("ascii"))


def master_id(master: bytes) -> str:
    """Return a short name of a master key, safe to write beside what it wraps."""
    return hashlib.sha256(b"tavolo master key id" + master).hexdigest()[:16]


def read_masters(folder: Path) -> list[bytes]:
    """Return the master keys, the one in force first.

    They come from TAVOLO_MASTER_KEY (the new and then the old ones, separated by commas) or else from
    the file `master.key`, which is made on first use.
    """
    given = os.environ.get(MASTER_VARIABLE)
    if given:
        return _parse(given.replace(",", "\n"), MASTER_VARIABLE)
    path = folder / "master.key"
    try:
        return _parse(path.read_text("ascii"), str(path))
    except FileNotFoundError:
        pass
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _parse(path.read_text("ascii"), str(path))
    with os.fdopen(descriptor, "w") as out:
        out.write(encode(secrets.token_bytes(KEY_BYTES)) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return _parse(path.read_text("ascii"), str(path))


def _parse(text: str, where: str) -> list[bytes]:
    try:
        masters = [decode(line.strip()) for line in text.splitlines() if line.strip()]
    except (binascii.Error, UnicodeError):
        masters = []
    if not masters or any(len(master) != KEY_BYTES for master in masters):
        raise Problem(
            "a master key is 32 bytes in URL-safe base64, 44 characters; make one with "
            "`tavolo keys new-master`",
            file=where,
        )
    return masters
