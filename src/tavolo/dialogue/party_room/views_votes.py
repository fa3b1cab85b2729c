# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Votes inside a room."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tavolo.common.errors import Problem
from tavolo.dialogue.party_room import access
from tavolo.dialogue.party_room.forms import BallotForm, QuestionForm
from tavolo.dialogue.party_room.frame import form_page, link, once, room_of, shown
from tavolo.dialogue.party_room.models import Question, Room, VoteCast
from tavolo.dialogue.party_room.services import voting


@require_http_methods(["GET", "POST"])
def new_vote(request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID) -> HttpResponse:
    """Put a question to the room."""
    found = room_of(request, table_id, room_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made: list[Question] = []

        def work() -> str:
            made.append(
                voting.put_question(
                    found, actor_id=request.user.pk, text=data["text"], options=data["options"].split("\n"),
                    secret=data["how"] == "unnamed", closes_on=data["closes_on"],
                )
            )  # fmt: skip
            return str(made[0].pk)

        if once(request, "question", work):
            return redirect(link("vote", found, made[0].pk) if made else link("room", found))
    lead = _("One vote for each delegate who acts in this room; observers do not vote.")
    return form_page(request, found, _("New vote"), form, link("room", found), lead=lead)


@require_GET
def vote(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_vote_id: uuid.UUID
) -> HttpResponse:
    """Show a question: to vote on, or with its result once it is closed."""
    found = room_of(request, table_id, room_id)
    return shown(request, found, "vote.html", lambda: _vote_page(request, found, room_vote_id))


def _vote_page(request: HttpRequest, found: Room, question_id: uuid.UUID) -> dict[str, Any]:
    question = Question.objects.filter(room=found, pk=question_id).select_related("author").first()
    if question is None:
        raise Http404
    options = list(question.options.order_by("position"))
    counts = voting.result(question)
    return {
        "question": question,
        "open": voting.is_open(question),
        "voted": VoteCast.objects.filter(question=question, account_id=request.user.pk).exists(),
        "votes": VoteCast.objects.filter(question=question).count(),
        "eligible": question.eligible or len(access.people_of(found)),
        "options": options,
        "form": BallotForm(options),
        "counts": counts,
        "too_few": question.closed_at is not None and counts is None,
        "fewest": voting.FEWEST_SECRET,
    }


@require_POST
def cast(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_vote_id: uuid.UUID
) -> HttpResponse:
    """Vote. No key against double sending is kept: the room itself counts each delegate once."""
    found = room_of(request, table_id, room_id)
    try:
        option = uuid.UUID(request.POST.get("option", ""))
        new = voting.cast(found, room_vote_id, option, actor_id=request.user.pk)
    except ValueError:
        messages.error(request, _("Choose one of the options."))
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        said = _("Your vote is registered.") if new else _("You had voted already; that vote stands.")
        messages.success(request, said)
    return redirect(link("vote", found, room_vote_id))


@require_POST
def close_vote(
    request: HttpRequest, table_id: uuid.UUID, room_id: uuid.UUID, room_vote_id: uuid.UUID
) -> HttpResponse:
    """End a vote."""
    found = room_of(request, table_id, room_id)
    once(
        request, "close_vote", lambda: str(voting.close(found, room_vote_id, actor_id=request.user.pk).pk),
        _("The vote is over."),
    )  # fmt: skip
    return redirect(link("vote", found, room_vote_id))
