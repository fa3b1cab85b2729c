# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A party's room: notes, drafts with versions, files."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tavolo.common.limits import limit
from tavolo.common.removals import removal
from tavolo.common.serving import attachment, stored_file
from tavolo.dialogue.party_room import access, comparing, reading
from tavolo.dialogue.party_room.forms import DraftForm, FileForm, NoteForm
from tavolo.dialogue.party_room.frame import form_page, link, once, room_of, shown
from tavolo.dialogue.party_room.models import (
    Approval,
    Draft,
    DraftVersion,
    Note,
    Question,
    Release,
    Room,
    RoomFile,
)
from tavolo.dialogue.party_room.services import releasing, texts
from tavolo.dialogue.party_room.services.voting import is_open

UPLOADS_PER_HOUR = 60
NOTES_SHOWN = 30


@require_GET
def room(request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID) -> HttpResponse:
    """Show a room: what lies in it, and what is to be done."""
    found = room_of(request, table_id, room_id)
    return shown(request, found, "room.html", lambda: _contents(request, found))


def _contents(request: HttpRequest, found: Room) -> dict[str, Any]:
    drafts = list(Draft.objects.filter(room=found).select_related("author"))
    questions = Question.objects.filter(room=found)
    others = [one for one in access.rooms_of(request.user.pk, found.table_id) if one.pk != found.pk]
    context: dict[str, Any] = {
        "drafts": [one for one in drafts if not one.archived],
        "archived": [one for one in drafts if one.archived],
        "notes": list(Note.objects.filter(room=found, draft=None).select_related("author")[:NOTES_SHOWN]),
        "files": _files(found),
        "questions": [{"row": one, "open": is_open(one)} for one in questions],
        "note_form": NoteForm(),
        "file_form": FileForm(),
        "others": others,
        "members": list(access.members(found)),
        "released": reading.released(found)[:5],
    }
    if found.kind == Room.Kind.PARTY:
        rows = reading.held(found, found.party)
        context["held"] = [row for row in rows if row.position is not None]
        context["asked"] = [row for row in rows if row.asked is not None and row.lodged is None]
    return context


def _files(found: Room) -> list[dict[str, Any]]:
    rows = RoomFile.objects.filter(room=found).select_related("stored", "author")
    given: dict[uuid.UUID, list[Approval]] = {}
    for approval in Approval.objects.filter(room=found, file__isnull=False).select_related(
        "party__organisation"
    ):
        given.setdefault(approval.file_id, []).append(approval)
    out = set(Release.objects.filter(room=found, file__isnull=False).values_list("file_id", flat=True))
    return [{"row": row, "approvals": given.get(row.pk, []), "released": row.pk in out} for row in rows]


@require_POST
def note(request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID) -> HttpResponse:
    """Leave a note, on the room or beside a draft."""
    found = room_of(request, table_id, room_id)
    beside = _uuid(request.POST.get("draft", ""))
    text = request.POST.get("text", "")
    once(
        request,
        "note",
        lambda: str(texts.add_note(found, actor_id=request.user.pk, text=text, draft_id=beside).pk),
    )
    return redirect(link("draft", found, beside) if beside else link("room", found) + "#note")


@require_POST
@removal
def note_remove(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_note_id: uuid.UUID
) -> HttpResponse:
    """Delete a note of one's own."""
    found = room_of(request, table_id, room_id)
    once(
        request, "note_remove", lambda: texts.remove_note(found, room_note_id, actor_id=request.user.pk),
        _("The note has been deleted."),
    )  # fmt: skip
    return redirect(link("room", found) + "#note")


@require_http_methods(["GET", "POST"])
def new_draft(request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID) -> HttpResponse:
    """Begin a draft."""
    found = room_of(request, table_id, room_id)
    form = DraftForm(found, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Draft] = []

        def work() -> str:
            data = form.cleaned_data
            made.append(
                texts.create_draft(
                    found, actor_id=request.user.pk, title=data["title"], text=data["text"],
                    kind=data.get("kind") or Draft.Kind.TEXT,
                )
            )  # fmt: skip
            return str(made[0].pk)

        if once(request, "draft", work):
            return redirect(link("draft", found, made[0].pk) if made else link("room", found))
    lead = _("Nobody outside this room learns that the draft exists.")
    return form_page(request, found, _("New draft"), form, link("room", found), lead=lead)


@require_GET
def draft(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_draft_id: uuid.UUID
) -> HttpResponse:
    """Show a draft: one version in full, all the others to look at, compare and bring back."""
    found = room_of(request, table_id, room_id)
    return shown(
        request,
        found,
        "draft.html",
        lambda: _draft_page(found, room_draft_id, request.GET.get("versione", "")),
    )


def _draft_page(found: Room, draft_id: uuid.UUID, wanted: str) -> dict[str, Any]:
    versions = versions_of(found, draft_id)
    newest = versions[0]
    one = next((row for row in versions if str(row.number) == wanted), newest)
    approvals = list(Approval.objects.filter(version=one).select_related("party__organisation"))
    return {
        "draft": newest.draft,
        "version": one,
        "newest": newest,
        "versions": versions,
        "approvals": approvals,
        "missing": releasing.missing_approvals(found, releasing.Content(one, None)),
        "approved_by": {row.party_id for row in approvals},
        "releases": [row for row in reading.released(found) if row.version_id in {v.pk for v in versions}],
        "notes": list(Note.objects.filter(draft=newest.draft).select_related("author")),
        "note_form": NoteForm(),
    }


