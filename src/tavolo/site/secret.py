"""Django's signing key: made once in the key store, rotated there, never in the database or the code."""

from __future__ import annotations

import os

from tavolo.common import paths
from tavolo.common.keys.store import KeyStore
from tavolo.common.keys.uses import text_secrets


def secret_keys() -> tuple[str, list[str]]:
    """Return the signing key in force and the older ones still accepted.

    `TAVOLO_SECRET_KEY` overrides the store, for installations that keep their secrets elsewhere.
    """
    given = os.environ.get("TAVOLO_SECRET_KEY")
    if given:
        return given, []
    newest, *older = [
        f"tavolo-django-{text}" for text in text_secrets(KeyStore(paths.keys()), "django-secret")
    ]
    return newest, older
