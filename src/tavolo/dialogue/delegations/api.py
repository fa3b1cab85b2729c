# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of delegations, mandates, the joint secretariat and joint decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from tavolo.common.errors import Problem
from tavolo.dialogue.delegations import api_delegations as _delegations  # noqa: F401 - declares operations
from tavolo.dialogue.delegations import api_mandates as _mandates  # noqa: F401 - declares operations
from tavolo.dialogue.delegations import api_secretariat as _secretariat  # noqa: F401 - declares operations
from tavolo.dialogue.delegations import (
    decisions,
    policies,
    reading,
)
from tavolo.dialogue.delegations.answering import api, decision_out, doing
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.delegations.schemas import AnswerIn, DecisionList, DecisionOut, RefusalIn
from tavolo.dialogue.models import Party

router = api.router


@api.get("/tables/{uuid:table_id}/decisions", DecisionList, "decisions", "A table's joint decisions")
def decision_list(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the joint decisions of a table with each party's answer, open ones first."""
    return {"items": [decision_out(board) for board in reading.boards(table_id)]}


@api.get("/decisions/{uuid:decision_id}", DecisionOut, "decision", "One joint decision")
def decision(request: HttpRequest, decision_id: UUID) -> dict[str, Any]:
    """Return a joint decision: who consented, who is missing."""
    return decision_out(reading.board(_found(request, decision_id)))


@api.post("/decisions/{uuid:decision_id}/consent", DecisionOut, "decision_consent", "Consent for my party")
def consent(request: HttpRequest, decision_id: UUID, payload: AnswerIn) -> dict[str, Any]:
    """Give a party's consent; the last one needed puts the decision in force."""
    found = _found(request, decision_id)
    party = _party(found, payload.party_id)
    asked = {"decision": str(found.pk), "party": str(party.pk)}
    doing(request, "consent", asked, lambda: decisions.consent(found, party=party, actor_id=request.user.pk))
    return decision_out(reading.board(_found(request, decision_id)))


@api.post("/decisions/{uuid:decision_id}/refusal", DecisionOut, "decision_refuse", "Refuse for my party")
def refuse(request: HttpRequest, decision_id: UUID, payload: RefusalIn) -> dict[str, Any]:
    """Refuse for a party, with a reason the others read."""
    found = _found(request, decision_id)
    party = _party(found, payload.party_id)
    asked = {"decision": str(found.pk), "party": str(party.pk), "reason": payload.reason}

    def work() -> str:
        done = decisions.refuse(found, party=party, actor_id=request.user.pk, reason=payload.reason)
        return str(done.pk)

    doing(request, "refuse", asked, work)
    return decision_out(reading.board(_found(request, decision_id)))


@api.post("/decisions/{uuid:decision_id}/withdrawal", DecisionOut, "decision_withdraw", "Withdraw a proposal")
def withdraw(request: HttpRequest, decision_id: UUID) -> dict[str, Any]:
    """Withdraw an open proposal one has made."""
    found = _found(request, decision_id)
    doing(
        request,
        "withdraw",
        str(found.pk),
        lambda: str(decisions.withdraw(found, actor_id=request.user.pk).pk),
    )
    return decision_out(reading.board(_found(request, decision_id)))


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
