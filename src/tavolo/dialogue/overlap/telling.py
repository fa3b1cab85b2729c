# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The words of acts and notices. None holds an issue, an option, or who has not yet done something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.common import notices
from tavolo.dialogue.overlap import seats
from tavolo.ledger import readers

NOTICES = {
    "asked": (
        _("A blind overlap is asked for"),
        _("“%(table)s”: a party asks for a blind overlap, “%(title)s”. It starts only if all ask."),
    ),
    "all_asked": (
        _("All parties ask for the blind overlap"),
        _("“%(title)s”: all parties have asked. The joint secretariat now writes the list of issues."),
    ),
    "list_written": (
        _("A list of issues waits for your party"),
        _("“%(title)s”: the secretariat has written the list. Lodging opens when all parties agree."),
    ),
    "open": (
        _("Lodging is open"),
        _("“%(title)s”: all parties agree to the list. Each now lodges in secret what it could accept."),
    ),
    "ready": (
        _("All parties have lodged"),
        _("“%(title)s”: all have lodged. What all accept is shown only if every party agrees to look."),
    ),
    "looked": (
        _("What all accept is shown"),
        _("“%(title)s”: all parties agreed to look. Open the page to read what all accept."),
    ),
    "ended": (
        _("A blind overlap has ended"),
        _("“%(title)s” has ended: everything that was lodged has been destroyed."),
    ),
    "last_days": (
        _("A blind overlap ends in three days"),
        _("“%(title)s” ends in three days. What has not been shown by then is destroyed."),
    ),
}


def register() -> None:
    """Declare the notices, the names of the acts, and who may read them."""
    for name, (title, text) in NOTICES.items():
        notices.kind(f"overlap.{name}", title=title, text=text, link=_link)
    readers.ROLES["parties"] = _("all the parties together")
    readers.name_acts(
        {
            "overlap.asked": _("A party asked for a blind overlap"),
            "overlap.list_agreed": _("A party agreed to the list of a blind overlap"),
            "overlap.looked": _("The parties looked together at a blind overlap"),
            "overlap.packages_shown": _("The parties agreed to see the packages of a blind overlap"),
            "overlap.destroyed": _("What was lodged for a blind overlap was destroyed"),
        }
    )
    readers.readable("overlap.exercise", _reads)


def _link(context: Mapping[str, Any]) -> str:
    return reverse("overlap:exercise", args=[context["exercise_id"]])


def _reads(request: HttpRequest, exercise_id: UUID) -> bool:
    """Allow those who see the exercise."""
    return request.user.is_authenticated and seats.visible(request.user.pk).filter(pk=exercise_id).exists()
