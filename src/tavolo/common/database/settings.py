"""Django's DATABASES: the embedded server's socket, or the server named in DATABASE_URL.

Reading this starts nothing and needs no server: `tavolo.common.database.server.ensure_running` does.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tavolo.common.database.account import server_account_name
from tavolo.common.database.layout import PORT, find_layout
from tavolo.common.errors import Problem

DATABASE = "tavolo"
ROLES = {"owner": "tavolo_owner", "app": "tavolo_app", "auditor": "tavolo_auditor"}
URL_VARIABLES = {
    "owner": "TAVOLO_OWNER_DATABASE_URL",
    "app": "DATABASE_URL",
    "auditor": "TAVOLO_AUDITOR_DATABASE_URL",
}
SUPERUSER = "tavolo_super"


def databases() -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES for the role of this process.

    The role is `TAVOLO_DATABASE_ROLE` (owner, app or auditor; app when unset): migrations and tests
    run as the owner, web and worker as the app.
    """
    return {"default": connection_settings(current_role())}


def current_role() -> str:
    """Return the database role this process is meant to use."""
    role = os.environ.get("TAVOLO_DATABASE_ROLE", "app")
    if role not in ROLES:
        raise Problem(f"TAVOLO_DATABASE_ROLE is {role!r}; it must be one of {', '.join(ROLES)}")
    return role


def use_role(role: str) -> None:
    """Choose the role for this process; call it before Django reads its settings."""
    os.environ["TAVOLO_DATABASE_ROLE"] = role
    current_role()


def uses_external_server() -> bool:
    """Say whether DATABASE_URL names a server, so that no embedded one is started."""
    return bool(os.environ.get("DATABASE_URL"))


def connection_settings(role: str) -> dict[str, Any]:
    """Return one entry of DATABASES for `role` (owner, app or auditor)."""
    common: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_tavolo"},
    }
    if uses_external_server():
        return common | _external(role)
    return common | {
        "NAME": DATABASE,
        "USER": ROLES[role],
        "PASSWORD": "",
        "HOST": str(find_layout().socket_folder),
        "PORT": str(PORT),
        "OPTIONS": {"requirepeer": server_account_name()},
    }


def has_own_url(role: str) -> bool:
    """Say whether an external server has an address of its own for `role`."""
    return bool(os.environ.get(URL_VARIABLES[role]))


def connection_arguments(role: str) -> dict[str, Any]:
    """Return keyword arguments of `psycopg.connect` for `role`."""
    entry = connection_settings(role)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    found: dict[str, Any] = {target: entry[key] for key, target in names.items() if entry.get(key)}
    found.update(entry["OPTIONS"])
    return found


def _external(role: str) -> dict[str, Any]:
    variable = URL_VARIABLES[role] if has_own_url(role) else "DATABASE_URL"
    url = urlsplit(os.environ[variable])
    if url.scheme not in ("postgres", "postgresql"):
        raise Problem(
            f"{variable} must read postgresql://user:password@host:5432/name; it starts with {url.scheme!r}"
        )
    options = dict(parse_qsl(url.query))
    host = options.pop("host", None) or unquote(url.hostname or "")
    name = unquote(url.path.lstrip("/"))
    if not name:
        raise Problem(f"{variable} names no database; it must read postgresql://user:password@host:5432/name")
    return {
        "NAME": name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or options.pop("port", "") or ""),
        "OPTIONS": options,
    }
