# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The pages with which a meeting is run: agenda, attendance, named people, decisions."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.common.removals import removal
from tavolo.dialogue.meetings import forms
from tavolo.dialogue.meetings.acting import act
from tavolo.dialogue.meetings.models import AgendaItem, Attendance, Decision, Kind
from tavolo.dialogue.meetings.papers import role_label
from tavolo.dialogue.meetings.services import convening, running
from tavolo.dialogue.meetings.views import form_page, item_link, meeting_of

GUESTS = 4


def agenda_page(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Show and change the order of the day."""
    found = meeting_of(request, meeting_id=meeting_id)
    form = forms.ItemForm(found.table, request.user.pk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = act(
            request, "add_item", lambda: running.add_item(found, actor_id=request.user.pk, **form.facts()),
            _("The item has been added."),
        )  # fmt: skip
        if made:
            return redirect("meetings:agenda", found.pk)
    rows = [{"row": row, "link": item_link(row)} for row in found.agenda.select_related("point")]
    context = {"meeting": found, "table": found.table, "items": rows, "form": form, "key": new_key()}
    return render(request, "meetings/agenda.html", context)


@require_POST
@removal
def item_remove(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """Take an item off the agenda."""
    found = meeting_of(request, item_id=item_id)
    item = get_object_or_404(AgendaItem, pk=item_id)
    act(request, "remove_item", lambda: running.remove_item(item, actor_id=request.user.pk))
    return redirect("meetings:agenda", found.pk)


@require_POST
def item_move(request: HttpRequest, item_id: uuid.UUID) -> HttpResponse:
    """Move an item up or down."""
    found = meeting_of(request, item_id=item_id)
    item = get_object_or_404(AgendaItem, pk=item_id)
    up = request.POST.get("direction") != "down"
    act(request, "move_item", lambda: running.move_item(item, actor_id=request.user.pk, up=up))
    return redirect("meetings:agenda", found.pk)


def attendance(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Write down who came: everybody expected, with party and role of that day, and guests."""
    found = meeting_of(request, meeting_id=meeting_id)
    rows = running.expected(found)
    if request.method == "POST":
        came = {row.account_id: request.POST.get(f"status_{row.account_id}", "absent") for row in rows}
        guests = [
            (request.POST.get(f"guest_{n}", "")[:150], request.POST.get(f"quality_{n}", "")[:220])
            for n in range(GUESTS)
        ]
        made = act(
            request, "attendance",
            lambda: running.record_attendance(found, came, actor_id=request.user.pk, guests=guests),
            _("Attendance is written down."),
        )  # fmt: skip
        if made is not None:
            return redirect("meetings:meeting", found.pk)
    known = {row.account_id: row.status for row in found.attendances.exclude(account=None)}
    guests_now = list(found.attendances.filter(account=None))
    shown = [
        {"row": row, "role": role_label(row.role), "status": known.get(row.account_id, "present")}
        for row in rows
    ]
    context = {
        "meeting": found, "table": found.table, "rows": shown, "statuses": Attendance.Status.choices,
        "guests": [guests_now[n] if n < len(guests_now) else None for n in range(GUESTS)], "key": new_key(),
    }  # fmt: skip
    return render(request, "meetings/attendance.html", context)


def people(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Name one more person for a restricted meeting; other kinds have no such list."""
    found = meeting_of(request, meeting_id=meeting_id)
    named = list(found.named.select_related("account", "party__organisation"))
    possible = running.possible_people(found) if found.kind == Kind.RESTRICTED else []
    if request.method == "POST":
        try:
            chosen = uuid.UUID(request.POST.get("account", ""))
        except ValueError:
            raise Http404 from None
        act(
            request, "name_person",
            lambda: convening.name_person(found, chosen, actor_id=request.user.pk),
            _("The person is named and has been told."),
        )  # fmt: skip
        return redirect("meetings:people", found.pk)
    context = {
        "meeting": found, "table": found.table, "named": named, "possible": possible, "key": new_key(),
        "restricted": found.kind == Kind.RESTRICTED,
    }  # fmt: skip
    return render(request, "meetings/people.html", context)


def decide(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Write down a decision."""
    found = meeting_of(request, meeting_id=meeting_id)
    form = forms.DecisionForm(found.table, request.POST or None)
    if request.method == "POST" and form.is_valid():
        point = form.cleaned_data["point"]
        made = act(
            request, "add_decision",
            lambda: running.add_decision(
                found, actor_id=request.user.pk, text=form.cleaned_data["text"],
                point_id=point.pk if point else None,
            ),
            _("The decision is written down; agreements can cite it once the minutes are closed."),
        )  # fmt: skip
        if made:
            return redirect("meetings:meeting", found.pk)
    return form_page(
        request, _("A decision of the meeting"), form, reverse("meetings:meeting", args=[found.pk]),
        table=found.table, lead=found.title,
    )  # fmt: skip


@require_POST
@removal
def decision_remove(request: HttpRequest, meeting_decision_id: uuid.UUID) -> HttpResponse:
    """Take back a decision written down by mistake."""
    found = meeting_of(request, meeting_decision_id=meeting_decision_id)
    decision = get_object_or_404(Decision, pk=meeting_decision_id)
    act(request, "remove_decision", lambda: running.remove_decision(decision, actor_id=request.user.pk))
    return redirect("meetings:meeting", found.pk)
