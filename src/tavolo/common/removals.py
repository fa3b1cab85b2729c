# mypy: disable-error-code="attr-defined, no-any-return"
"""A retry of what takes away its own ground: the row is gone, or the seat from which one acted.

What a program or a page answers to a retry comes from the note of `once` only where the view is reached and
finds the row. After a removal neither holds: the policy refuses, the view finds nothing. So the first answer
to a removal is kept beside that note, in one transaction with the removal, and given again to a request with
the same key, method, address and account. Another key finds nothing: 404, as for what never was.

    @require_POST
    @removal
    def item_remove(request, item_id): ...

The answer holds what the person was told when the row was there: ids and "removed", or where the page went.
"""

from __future__ import annotations

import functools
import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.idempotency import digest_of, key_from
from tavolo.common.models import IdempotentRequest

ACTION = "removal"
METHODS = ("POST", "DELETE")
View = Callable[..., HttpResponse]


def removal(view: View) -> View:
    """Wrap a view that takes a row away, so that a retry with the same key gets the first answer."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in METHODS or not key_from(request) or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            try:
                answer = view(request, *args, **kwargs)
            except Http404:
                # The row went between the policy and the view: the first of two requests was quicker.
                first = first_answer(request)
                if first is None:
                    raise
                return first
            if answer.status_code == 404:
                return first_answer(request) or answer
            _keep(request, answer)
        return answer

    return wrapped


def first_answer(request: HttpRequest) -> HttpResponse | None:
    """Return the answer kept for the removal this request repeats, or None."""
    if request.method not in METHODS or not request.user.is_authenticated:
        return None
    key = key_from(request)
    if not key:
        return None
    kept = _of(request, key).filter(action=ACTION, request_hash=_asked(request)).first()
    if kept is None:
        return None
    if "to" in kept.result:
        messages.info(request, _("This was done already: your request had arrived the first time."))
        return HttpResponseRedirect(kept.result["to"])
    return JsonResponse(kept.result["body"], safe=False)


def _keep(request: HttpRequest, answer: HttpResponse) -> None:
    """Keep the answer, if the request did its work: a refusal left no note of `once` behind."""
    key = key_from(request)
    if not _of(request, key).exclude(action=ACTION).exists():
        return
    if isinstance(answer, HttpResponseRedirect):
        result: dict[str, Any] = {"to": answer.url}
    elif answer.status_code == 200 and answer.get("Content-Type", "").startswith("application/json"):
        result = {"body": json.loads(answer.content)}
    else:
        return
    row = IdempotentRequest(
        id=uuid.uuid4(), territory=get_scope()["territory"], account_id=request.user.pk, action=ACTION,
        key_hash=_hash(key), request_hash=_asked(request), result=result,
    )  # fmt: skip
    IdempotentRequest.objects.bulk_create([row], ignore_conflicts=True)


def _of(request: HttpRequest, key: str) -> Any:
    return IdempotentRequest.objects.filter(account_id=request.user.pk, key_hash=_hash(key))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _asked(request: HttpRequest) -> str:
    """Return a digest of what a request asks. A program's body counts; a form's holds tokens that change."""
    said = ""
    if request.path.startswith("/api/"):
        try:
            said = hashlib.sha256(request.body).hexdigest()
        except RawPostDataException:
            said = "form"
    return digest_of([request.method, request.path, said])
