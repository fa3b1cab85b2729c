# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Pages of deadlines as iCalendar: one's own private address, what is behind it, and the public one."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tavolo.agreements import standing
from tavolo.agreements.commitments import feed as feeds
from tavolo.agreements.models import Agreement
from tavolo.common.errors import Problem
from tavolo.common.limits import TooOften, limit
from tavolo.people.roles import person

READS_PER_HOUR = 120


def calendar(request: HttpRequest) -> HttpResponse:
    """Make or revoke one's own address of deadlines. Its secret is shown once, on the answer to the form."""
    account, address = person(request), ""
    if request.method == "POST":
        if request.POST.get("do") == "revoke":
            feeds.revoke_key(account)
            return redirect("commitments:calendar")
        address = _new_address(request)
    context = {"address": address, "in_use": feeds.key_in_use(account.pk)}
    answer = render(request, "commitments/calendar.html", context)
    if address:
        answer["Cache-Control"] = "no-store"
    return answer


def _new_address(request: HttpRequest) -> str:
    try:
        limit(f"deadlines:{request.user.pk}", per=timedelta(hours=1), count=20)
    except Problem as problem:
        messages.error(request, str(problem))
        return ""
    token = feeds.make_key(person(request), request.territory.pk)
    return str(request.build_absolute_uri(reverse("commitments:feed", args=[token])))


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give the deadlines behind a private address; an unknown or revoked address is not there."""
    account = feeds.owner_of(token)
    if account is None:
        raise Http404
    try:
        limit(f"deadline-feed:{account.pk}", per=timedelta(hours=1), count=READS_PER_HOUR)
    except TooOften as problem:
        return HttpResponse(str(problem), status=429, headers={"Retry-After": str(problem.retry_after)})
    answer = _calendar(feeds.calendar_of(account, _base(request)), "impegni.ics")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_GET
def public_calendar(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Give everybody the deadlines of a signed agreement."""
    found = get_object_or_404(Agreement.objects.filter(state__in=standing.PUBLIC), pk=signed_agreement_id)
    return _calendar(feeds.public_calendar(found, _base(request)), "scadenze.ics")


def _base(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _calendar(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
