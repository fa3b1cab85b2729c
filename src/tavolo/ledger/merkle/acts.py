"""From what an act says to the leaf that binds it.

    statement  = canonical JSON (RFC 8785) of who, in which role, what, when, on which object
    commitment = HMAC-SHA256(salt, statement)          salt: 32 random bytes, one per act
    leaf data  = canonical JSON of {"commitment": hex, "id": the act's random id}
    leaf hash  = SHA-256(0x00 || leaf data)            RFC 9162, section 2.1

A commitment tells nothing about the statement to anyone who lacks the salt, and after salt and statement
are erased nobody can tell which statement it was: the leaf stays, the tree stays valid.
"""

from __future__ import annotations

import hmac
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import rfc8785

from tavolo.ledger.merkle.hashing import leaf_hash

SALT_SIZE = 32
COMMITMENT_SIZE = 32
LARGEST_INTEGER = 2**53 - 1

# The act that says another act's content was erased; its object is the erased act.
ERASED = "ledger.act_erased"
ACT_TYPE = "ledger.act"

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Statement:
    """What an act says. `at` is in UTC; `content` holds only plain JSON values (see `plain`)."""

    id: uuid.UUID
    territory: uuid.UUID
    actor: uuid.UUID | None
    role: str
    act: str
    object_type: str
    object_id: uuid.UUID
    at: datetime
    content: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the statement as the object whose canonical form is committed to."""
        return {
            "act": self.act,
            "actor": str(self.actor) if self.actor else None,
            "at": instant(self.at),
            "content": dict(self.content),
            "id": str(self.id),
            "object": {"id": str(self.object_id), "type": self.object_type},
            "role": self.role,
            "territory": str(self.territory),
        }


def instant(moment: datetime) -> str:
    """Return an aware moment as UTC text with microseconds, e.g. 2026-04-13T09:00:00.000000Z.

    Raises ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone can be read in two ways")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """Return `value` made of plain JSON values only: text, integers, true, false, null, lists, objects.

    Ids, dates, moments and Decimals become text. Raises ValueError for floats, for integers beyond
    2**53 - 1 and for text a database or another JSON reader would change: the same statement must give
    the same bytes everywhere and for ever.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"the integer {value} is too large for JSON; write it as text")
        return value
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ValueError("the text holds a NUL character or half a character; remove it")
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, (uuid.UUID, date, Decimal)):
        return str(value)
    if isinstance(value, Mapping):
        return {plain_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise ValueError(f"a {type(value).__name__} cannot stand in an act; write it as text or integer")


def plain_key(key: Any) -> str:
    """Return an object's key, which must be text."""
    if not isinstance(key, str):
        raise ValueError(f"a key of an act's content must be text, not {type(key).__name__}")
    return str(plain(key))


def canonical(value: Any) -> bytes:
    """Return the one JSON encoding (RFC 8785) of plain values."""
    return rfc8785.dumps(value)


def commitment(salt: bytes, statement: Mapping[str, Any]) -> bytes:
    """Return the 32-byte HMAC-SHA256 of the canonical statement under a 32-byte salt."""
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes, not {len(salt)}")
    return hmac.digest(salt, canonical(statement), "sha256")


def leaf_data(act_id: uuid.UUID, committed: bytes) -> bytes:
    """Return the bytes of a leaf: the act's random id and the commitment, nothing else."""
    if len(committed) != COMMITMENT_SIZE:
        raise ValueError(f"a commitment has {COMMITMENT_SIZE} bytes, not {len(committed)}")
    return canonical({"commitment": committed.hex(), "id": str(act_id)})


def act_leaf_hash(act_id: uuid.UUID, committed: bytes) -> bytes:
    """Return the 32-byte leaf hash of an act."""
    return leaf_hash(leaf_data(act_id, committed))
