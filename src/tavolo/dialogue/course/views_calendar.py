# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Pages of the calendar: dated entries, one's own calendar address, and the calendar behind it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.common.limits import TooOften, limit
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.course import policies
from tavolo.dialogue.course.forms import EntryForm
from tavolo.dialogue.course.models import Entry
from tavolo.dialogue.course.services import calendar as service
from tavolo.dialogue.course.services import feed as feeds
from tavolo.dialogue.course.views import course_of, form_page
from tavolo.people.roles import person

READS_PER_HOUR = 120


def entry_new(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Write a date into the calendar."""
    course = course_of(request, table_id)
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and attempt(
        request, "course.entry_new",
        lambda: str(service.add_entry(course.table, form.said(), actor_id=request.user.pk).pk),
        _("The date is in the calendar; the delegations have a notice."),
    ):  # fmt: skip
        return redirect(reverse("course:path", args=[table_id]) + "#calendario")
    return form_page(request, course.table, _("New date"), form)


def _entry(request: HttpRequest, entry_id: uuid.UUID) -> Entry:
    found = policies.entry_at(request, {"entry_id": entry_id})
    if found is None:
        raise Http404
    return found


def entry(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Correct or move a date."""
    found = _entry(request, entry_id)
    table = found.course.table
    names = ("kind", "title", "on", "at", "place", "text", "audience", "remind_days")
    form = EntryForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid() and attempt(
        request, "course.entry",
        lambda: str(service.change_entry(found, form.said(), actor_id=request.user.pk).pk),
        _("The date is corrected."),
    ):  # fmt: skip
        return redirect(reverse("course:path", args=[table.pk]) + "#calendario")
    return form_page(request, table, _("Correct a date"), form, withdraw=None if found.withdrawn else found)


@require_POST
def entry_withdraw(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Take a date out of the calendar."""
    found = _entry(request, entry_id)
    attempt(
        request, "course.entry_withdraw",
        lambda: service.withdraw_entry(found, actor_id=request.user.pk), _("The date is withdrawn."),
    )  # fmt: skip
    return redirect(reverse("course:path", args=[found.course.table_id]) + "#calendario")


def calendar(request: HttpRequest) -> HttpResponse:
    """Make or revoke one's own calendar address. Its secret is shown once, on the answer to the form."""
    account, address = person(request), ""
    if request.method == "POST":
        if request.POST.get("do") == "revoke":
            feeds.revoke_key(account)
            return redirect("course:calendar")
        address = _new_address(request)
    context = {"address": address, "in_use": feeds.key_in_use(account.pk), "key": new_key()}
    answer = render(request, "course/calendar.html", context)
    if address:
        answer["Cache-Control"] = "no-store"
    return answer


def _new_address(request: HttpRequest) -> str:
    try:
        limit(f"calendar:{request.user.pk}", per=timedelta(hours=1), count=20)
    except Problem as problem:
        messages.error(request, str(problem))
        return ""
    token = feeds.make_key(person(request), request.territory.pk)
    return str(request.build_absolute_uri(reverse("course:feed", args=[token])))


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give the calendar behind a private address; an unknown or revoked address is not there."""
    account = feeds.owner_of(token)
    if account is None:
        raise Http404
    try:
        limit(f"feed:{account.pk}", per=timedelta(hours=1), count=READS_PER_HOUR)
    except TooOften as problem:
        return HttpResponse(str(problem), status=429, headers={"Retry-After": str(problem.retry_after)})
    base = f"{request.scheme}://{request.get_host()}"
    answer = HttpResponse(feeds.calendar_of(account, base), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="tavolo.ics"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
