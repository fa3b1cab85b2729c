# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Pages of commitments: an agreement's list with its picture, one commitment, the public summary."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tavolo.agreements import standing
from tavolo.agreements.commitments import picture, policies, reading, services
from tavolo.agreements.commitments.forms import ClaimForm, CommitmentForm, EvidenceForm
from tavolo.agreements.commitments.models import Claim, Commitment
from tavolo.agreements.models import Agreement
from tavolo.common.idempotency import new_key
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.models import Table


def _agreement(request: HttpRequest, signed_agreement_id: uuid.UUID) -> Agreement:
    found = policies.agreement_at(request, {"signed_agreement_id": signed_agreement_id})
    if found is None:
        raise Http404
    return found


def _commitment(request: HttpRequest, commitment_id: uuid.UUID) -> Commitment:
    found = policies.commitment_at(request, {"commitment_id": commitment_id})
    if found is None:
        raise Http404
    return found


def pictures(boards: Sequence[reading.Board], *, public: bool = False) -> dict[str, str]:
    """Return the two pictures of these commitments, for wide screens and for phones."""
    rows = []
    for board in boards:
        begins = [board.row.starts_on, *[one.due for one in board.periods[:-1]]]
        spans = [
            picture.Span(day, one.due, public_colour(one) if public else one.colour)
            for day, one in zip(begins, board.periods, strict=True)
        ]
        words = reading.public_line(board)[1] if public else board.now.label
        link = "" if public else reverse("commitments:commitment", args=[board.row.pk])
        rows.append(picture.Bar(f"{board.row.number}. {board.row.title}", words, link, spans))
    said = {"today": standing.today(), "today_words": _("today"), "title": _("Commitments along time")}
    return {
        "wide": mark_safe(picture.bars(rows, width=900, own_id="com-wide", **said)),  # noqa: S308 - escaped there
        "narrow": mark_safe(picture.bars(rows, width=340, own_id="com-narrow", **said)),  # noqa: S308
    }


def public_colour(period: reading.Period) -> str:
    """Return the colour of a period as the public may know it."""
    if period.status.stage == "disputed":
        return "disputed"
    return period.status.shared or "open"


