# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Letting texts out, and reading what others let out."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tavolo.common.serving import attachment, stored_file
from tavolo.dialogue.party_room import access, reading
from tavolo.dialogue.party_room.forms import ReleaseForm
from tavolo.dialogue.party_room.frame import link, once, room_of, shown, table_of
from tavolo.dialogue.party_room.models import Draft, DraftVersion, Release, Room, RoomFile
from tavolo.dialogue.party_room.services import releasing

Id = uuid.UUID


@require_POST
def approve(request: HttpRequest, table_id: Id, room_id: Id, room_draft_id: Id) -> HttpResponse:
    """Give one's party's yes to a version."""
    found = room_of(request, table_id, room_id)
    version = _posted(request)
    once(
        request, "approve",
        lambda: str(releasing.approve(found, actor_id=request.user.pk, version_id=version).pk),
        _("Your party approves exactly this version."),
    )  # fmt: skip
    return redirect(link("draft", found, room_draft_id))


@require_POST
def withdraw(request: HttpRequest, table_id: Id, room_id: Id, room_draft_id: Id) -> HttpResponse:
    """Take one's party's yes to a version back."""
    found = room_of(request, table_id, room_id)
    version = _posted(request)
    once(
        request, "withdraw",
        lambda: releasing.withdraw_approval(found, actor_id=request.user.pk, version_id=version),
        _("Your party's approval is taken back."),
    )  # fmt: skip
    return redirect(link("draft", found, room_draft_id))


@require_POST
def approve_file(request: HttpRequest, table_id: Id, room_id: Id, room_file_id: Id) -> HttpResponse:
    """Give one's party's yes to a file."""
    found = room_of(request, table_id, room_id)
    once(
        request, "approve",
        lambda: str(releasing.approve(found, actor_id=request.user.pk, file_id=room_file_id).pk),
        _("Your party approves exactly this file."),
    )  # fmt: skip
    return redirect(link("room", found) + "#file")


@require_POST
def withdraw_file(request: HttpRequest, table_id: Id, room_id: Id, room_file_id: Id) -> HttpResponse:
    """Take one's party's yes to a file back."""
    found = room_of(request, table_id, room_id)
    once(
        request, "withdraw",
        lambda: releasing.withdraw_approval(found, actor_id=request.user.pk, file_id=room_file_id),
        _("Your party's approval is taken back."),
    )  # fmt: skip
    return redirect(link("room", found) + "#file")


def _posted(request: HttpRequest, name: str = "version") -> Id:
    try:
        return uuid.UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, table_id: Id, room_id: Id, room_draft_id: Id) -> HttpResponse:
    """Choose the receivers of an exact version, see what they will read, let it out."""
    found = room_of(request, table_id, room_id)
    with access.reading([found]):
        version = _version(found, room_draft_id, request.GET.get("versione", ""))
    return _let_out(
        request, found, releasing.Content(version, None), link("draft", found, room_draft_id),
        lambda to: releasing.release(found, actor_id=request.user.pk, to=to, version_id=version.pk),
    )  # fmt: skip


def _version(found: Room, draft_id: Id, number: str) -> DraftVersion:
    rows = DraftVersion.objects.filter(room=found, draft_id=draft_id).select_related("draft")
    version = rows.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
    version = version or rows.order_by("-number").first()
    if version is None:
        raise Http404
    return version


@require_http_methods(["GET", "POST"])
def release_file(request: HttpRequest, table_id: Id, room_id: Id, room_file_id: Id) -> HttpResponse:
    """Choose the receivers of a file and let it out."""
    found = room_of(request, table_id, room_id)
    with access.reading([found]):
        row = RoomFile.objects.filter(room=found, pk=room_file_id).select_related("stored").first()
    if row is None:
        raise Http404
    return _let_out(
        request, found, releasing.Content(None, row), link("room", found),
        lambda to: releasing.release(found, actor_id=request.user.pk, to=to, file_id=row.pk),
    )  # fmt: skip


