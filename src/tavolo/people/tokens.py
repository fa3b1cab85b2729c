"""Keys at the door: `Authorization: Bearer …` on /api/ stands in for a session.

A request with such a header is the key's owner or nobody: a session cookie beside it is ignored. Only
for a good key is the protection against cross-site requests lifted, because no browser sends this
header by itself. A key without the right to write may only read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from tavolo.people.models import ApiToken
from tavolo.people.services.invitations import token_hash
from tavolo.people.services.tokens import usable

SAFE = ("GET", "HEAD", "OPTIONS")
SCHEME = "bearer "


class TokenMiddleware:
    """Put the owner of a key in the place of the session's person. After AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        if not request.path.startswith("/api/") or not header.lower().startswith(SCHEME):
            return self.get_response(request)
        token = _find(header[len(SCHEME) :].strip())
        request.user = token.account if token else AnonymousUser()
        if token is None:
            return JsonResponse({"detail": "This key is unknown, expired or revoked."}, status=401)
        if request.method not in SAFE and "write" not in token.scopes:
            return JsonResponse({"detail": "This key may only read. Make one that may write."}, status=403)
        request.api_token = token  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)


def _find(text: str) -> ApiToken | None:
    found: ApiToken | None = (
        usable(timezone.now()).select_related("account").filter(token_hash=token_hash(text)).first()
    )
    return found


class KeyOrSession(AuthBase):
    """The API's authentication: a key, or the session of a browser with its CSRF token."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_name = "key"

    def __call__(self, request: HttpRequest) -> Any:
        """Return the person, or None for nobody; 403 for a session's request without a CSRF token."""
        if not request.user.is_authenticated:
            return None
        if getattr(request, "api_token", None) is None and check_csrf(request) is not None:
            raise HttpError(403, "The CSRF token is missing or wrong.")
        return request.user


key_or_session = KeyOrSession()
