# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The voting page and the door a vote comes through."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.dialogue import capability
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.services import asking, voting
from tavolo.dialogue.services.analysing import text_in
from tavolo.dialogue.views import consultation_of

CARDS = 12  # statements sent with one page, so that a vote needs no second request


@never_cache
def vote(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show the next statements to a person on the roll, and let this browser vote for half an hour."""
    found = consultation_of(request, consultation_id=consultation_id)
    ballot = None
    if found.state == Consultation.State.OPEN:
        ballot = voting.own_votes(found.pk, request.user.pk)
    if ballot is None:
        return render(request, "dialogue/vote_closed.html", {"consultation": found})
    versions = asking.open_versions(found)
    seed = secrets.randbits(64)
    order = asking.order(found, versions, ballot, np.random.default_rng(seed), CARDS)
    context = {
        "consultation": found,
        "cards": [_card(version, ballot.vote(version.slot)) for version in order],
        "answered": [_card(v, ballot.vote(v.slot)) for v in versions if ballot.vote(v.slot)],
        "total": len(versions),
        "done": sum(1 for version in versions if ballot.vote(version.slot)),
    }
    response = render(request, "dialogue/vote.html", context)
    capability.issue(request, response, found.pk)
    return response


def _card(version: StatementVersion, value: int) -> dict[str, Any]:
    wanted = get_language() or "it"
    text = text_in(version, wanted)
    translated = any(t.language == wanted for t in version.translations.all())
    language = wanted if translated or wanted == version.language else version.language
    rtl = language.split("-")[0] in ("ar", "he", "fa", "ur")
    return {
        "id": str(version.pk),
        "number": version.statement.number,
        "theme": version.statement.theme.name if version.statement.theme else "",
        "text": text,
        "language": language,
        "direction": "rtl" if rtl else "ltr",
        "choice": voting.NAMES[value] if value else "",
        "request": secrets.token_urlsafe(12),
        "undo": secrets.token_urlsafe(12),
    }


@require_POST
def cast(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Register a vote. Acknowledged only after its commit; a retry gets the same answer."""
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    account = capability.voter(request, consultation_id) or request.user.pk
    try:
        version = _uuid(request.POST.get("version", ""))
        done = voting.cast_vote(
            consultation_id, account, version, request.POST.get("choice", ""), request.POST.get("request", "")
        )
    except Problem as problem:
        if wants_json:
            return JsonResponse({"detail": str(problem)}, status=422)
        messages.error(request, str(problem))
        return redirect("dialogue:vote", consultation_id)
    if wants_json:
        return JsonResponse({"registered": True, "choice": done.choice})
    # Kept in a cookie by Django's default storage: nothing about the vote is written in the database.
    messages.success(request, _("Vote taken back.") if done.choice == "undo" else _("Registered."))
    return redirect("dialogue:vote", consultation_id)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Problem(_("This statement does not belong to the consultation.")) from None
