# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A signed cookie that lets one browser vote in one consultation for half an hour.

Issued by the voting page, which has asked the session, the roll and the policy. A vote then needs neither
session nor account rows: fewer statements, and nothing about the person is read or written beside the
ballot. It is bound to the session cookie, so signing out ends it.

Whoever votes by slip has no session: the cookie then says so (`by`) and lasts as long, or shorter on a shared
tablet, and "I have finished" takes it away. It names the slip's row, never its code.
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
SHARED_MINUTES = 10
ACCOUNT, SLIP, SHARED = "account", "slip", "shared"


def _session_mark(request: HttpRequest) -> str:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return hashlib.sha256(key.encode()).hexdigest()[:32] if key else ""


def issue(request: HttpRequest, response: HttpResponse, consultation_id: uuid.UUID) -> None:
    """Let this browser vote as the signed-in person, who is on the roll."""
    mark = _session_mark(request)
    if not mark:
        return
    territory = get_scope()["territory"].pk
    contents = [str(consultation_id), str(request.user.pk), mark, str(territory)]
    _set(response, consultation_id, contents, MINUTES)


def issue_to_slip(
    response: HttpResponse, consultation_id: uuid.UUID, voter_id: uuid.UUID, *, shared: bool
) -> None:
    """Let this browser vote with a slip (or a mailed code) that has just been entered.

    `shared`: the browser is a tablet many people use.
    """
    territory = get_scope()["territory"].pk
    contents = [str(consultation_id), str(voter_id), SHARED if shared else SLIP, str(territory)]
    _set(response, consultation_id, contents, SHARED_MINUTES if shared else MINUTES)


def _path(consultation_id: uuid.UUID) -> str:
    return reverse("dialogue:vote", args=[consultation_id])


def _set(response: HttpResponse, consultation_id: uuid.UUID, contents: list[str], minutes: int) -> None:
    response.set_cookie(
        COOKIE, signing.dumps(contents, salt=SALT), max_age=minutes * 60, path=_path(consultation_id),
        httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def clear(response: HttpResponse, consultation_id: uuid.UUID) -> None:
    """Take the capability away from this browser."""
    response.delete_cookie(COOKIE, path=_path(consultation_id), samesite="Strict")


@dataclass(frozen=True)
class Held:
    """Who may vote, in the consultation asked about, and the territory it belongs to.

    `account_id` may be a slip's or a listed person's id; `by` says which way.
    """

    account_id: uuid.UUID
    territory_id: uuid.UUID
    by: str = ACCOUNT


def held(request: HttpRequest, consultation_id: uuid.UUID) -> Held | None:
    """Return what this browser's cookie holds for this consultation, if it still holds."""
    text = request.COOKIES.get(COOKIE, "")
    if not text:
        return None
    try:
        consultation, account, mark, territory = signing.loads(text, salt=SALT, max_age=MINUTES * 60)
    except (signing.BadSignature, ValueError):
        return None
    if consultation != str(consultation_id) or not mark:
        return None
    if mark in (SLIP, SHARED):
        # A tablet's cookie ends earlier than the signature's own age allows.
        return Held(uuid.UUID(account), uuid.UUID(territory), mark) if mark == SLIP or _fresh(text) else None
    if mark != _session_mark(request):
        return None
    return Held(uuid.UUID(account), uuid.UUID(territory))


def _fresh(text: str) -> bool:
    try:
        signing.loads(text, salt=SALT, max_age=SHARED_MINUTES * 60)
    except signing.BadSignature:
        return False
    return True


def without_account(request: HttpRequest, consultation_id: uuid.UUID) -> Held | None:
    """Return what this browser holds by a slip or a mailed code, not by an account."""
    found = held(request, consultation_id)
    return found if found is not None and found.by != ACCOUNT else None


def voter(request: HttpRequest, consultation_id: uuid.UUID) -> uuid.UUID | None:
    """Return the account this browser may vote for in this consultation, if its cookie still holds."""
    found = held(request, consultation_id)
    return found.account_id if found else None
