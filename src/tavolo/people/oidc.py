"""OpenID Connect from the environment: the door to SPID and CIE proxies and to offices' own sign-in.

TAVOLO_OIDC_ISSUER      address of the provider (its discovery document lies below it)
TAVOLO_OIDC_CLIENT_ID   the client's name at the provider
TAVOLO_OIDC_SECRET      its secret, or
TAVOLO_OIDC_SECRET_FILE a file that holds it
TAVOLO_OIDC_NAME        what the button says (default "Single sign-on")
TAVOLO_OIDC_SCOPE       scopes, separated by spaces (default "openid email profile")

Several providers: TAVOLO_OIDC_PROVIDERS=city,spid and TAVOLO_OIDC_CITY_ISSUER, TAVOLO_OIDC_SPID_ISSUER, ...
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def providers(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return SOCIALACCOUNT_PROVIDERS as the environment says; raise ValueError where a part is missing."""
    names = [name for name in environment.get("TAVOLO_OIDC_PROVIDERS", "").split(",") if name.strip()]
    if names:
        apps = [_app(environment, f"TAVOLO_OIDC_{name.strip().upper()}_", name.strip()) for name in names]
    elif environment.get("TAVOLO_OIDC_ISSUER"):
        apps = [_app(environment, "TAVOLO_OIDC_", "oidc")]
    else:
        apps = []
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}} if apps else {}


def _app(environment: Mapping[str, str], prefix: str, name: str) -> dict[str, Any]:
    issuer = environment.get(f"{prefix}ISSUER", "")
    client = environment.get(f"{prefix}CLIENT_ID", "")
    secret_file = environment.get(f"{prefix}SECRET_FILE", "")
    secret = Path(secret_file).read_text().strip() if secret_file else environment.get(f"{prefix}SECRET", "")
    missing = [
        f"{prefix}{part}"
        for part, value in (("ISSUER", issuer), ("CLIENT_ID", client), ("SECRET", secret))
        if not value
    ]
    if missing:
        raise ValueError(
            f"sign-in through OpenID Connect needs {', '.join(missing)}: set them or none of them"
        )
    return {
        "provider_id": name,
        "name": environment.get(f"{prefix}NAME", "Single sign-on"),
        "client_id": client,
        "secret": secret,
        "settings": {
            "server_url": issuer,
            "scope": environment.get(f"{prefix}SCOPE", "openid email profile").split(),
        },
    }
