"""The short way in for a vote: a middleware before the others, for one kind of request alone.

When a voting page is busy, what a page needs (session, language, messages, accounts, framing headers) costs
more than the vote. A POST to the vote's door that carries the voting page's cookie and wants JSON is checked
here for host, cross-site forgery and cookie, and carried out. Anything else, and any refusal, goes the long
way, which asks everything and words the answer.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware

from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import capability
from tavolo.dialogue.services.voting import cast_vote

PATH = re.compile(r"/tavoli/consultazioni/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/voto/registra/")


def _view(request: HttpRequest) -> HttpResponse:
    """Stand in for the view where the forgery check asks whether it is exempt; it is not."""
    raise NotImplementedError


class VotingDoor:
    """Carry out a vote that brings all it needs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.forgery = CsrfViewMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and capability.COOKIE in request.COOKIES:
            found = PATH.fullmatch(request.path)
            if found and request.headers.get("Accept", "").startswith("application/json"):
                answer = self._vote(request, uuid.UUID(found[1]))
                if answer is not None:
                    return answer
        return self.get_response(request)

    def _vote(self, request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse | None:
        """Return the acknowledgement, or None where the long way must decide."""
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return None
        request.get_host()  # raises where the host is not one of ours
        self.forgery.process_request(request)
        if self.forgery.process_view(request, _view, (), {}) is not None:
            return None
        held = capability.held(request, consultation_id)
        if held is None:
            return None
        sent = request.POST
        try:
            version = uuid.UUID(sent.get("version", ""))
            with in_territory(Territory(pk=held.territory_id)):
                done = cast_vote(
                    consultation_id, held.account_id, version, sent.get("choice", ""),
                    sent.get("request", ""), important=sent.get("important") == "1",
                )  # fmt: skip
        except (Problem, ValueError):
            return None
        answer = JsonResponse({"registered": True, "choice": done.choice})
        answer["Content-Length"] = str(len(answer.content))
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "no-store"
        return answer
