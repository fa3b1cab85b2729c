# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Doing something once for a form or a call, turning a refusal into a message, and knowing who confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest

from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing.services.sealing import seal
from tavolo.agreements.signing.services.signatures import Proof
from tavolo.common.errors import Problem
from tavolo.common.idempotency import HEADER, key_from, new_key, once


def act(request: HttpRequest, action: str, work: Callable[[], Any], done: str = "") -> str | None:
    """Do `work` once for this form; return the id of what it made, or None after telling what was wrong."""
    key = key_from(request) or new_key()
    try:
        result = once(key, account_id=request.user.pk, action=f"signing.{action}").run(lambda: _id(work()))
    except Problem as problem:
        messages.error(request, str(problem))
        return None
    if done:
        messages.success(request, done)
    return str(result)


def call(request: HttpRequest, action: str, work: Callable[[], Any], asked: Any = None) -> str:
    """Do `work` for an API call, once where it carries an Idempotency-Key; return the id of what it made."""
    key = request.headers.get(HEADER, "") or new_key()
    made = once(key, account_id=request.user.pk, action=f"signing.{action}", request=asked)
    return str(made.run(lambda: _id(work())))


def _id(row: Any) -> str:
    if isinstance(row, list):
        row = row[0] if row else None
    return str(getattr(row, "pk", ""))


def proof_of(request: HttpRequest) -> Proof:
    """Return how and when the person confirmed who they are in this session; nothing for a key."""
    # A session that comes along with a key confirms nothing: the key stands for the person by itself.
    if getattr(request, "api_token", None) is not None or getattr(request, "session", None) is None:
        return Proof()
    found = []
    for record in get_authentication_records(request, request.user):
        method = record.get("type") if record.get("method") == "mfa" else record.get("method")
        if method and record.get("at"):
            found.append((str(method), datetime.fromtimestamp(record["at"], UTC)))
    return Proof(tuple(found))


def after_signature(agreement: Agreement) -> None:
    """Make the signed files as soon as the last signature is there; the worker does it if this fails."""
    agreement.refresh_from_db(fields=["state"])
    if agreement.state == State.SIGNED:
        seal(agreement)
