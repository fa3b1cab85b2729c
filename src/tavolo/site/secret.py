"""Django's signing key: made once, kept in the data folder, never in the database or the code."""

from __future__ import annotations

import os
import secrets

from tavolo.common.paths import home, private_folder


def secret_keys() -> tuple[str, list[str]]:
    """Return the signing key in force and the older ones still accepted."""
    given = os.environ.get("TAVOLO_SECRET_KEY")
    if given:
        return given, []
    path = private_folder(home()) / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip(), []
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="utf-8").strip(), []