@require_GET
def of_agreement(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """List an agreement's commitments with their picture."""
    agreement = _agreement(request, signed_agreement_id)
    boards = reading.boards(Commitment.objects.filter(agreement=agreement))
    context = {
        "agreement": agreement, "boards": boards, "pictures": pictures([one for one in boards if one.holds]),
        "enters": policies.enters(request, {"signed_agreement_id": agreement.pk}),
        "party": standing.acting_party(request.user.pk, agreement),
    }  # fmt: skip
    return render(request, "commitments/list.html", context)


@require_GET
def of_table(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List the signed agreements of a table with how many commitments each has; one alone opens at once."""
    table = get_object_or_404(Table.objects.all(), pk=table_id)
    found = Agreement.objects.filter(table=table, state__in=standing.PUBLIC).order_by("created_on", "title")
    if len(found) == 1:
        return redirect("commitments:of_agreement", found[0].pk)
    rows = [(one, Commitment.objects.filter(agreement=one).count()) for one in found]
    return render(request, "commitments/table.html", {"table": table, "rows": rows})


@require_GET
def public(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Show everybody which commitments there are and what both sides confirmed, or dispute."""
    agreement = get_object_or_404(Agreement.objects.filter(state__in=standing.PUBLIC), pk=signed_agreement_id)
    boards = reading.public_boards(agreement.pk)
    lines = [(board, *reading.public_line(board)) for board in boards]
    counts = {name: sum(1 for _board, colour, _w in lines if colour == name) for name in ("kept", "disputed")}
    context = {
        "agreement": agreement, "lines": lines, "counts": counts, "pictures": pictures(boards, public=True)
    }  # fmt: skip
    return render(request, "commitments/public.html", context)


def enter(request: HttpRequest, signed_agreement_id: uuid.UUID) -> HttpResponse:
    """Enter a commitment of the text."""
    agreement = _agreement(request, signed_agreement_id)
    form = CommitmentForm(agreement, request.POST or None)
    made: list[Commitment] = []

    def work() -> str:
        made.append(services.enter(agreement, form.said(), actor_id=request.user.pk))
        return str(made[0].pk)

    if request.method == "POST" and form.is_valid() and attempt(
        request, "commitments.enter", work,
        _("The commitment is entered; it holds once a party of the other side has said the same."),
    ):  # fmt: skip
        if made:
            return redirect("commitments:commitment", made[0].pk)
        return redirect("commitments:of_agreement", agreement.pk)
    context = {"agreement": agreement, "form": form, "key": new_key()}
    return render(request, "commitments/enter.html", context)


def _page(request: HttpRequest, row: Commitment, **forms_given: forms.Form) -> HttpResponse:
    board, account = reading.board_of(row), request.user.pk
    party = standing.acting_party(account, row.agreement)
    waiting = board.now.waiting
    answers = waiting if party is not None and waiting is not None and waiting.side != party.side else None
    period = {"period": board.now.due}
    context = {
        "agreement": row.agreement, "board": board, "row": row, "party": party, "answers": answers,
        "assents": [str(one.party) for one in row.assents.select_related("party__organisation")],
        "may_assent": party is not None and not board.holds
        and not row.assents.filter(party=party).exists(),
        "claim_form": forms_given.get("claim_form") or ClaimForm(initial=period),
        "may_claim": party is not None and board.holds and answers is None and not board.now.status.closed,
        "evidence_form": forms_given.get("evidence_form") or EvidenceForm(initial=period),
        "may_bring": services.may_bring(row, account) is not None,
        "pictures": pictures([board]), "key": new_key(),
        "history": [one for one in reversed(board.periods) if one.claims or one.evidence],
        "public": reading.public_line(board)[1] if board.holds else "",
    }  # fmt: skip
    return render(request, "commitments/commitment.html", context)


@require_GET
def commitment(request: HttpRequest, commitment_id: uuid.UUID) -> HttpResponse:
    """Show one commitment: what it says, how it goes, what was said and brought."""
    return _page(request, _commitment(request, commitment_id))


@require_POST
def assent(request: HttpRequest, commitment_id: uuid.UUID) -> HttpResponse:
    """Say for one's party that the commitment is what the text says."""
    row = _commitment(request, commitment_id)
    attempt(
        request, "commitments.assent", lambda: services.assent(row, actor_id=request.user.pk),
        _("Your party's word is recorded."),
    )  # fmt: skip
    return redirect("commitments:commitment", row.pk)


def _sent(request: HttpRequest, row: Commitment, name: str, form: forms.Form, work: Callable[[], Any],
          done: str) -> HttpResponse:  # fmt: skip
    """Carry out a form of the commitment's page, or show the page with what is to be corrected."""
    if form.is_valid():
        if attempt(request, f"commitments.{name}", lambda: str(work().pk), done):
            return redirect("commitments:commitment", row.pk)
    else:
        messages.error(request, _("Something is missing in the form: see below."))
    return _page(request, row, **{f"{name}_form": form})


@require_POST
def claim(request: HttpRequest, commitment_id: uuid.UUID) -> HttpResponse:
    """Say how a period goes, for one's party."""
    row, form = _commitment(request, commitment_id), ClaimForm(request.POST)
    return _sent(
        request, row, "claim", form,
        lambda: services.claim(row, actor_id=request.user.pk, **form.cleaned_data),
        _("Recorded. The other side has a notice: it confirms, or disputes with its own text."),
    )  # fmt: skip


@require_POST
def answer(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    """Confirm or dispute what the other side said."""
    found: Claim | None = policies.claim_at(request, {"claim_id": claim_id})
    if found is None:
        raise Http404
    confirms = request.POST.get("do") == "confirm"
    attempt(
        request, "commitments.answer",
        lambda: str(
            services.answer(
                found, actor_id=request.user.pk, confirms=confirms, text=request.POST.get("text", "")
            ).pk
        ),
        _("Confirmed: both sides now say the same.")
        if confirms
        else _("The dispute is recorded with your side's text."),
    )  # fmt: skip
    return redirect("commitments:commitment", found.commitment_id)


@require_POST
def evidence(request: HttpRequest, commitment_id: uuid.UUID) -> HttpResponse:
    """Bring evidence for a period."""
    row, form = _commitment(request, commitment_id), EvidenceForm(request.POST, request.FILES)

    def work() -> Any:
        data = dict(form.cleaned_data)
        sent = data.pop("file", None)
        return services.bring_evidence(
            row, actor_id=request.user.pk, file=(sent.name, sent) if sent else None, **data
        )

    return _sent(request, row, "evidence", form, work, _("The evidence is recorded."))
