# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Minutes: writing them, laying them before the parties, answering, correcting."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tavolo.common.documents.html import html
from tavolo.common.idempotency import new_key
from tavolo.dialogue.meetings import access, differences, forms, papers, policies
from tavolo.dialogue.meetings.acting import act
from tavolo.dialogue.meetings.models import Meeting, Minutes, MinutesVersion
from tavolo.dialogue.meetings.services import approving, drafting
from tavolo.dialogue.meetings.views import form_page, meeting_of


def minutes_of(request: HttpRequest, minutes_id: uuid.UUID) -> Minutes:
    """Return the minutes an address names, or 404."""
    found = policies.minutes_at(request, {"minutes_id": minutes_id})
    if found is None:
        raise Http404
    return found


def write(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Write the minutes: a general text, and a text for each item of the agenda."""
    found = meeting_of(request, meeting_id=meeting_id)
    items = list(found.agenda.all())
    row = Minutes.objects.filter(meeting=found, corrects__isnull=True).first()
    last = row.versions.last() if row else None
    if request.method == "POST":
        text = request.POST.get("text", "")
        notes = {item.pk: request.POST.get(f"item_{item.pk}", "") for item in items}
        made = act(
            request, "write_minutes",
            lambda: drafting.write(found, actor_id=request.user.pk, text=text, notes=notes),
            _("The draft is saved as a new version."),
        )  # fmt: skip
        if made:
            return redirect("meetings:minutes", made)
    else:
        text, notes = _texts_of(last)
    context = {
        "meeting": found, "table": found.table, "key": new_key(), "text": text,
        "items": [{"row": item, "text": notes.get(item.pk, "")} for item in items],
        "ready": found.state == Meeting.State.HELD, "minutes": row,
        "locked": row is not None and row.state != Minutes.State.DRAFT,
    }  # fmt: skip
    return render(request, "meetings/write.html", context)


def _texts_of(version: MinutesVersion | None) -> tuple[str, dict[uuid.UUID, str]]:
    if version is None:
        return "", {}
    items = version.content.get("agenda", [])
    return version.content["text"], {uuid.UUID(item["id"]): item["text"] for item in items}


@require_safe
def minutes(request: HttpRequest, minutes_id: uuid.UUID) -> HttpResponse:
    """Show minutes: the version that counts for this person, who answered what, and what one may do."""
    return minutes_page(request, minutes_of(request, minutes_id))


def minutes_page(
    request: HttpRequest, found: Minutes, posted: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Render minutes; `posted` is an answer that was refused, so that nothing typed is lost."""
    account = request.user.pk
    keeps = access.keeps(account, found.meeting)
    drafting_now = found.state == Minutes.State.DRAFT
    shown = found.versions.last() if keeps and drafting_now else found.current
    party = access.answering_party(account, found.meeting)
    answers = approving.standing_answers(found.current) if found.current else {}
    rows = [{"party": one, "answer": answers.get(one.pk)} for one in access.parties_called(found.meeting)]
    given = [row["answer"] for row in rows if row["answer"] is not None]
    paper = papers.minutes_paper(found, shown, given if found.state == Minutes.State.CLOSED else ())
    sent = found.versions.filter(sending__isnull=False)
    context = {
        "minutes": found, "meeting": found.meeting, "table": found.meeting.table, "keeps": keeps,
        "shown": shown, "paper": html(paper, title=False), "rows": rows, "party": party,
        "own": answers.get(party.pk) if party else None, "posted": posted or {},
        "may_answer": party is not None and found.state == Minutes.State.APPROVAL,
        "versions": found.versions.all() if keeps else sent, "key": new_key(),
        "corrections": [row for row in found.corrections.all() if row.current_id or keeps],
        "waits": found.state == Minutes.State.APPROVAL and len(given) < len(rows),
        "may_correct": keeps and found.state == Minutes.State.CLOSED and found.corrects_id is None
        and not found.corrections.exclude(state=Minutes.State.CLOSED).exists(),
        "silent": [row["party"] for row in rows if row["answer"] is None],
    }  # fmt: skip
    return render(request, "meetings/minutes.html", context, status=status)


@require_safe
def version(request: HttpRequest, minutes_id: uuid.UUID, version_number: int) -> HttpResponse:
    """Show one version and what changed since the one before; drafts never sent are their keepers' only."""
    found = minutes_of(request, minutes_id)
    rows = access.versions_read_by(request.user.pk, found)
    one = rows.filter(number=version_number).first()
    if one is None:
        raise Http404
    before = rows.filter(number__lt=version_number).last()
    plain = Minutes(meeting=found.meeting, corrects=found.corrects)
    context = {
        "minutes": found, "meeting": found.meeting, "table": found.meeting.table, "version": one,
        "before": before, "changes": differences.changes(before.content, one.content) if before else [],
        "answers": one.answers.select_related("party__organisation"),
        "paper": html(papers.minutes_paper(plain, one), title=False),
    }  # fmt: skip
    return render(request, "meetings/version.html", context)


@require_safe
def copy(request: HttpRequest, minutes_id: uuid.UUID) -> HttpResponseBase:
    """Send the version that counts for this person as a Word file: a working copy, not the closed act."""
    found = minutes_of(request, minutes_id)
    return papers.working_copy(found, access.counting_version(request.user.pk, found))


@require_POST
def send(request: HttpRequest, minutes_id: uuid.UUID) -> HttpResponse:
    """Lay the minutes before the parties."""
    found = minutes_of(request, minutes_id)
    day = request.POST.get("approve_by", "")
    try:
        due = date.fromisoformat(day) if day else None
    except ValueError:
        messages.error(request, _("Write the day as in a calendar: year, month, day."))
        return redirect("meetings:minutes", found.pk)
    act(
        request, "send", lambda: drafting.send(found, actor_id=request.user.pk, approve_by=due),
        _("The minutes lie before the parties; they have been told."),
    )  # fmt: skip
    return redirect("meetings:minutes", found.pk)


@require_POST
def take_back(request: HttpRequest, minutes_id: uuid.UUID) -> HttpResponse:
    """Take the minutes back to correct them."""
    found = minutes_of(request, minutes_id)
    act(
        request, "take_back", lambda: drafting.take_back(found, actor_id=request.user.pk),
        _("The minutes can be changed; then send them again."),
    )  # fmt: skip
    return redirect("meetings:minutes", found.pk)


@require_POST
def answer(request: HttpRequest, minutes_id: uuid.UUID) -> HttpResponse:
    """Take a party's answer to the version it has read."""
    found = minutes_of(request, minutes_id)
    choice, text = request.POST.get("choice", ""), request.POST.get("text", "")
    try:
        read = uuid.UUID(request.POST.get("version", ""))
    except ValueError:
        raise Http404 from None
    made = act(
        request, "answer",
        lambda: approving.answer(found, read, choice, actor_id=request.user.pk, text=text),
        _("Your party's answer is recorded."),
    )  # fmt: skip
    if made is None:
        fresh = minutes_of(request, minutes_id)
        return minutes_page(request, fresh, {"choice": choice, "text": text}, status=422)
    return redirect("meetings:minutes", found.pk)


def correct(request: HttpRequest, minutes_id: uuid.UUID) -> HttpResponse:
    """Begin a correction of closed minutes, or change the text of one that is being drafted."""
    found = minutes_of(request, minutes_id)
    begun = found.corrects_id is not None
    last = found.versions.last() if begun else None
    form = forms.TextForm(request.POST or None, initial={"text": last.content["text"]} if last else None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]

        def work() -> Any:
            write = drafting.rewrite_correction if begun else drafting.begin_correction
            return write(found, actor_id=request.user.pk, text=text)

        made = act(request, "correct", work, _("The correction is saved; send it to the parties."))
        if made:
            return redirect("meetings:minutes", made)
    day = timezone.localtime(found.meeting.starts_at).strftime("%d/%m/%Y")
    lead = _("Closed minutes stay as they are. A correction is a new act that all parties approve (%(day)s).")
    return form_page(
        request, _("Corrective minutes"), form, reverse("meetings:minutes", args=[found.pk]),
        table=found.meeting.table, lead=lead % {"day": day},
    )  # fmt: skip
