"""Keys of the shared cache are HMACs: rate limits of signing in are counted by address and by e-mail,
and neither should be readable in the database."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def hashed_key(key: str, prefix: str, version: int) -> str:
    """Return the stored form of a cache key."""
    text = f"{prefix}:{version}:{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
