# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the pages of a room share: finding the room, opening it for one answer, doing something once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.models import Table
from tavolo.dialogue.party_room import access
from tavolo.dialogue.party_room.models import Room


def room_of(request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID) -> Room:
    """Return the room an address names, or 404 as for one that does not exist."""
    found = access.room_at(request.user.pk, table_id, room_id)
    if found is None:
        raise Http404
    return found


def table_of(request: HttpRequest, table_id: uuid.UUID) -> Table:
    """Return a table whose positions this person sees, or 404."""
    if not access.reads_positions(request.user.pk, table_id):
        raise Http404
    return get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)


def shown(
    request: HttpRequest, room: Room, template: str, build: Callable[[], Mapping[str, Any]], status: int = 200
) -> HttpResponse:
    """Render a page of a room: read and rendered while the room is open, closed when it leaves."""
    with access.reading([room]):
        context = {
            "room": room,
            "table": room.table,
            "joint": room.kind == Room.Kind.SIDE,
            "party": access.acting_for(request.user.pk, room),
            "key": new_key(),
            **build(),
        }
        response = render(request, f"party_room/{template}", context, status=status)
    # Nothing of a room stays in a browser's or a proxy's cache after the seat has ended.
    response["Cache-Control"] = "private, no-store"
    return response


def once(request: HttpRequest, action: str, work: Callable[[], Any], done: str = "") -> bool:
    """Do `work` once for this form and tell the person how it went."""
    return attempt(request, f"party_room.{action}", work, done)


def link(name: str, room: Room, *more: uuid.UUID) -> str:
    """Return the address of a page of a room."""
    return reverse(f"party_room:{name}", args=[room.table_id, room.pk, *more])


def form_page(
    request: HttpRequest, room: Room, title: str, form: Any, back: str, **context: Any
) -> HttpResponse:
    """Render a page of a room with one form."""
    context |= {"heading": title, "form": form, "back_link": back}
    status = 422 if form.errors else 200
    return shown(request, room, "form.html", lambda: context, status)
