"""Where mails go, from the environment: a server named by an address, or a folder in the demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tavolo.common.errors import Problem

_DJANGO = "django.core.mail.backends"
# scheme: port, STARTTLS, TLS from the first byte
_SCHEMES = {"smtp": (25, False, False), "smtp+tls": (587, True, False), "smtps": (465, False, True)}
_SHAPE = "write smtp://host, smtp+tls://user:password@host:587 or smtps://user:password@host"


def mail_settings(environment: Mapping[str, str], mode: str, home: Path) -> dict[str, Any]:
    """Return Django's mail settings.

    `TAVOLO_MAIL` is the address of the server, `TAVOLO_MAIL_FROM` who the mails come from. The demonstration
    keeps its mails in a folder: its people are invented, nothing may reach a real address.

    Raises:
        Problem: the address is none of the three forms.
    """
    told: dict[str, Any] = {"EMAIL_TIMEOUT": 20}
    if sender := environment.get("TAVOLO_MAIL_FROM", ""):
        told |= {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender}
    if mode == "demo":
        return {
            **told, "EMAIL_BACKEND": f"{_DJANGO}.filebased.EmailBackend", "EMAIL_FILE_PATH": home / "mail",
        }  # fmt: skip
    return {**told, "EMAIL_BACKEND": f"{_DJANGO}.smtp.EmailBackend", **_server(environment)}


def _server(environment: Mapping[str, str]) -> dict[str, Any]:
    address = environment.get("TAVOLO_MAIL", "smtp://localhost")
    try:
        parts = urlsplit(address)
        port, starttls, tls = _SCHEMES[parts.scheme]
        port = parts.port or port
    except (KeyError, ValueError):
        raise Problem(f"TAVOLO_MAIL is not the address of a mail server: {_SHAPE}") from None
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise Problem(f"TAVOLO_MAIL is not the address of a mail server: {_SHAPE}")
    return {
        "EMAIL_HOST": parts.hostname, "EMAIL_PORT": port, "EMAIL_USE_TLS": starttls, "EMAIL_USE_SSL": tls,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
    }  # fmt: skip
