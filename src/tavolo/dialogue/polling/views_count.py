# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr"
"""Keying paper ballots twice, and the record of the count."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tavolo.common.documents.html import html
from tavolo.common.errors import Problem
from tavolo.common.serving import stored_file
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling import committee, paper_form, policies, record_document
from tavolo.dialogue.polling.forms import LotForm, RemarkForm, first_error
from tavolo.dialogue.polling.models import CommitteeRole, CountRecord, Lot
from tavolo.dialogue.polling.services import papers as keying
from tavolo.dialogue.polling.services import record as records
from tavolo.dialogue.polling.services import roll
from tavolo.dialogue.polling.views import crumbs, poll_of


def papers(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """List the lots of paper ballots of one's side, and begin one."""
    poll = poll_of(consultation_id)
    own = committee.membership(request.user.pk, poll.pk)
    groups = []
    for group in poll.groups.filter(side=own.side).select_related("party__organisation"):
        numbers = roll.number_by_way(group)
        lots = Lot.objects.filter(group=group).order_by("number")
        groups.append({"row": group, "handed": numbers["paper_handed"], "lots": lots})
    context = crumbs(request, poll) | {
        "groups": groups, "form": LotForm(), "open": poll.state == Consultation.State.OPEN,
    }  # fmt: skip
    return render(request, "polling/papers.html", context)