def _let_out(
    request: HttpRequest, found: Room, content: releasing.Content, back: str,
    work: Callable[[list[Id]], Release],
) -> HttpResponse:  # fmt: skip
    rooms = access.receivers(found)
    form = ReleaseForm(rooms, request.POST or None, initial={"to": _usual(found, content, rooms)})
    if request.method == "POST" and form.is_valid():
        to = [uuid.UUID(one) for one in form.cleaned_data["to"]]
        if once(request, "release", lambda: str(work(to).pk), _("The text is released; it stays so.")):
            return redirect("party_room:released", found.table_id, found.pk)

    def build() -> dict[str, Any]:
        missing = releasing.missing_approvals(found, content)
        return {"content": content, "form": form, "missing": missing, "back_link": back}

    return shown(request, found, "release.html", build, 422 if form.errors else 200)


def _usual(found: Room, content: releasing.Content, rooms: list[Room]) -> list[str]:
    """Return the receivers ticked at first: a platform goes to the other side, anything else to nobody."""
    if content.kind != Draft.Kind.PLATFORM:
        return []
    return [
        str(one.pk)
        for one in rooms
        if one.kind == Room.Kind.PARTY and one.party.side not in (found.side, "public")
    ]


@require_http_methods(["GET", "POST"])
def supersede(request: HttpRequest, table_id: Id, room_id: Id, room_release_id: Id) -> HttpResponse:
    """Let a newer version out in the place of an earlier release, to the same receivers."""
    found = room_of(request, table_id, room_id)
    with access.reading([found]):
        former = next((row for row in reading.released(found) if row.pk == room_release_id), None)
        if former is None:
            raise Http404
        choices = _candidates(found, former)
    chosen = request.POST.get("what", "") or (choices[0][0] if choices else "")
    form = ReleaseForm([], request.POST or None, fixed=True)
    if request.method == "POST" and form.is_valid() and chosen in dict(choices):
        what, _sep, pk = chosen.partition(":")
        named = {f"{what}_id": uuid.UUID(pk)}
        if once(
            request, "supersede",
            lambda: str(releasing.supersede(found, former.pk, actor_id=request.user.pk, **named).pk),
            _("The newer text is released; the earlier one is marked as superseded."),
        ):  # fmt: skip
            return redirect("party_room:released", found.table_id, found.pk)
    context = {"former": former, "choices": choices, "chosen": chosen, "form": form}
    return shown(request, found, "supersede.html", lambda: context, 422 if form.errors else 200)


def _candidates(found: Room, former: Release) -> list[tuple[str, str]]:
    """Return what may stand in the place of a release: newer versions of its draft, or other files."""
    if former.version_id is not None:
        rows = DraftVersion.objects.filter(room=found, draft_id=former.version.draft_id)
        rows = rows.exclude(pk=former.version_id).order_by("-number")
        return [
            (f"version:{row.pk}", _("version %(n)s: %(title)s") % {"n": row.number, "title": row.title})
            for row in rows
        ]
    files = RoomFile.objects.filter(room=found).exclude(pk=former.file_id)
    return [(f"file:{row.pk}", row.name) for row in files]


@require_GET
def released(request: HttpRequest, table_id: Id, room_id: Id) -> HttpResponse:
    """List what the room let out, and to whom."""
    found = room_of(request, table_id, room_id)
    return shown(request, found, "released.html", lambda: {"releases": reading.released(found)})


@require_GET
def received(request: HttpRequest, table_id: Id) -> HttpResponse:
    """List what others let out to this person's party, its side or all."""
    table = table_of(request, table_id)
    context = {"table": table, "received": reading.received(request.user.pk, table)}
    return _not_kept(render(request, "party_room/received.html", context))


@require_GET
def received_one(request: HttpRequest, table_id: Id, received_id: Id) -> HttpResponse:
    """Show one received text."""
    table = table_of(request, table_id)
    one = reading.received_one(request.user.pk, table, received_id)
    if one is None:
        raise Http404
    context = {"table": table, "one": one, "row": one.delivery}
    return _not_kept(render(request, "party_room/received_one.html", context))


@require_GET
def received_file(request: HttpRequest, table_id: Id, received_id: Id) -> HttpResponseBase:
    """Send the frozen copy of a received file."""
    table = table_of(request, table_id)
    one = reading.received_one(request.user.pk, table, received_id)
    if one is None or one.delivery.stored is None:
        raise Http404
    return attachment(stored_file(one.delivery.stored), one.delivery.title)


def _not_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
