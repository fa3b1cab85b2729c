# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The doors without an account: a slip or a mailed code, and the shared tablet of an assembly.

A code is never part of an address: on a phone it stands after #, which browsers keep to themselves, and it is
sent in the body of a form. Every code that opens nothing gets the same answer. No page here may be kept by a
cache, so that "back" on a tablet asks again and finds the capability gone.
"""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.limits import TooOften, happened, limit
from tavolo.dialogue import capability, views_voting, ways
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.polling.models import Assembly
from tavolo.dialogue.polling.services import assemblies
from tavolo.dialogue.polling.services import slips as entering
from tavolo.dialogue.polling.slip_words import DOOR, door_words
from tavolo.dialogue.services import voting
from tavolo.dialogue.voices.languages import COOKIE as LANGUAGE_COOKIE
from tavolo.dialogue.voices.languages import direction, language_of, remember, words_of

DEVICE = "tavolo_assemblea"
SALT = "tavolo.dialogue.assembly"
PATH = "/tavoli/"
# From one address many may vote, as in a canteen behind one connection; few of them mistype.
TRIES, WRONG, WINDOW = 1200, 40, timedelta(minutes=10)
READ_ALOUD = "voices/_read_aloud.html"


def _frame(request: HttpRequest) -> dict[str, Any]:
    code = language_of(request)
    language = code if code in DOOR else "it"
    context = views_voting.frame(request, language) | {
        "door": door_words(language), "anonymous": True, "direction": direction(language),
    }  # fmt: skip
    try:
        get_template(READ_ALOUD)
        context["read_aloud"] = READ_ALOUD
    except TemplateDoesNotExist:
        pass
    return context


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    # Not "no-referrer": under it browsers send a form of our own with the origin "null", and it is refused.
    response["Referrer-Policy"] = "same-origin"
    return response


def _address(request: HttpRequest) -> str:
    """Return what limits count by; it is stored only as a keyed hash, and only for ten minutes."""
    return str(request.META.get("REMOTE_ADDR", ""))


@never_cache
def slip(request: HttpRequest) -> HttpResponse:
    """Let somebody enter a slip's or a mailed code; what it opens is the voting page."""
    tablet = device_of(request)
    if request.method == "POST":
        found = enter_code(request, request.POST.get("code", ""))
        if isinstance(found, entering.Entered):
            if tablet is not None and found.consultation_id != tablet.consultation_id:
                return _door(request, tablet, "wrong", 422)
            return _let_in(found, shared=tablet is not None)
        return _door(request, tablet, found, 429 if found == "often" else 422)
    return _door(request, tablet, "")


def enter_code(request: HttpRequest, code: str) -> entering.Entered | str:
    """Return what a code opens, else "wrong" or "often"; page and program are counted together."""
    address = _address(request)
    try:
        limit(f"polling.try:{address}", per=WINDOW, count=TRIES)
        # Asked before the code is looked at: who has guessed too often gets no further answers.
        if happened(f"polling.wrong:{address}", per=WINDOW) >= WRONG:
            return "often"
        found = entering.enter(code)
        if found is None:
            limit(f"polling.wrong:{address}", per=WINDOW, count=WRONG)
    except TooOften:
        return "often"
    return found or "wrong"


def _let_in(found: entering.Entered, *, shared: bool) -> HttpResponse:
    response = redirect("polling:vote", found.consultation_id)
    capability.issue_to_slip(response, found.consultation_id, found.voter_id, shared=shared)
    return _private(response)


def _door(request: HttpRequest, tablet: Assembly | None, said: str, status: int = 200) -> HttpResponse:
    context = _frame(request)
    context |= {
        "title": context["door"]["booth"] if tablet else context["door"]["door"],
        "said": context["door"].get(said, ""), "tablet": tablet,
        "done": "" if said else _said_done(request),
    }  # fmt: skip
    spoken = _spoken(request)
    context |= {"done_language": spoken, "done_direction": direction(spoken)}
    response = render(request, "polling/door.html", context, status=status)
    remember(request, response)
    return _private(response)


def _spoken(request: HttpRequest) -> str:
    """Return the language of whoever has just left, for one sentence; the page itself begins anew."""
    code = request.GET.get("in", "")
    return code if code in DOOR else "it"


def _said_done(request: HttpRequest) -> str:
    spoken = _spoken(request)
    said = {
        "1": door_words(spoken)["done"], "registrato": door_words(spoken)["done"],
        "ritirato": words_of(spoken)["taken_back"],
    }  # fmt: skip
    return said.get(request.GET.get("fatto", ""), "")


