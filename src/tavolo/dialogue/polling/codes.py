"""Secret codes as people read and type them. No database, no clock.

Sixteen characters of Crockford's base 32: 80 bits, in four groups of four. The letters I, L, O and U do not
occur; who types them is understood.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
PAIRING_LENGTH = 8
_MEANT = str.maketrans({"I": "1", "L": "1", "O": "0"})


def make(length: int = LENGTH) -> str:
    """Return a fresh random code: five bits a character."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def shown(code: str) -> str:
    """Return a code in groups of four, as it stands on paper."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def read(typed: str, length: int = LENGTH) -> str | None:
    """Return the code somebody typed or scanned, or None where it cannot be one.

    Blanks, hyphens and small letters do not matter; of a scanned address only what follows # is the code.
    """
    text = typed.rsplit("#", 1)[-1][:80]
    plain = "".join(character for character in text.upper() if character.isalnum()).translate(_MEANT)
    return plain if len(plain) == length and set(plain) <= set(ALPHABET) else None
