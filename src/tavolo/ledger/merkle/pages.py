"""The register's seal over the pages of a signed PDF: a last line that any reader of PDF takes for a comment.

    \\n%tavolo-pages-1 <key id> <signature, base64>\\n

The signature (Ed25519, the register's key) is over `tavolo-agreement/1 pages`, the register's origin, the
SHA-256 of the exact text and the SHA-256 of all bytes before the line, one to a line. So whoever holds the
PDF alone can tell whether a single byte of it was changed; without the line only its attachments are proved.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tavolo.ledger.merkle.notes import PublicKey

MARK = b"\n%tavolo-pages-1 "
_LINE = re.compile(rb"([0-9a-f]{8,64}) ([A-Za-z0-9+/=]{88})\n")


def message(origin: str, text: str, digest: str) -> bytes:
    """Return the bytes the seal signs, from the SHA-256 of text and PDF in hexadecimal."""
    return f"tavolo-agreement/1 pages\n{origin}\n{text}\n{digest}\n".encode()


def seal(data: bytes, origin: str, text: str, key: Ed25519PrivateKey) -> bytes:
    """Return a PDF with the seal as its last line; `text` is the SHA-256 of the exact text."""
    public = PublicKey(origin, key.public_key().public_bytes_raw())
    signature = key.sign(message(origin, text, hashlib.sha256(data).hexdigest()))
    return data + MARK + f"{public.id.hex()} {base64.b64encode(signature).decode()}\n".encode()


def find(data: bytes) -> bytes:
    """Return what the seal of a PDF says, as JSON; nothing where there is none.

    `digest` is that of the bytes before it; `whole` tells that the line is intact and nothing follows it.
    """
    place = data.rfind(MARK)
    if place < 0:
        return b""
    line = _LINE.fullmatch(data[place + len(MARK) :])
    found = {"digest": hashlib.sha256(data[:place]).hexdigest(), "whole": line is not None}
    if line is not None:
        found |= {"key": line[1].decode(), "signature": line[2].decode()}
    return json.dumps(found).encode()


def holds(found: bytes, origin: str, text: str, keys: dict[str, PublicKey]) -> bool:
    """Say whether what `find` returned is a seal of this register over these pages and this text."""
    said = json.loads(found)
    key = keys.get(said.get("key", "")) if said["whole"] else None
    if key is None:
        return False
    try:
        signature = base64.b64decode(said["signature"], validate=True)
    except binascii.Error:
        return False
    return key.accepts(signature, message(origin, text, said["digest"]))
