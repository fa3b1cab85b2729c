# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Positions: held in the room, lodged for the table, shown as a matrix of parties and points."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate
from tavolo.dialogue.models import Table
from tavolo.dialogue.party_room import access, reading
from tavolo.dialogue.party_room.forms import AskForm, LodgeForm, PointForm, PositionForm
from tavolo.dialogue.party_room.frame import form_page, link, once, room_of, shown, table_of
from tavolo.dialogue.party_room.models import Kind, LodgedPosition, Point, PointAsked, Position, Room
from tavolo.dialogue.party_room.services import positions as service

LOOK_BACK = timedelta(days=14)


@require_GET
def own_positions(request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID) -> HttpResponse:
    """List all points with what the party holds and what it lodged."""
    found = room_of(request, table_id, room_id)
    return shown(request, found, "own_positions.html", lambda: {"rows": reading.held(found, found.party)})


@require_http_methods(["GET", "POST"])
def hold(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, position_point_id: uuid.UUID
) -> HttpResponse:
    """Show a point as the party sees it; write down what it holds."""
    found = room_of(request, table_id, room_id)
    with access.reading([found]):
        point = _point(found, position_point_id)
        last = Position.objects.filter(room=found, point=point).order_by("-number").first()
    start = {"kind": last.kind, "condition": last.condition, "motivation": last.motivation} if last else {}
    form = PositionForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid() and once(
        request, "hold",
        lambda: service.hold(found, point.pk, actor_id=request.user.pk, **form.cleaned_data).number,
        _("The position is saved in your room. The table has not been told."),
    ):  # fmt: skip
        return redirect(link("hold", found, point.pk))
    return shown(request, found, "hold.html", lambda: _point_page(found, point, form))


def _point(found: Room, point_id: uuid.UUID) -> Point:
    point = Point.objects.filter(pk=point_id, table_id=found.table_id).select_related("theme").first()
    if point is None:
        raise Http404
    return point


def _point_page(found: Room, point: Point, form: Any) -> dict[str, Any]:
    history = Position.objects.filter(room=found, point=point).select_related("author").order_by("-number")
    lodged = list(LodgedPosition.objects.filter(point=point, party=found.party).order_by("-number"))
    return {
        "point": point,
        "form": form,
        "history": list(history),
        "lodged": lodged,
        "asked": PointAsked.objects.filter(point=point, party=found.party).first(),
        "may_lodge": gate.allows(found.table, service.LODGE, found.party),
    }


