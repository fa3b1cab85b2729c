# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Doing something once for a form, and turning a refusal into a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once


def act(request: HttpRequest, action: str, work: Callable[[], Any], done: str = "") -> str | None:
    """Do `work` once for this form; return the id of what it made, or None after telling what was wrong."""
    key = key_from(request) or new_key()
    try:
        call = once(key, account_id=request.user.pk, action=f"meetings.{action}")
        result = call.run(lambda: id_of(work()))
    except Problem as problem:
        messages.error(request, str(problem))
        return None
    if done:
        messages.success(request, done)
    return str(result)


def id_of(row: Any) -> str:
    """Return a row's id as text; of anything else, nothing."""
    return str(getattr(row, "pk", ""))
