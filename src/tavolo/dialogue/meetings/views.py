# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Meetings of a table, one meeting, and the open points."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tavolo.common.idempotency import new_key
from tavolo.common.serving import attachment
from tavolo.dialogue import standing
from tavolo.dialogue.meetings import access, agenda, forms, ics, policies
from tavolo.dialogue.meetings.acting import act
from tavolo.dialogue.meetings.models import Kind, Meeting, Minutes, Point
from tavolo.dialogue.meetings.services import convening
from tavolo.dialogue.meetings.services import points as pointing
from tavolo.dialogue.models import Table


def table_of(request: HttpRequest, **arguments: Any) -> Table:
    """Return the table an address names, or 404."""
    found = policies.table_at(request, arguments)
    if found is None:
        raise Http404
    return found


def meeting_of(request: HttpRequest, **arguments: Any) -> Meeting:
    """Return the meeting an address names, or 404."""
    found = policies.meeting_at(request, arguments)
    if found is None:
        raise Http404
    return found


def form_page(request: HttpRequest, title: str, form: Any, back: str, **context: Any) -> HttpResponse:
    """Render a page with one form; `back` is an address."""
    context |= {"heading": title, "form": form, "key": new_key(), "back": back}
    return render(request, "meetings/form.html", context)


@require_safe
def table(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List a table's meetings as this person may know them, and the ways into the rest."""
    found = table_of(request, table_id=table_id)
    account = request.user.pk
    rows = access.visible_meetings(account).filter(table=found).order_by("starts_at")
    now = timezone.now()
    coming = [row for row in rows if row.state == Meeting.State.CONVENED and row.starts_at >= now]
    past = [row for row in rows if row not in coming]
    context = {
        "table": found, "coming": coming, "past": past[::-1], "kinds": _kinds(account, found),
        "points": found.points.filter(state=Point.State.OPEN).select_related("owner__organisation"),
    }  # fmt: skip
    return render(request, "meetings/table.html", context)


def _kinds(account_id: uuid.UUID, found: Table) -> list[dict[str, str]]:
    """Return the kinds of meeting a person may convene, each with its button's words."""
    words = {
        Kind.PLENARY: _("Convene a plenary"),
        Kind.RESTRICTED: _("Convene a restricted meeting"),
        Kind.PARTY: _("Convene a party meeting"),
    }
    own = []
    if standing.is_secretary(account_id, found.pk):
        own.append(Kind.PLENARY)
    if standing.acting_party(account_id, found.pk) is not None:
        own += [Kind.RESTRICTED, Kind.PARTY]
    return [{"kind": kind.value, "words": words[kind]} for kind in own]


LEADS = {
    Kind.PLENARY: gettext_lazy("For all delegations and the secretariat; everybody at the table sees it."),
    Kind.RESTRICTED: gettext_lazy(
        "For the people you name and nobody else: no one at the table learns that it exists, "
        "neither the secretariat nor the other people of your own party."
    ),
    Kind.PARTY: gettext_lazy(
        "For your own party, or parties of your side: nobody else learns that it exists."
    ),
}


def new(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Convene a meeting of one of the kinds open to this person."""
    found = table_of(request, table_id=table_id)
    own = [row["kind"] for row in _kinds(request.user.pk, found)]
    kind = request.GET.get("kind", "")
    kind = kind if kind in own else own[0]
    form = forms.MeetingForm(found, kind, request.user.pk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = act(
            request,
            "convene",
            lambda: convening.convene(found, actor_id=request.user.pk, kind=kind, **_with_ids(form.facts())),
            _("The meeting is convened and everybody it is for has been told."),
        )
        if made:
            return redirect("meetings:meeting", made)
    titles = {row["kind"]: row["words"] for row in _kinds(request.user.pk, found)}
    return form_page(
        request, titles[kind], form, reverse("meetings:table", args=[found.pk]), table=found,
        lead=LEADS[Kind(kind)], button=_("Convene"),
    )  # fmt: skip


def _with_ids(facts: dict[str, Any]) -> dict[str, Any]:
    for name in ("people", "parties", "open_points"):
        facts[name] = [uuid.UUID(value) for value in facts.get(name, [])]
    return facts


@require_safe
def meeting(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Show a meeting: when, where, about what, who came, what was decided, its minutes and documents."""
    found = meeting_of(request, meeting_id=meeting_id)
    account = request.user.pk
    keeps = access.keeps(account, found)
    rows = list(Minutes.objects.filter(meeting=found).select_related("current"))
    context = {
        "meeting": found, "table": found.table, "keeps": keeps,
        "items": [{"row": row, "link": item_link(row)} for row in found.agenda.select_related("point")],
        "called": access.parties_called(found),
        "named": found.named.select_related("account", "party__organisation"),
        "attendances": found.attendances.select_related("party"),
        "decisions": found.decisions.select_related("point"),
        "minutes": [row for row in rows if row.current_id or keeps],
        "documents": access.visible_documents(account).filter(meeting=found),
        "may_file": standing.acting_party(account, found.table_id) is not None or keeps,
        "started": found.starts_at <= timezone.now(),
        "editable": keeps and found.state != Meeting.State.CANCELLED
        and not any(row.state != Minutes.State.DRAFT and row.corrects_id is None for row in rows),
        "key": new_key(),
    }  # fmt: skip
    return render(request, "meetings/meeting.html", context)


def item_link(item: Any) -> str:
    """Return where an agenda item's reference leads, or nothing."""
    return agenda.link_of(item.source_kind, item.source_id) if item.source_id else ""


def change(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Change a meeting to come."""
    found = meeting_of(request, meeting_id=meeting_id)
    form = forms.MeetingForm(
        found.table, found.kind, request.user.pk, request.POST or None, meeting=found,
        initial=forms.initial_of(found),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = act(
            request, "change", lambda: convening.change(found, actor_id=request.user.pk, **form.facts()),
            _("The change is saved and everybody it is for has been told."),
        )  # fmt: skip
        if made:
            return redirect("meetings:meeting", found.pk)
    return form_page(
        request, _("Change the meeting"), form, reverse("meetings:meeting", args=[found.pk]),
        table=found.table, lead=found.title,
    )  # fmt: skip


@require_POST
def cancel(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Call a meeting off."""
    found = meeting_of(request, meeting_id=meeting_id)
    reason = request.POST.get("reason", "")
    act(
        request, "cancel", lambda: convening.cancel(found, actor_id=request.user.pk, reason=reason),
        _("The meeting is called off and everybody it was for has been told."),
    )  # fmt: skip
    return redirect("meetings:meeting", found.pk)


@require_safe
def calendar(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponseBase:
    """Send the meeting as a calendar entry."""
    found = meeting_of(request, meeting_id=meeting_id)
    address = request.build_absolute_uri(reverse("meetings:meeting", args=[found.pk]))
    content = ics.calendar_file(found, address)
    return attachment(
        HttpResponse(content, content_type="text/calendar; charset=utf-8"), ics.file_name(found)
    )


def points(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List the open points of a table, and add one."""
    found = table_of(request, table_id=table_id)
    works = policies.works(request, {"table_id": found.pk})
    form = forms.PointForm(found, request.user.pk, request.POST or None) if works else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            made = act(
                request, "add_point",
                lambda: pointing.add_point(found, actor_id=request.user.pk, **form.facts()),
                _("The point has been added."),
            )  # fmt: skip
            if made:
                return redirect("meetings:points", found.pk)
    rows = Point.objects.filter(table=found).select_related("owner__organisation")
    secretary = standing.is_secretary(request.user.pk, found.pk)
    own = standing.acting_party(request.user.pk, found.pk)
    shown = [
        {
            "row": row, "may": secretary or (own is not None and row.owner_id == own.pk),
            "link": agenda.link_of(row.origin_kind, row.origin_id) if row.origin_id else "",
        }
        for row in rows
    ]  # fmt: skip
    context = {"table": found, "rows": shown, "form": form, "key": new_key(), "states": Point.State.choices}
    return render(request, "meetings/points.html", context)


@require_POST
def point_state(request: HttpRequest, point_id: uuid.UUID) -> HttpResponse:
    """Settle, drop or reopen a point."""
    found = table_of(request, point_id=point_id)
    point = Point.objects.get(pk=point_id)
    state = request.POST.get("state", "")
    act(
        request, "point_state", lambda: pointing.set_state(point, state, actor_id=request.user.pk),
        _("The point's state is saved."),
    )  # fmt: skip
    return redirect("meetings:points", found.pk)
