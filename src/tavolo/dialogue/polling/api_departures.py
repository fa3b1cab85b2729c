# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON about parties that left an open vote."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tavolo.dialogue.models import Party
from tavolo.dialogue.polling import committee, schemas, views_departures
from tavolo.dialogue.polling.answering import POLL, api, doing, poll_of
from tavolo.dialogue.polling.models import Ending, Succession
from tavolo.dialogue.polling.services import departures

SUCCESSION = "/successions/{uuid:succession_id}"


@api.get(f"{POLL}/departures", schemas.DeparturesOut, "departures", "Promoters that left an open vote")
def list_departures(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return, to the promoters that remain on the side, who left and what is proposed about its list."""
    poll = poll_of(consultation_id)
    side = views_departures.side_of(request.user.pk, poll)
    if side is None:
        raise Http404
    own = departures.acting_for(request.user.pk, poll, side)
    rows = [views_departures.row(poll, left, own) for left in committee.departed(poll, side)]
    return {
        "side": side,
        "remaining": [str(party) for party in committee.remaining(poll, side)],
        "items": [
            {
                "party_id": one["party"].pk, "party": str(one["party"]), "left_on": one["party"].ends_on,
                "carried_on_since": one["carried"].decided_on if one["carried"] else None,
                "proposals": [
                    {
                        "id": item["row"].pk, "choice": item["row"].choice, "reason": item["row"].reason,
                        "proposed_by": str(item["row"].proposer),
                        "missing": [str(party) for party in item["missing"]],
                    }
                    for item in one["proposals"]
                ],
            }
            for one in rows
        ],
    }  # fmt: skip


@api.post(f"{POLL}/departures", schemas.Done, "departures", "Propose what becomes of a list")
def propose(request: HttpRequest, consultation_id: UUID, asked: schemas.SuccessionIn) -> dict[str, Any]:
    """Propose it for one's party; it is decided when all promoters that remain have consented."""
    poll = poll_of(consultation_id)
    left = get_object_or_404(Party, pk=asked.party_id, table_id=poll.table_id)
    made = doing(
        request,
        "propose_succession",
        asked.dict(),
        lambda: str(
            departures.propose(
                poll, left=left, choice=asked.choice, reason=asked.reason, actor_id=request.user.pk
            ).pk
        ),
    )
    return {"id": made}


@api.post(f"{SUCCESSION}/consent", schemas.Done, "consent_succession", "Consent to a proposal")
def consent(request: HttpRequest, succession_id: UUID) -> dict[str, Any]:
    """Give one's party's yes; `done` says whether it is decided now."""
    found = _found(succession_id)
    decided = doing(
        request, "consent_succession", None, lambda: departures.consent(found, actor_id=request.user.pk)
    )
    return {"done": bool(decided), "id": found.pk}


@api.post(f"{SUCCESSION}/withdrawal", schemas.Done, "withdraw_succession", "Withdraw one's own proposal")
def withdraw(request: HttpRequest, succession_id: UUID) -> dict[str, Any]:
    """Take back what one's party proposed, before it is decided."""
    found = _found(succession_id)
    doing(request, "withdraw_succession", None, lambda: departures.withdraw(found, actor_id=request.user.pk))
    return {"id": found.pk}


def _found(succession_id: UUID) -> Succession:
    rows = Succession.objects.select_related("consultation__table", "party__organisation", "proposer")
    return get_object_or_404(rows, pk=succession_id)


@api.get(f"{POLL}/ending", schemas.EndingsOut, "no_result", "Why a vote ended without result")
def no_result(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return since when and why the vote of a side ended without result."""
    poll = poll_of(consultation_id)
    rows = Ending.objects.filter(consultation=poll).order_by("ended_on", "side")
    return {
        "state": poll.state,
        "items": [
            {"side": row.side, "cause": row.cause, "reason": row.reason, "ended_on": row.ended_on}
            for row in rows
        ],
    }
