"""How a vote stays secret, in every language one can vote in."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override

from tavolo.dialogue.polling.slip_words import door_words
from tavolo.dialogue.polling.views_door import device_of
from tavolo.dialogue.views_voting import frame
from tavolo.dialogue.voices import languages


def secrecy(request: HttpRequest) -> HttpResponse:
    """Explain how a vote stays secret, who sees what, and where the limits are.

    Whoever comes from a ballot reads it in the language of voting, in the frame of voting, and goes back to
    the ballot; everybody else on a page of the site.
    """
    if languages.PARAMETER not in request.GET:
        said = languages.secrecy_of("en" if (get_language() or "it").startswith("en") else "it")
        return render(request, "dialogue/secrecy.html", {"said": said})
    language = languages.language_of(request)
    said = languages.secrecy_of(language)
    context: dict[str, Any] = frame(request, language)
    context |= {"said": said, "title": said["title"], "anonymous": True}
    if vote := _id(request.GET.get("voto", "")):
        # A voter with a slip, and one at a plain ballot, are sent on from there to theirs.
        context |= {"back_to": reverse("dialogue:vote", args=[vote]), "keep": f"&voto={vote}"}
        # A shared tablet goes back to its first screen from here too, when nobody touches it.
        if device_of(request) is not None:
            context["shared_words"] = door_words(language)
            context["finish"] = reverse("polling:finish", args=[vote])
    with override(language):
        response = render(request, "dialogue/secrecy_for_voters.html", context)
    languages.remember(request, response)
    return response


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