# --- the tablet ---------------------------------------------------------------------------------------


@never_cache
def pair(request: HttpRequest) -> HttpResponse:
    """Pair this device with an assembly by the code the committee was shown."""
    if request.method != "POST":
        return _private(render(request, "polling/pair.html", {"wrong": False}))
    try:
        limit(f"polling.pair:{_address(request)}", per=WINDOW, count=20)
        made = assemblies.pair(request.POST.get("code", ""))
    except TooOften:
        made = None
    if made is None:
        return _private(render(request, "polling/pair.html", {"wrong": True}, status=422))
    assembly, secret = made
    response = redirect("polling:booth")
    left = int((assembly.expires_at - timezone.now()).total_seconds())
    response.set_cookie(
        DEVICE, signing.dumps([str(assembly.pk), secret], salt=SALT), max_age=max(left, 0), path=PATH,
        httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return _private(response)


def device_of(request: HttpRequest) -> Assembly | None:
    """Return the running assembly this device is paired with; asked anew each time."""
    text = request.COOKIES.get(DEVICE, "")
    if not text:
        return None
    try:
        assembly_id, secret = signing.loads(text, salt=SALT, max_age=assemblies.LONGEST)
        return assemblies.of_device(uuid.UUID(assembly_id), secret)
    except (signing.BadSignature, ValueError):
        return None


@never_cache
def booth(request: HttpRequest) -> HttpResponse:
    """Show the tablet's first screen; nothing of the voter before is left."""
    tablet = device_of(request)
    if tablet is None:
        away = redirect("polling:pair")
        away.delete_cookie(DEVICE, path=PATH, samesite="Strict")
        return _private(away)
    response = _door(request, tablet, "")
    capability.clear(response, tablet.consultation_id)
    return response


# --- the vote -----------------------------------------------------------------------------------------


@never_cache
def vote(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show the voting page to whoever entered a slip; others are sent to the door."""
    held = capability.without_account(request, consultation_id)
    tablet = device_of(request) if held is not None and held.by == capability.SHARED else None
    if held is None or (held.by == capability.SHARED and tablet is None):
        return to_door(consultation_id, held)
    poll = Consultation.objects.select_related("table").get(pk=consultation_id)
    ballot = None
    if poll.state == Consultation.State.OPEN:
        ballot = voting.own_votes(poll.pk, held.account_id)
    if ballot is None:
        response = views_voting.closed_page(
            request, poll, anonymous=True, ended=ways.ended(poll, held.account_id)
        )
        capability.clear(response, poll.pk)
        return _private(response)
    if poll.kind == Consultation.Kind.BALLOT:
        try:
            return _private(redirect(reverse("plain_ballots:vote", args=[poll.pk])))
        except NoReverseMatch:
            pass
    words = door_words(language_of(request))
    extra = {
        "finish_url": reverse("polling:finish", args=[poll.pk]), "finish_label": words["finish"],
        "shared": tablet is not None, "shared_words": words,
    }  # fmt: skip
    return _private(
        views_voting.page(
            request,
            poll,
            ballot,
            anonymous=True,
            again_url=reverse("polling:vote", args=[poll.pk]),
            extra=extra,
            template="polling/vote.html",
        )
    )


def to_door(consultation_id: uuid.UUID, held: capability.Held | None) -> HttpResponse:
    """Send to the door, where a code is entered; what this browser held is taken away."""
    response = redirect("polling:slip")
    if held is not None:
        capability.clear(response, consultation_id)
    return _private(response)


@never_cache
@require_POST
def finish(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Leave the voting page: nothing of the voter is left in this browser."""
    return leave(request, consultation_id)


def leave(request: HttpRequest, consultation_id: uuid.UUID, done: str = "1") -> HttpResponse:
    """Go to the first screen: the capability, the voter's language and messages go; nothing else was kept.

    `done` says there what the voter did: "registrato", "ritirato", or only that they have finished.
    """
    tablet = device_of(request)
    code = language_of(request)
    spoken = f"&in={code}" if code in DOOR and code != "it" else ""
    response = redirect(reverse("polling:booth" if tablet else "polling:slip") + f"?fatto={done}{spoken}")
    capability.clear(response, consultation_id)
    response.delete_cookie(LANGUAGE_COOKIE, path="/tavoli/", samesite="Lax")
    response.delete_cookie("messages")
    # Only what was kept of pages: cookies would take the tablet's pairing with them.
    response["Clear-Site-Data"] = json.dumps("cache")
    return _private(response)
