# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the room's pages share: doing something once, and turning a refusal into a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once


def attempt(request: HttpRequest, action: str, work: Callable[[], Any], done: str = "") -> bool:
    """Do `work` once for this form, and tell the person how it went. Returns whether it was done."""
    key = key_from(request) or new_key()
    try:
        once(key, account_id=request.user.pk, action=f"dialogue.{action}").run(lambda: _nothing(work()))
    except Problem as problem:
        messages.error(request, str(problem))
        return False
    if done:
        messages.success(request, done)
    return True


def carry_out(
    request: HttpRequest, action: str, work: Callable[[], Any], done: str = "", *, to: tuple[Any, ...]
) -> HttpResponse:
    """Do `work` once for this form, tell the person how it went, and go to the page named by `to`."""
    attempt(request, action, work, done)
    return redirect(*to)


def _nothing(result: Any) -> Any:
    return result if isinstance(result, str | int | bool) else None
