# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The voting page, in the language the voter chooses on it, and the door a vote comes through.

`page` draws it for any voter whose ballot the caller holds: an account on the roll, a slip, a person at a
shared tablet. It needs no account and no session.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.dialogue import capability, ways
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.sealing import Ballot
from tavolo.dialogue.services import asking, voting
from tavolo.dialogue.views import consultation_of
from tavolo.dialogue.voices import translating
from tavolo.dialogue.voices.languages import (
    choices,
    direction,
    language_of,
    remember,
    words_of,
)
from tavolo.dialogue.voices.spoken import Spoken, spoken

CARDS = 12  # statements sent with one page, so that a vote needs no second request


@never_cache
def vote(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show the next statements to a voter, and let this browser vote for half an hour."""
    if capability.without_account(request, consultation_id) is not None:
        # Votes by slip or mailed code have a page that can be left behind on a shared tablet.
        return redirect("polling:vote", consultation_id)
    found = consultation_of(request, consultation_id=consultation_id)
    if found.kind == Consultation.Kind.BALLOT:
        return redirect("plain_ballots:vote", found.pk)
    ballot = None
    if found.state == Consultation.State.OPEN:
        ballot = voting.own_votes(found.pk, request.user.pk)
    if ballot is None and ways.ended(found, request.user.pk):
        return closed_page(request, found, ended=True)
    if ballot is None and found.state == Consultation.State.OPEN:
        words = _("In this consultation you vote by slip or on paper: ask the electoral committee.")
        messages.info(request, words)
        return redirect("dialogue:consultation", found.pk)
    if ballot is None:
        return closed_page(request, found)
    response = page(request, found, ballot)
    capability.issue(request, response, found.pk)
    return response


def page(
    request: HttpRequest, consultation: Consultation, ballot: Ballot, *, anonymous: bool = False,
    cast_url: str = "", again_url: str = "", extra: Mapping[str, Any] | None = None,
    template: str = "dialogue/vote.html",
) -> HttpResponse:  # fmt: skip
    """Return the voting page for a ballot.

    `anonymous`: the voter has no account here, so nothing leads into the rest of the site. `cast_url` is
    where votes are sent and `again_url` where the page itself is, if not at the usual addresses. `extra`
    goes into the template as it is: `finish_url` with `finish_label` puts a button at the end. `template`
    may extend the usual one, as on a shared tablet.
    """
    language = language_of(request)
    versions = asking.open_versions(consultation)
    drawn = np.random.default_rng(secrets.randbits(64))
    order = asking.order(consultation, versions, ballot, drawn, CARDS)
    other = translating.words_in(consultation, language)
    said = {version.pk: spoken(version, language, other["themes"]) for version in versions}
    context = frame(request, language) | {
        "consultation": consultation,
        "title": other["title"] or consultation.title,
        "title_language": language if other["title"] else "it",
        "question": other["question"] or consultation.question,
        "question_language": language if other["question"] else "it",
        "cards": [_card(version, said[version.pk], ballot) for version in order],
        "answered": [_card(v, said[v.pk], ballot) for v in versions if ballot.vote(v.slot)],
        "total": len(versions),
        "done": sum(1 for version in versions if ballot.vote(version.slot)),
        "anonymous": anonymous,
        "cast_url": cast_url or reverse("dialogue:cast", args=[consultation.pk]),
        "again_url": again_url or reverse("dialogue:vote", args=[consultation.pk]),
    }
    context["your_answers"] = context["words"]["your_answers"].replace("{n}", str(len(context["answered"])))
    with override(language):
        response = render(request, template, context | dict(extra or {}))
    remember(request, response)
    return response


def frame(request: HttpRequest, language: str) -> dict[str, Any]:
    """Return what every page in the voter's language needs: words, direction, the choice of languages."""
    return {
        "language": language,
        "direction": direction(language),
        "words": words_of(language),
        "languages": [{"code": code, "name": name, "direction": direction(code)} for code, name in choices()],
    }


def closed_page(request: HttpRequest, consultation: Consultation, **context: Any) -> HttpResponse:
    """Return the page of a consultation nobody can vote in now, in the voter's language."""
    language = language_of(request)
    title = translating.words_in(consultation, language)["title"]
    context |= frame(request, language) | {
        "consultation": consultation,
        "title": title or consultation.title,
        "title_language": language if title else "it",
    }
    with override(language):
        response = render(request, "dialogue/vote_closed.html", context)
    remember(request, response)
    return response


def _card(version: StatementVersion, said: Spoken, ballot: Ballot) -> dict[str, Any]:
    value = ballot.vote(version.slot)
    return {
        "id": str(version.pk),
        "number": version.statement.number,
        "said": said,
        "text": said.text,
        "choice": voting.NAMES[value] if value else "",
        "important": ballot.important(version.slot),
        "request": secrets.token_urlsafe(12),
        "undo": secrets.token_urlsafe(12),
    }


@require_POST
def cast(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Register a vote. Acknowledged only after its commit; a retry gets the same answer."""
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    account = capability.voter(request, consultation_id) or request.user.pk
    language = language_of(request)
    words = words_of(language)
    try:
        done = voting.cast_vote(
            consultation_id, account, _uuid(request.POST.get("version", "")),
            request.POST.get("choice", ""), request.POST.get("request", ""),
            important=request.POST.get("important") == "1",
        )  # fmt: skip
    except Problem as problem:
        # The exact reason exists in the site's own languages; elsewhere the sentence that says what to do.
        reason = str(problem) if language in ("it", "en") else words["refused"]
        if wants_json:
            return JsonResponse({"detail": reason}, status=422)
        messages.error(request, reason)
        return redirect("dialogue:vote", consultation_id)
    if wants_json:
        return JsonResponse({"registered": True, "choice": done.choice})
    # Kept in a cookie by Django's default storage: nothing about the vote is written in the database.
    messages.success(request, words["taken_back"] if done.choice == "undo" else words["registered"])
    return redirect("dialogue:vote", consultation_id)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Problem(_("This statement does not belong to the consultation.")) from None