@require_http_methods(["GET", "POST"])
def lodge(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, position_point_id: uuid.UUID
) -> HttpResponse:
    """Show what the others would read, and lodge it."""
    found = room_of(request, table_id, room_id)
    with access.reading([found]):
        point = _point(found, position_point_id)
        own = Position.objects.filter(room=found, point=point).order_by("-number").first()
    last = LodgedPosition.objects.filter(point=point, party=found.party).order_by("-number").first()
    start: dict[str, Any] = {"after": last.number if last else 0, "kind": Kind.OPEN}
    if own is not None:
        start |= {"kind": own.kind, "condition": own.condition}
    form = LodgeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid() and once(
        request, "lodge",
        lambda: service.lodge(found, point.pk, actor_id=request.user.pk, **form.cleaned_data).number,
        _("The position is lodged: the table reads it now."),
    ):  # fmt: skip
        return redirect("party_room:positions", found.table_id)
    if request.method == "POST" and not form.errors:
        # Refused, perhaps because a colleague lodged meanwhile: shown again on top of the newest.
        last = LodgedPosition.objects.filter(point=point, party=found.party).order_by("-number").first()
        sent = request.POST.copy()
        sent["after"] = str(last.number if last else 0)
        form = LodgeForm(sent)
    context = {
        "point": point, "form": form, "last": last,
        "closed": "" if gate.allows(found.table, service.LODGE, found.party)
        else gate.why_not(found.table, service.LODGE, found.party),
    }  # fmt: skip
    return shown(request, found, "lodge.html", lambda: context, 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def new_private_point(request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID) -> HttpResponse:
    """Add a point only the party knows of."""
    found = room_of(request, table_id, room_id)
    form = PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and once(
        request, "private_point",
        lambda: str(service.add_private_point(found, actor_id=request.user.pk, **form.cleaned_data).pk),
        _("The point is in your room; nobody else knows of it."),
    ):  # fmt: skip
        return redirect(link("own_positions", found))
    lead = _("A point only your party sees, to prepare a position. You can bring it to the table later.")
    return form_page(request, found, _("New point of our own"), form, link("own_positions", found), lead=lead)


@require_POST
def bring_point(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, position_point_id: uuid.UUID
) -> HttpResponse:
    """Show a point of one's own to the table."""
    found = room_of(request, table_id, room_id)
    once(
        request, "bring_point",
        lambda: str(service.bring_to_table(found, position_point_id, actor_id=request.user.pk).pk),
        _("The table sees the point now; your position on it stays in the room."),
    )  # fmt: skip
    return redirect(link("own_positions", found))


@require_GET
def positions(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Show every point with what each party lodged, and what changed since a day."""
    table = table_of(request, table_id)
    since = _day(request.GET.get("dal", "")) or standing.today() - LOOK_BACK
    own = next((r for r in access.rooms_of(request.user.pk, table.pk) if r.kind == Room.Kind.PARTY), None)
    context = {
        "table": table,
        "parties": reading.parties_of(table),
        "rows": reading.matrix(table),
        "since": since,
        "changes": reading.changes_since(table, since),
        "own_room": own,
        "own_party": own.party if own else None,
        "may_bring": _may_bring(request, table),
    }
    return render(request, "party_room/positions.html", context)


def _may_bring(request: HttpRequest, table: Table) -> bool:
    account = request.user.pk
    return standing.is_secretary(account, table.pk) or standing.acting_party(account, table.pk) is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_GET
def point(request: HttpRequest, table_id: uuid.UUID, position_point_id: uuid.UUID) -> HttpResponse:
    """Show a point with all positions ever lodged on it."""
    table = table_of(request, table_id)
    found = next((row for row in reading.matrix(table) if row.point.pk == position_point_id), None)
    if found is None:
        raise Http404
    lodged = LodgedPosition.objects.filter(point=found.point).select_related("party__organisation")
    context = {"table": table, "row": found, "history": list(lodged.order_by("-lodged_at"))}
    return render(request, "party_room/point.html", context)


@require_http_methods(["GET", "POST"])
def new_point(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Put a point before the table."""
    table = table_of(request, table_id)
    form = PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and once(
        request, "point",
        lambda: str(service.add_point(table, actor_id=request.user.pk, **form.cleaned_data).pk),
        _("The point is on the table."),
    ):  # fmt: skip
        return redirect("party_room:positions", table.pk)
    lead = _("All parties see it. Write it so that each could accept, accept on a condition, or reject it.")
    return _table_form(request, table, _("New point for the table"), form, lead)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Ask parties for their position."""
    table = table_of(request, table_id)
    own = standing.acting_party(request.user.pk, table.pk)
    parties = [party for party in reading.parties_of(table) if party != own]
    form = AskForm(reading.shared_points(table), parties, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked: list[int] = []

        def work() -> int:
            asked.append(
                service.ask_positions(
                    table, actor_id=request.user.pk, point_ids=map(uuid.UUID, data["points"]),
                    party_ids=map(uuid.UUID, data["parties"]), due_on=data["due_on"],
                )
            )  # fmt: skip
            return asked[0]

        if once(request, "ask", work):
            if asked and not asked[0]:
                messages.info(request, _("These parties had been asked already."))
            else:
                messages.success(request, _("The parties have been asked and told."))
            return redirect("party_room:positions", table.pk)
    lead = _("From now on the silence of those asked is shown as silence. Nobody has to answer.")
    return _table_form(request, table, _("Ask for positions"), form, lead)


def _table_form(request: HttpRequest, table: Table, title: str, form: Any, lead: str) -> HttpResponse:
    context = {
        "table": table, "heading": title, "form": form, "lead": lead, "key": new_key(),
        "back_link": reverse("party_room:positions", args=[table.pk]), "here": "positions",
    }  # fmt: skip
    return render(request, "party_room/form.html", context, status=422 if form.errors else 200)
