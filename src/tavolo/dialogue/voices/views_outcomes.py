# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What became of it: statement by statement, for everybody; and where it is written."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.common.removals import removal
from tavolo.dialogue import policies as dialogue_policies
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.views import consultation_of
from tavolo.dialogue.voices import outcomes, policies, proposing
from tavolo.dialogue.voices.forms import WriteForm
from tavolo.dialogue.voices.models import Outcome, Told


@never_cache
def outcomes_page(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show what became of every statement; a signed-in person's own proposals are marked."""
    found = consultation_of(request, consultation_id=consultation_id)
    account = request.user.pk if request.user.is_authenticated else None
    arguments = {"consultation_id": found.pk}
    entries = outcomes.page_of(found, (get_language() or "it")[:2], account) if found.has_results else []
    mine = [entry for entry in entries if entry["mine"]]
    chosen = request.GET.get("mostra", "")
    if chosen == "esito":
        entries = [entry for entry in entries if entry["outcomes"]]
    elif chosen == "mie":
        entries = mine
    refused = [
        one
        for one in (proposing.own_proposals(found, account) if account else [])
        if not one.proposal.statement_id
    ]
    context = {
        "consultation": found, "fates": entries, "chosen": chosen, "mine": mine, "refused": refused,
        "may_vote": found.state == found.State.OPEN
        and account is not None
        and dialogue_policies.on_roll(request, arguments),
        "may_write": policies.writes_outcomes(request, arguments),
        "told": Told.objects.filter(consultation=found).first(),
        "key": new_key(),
    }  # fmt: skip
    return render(request, "voices/outcomes.html", context)


def write(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Write what became of a statement."""
    found = consultation_of(request, consultation_id=consultation_id)
    form = WriteForm(
        found, request.POST or None, initial={"statement": request.GET.get("statement", "")[:36]}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            request, "write_outcome",
            lambda: str(
                outcomes.write_outcome(
                    data["statement"], kind=data["kind"], text=data["text"], link=data["link"],
                    actor_id=request.user.pk,
                ).pk
            ),
            _("Written."),
        )  # fmt: skip
        if done:
            return redirect("voices:outcomes", found.pk)
    context = {
        "heading": _("What became of a statement"), "form": form, "key": new_key(), "lead": found.title,
        "back": ("voices:outcomes", found.pk),
    }  # fmt: skip
    return render(request, "dialogue/form.html", context)


@require_POST
@removal
def take_back(request: HttpRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Remove something written by mistake."""
    row = get_object_or_404(Outcome.objects.select_related("consultation"), pk=outcome_id)
    consultation_id = row.consultation_id
    return carry_out(
        request,
        "take_back_outcome",
        lambda: outcomes.take_back(row, actor_id=request.user.pk),
        _("Removed."),
        to=("voices:outcomes", consultation_id),
    )


@require_POST
def tell(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Tell the participants that they can read what became of it."""
    found = consultation_of(request, consultation_id=consultation_id)
    try:
        told = outcomes.tell_participants(found, actor_id=request.user.pk)
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("%(people)s people have been told.") % {"people": told})
    return redirect("voices:outcomes", found.pk)
