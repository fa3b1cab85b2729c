# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A group's list and credentials: pages of the members its own party named."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.common.removals import removal
from tavolo.dialogue.acting import carry_out
from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling import imports, sheets
from tavolo.dialogue.polling.forms import PrintForm, VoterForm, first_error
from tavolo.dialogue.polling.models import Batch, ListedVoter, Paper, Slip, Way
from tavolo.dialogue.polling.services import mailing, papers
from tavolo.dialogue.polling.services import roll as rolls
from tavolo.dialogue.polling.services import slips as making
from tavolo.dialogue.polling.views import crumbs

PAGE = 30


def _group(group_id: uuid.UUID) -> Group:
    rows = Group.objects.select_related("consultation__table", "party__organisation", "constituency")
    return get_object_or_404(rows, pk=group_id)


@never_cache
def roll(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Show a group's list to the members its party named."""
    return _roll(request, _group(group_id), VoterForm())


def _roll(request: HttpRequest, group: Group, form: VoterForm, status: int = 200) -> HttpResponse:
    wanted = request.GET.get("modo", "")
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    found = rolls.people_for(request.user.pk, group, query, [wanted] if wanted in Way.values else [])
    page = Paginator(found, PAGE).get_page(request.GET.get("pagina"))
    state = group.consultation.state
    context = crumbs(request, group.consultation) | {
        "group": group, "page": page, "query": query, "wanted": wanted, "ways": Way.choices,
        "numbers": rolls.number_by_way(group), "form": form, "importer": imports.NAME,
        "draft": state == Consultation.State.DRAFT, "open": state == Consultation.State.OPEN,
        "changeable": state in (Consultation.State.DRAFT, Consultation.State.OPEN),
    }  # fmt: skip
    return render(request, "polling/roll.html", context, status=status)


@require_POST
def add(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Add one person to the list."""
    group = _group(group_id)
    form = VoterForm(request.POST)
    if not form.is_valid():
        return _roll(request, group, form, status=422)
    data = form.cleaned_data
    row = (data["name"], data["detail"], data["email"], data["way"], data["language"])
    return carry_out(
        request,
        "polling.add_voter",
        lambda: rolls.add_voters(group, [row], actor_id=request.user.pk),
        _("Added to the list."),
        to=("polling:roll", group.pk),
    )


@require_POST
@removal
def remove(request: HttpRequest, voter_id: uuid.UUID) -> HttpResponse:
    """Take one person off the list."""
    voter = get_object_or_404(ListedVoter.objects.select_related("group__consultation"), pk=voter_id)
    group_id = voter.group_id
    return carry_out(
        request,
        "polling.remove_voter",
        lambda: rolls.remove_voter(voter, actor_id=request.user.pk),
        _("Taken off the list."),
        to=("polling:roll", group_id),
    )


@require_POST
def send_code(request: HttpRequest, voter_id: uuid.UUID) -> HttpResponse:
    """Send one person a fresh code."""
    voter = get_object_or_404(ListedVoter.objects.select_related("group__consultation"), pk=voter_id)
    return carry_out(
        request,
        "polling.send_code",
        lambda: mailing.send_again(voter, actor_id=request.user.pk),
        _("A fresh code is on its way; the earlier one opens nothing any more once it is sent."),
        to=("polling:roll", voter.group_id),
    )


@require_POST
def way(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Change a person's way of voting."""
    group = _group(group_id)
    person, wanted = request.POST.get("person", ""), request.POST.get("way", "")
    return carry_out(
        request,
        "polling.choose_way",
        lambda: rolls.choose_way(group, person, wanted, actor_id=request.user.pk),
        _("The way of voting is changed. Whatever was voted the earlier way does not count."),
        to=("polling:roll", group.pk),
    )


@require_POST
def hand(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Note who signed for a slip or a paper ballot."""
    group = _group(group_id)
    people = request.POST.getlist("person")
    return carry_out(
        request,
        "polling.hand_over",
        lambda: rolls.hand_over(group, people, actor_id=request.user.pk),
        _("Noted as handed over."),
        to=("polling:roll", group.pk),
    )


@require_POST
def invite(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Send invitations and codes."""
    group = _group(group_id)
    return carry_out(
        request,
        "polling.invite",
        lambda: mailing.invite(group, actor_id=request.user.pk)[0],
        _("Invitations are on their way."),
        to=("polling:roll", group.pk),
    )


@never_cache
def slips(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Show what was printed for a group, and print more."""
    return _slips(request, _group(group_id), PrintForm())


def _slips(request: HttpRequest, group: Group, form: PrintForm, status: int = 200) -> HttpResponse:
    numbers = rolls.number_by_way(group)
    valid = {
        "slip": Slip.objects.filter(group=group, void=False).count(),
        "paper": Paper.objects.filter(group=group, void=False).count(),
    }
    context = crumbs(request, group.consultation) | {
        "group": group, "form": form, "numbers": numbers, "valid": valid,
        "room": {kind: max(numbers[kind] - valid[kind], 0) for kind in valid},
        "batches": Batch.objects.filter(group=group).order_by("kind", "number"),
        "open": group.consultation.state == Consultation.State.OPEN,
        "holders": [p for p in rolls.people_for(request.user.pk, group, ways=["slip"]) if p.handed],
    }  # fmt: skip
    return render(request, "polling/slips.html", context, status=status)


@never_cache
@require_POST
def print_batch(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Make a batch and answer with its sheets: the codes exist in this answer and nowhere else."""
    group = _group(group_id)
    form = PrintForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return _slips(request, group, form, status=422)
    made: list[bytes] = []
    try:
        once(
            key_from(request) or new_key(), account_id=request.user.pk, action="polling.print",
            request=form.cleaned_data,
        ).run(lambda: _make(group, form.cleaned_data, request.user.pk, made))  # fmt: skip
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("polling:slips", group.pk)
    if not made:
        messages.error(
            request,
            _("These sheets were made already and are kept nowhere: void the batch and print another."),
        )
        return redirect("polling:slips", group.pk)
    return sheet_answer(made[0], form.cleaned_data["kind"])


def _make(group: Group, data: dict[str, Any], actor_id: uuid.UUID, made: list[bytes]) -> str:
    if data["kind"] == Batch.Kind.SLIP:
        batch, secret = making.print_slips(
            group, data["number"], language=data["language"], actor_id=actor_id
        )
        made.append(sheets.slips_pdf(group, secret, data["language"]))
    else:
        batch, numbers = papers.print_papers(
            group, data["number"], language=data["language"], actor_id=actor_id
        )
        made.append(sheets.papers_pdf(group, numbers, data["language"]))
    return str(batch.pk)


def sheet_answer(pdf: bytes, kind: str) -> HttpResponse:
    """Return sheets as a download that no cache keeps."""
    response = HttpResponse(pdf, content_type="application/pdf")
    name = "schede-qr" if kind == Batch.Kind.SLIP else "schede-carta"
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def void_batch(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Void a batch."""
    batch = get_object_or_404(Batch.objects.select_related("group__consultation"), pk=batch_id)
    reason = request.POST.get("reason", "").replace("\x00", "")
    return carry_out(
        request,
        "polling.void_batch",
        lambda: making.void_batch(batch, reason=reason, actor_id=request.user.pk),
        _("The batch is void. You can print another in its place."),
        to=("polling:slips", batch.group_id),
    )


@require_POST
def return_slip(request: HttpRequest, group_id: uuid.UUID) -> HttpResponse:
    """Void one slip that came back."""
    group = _group(group_id)
    code, person = request.POST.get("code", ""), request.POST.get("person", "")
    return carry_out(
        request,
        "polling.return_slip",
        lambda: making.return_slip(group, code, person=person, actor_id=request.user.pk),
        _("The slip is void; whatever was voted with it does not count."),
        to=("polling:slips", group.pk),
    )
