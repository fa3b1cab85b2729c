# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A signed cookie that lets one browser vote in one consultation for half an hour.

Issued by the voting page, which has asked the session, the roll and the policy. A vote then needs neither
session nor account rows: fewer statements, and nothing about the person is read or written beside the
ballot. It is bound to the session cookie, so signing out ends it.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_scopes import get_scope

COOKIE = "tavolo_vote"
SALT = "tavolo.dialogue.vote"
MINUTES = 30


def _session_mark(request: HttpRequest) -> str:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return hashlib.sha256(key.encode()).hexdigest()[:32] if key else ""


def issue(request: HttpRequest, response: HttpResponse, consultation_id: uuid.UUID) -> None:
    """Let this browser vote as the signed-in person, who is on the roll."""
    mark = _session_mark(request)
    if not mark:
        return
    territory = get_scope()["territory"].pk
    text = signing.dumps([str(consultation_id), str(request.user.pk), mark, str(territory)], salt=SALT)
    response.set_cookie(
        COOKIE, text, max_age=MINUTES * 60, path=reverse("dialogue:vote", args=[consultation_id]),
        httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


@dataclass(frozen=True)
class Held:
    """Who may vote, in the consultation asked about, and the territory it belongs to."""

    account_id: uuid.UUID
    territory_id: uuid.UUID


def held(request: HttpRequest, consultation_id: uuid.UUID) -> Held | None:
    """Return what this browser's cookie holds for this consultation, if it still holds."""
    text = request.COOKIES.get(COOKIE, "")
    if not text:
        return None
    try:
        consultation, account, mark, territory = signing.loads(text, salt=SALT, max_age=MINUTES * 60)
    except (signing.BadSignature, ValueError):
        return None
    if consultation != str(consultation_id) or not mark or mark != _session_mark(request):
        return None
    return Held(uuid.UUID(account), uuid.UUID(territory))


def voter(request: HttpRequest, consultation_id: uuid.UUID) -> uuid.UUID | None:
    """Return the account this browser may vote for in this consultation, if its cookie still holds."""
    found = held(request, consultation_id)
    return found.account_id if found else None
