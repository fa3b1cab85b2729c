# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The operations of meetings over HTTP and JSON, on one router."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from tavolo.dialogue.answering import Operations
from tavolo.dialogue.meetings.acting import id_of

api = Operations("meetings")


def call(request: HttpRequest, action: str, work: Callable[[], Any], asked: Any) -> str:
    """Do `work` once for a key and what was asked; return the id of what it made."""
    return str(api.doing(request, action, asked, lambda: id_of(work())))
