# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What awaits me, search, activity, and how I am told."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.limits import limit
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.following.digests import choose_mail, mail_choice
from tavolo.dialogue.following.models import MailChoice
from tavolo.dialogue.following.searching import LONGEST_QUERY
from tavolo.dialogue.models import Table

PAGE = 30
SEARCHES_PER_MINUTE = 60


@never_cache
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what awaits the person, the nearest day first."""
    items = hooks.awaiting(request.user.pk)
    tables = _titles(request.user.pk, {item.table_id for item in items if item.table_id is not None})
    rows = [(item, tables.get(item.table_id, "")) for item in items]
    return render(
        request, "following/waiting.html", {"items": items, "rows": rows, "today": standing.today()}
    )


def _titles(account_id: uuid.UUID, wanted: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the titles of tables, of those the person sees: mostly those where they sit."""
    found = {seat.party.table_id: seat.party.table.title for seat in standing.own_seats(account_id)}
    if wanted - found.keys():
        found |= dict(standing.visible_tables(account_id).values_list("pk", "title"))
    return found


def search(request: HttpRequest) -> HttpResponse:
    """Search in what the person may see."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found: list[hooks.Match] = []
    if query:
        try:
            limit(f"search:{_who(request)}", per=timedelta(minutes=1), count=SEARCHES_PER_MINUTE)
            found = hooks.found(request.user.pk, query)
        except Problem as problem:
            messages.error(request, str(problem))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "following/search.html", {"query": query, "page": page, "count": len(found)})


def _who(request: HttpRequest) -> Any:
    return request.user.pk or request.META.get("REMOTE_ADDR", "")


def activity(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Show what happened at a table and what is coming, as this person may know it."""
    table: Table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    events = hooks.events_of(request.user.pk, table)
    today = standing.today()
    coming = [event for event in reversed(events) if event.on > today]
    past = Paginator([event for event in events if event.on <= today], PAGE)
    context = {"table": table, "coming": coming, "page": past.get_page(request.GET.get("page"))}
    return render(request, "following/activity.html", context)


def telling(request: HttpRequest) -> HttpResponse:
    """Show how the person is told by mail."""
    context = {"choices": MailChoice.choices, "chosen": mail_choice(request.user.pk)}
    return render(request, "following/telling.html", context)


@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """Change how the person is told by mail."""
    choice = request.POST.get("mail", "")
    if choice not in MailChoice.values:
        messages.error(request, _("Choose one of the ways on the page."))
    else:
        choose_mail(request.user.pk, request.territory, choice)
        messages.success(request, _("Saved."))
    return redirect("following:telling")