@require_POST
def begin_lot(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Begin keying the ballots of one urn."""
    group = get_object_or_404(Group, pk=group_id)
    form = LotForm(request.POST)
    made: list[Lot] = []

    def work() -> str:
        if not form.is_valid():
            raise Problem(first_error(form))
        made.append(keying.begin_lot(group, form.cleaned_data["found"], actor_id=request.user.pk))
        return str(made[0].pk)

    if attempt(request, "polling.begin_lot", work) and made:
        return redirect("polling:lot", made[0].pk)
    return redirect("polling:papers", group.consultation_id)


def _lot(lot_id: uuid.UUID) -> Lot:
    rows = Lot.objects.select_related("group__consultation__table", "group__party__organisation")
    return get_object_or_404(rows, pk=lot_id)


@never_cache
def lot(request: HttpRequest, lot_id: uuid.UUID) -> HttpResponse:
    """Key a lot's ballots: one sees one's own readings, and on which numbers the two differ."""
    found = _lot(lot_id)
    account, poll = request.user.pk, found.group.consultation
    number = request.GET.get("numero", "")
    number = number if number.isdecimal() and len(number) <= 6 else ""
    sealed = found.state == Lot.State.SEALED
    marks = "" if sealed or not number else keying.own_marks(found, account, int(number))
    mine = account in (found.first_id, found.second_id)
    keyed = [] if sealed else keying.own_numbers(found, account)
    context = crumbs(request, poll) | {
        "lot": found, "sealed": sealed, "mine": mine, "number": number,
        "full": not mine
        and not (
            found.first_id is None or found.second_id is None
            or keying.places_to_free(found) or keying.waits_for_a_third(found)
        ),
        "items": [] if sealed else _items(poll, marks), "spoiled": marks is None,
        "keyed": keyed, "all_keyed": mine and not sealed and len(keyed) >= found.found,
        "done": (found.first_done and account == found.first_id)
        or (found.second_done and account == found.second_id),
        "both": found.first_done and found.second_done,
        "differences": [] if sealed else keying.differences(found),
    }  # fmt: skip
    return render(request, "polling/lot.html", context)


def _items(poll: Consultation, marks: Any) -> list[dict[str, Any]]:
    held = marks if isinstance(marks, dict) else {}
    return [
        {
            "item": item, "name": f"q{item.number}", "several": item.most > 1,
            "boxes": [
                {"value": f"{box.slot}:{box.value}", "label": box.label,
                 "on": held.get(box.slot) == box.value}
                for box in item.boxes
            ],
        }
        for item in paper_form.items(poll)
    ]  # fmt: skip


@require_POST
def key_paper(request: HttpRequest, lot_id: uuid.UUID) -> HttpResponse:
    """Write down what one ballot says, or take back one keyed under a wrong number."""
    found = _lot(lot_id)

    def work() -> None:
        text = request.POST.get("number", "").strip()
        if not text.isdecimal() or len(text) > 6:
            raise Problem(_("Type the number that stands on the ballot."))
        if request.POST.get("forget"):
            keying.forget_paper(found, int(text), actor_id=request.user.pk)
            return
        marks = None if request.POST.get("spoiled") else _marks(found.group.consultation, request)
        keying.key_paper(found, int(text), marks, actor_id=request.user.pk)

    return carry_out(request, "polling.key_paper", work, _("Noted."), to=("polling:lot", found.pk))


def _marks(poll: Consultation, request: HttpRequest) -> dict[int, int]:
    marks: dict[int, int] = {}
    for item in paper_form.items(poll):
        known = {f"{box.slot}:{box.value}": (box.slot, box.value) for box in item.boxes}
        for text in request.POST.getlist(f"q{item.number}"):
            if text and text not in known:
                raise Problem(_("A mark stands beside no question of this ballot."))
            if text:
                slot, value = known[text]
                marks[slot] = value
    return marks


@require_POST
def finish_keying(request: HttpRequest, lot_id: uuid.UUID) -> HttpResponse:
    """Say that one has keyed all ballots, or correct how many were found."""
    found = _lot(lot_id)

    def work() -> bool:
        counted = request.POST.get("found", "")
        if counted:
            if not counted.isdecimal() or len(counted) > 6:
                raise Problem(_("Write how many ballots were in the urn."))
            keying.correct_found(found, int(counted), actor_id=request.user.pk)
            return False
        return keying.finish_keying(found, actor_id=request.user.pk)

    return carry_out(request, "polling.finish_keying", work, _("Noted."), to=("polling:lot", found.pk))


@require_POST
def seal_lot(request: HttpRequest, lot_id: uuid.UUID) -> HttpResponse:
    """Put a lot into the box."""
    found = _lot(lot_id)
    return carry_out(
        request,
        "polling.seal_lot",
        lambda: keying.seal_lot(found, actor_id=request.user.pk),
        _("The ballots are in the box, mixed with all others."),
        to=("polling:lot", found.pk),
    )


def record(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show the records of a count this visitor may read; its committee also writes and approves."""
    return _record(request, poll_of(consultation_id), RemarkForm())


def _record(request: HttpRequest, poll: Consultation, form: RemarkForm, status: int = 200) -> HttpResponse:
    account = request.user.pk if request.user.is_authenticated else None
    own = committee.membership(account, poll.pk) if account else None
    rows = policies.records_at(request, poll.pk)
    mine = next((row for row in rows if own is not None and row.side == own.side), None)
    shown = []
    for row in rows:
        signed = records.signers(row) if row.state == CountRecord.State.FINAL else []
        text = html(record_document.document(row, signed), level=2, title=False) if row.facts else ""
        waiting = [] if row.is_closed else records.waiting_for(row)
        shown.append({"row": row, "text": text, "waiting": waiting})
    context = crumbs(request, poll) | {
        "own": own, "mine": mine, "shown": shown, "form": form,
        "signs": own is not None and own.role == CommitteeRole.MEMBER,
        "must_approve": mine is not None and records.awaits(mine, account),
    }  # fmt: skip
    return render(request, "polling/record.html", context, status=status)


@require_POST
def draw_up(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Begin the record of one's side, or bring its facts up to date."""
    poll = poll_of(consultation_id)
    own = committee.membership(request.user.pk, poll.pk)
    return carry_out(
        request,
        "polling.draw_up",
        lambda: str(records.draw_up(poll, own.side, actor_id=request.user.pk).pk),
        _("The record holds the facts as they stand now."),
        to=("polling:record", poll.pk),
    )


def _found(record_id: uuid.UUID) -> CountRecord:
    return get_object_or_404(CountRecord.objects.select_related("consultation__table"), pk=record_id)


@require_safe
def record_pdf(request: HttpRequest, record_id: uuid.UUID) -> HttpResponseBase:
    """Send a final record as PDF, also to a visitor who is not signed in."""
    return stored_file(_found(record_id).pdf)


@require_safe
def record_docx(request: HttpRequest, record_id: uuid.UUID) -> HttpResponseBase:
    """Send a final record as a Word file."""
    return stored_file(_found(record_id).docx)


@require_POST
def remark(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Put something on record."""
    found = _found(record_id)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _record(request, found.consultation, form, status=422)
    data = form.cleaned_data
    return carry_out(
        request,
        "polling.remark",
        lambda: str(records.add_remark(found, actor_id=request.user.pk, **data).pk),
        _("It stands in the record."),
        to=("polling:record", found.consultation_id),
    )


@require_POST
def propose(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Put the record to approval."""
    found = _found(record_id)
    return carry_out(
        request,
        "polling.propose_record",
        lambda: str(records.put_to_approval(found, actor_id=request.user.pk).pk),
        _("All members are asked for their approval."),
        to=("polling:record", found.consultation_id),
    )


@require_POST
def take_back(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Take the record back to writing."""
    found = _found(record_id)
    return carry_out(
        request,
        "polling.take_back_record",
        lambda: records.take_back(found, actor_id=request.user.pk),
        _("The record is being written again."),
        to=("polling:record", found.consultation_id),
    )


@require_POST
def approve(request: HttpRequest, record_id: uuid.UUID) -> HttpResponse:
    """Approve the record as read."""
    found = _found(record_id)
    digest = request.POST.get("digest", "")
    final: list[bool] = []
    attempt(
        request,
        "polling.approve_record",
        lambda: final.append(records.approve(found, digest=digest, actor_id=request.user.pk)),
    )
    if final and final[0]:
        messages.success(request, _("Approved by all: the record is final."))
    elif final:
        messages.success(request, _("Your approval is recorded; others' is still missing."))
    return redirect("polling:record", found.consultation_id)