def versions_of(found: Room, draft_id: uuid.UUID) -> list[DraftVersion]:
    """Return a draft's versions, the newest first; 404 where the room has no such draft."""
    rows = DraftVersion.objects.filter(room=found, draft_id=draft_id).select_related("draft", "author")
    versions = list(rows.order_by("-number"))
    if not versions:
        raise Http404
    return versions


@require_http_methods(["GET", "POST"])
def edit_draft(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_draft_id: uuid.UUID
) -> HttpResponse:
    """Write a new version on top of the newest."""
    found = room_of(request, table_id, room_id)
    with access.reading([found]):
        last = versions_of(found, room_draft_id)[0]
    form = DraftForm(
        found, last.number, request.POST or None, initial={"title": last.title, "text": last.text}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if once(
            request, "version",
            lambda: texts.write_version(
                found, room_draft_id, actor_id=request.user.pk, title=data["title"], text=data["text"],
                based_on=data["based_on"] or 0, remark=data["remark"],
            ).number,
            _("The new version is saved; the earlier ones stay."),
        ):  # fmt: skip
            return redirect(link("draft", found, room_draft_id))
        form = _after_refusal(found, room_draft_id, request)
    back = link("draft", found, room_draft_id)
    return form_page(request, found, _("New version of the draft"), form, back)


def _after_refusal(found: Room, draft_id: uuid.UUID, request: HttpRequest) -> DraftForm:
    """Return the form with the person's own text, on top of the version that came in between."""
    with access.reading([found]):
        number = versions_of(found, draft_id)[0].number
    sent = request.POST.copy()
    sent["based_on"] = str(number)
    return DraftForm(found, number, sent)


@require_GET
def compare(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_draft_id: uuid.UUID
) -> HttpResponse:
    """Show what changed between two versions."""
    found = room_of(request, table_id, room_id)
    return shown(request, found, "compare.html", lambda: _comparison(request, found, room_draft_id))


def _comparison(request: HttpRequest, found: Room, draft_id: uuid.UUID) -> dict[str, Any]:
    versions = versions_of(found, draft_id)
    numbers = {str(row.number): row for row in versions}
    after = numbers.get(request.GET.get("a", ""), versions[0])
    earlier = next((row for row in versions if row.number < after.number), after)
    before = numbers.get(request.GET.get("da", ""), earlier)
    lines = comparing.compare(before.text, after.text)
    return {
        "draft": after.draft,
        "before": before,
        "after": after,
        "versions": versions,
        "same": before.text == after.text,
        "title_changed": before.title != after.title,
        "lines": [{"left_out": one} if isinstance(one, int) else one for one in comparing.folded(lines)],
    }


@require_POST
def restore(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_draft_id: uuid.UUID
) -> HttpResponse:
    """Bring an older version back as the newest."""
    found = room_of(request, table_id, room_id)
    number = request.POST.get("version", "")
    chosen = int(number) if number.isdecimal() and len(number) < 9 else 0
    once(
        request, "restore",
        lambda: texts.restore_version(found, room_draft_id, chosen, actor_id=request.user.pk).number,
        _("The older text is the newest version now; nothing was lost."),
    )  # fmt: skip
    return redirect(link("draft", found, room_draft_id))


@require_POST
def archive(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_draft_id: uuid.UUID
) -> HttpResponse:
    """Put a draft aside or take it up again."""
    found = room_of(request, table_id, room_id)
    aside = request.POST.get("aside", "1") == "1"
    once(
        request, "archive",
        lambda: texts.archive_draft(found, room_draft_id, actor_id=request.user.pk, archived=aside),
    )  # fmt: skip
    return redirect(link("room", found))


@require_POST
@removal
def discard(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_draft_id: uuid.UUID
) -> HttpResponse:
    """Delete a draft with all its versions."""
    found = room_of(request, table_id, room_id)
    done = once(
        request, "discard", lambda: texts.discard_draft(found, room_draft_id, actor_id=request.user.pk),
        _("The draft and all its versions have been deleted."),
    )  # fmt: skip
    return redirect(link("room", found) if done else link("draft", found, room_draft_id))


@require_POST
def upload(request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID) -> HttpResponse:
    """Put a file into the room."""
    found = room_of(request, table_id, room_id)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a file first."))
        return redirect(link("room", found) + "#file")
    sent = form.cleaned_data["file"]

    def work() -> str:
        limit(f"upload:{request.user.pk}", per=timedelta(hours=1), count=UPLOADS_PER_HOUR)
        return str(
            texts.store_file(
                found, sent.file, name=sent.name, actor_id=request.user.pk, remark=form.cleaned_data["remark"]
            ).pk
        )

    once(request, "file", work, _("The file is in the room."))
    return redirect(link("room", found) + "#file")


@require_GET
def file(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_file_id: uuid.UUID
) -> HttpResponseBase:
    """Send a file of the room under its real name."""
    found = room_of(request, table_id, room_id)
    with access.reading([found]):
        row = RoomFile.objects.filter(room=found, pk=room_file_id).select_related("stored").first()
    if row is None:
        raise Http404
    return attachment(stored_file(row.stored), row.name)


@require_POST
@removal
def file_remove(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_file_id: uuid.UUID
) -> HttpResponse:
    """Delete a file of the room."""
    found = room_of(request, table_id, room_id)
    once(
        request, "file_remove", lambda: texts.remove_file(found, room_file_id, actor_id=request.user.pk),
        _("The file has been deleted."),
    )  # fmt: skip
    return redirect(link("room", found) + "#file")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise Http404 from None
