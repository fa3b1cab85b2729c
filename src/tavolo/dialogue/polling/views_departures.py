# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A party has left an open vote: what those who remain decide, and what everybody may read about it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.dialogue.acting import attempt
from tavolo.dialogue.models import Consultation, Party
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import Ending, Succession
from tavolo.dialogue.polling.services import departures
from tavolo.dialogue.polling.views import crumbs, poll_of


def side_of(account_id: uuid.UUID, poll: Consultation) -> str | None:
    """Return the side with parties that left for which a person decides today, if any."""
    for side in sorted({party.side for party in committee.departed(poll)}):
        if departures.acting_for(account_id, poll, side) is not None:
            return side
    return None


def page(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show each party that left, what is proposed about its list, and whose consent is missing."""
    poll = poll_of(consultation_id)
    side = side_of(request.user.pk, poll)
    own = departures.acting_for(request.user.pk, poll, side)
    context = crumbs(request, poll) | {
        "own": own, "rest": committee.remaining(poll, side), "ended": departures.ended(poll, side),
        "rows": [row(poll, left, own) for left in committee.departed(poll, side)],
        "open": poll.state == Consultation.State.OPEN and not departures.ended(poll, side),
        "longest": departures.LONGEST_REASON,
    }  # fmt: skip
    return render(request, "polling/departures.html", context)


def row(poll: Consultation, left: Party, own: Party | None) -> dict[str, Any]:
    """Return what stands proposed and decided about a party that left."""
    standing_now = Succession.objects.filter(
        consultation=poll, party=left, state=Succession.State.OPEN, left_on=left.ends_on
    )
    proposals = []
    for found in standing_now.select_related("consultation__table", "party", "proposer__organisation"):
        missing = departures.missing(found)
        proposals.append(
            {
                "row": found, "missing": missing, "owes": own is not None and own in missing,
                "own": own is not None and own.pk == found.proposer_id,
            }
        )  # fmt: skip
    taken = {item["row"].choice for item in proposals}
    return {
        "party": left, "groups": poll.groups.filter(party=left), "proposals": proposals,
        "carried": departures.carried(poll, left), "may_carry_on": Succession.Choice.CARRY_ON not in taken,
        "may_annul": Succession.Choice.ANNUL not in taken,
    }  # fmt: skip


@require_POST
def propose(request: HttpRequest, consultation_id: uuid.UUID, party_id: uuid.UUID) -> HttpResponse:
    """Propose what becomes of a party's list, for the party one acts for."""
    poll = poll_of(consultation_id)
    left = get_object_or_404(Party, pk=party_id, table_id=poll.table_id)
    choice, reason = request.POST.get("choice", ""), request.POST.get("reason", "").replace("\x00", "")
    attempt(
        request,
        "polling.propose_succession",
        lambda: str(
            departures.propose(poll, left=left, choice=choice, reason=reason, actor_id=request.user.pk).pk
        ),
        _("Your party's decision is recorded."),
    )
    return _back(request, poll)


def _back(request: HttpRequest, poll: Consultation) -> HttpResponse:
    poll.refresh_from_db()
    void = poll.state == Consultation.State.VOID
    return redirect("polling:no_result" if void else "polling:departures", poll.pk)


def _succession(succession_id: uuid.UUID) -> Succession:
    rows = Succession.objects.select_related("consultation__table", "party__organisation", "proposer")
    return get_object_or_404(rows, pk=succession_id)


@require_POST
def consent(request: HttpRequest, succession_id: uuid.UUID) -> HttpResponse:
    """Consent to a proposal."""
    found = _succession(succession_id)
    attempt(
        request,
        "polling.consent_succession",
        lambda: departures.consent(found, actor_id=request.user.pk),
        _("Your party's decision is recorded."),
    )
    return _back(request, found.consultation)


@require_POST
def withdraw(request: HttpRequest, succession_id: uuid.UUID) -> HttpResponse:
    """Withdraw one's own party's proposal."""
    found = _succession(succession_id)
    attempt(
        request,
        "polling.withdraw_succession",
        lambda: departures.withdraw(found, actor_id=request.user.pk),
        _("The proposal is withdrawn."),
    )
    return _back(request, found.consultation)


def no_result(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Tell everybody that a vote ended without result, since when and why."""
    poll = poll_of(consultation_id)
    context = crumbs(request, poll) | {
        "endings": Ending.objects.filter(consultation=poll).order_by("ended_on", "side"),
        "void": poll.state == Consultation.State.VOID,
        "left": committee.departed(poll),
    }  # fmt: skip
    return render(request, "polling/no_result.html", context)
