# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Proposing a statement: look at what is there already, send, read the decision, appeal."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import carry_out
from tavolo.dialogue.models import Party, StatementVersion
from tavolo.dialogue.services import opening
from tavolo.dialogue.views import consultation_of
from tavolo.dialogue.voices import moderating, privacy_hint, proposing, readability, rulebook, seeds
from tavolo.dialogue.voices.forms import ProposalForm, WordsForm
from tavolo.dialogue.voices.languages import language_of
from tavolo.dialogue.voices.models import Proposal


@never_cache
def propose(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show one's own proposals and a form; sent once, it shows what is alike; sent again, it proposes."""
    found = consultation_of(request, consultation_id=consultation_id)
    form = ProposalForm(request.POST or None, initial={"language": language_of(request)})
    context: dict[str, Any] = {"consultation": found, "looked": False}
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        looked = _look(found, text)
        if request.POST.get("step") == "send" or not (looked["alike"] or looked["flags"]):
            if _send(request, found, form):
                return redirect("voices:propose", found.pk)
        else:
            context |= looked | {"looked": True}
    book = rulebook.in_force(found.table_id)
    context |= {
        "form": form,
        "key": key_from(request) or new_key(),
        "book": book,
        "own": proposing.own_proposals(found, request.user.pk),
        "open": found.state == found.State.OPEN and found.kind == found.Kind.STATEMENTS and book is not None,
    }
    return render(request, "voices/propose.html", context)


def _look(found: Any, text: str) -> dict[str, Any]:
    return {
        "alike": [version for version, _score in proposing.similar(found, text)],
        "flags": privacy_hint.look(text),
    }


def _send(request: HttpRequest, found: Any, form: ProposalForm) -> bool:
    try:
        proposing.propose_statement(
            found, text=form.cleaned_data["text"], language=form.cleaned_data["language"],
            account_id=request.user.pk, key=key_from(request),
        )  # fmt: skip
    except Problem as problem:
        messages.error(request, str(problem))
        return False
    messages.success(request, _("Your statement is proposed. You read the decision on this page."))
    return True


@require_POST
def similar(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Return, as a piece of a page, what is alike and what may point to a person, while somebody types."""
    found = consultation_of(request, consultation_id=consultation_id)
    text = request.POST.get("text", "")[:2000]
    return render(request, "voices/_alike.html", _look(found, text) | {"consultation": found})


@require_POST
def hints(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Return, as a piece of a page, how readable a promoter's statement is."""
    text = request.POST.get("text", "")[:2000]
    context = {"reading": readability.read(text), "flags": privacy_hint.look(text), "text": text}
    return render(request, "voices/_hints.html", context)


@never_cache
def appeal(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Let the author appeal to the guarantors."""
    row = get_object_or_404(Proposal.objects.select_related("consultation", "book"), pk=proposal_id)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            moderating.appeal(row, words=form.cleaned_data["words"], account_id=request.user.pk)
        except Problem as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Your appeal is with the guarantors. You read the answer here."))
            return redirect("voices:propose", row.consultation_id)
    context = {
        "heading": _("Appeal to the guarantors"), "form": form, "key": new_key(),
        "lead": proposing.text_of(row), "back": ("voices:propose", row.consultation_id),
    }  # fmt: skip
    return render(request, "dialogue/form.html", context)


@require_POST
def consent_seed(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Give the party's yes to a wording written while voting is under way."""
    found = consultation_of(request, version_id=version_id)
    version = get_object_or_404(StatementVersion.objects.select_related("statement"), pk=version_id)
    party = acting_promoter(request, found)
    return carry_out(
        request,
        "consent_to_seed",
        lambda: seeds.consent_to_seed(version, party=party, actor_id=request.user.pk),
        _("Your party's consent is recorded."),
        to=("dialogue:statements", found.pk),
    )


def acting_promoter(request: HttpRequest, found: Any) -> Party:
    """Return the promoting party the person acts for; the policy has made sure of one."""
    for party in opening.promoters(found):
        if standing.may_act_for(request.user.pk, party):
            return party
    return get_object_or_404(Party, pk=None)
