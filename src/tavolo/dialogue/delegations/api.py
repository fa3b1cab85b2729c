# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of delegations, mandates, the joint secretariat and joint decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.dialogue.delegations import decisions, policies, reading
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.delegations.schemas import AnswerIn, DecisionList, DecisionOut, RefusalIn
from tavolo.dialogue.models import Party
from tavolo.dialogue.schemas import Refusal
from tavolo.people.tokens import key_or_session

router = Router(tags=["delegations"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGED = {422: Refusal, **REFUSED}


def doing(request: HttpRequest, action: str, asked: Any, work: Callable[[], Any]) -> Any:
    """Do `work` once for the key the request carries; without a key, each request counts."""
    call = once(
        key_from(request) or new_key(),
        account_id=request.user.pk,
        action=f"delegations.{action}",
        request=asked,
    )
    return call.run(work)


@router.get(
    "/tables/{uuid:table_id}/decisions",
    response={200: DecisionList, **REFUSED},
    url_name="delegations_decisions",
    summary="A table's joint decisions",
)
def decision_list(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the joint decisions of a table with each party's answer, open ones first."""
    return {"items": [_decision(board) for board in reading.boards(table_id)]}


@router.get(
    "/decisions/{uuid:decision_id}",
    response={200: DecisionOut, **REFUSED},
    url_name="delegations_decision",
    summary="One joint decision",
)
def decision(request: HttpRequest, decision_id: UUID) -> dict[str, Any]:
    """Return a joint decision: who consented, who is missing."""
    return _decision(reading.board(_found(request, decision_id)))


@router.post(
    "/decisions/{uuid:decision_id}/consent",
    response={200: DecisionOut, **CHANGED},
    url_name="delegations_decision_consent",
    summary="Consent for my party",
)
def consent(request: HttpRequest, decision_id: UUID, payload: AnswerIn) -> dict[str, Any]:
    """Give a party's consent; the last one needed puts the decision in force."""
    found = _found(request, decision_id)
    party = _party(found, payload.party_id)
    asked = {"decision": str(found.pk), "party": str(party.pk)}
    doing(request, "consent", asked, lambda: decisions.consent(found, party=party, actor_id=request.user.pk))
    return _decision(reading.board(_found(request, decision_id)))


@router.post(
    "/decisions/{uuid:decision_id}/refusal",
    response={200: DecisionOut, **CHANGED},
    url_name="delegations_decision_refuse",
    summary="Refuse for my party",
)
def refuse(request: HttpRequest, decision_id: UUID, payload: RefusalIn) -> dict[str, Any]:
    """Refuse for a party, with a reason the others read."""
    found = _found(request, decision_id)
    party = _party(found, payload.party_id)
    asked = {"decision": str(found.pk), "party": str(party.pk), "reason": payload.reason}

    def work() -> str:
        done = decisions.refuse(found, party=party, actor_id=request.user.pk, reason=payload.reason)
        return str(done.pk)

    doing(request, "refuse", asked, work)
    return _decision(reading.board(_found(request, decision_id)))


@router.post(
    "/decisions/{uuid:decision_id}/withdrawal",
    response={200: DecisionOut, **CHANGED},
    url_name="delegations_decision_withdraw",
    summary="Withdraw a proposal",
)
def withdraw(request: HttpRequest, decision_id: UUID) -> dict[str, Any]:
    """Withdraw an open proposal one has made."""
    found = _found(request, decision_id)
    doing(
        request,
        "withdraw",
        str(found.pk),
        lambda: str(decisions.withdraw(found, actor_id=request.user.pk).pk),
    )
    return _decision(reading.board(_found(request, decision_id)))


def _found(request: HttpRequest, decision_id: UUID) -> JointDecision:
    found = policies.decision_at(request, {"decision_id": decision_id})
    if found is None:
        raise Http404
    return found


def _party(found: JointDecision, party_id: UUID) -> Party:
    party = Party.objects.filter(pk=party_id, table_id=found.table_id).first()
    if party is None:
        raise Problem("This party does not sit at the table of this decision.")
    return party


def _decision(board: reading.Board) -> dict[str, Any]:
    row = board.decision
    return {
        "id": row.pk, "table_id": row.table_id, "kind": row.kind, "title": board.title, "text": board.text,
        "content": row.content, "needs": row.needs, "state": row.state,
        "proposed_by": str(row.party) if row.party else "secretariat",
        "proposed_at": row.proposed_at, "closed_at": row.closed_at, "sides_missing": board.sides_missing,
        "voices": [
            {"party_id": v.party.pk, "party": str(v.party), "side": v.party.side, "word": v.word,
             "reason": v.reason, "by": v.by, "given_at": v.on}
            for v in board.voices
        ],
    }  # fmt: skip
