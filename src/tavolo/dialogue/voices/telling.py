# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Telling those who decide that something waits for them.

Nobody is left out of a notice for having written the proposal: who is missing among those told would give
the author away. No notice leaves at the moment somebody proposes: its hour would stand beside the hour of a
visit. New proposals are told once a morning; what follows from a recorded act (a first refusal, an appeal)
at once. Authors are told where they look, without a row that names them: see docs/decisions/0064.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.common import notices
from tavolo.common.idempotency import once
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.voices import offices
from tavolo.dialogue.voices.models import Proposal, Review

UNDECIDED = (Proposal.State.WAITING, Proposal.State.DOUBTED)


def _queue(context: Any) -> str:
    return reverse("voices:queue", args=[context["consultation"]])


def _guarantee(context: Any) -> str:
    return reverse("voices:guarantee", args=[context["consultation"]])


notices.kind(
    "voices.to_decide", title=_("Proposals wait for a decision"),
    text=_("“%(title)s”: participants have proposed statements; decide on them by the published rules."),
    link=_queue,
)  # fmt: skip
notices.kind(
    "voices.due", title=_("A proposal must be decided"),
    text=_("“%(title)s”: the days within which a proposal is decided are ending."), link=_queue,
)  # fmt: skip
notices.kind(
    "voices.second_awaits", title=_("A refusal waits for a second person"),
    text=_("“%(title)s”: a first person would refuse a proposal; it takes a second one."), link=_queue,
)  # fmt: skip
notices.kind(
    "voices.appeal_awaits", title=_("An appeal waits for the guarantors"),
    text=_("“%(title)s”: the refusal of a statement was appealed; it waits for your answer."),
    link=_guarantee,
)  # fmt: skip


def _tell(account_ids: Any, kind: str, consultation: Consultation) -> None:
    context = {"title": consultation.title, "consultation": str(consultation.pk)}
    notices.send(account_ids, kind, context)


def second_awaits(proposal: Proposal, first: Review) -> None:
    """Tell those who may decide after a first refusal: of another side, where somebody of one moderates."""
    sides = offices.sides_of_moderators(proposal.consultation)
    others = {who: side for who, side in sides.items() if who != first.moderator_id}
    elsewhere = {who for who, side in others.items() if side != first.side or not side}
    _tell(elsewhere or others, "voices.second_awaits", proposal.consultation)


def appeal_awaits(proposal: Proposal) -> None:
    """Tell the guarantors of an appeal."""
    found = offices.guarantors(proposal.consultation.table_id)
    _tell(found.values_list("account_id", flat=True), "voices.appeal_awaits", proposal.consultation)


def remind(today: date) -> int:
    """Tell moderators of new proposals and of those due by tomorrow, each once; return how many."""
    told = 0
    waiting = Consultation.objects.filter(proposals__state__in=UNDECIDED).annotate(
        newest=Max("proposals__number"), due=Min("proposals__due_on")
    )
    for consultation in waiting:
        told += _tell_once(consultation, "voices.to_decide", consultation.newest)
        if consultation.due <= today + timedelta(days=1):
            told += _tell_once(consultation, "voices.due", consultation.due.isoformat())
    return told


def _tell_once(consultation: Consultation, kind: str, what: Any) -> int:
    with once(f"{consultation.pk}:{what}", account_id=None, action=kind) as call:
        if call.again:
            return 0
        _tell(offices.sides_of_moderators(consultation), kind, consultation)
        return 1
