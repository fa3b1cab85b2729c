# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The voting page of a plain ballot: one sheet, one button, in the voter's language, without JavaScript."""

from __future__ import annotations

import secrets
import uuid
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.serving import stored_file
from tavolo.dialogue import capability, standing, ways
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.plain_ballots import layouts, showing
from tavolo.dialogue.plain_ballots.models import PlainBallot, Question
from tavolo.dialogue.polling import views_door
from tavolo.dialogue.polling.slip_words import door_words
from tavolo.dialogue.sealing import AGREE, DISAGREE, PASS, Ballot
from tavolo.dialogue.services import voting
from tavolo.dialogue.voices import languages

CHOICES = {AGREE: "agree", DISAGREE: "disagree", PASS: "pass"}
BLANK = "blank"


@lru_cache(maxsize=32)
def words_of(code: str) -> dict[str, str]:
    """Return the words of the sheet in a language; Italian ones stand in for a missing language."""
    source = resources.files("tavolo.dialogue.plain_ballots").joinpath("words.yaml")
    held: dict[str, dict[str, str]] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return held.get(code, held["it"])


def _ballot(ballot_id: uuid.UUID) -> PlainBallot:
    """Return the ballot; whoever comes here was let in by the policy, perhaps with a slip and no account."""
    found = PlainBallot.objects.filter(consultation_id=ballot_id).select_related(
        "consultation__table", "file"
    )
    ballot = found.first()
    if ballot is None:
        raise Http404
    return ballot


def _voter(request: HttpRequest, ballot_id: uuid.UUID) -> tuple[uuid.UUID, bool]:
    """Return who votes in this browser, and whether by an account; a slip that was entered comes first."""
    slip = capability.without_account(request, ballot_id)
    if slip is not None:
        return slip.account_id, False
    own: uuid.UUID = request.user.pk  # type: ignore[assignment]
    return own, True


@never_cache
def vote(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Show the sheet, to an account with its marks so far; let this browser vote for half an hour."""
    held = capability.without_account(request, ballot_id)
    if held is not None and held.by == capability.SHARED and views_door.device_of(request) is None:
        return views_door.to_door(ballot_id, held)
    return _page(request, _ballot(ballot_id))


def _on_tablet(request: HttpRequest, ballot_id: uuid.UUID) -> bool:
    """Say whether this browser is an assembly's tablet, which many people use one after the other."""
    held = capability.without_account(request, ballot_id)
    return held is not None and held.by == capability.SHARED


def _page(request: HttpRequest, found: PlainBallot, problem: str = "", status: int = 200) -> HttpResponse:
    consultation = found.consultation
    voter, account = _voter(request, consultation.pk)
    sealed = None
    if consultation.state == Consultation.State.OPEN:
        sealed = voting.own_votes(consultation.pk, voter)
    code = languages.language_of(request)
    context: dict[str, Any] = {
        "ballot": found, "consultation": consultation, "w": words_of(code), "code": code,
        "direction": languages.direction(code), "languages": languages.choices(), "account": account,
        "finish_url": "" if account else reverse("polling:finish", args=[consultation.pk]),
        "shared": _on_tablet(request, consultation.pk), "shared_words": door_words(code),
    }  # fmt: skip
    if sealed is None:
        if consultation.state == Consultation.State.VOID or ways.ended(consultation, voter):
            context["ended"] = languages.words_of(code)
        return render(request, "plain_ballots/vote_closed.html", context)
    context |= {
        "questions": _sheet(found, sealed if account else None, code),
        "rule": showing.rule(found, "it" if code == "it" else "en"),
        "request_id": secrets.token_urlsafe(12), "voted": account and sealed.voted,
        "done": request.GET.get("fatto", ""), "problem": problem,
        "on_roll": account and standing.is_on_roll(voter, consultation.pk),
    }  # fmt: skip
    response = render(request, "plain_ballots/vote.html", context, status=status)
    if account:
        capability.issue(request, response, consultation.pk)
    languages.remember(request, response)
    return response


def _sheet(found: PlainBallot, sealed: Ballot | None, code: str) -> list[dict[str, Any]]:
    """Return the questions in the voter's language, with what stands on the opened ballot."""
    layout = layouts.read(found.consultation_id)
    rows = showing.questions(found, code)
    words = words_of(code)
    for row in rows:
        head = layout.slot_of[uuid.UUID(row["id"])]
        row["field"] = f"q-{row['id']}"
        row["marked"] = CHOICES.get(sealed.vote(head), "") if sealed else ""
        row["translated"] = code == "it" or code in row["languages"]
        row["help"] = {
            Question.Kind.YES_NO: words["help_yes_no"],
            Question.Kind.SINGLE: words["help_single"],
            Question.Kind.APPROVAL: words["help_approval"].format(most=row["most"]),
        }[row["kind"]]
        for option in row["options"]:
            slot = layout.slot_of[uuid.UUID(option["id"])]
            option["marked"] = bool(sealed and sealed.vote(slot) == AGREE)
    return rows


@never_cache
def vote_text(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponseBase:
    """Send the file voted on to whoever votes, also to a browser with a slip and no account."""
    found = _ballot(ballot_id)
    if found.file is None or found.consultation.state == Consultation.State.DRAFT:
        raise Http404
    return stored_file(found.file)


@require_POST
def cast(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Register the whole sheet. Acknowledged only after its commit; a retry gets the same answer."""
    found = _ballot(ballot_id)
    voter = capability.voter(request, ballot_id) or request.user.pk
    take_back = request.POST.get("take_back") == "1"
    words = words_of(languages.language_of(request))
    marks = {} if take_back else _marks(request, found)
    if marks is None:
        return _page(request, found, words["reload"], 422)
    try:
        voting.cast_whole(ballot_id, voter, marks, request.POST.get("request", ""), take_back=take_back)
    except Problem as problem:
        # The exact reason exists in the site's own languages; elsewhere the sentence that says what to do.
        exact = languages.language_of(request) in ("it", "en")
        other = words["refused"] if marks or take_back else words["nothing_marked"]
        return _page(request, found, str(problem) if exact else other, 422)
    if _on_tablet(request, ballot_id):
        # The sheet is whole: the tablet goes back to its first screen, where the vote is acknowledged.
        return views_door.leave(request, ballot_id, "ritirato" if take_back else "registrato")
    answer = redirect("plain_ballots:vote", ballot_id)
    answer["Location"] += "?fatto=ritirato" if take_back else "?fatto=registrato"
    return answer


def _marks(request: HttpRequest, found: PlainBallot) -> dict[uuid.UUID, str] | None:
    """Return what was marked, as versions and choices, from the sheet's fields; None from another sheet."""
    marks: dict[uuid.UUID, str] = {}
    for row in showing.questions(found, "it"):
        head = uuid.UUID(row["id"])
        options = {option["id"] for option in row["options"]}
        for value in request.POST.getlist(f"q-{row['id']}"):
            if value in options:
                marks[uuid.UUID(value)] = "agree"
            elif value == BLANK:
                marks[head] = "pass"
            elif value in CHOICES.values() and not options:
                marks[head] = value
            elif value:
                return None
    return marks
