# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Joint decisions: the list, one decision with its answers, and answering."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.delegations import decisions, policies, reading
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Party, Table


def table_of(request: HttpRequest, table_id: uuid.UUID) -> Table:
    """Return a table at which the person sits, or 404."""
    found: Table = get_object_or_404(standing.tables_sat_at(request.user.pk), pk=table_id)
    return found


def _decision(request: HttpRequest, decision_id: uuid.UUID) -> JointDecision:
    found = policies.decision_at(request, {"decision_id": decision_id})
    if found is None:
        raise Http404
    return found


def decision_list(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List the joint decisions of a table: open ones with who is missing, then past ones."""
    table = table_of(request, table_id)
    found = reading.boards(table.pk)
    context = {
        "table": table,
        "open": [one for one in found if one.decision.state == JointDecision.State.OPEN],
        "past": [one for one in found if one.decision.state != JointDecision.State.OPEN],
        "proposes": policies.proposes(request, {"table_id": table.pk}),
    }
    return render(request, "delegations/decisions.html", context)


def decision_page(request: HttpRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Show a joint decision and let those awaited answer."""
    found = _decision(request, decision_id)
    is_open = found.state == JointDecision.State.OPEN
    context = {
        "table": found.table,
        "board": reading.board(found),
        "answerable": reading.answerable(found, request.user.pk),
        "withdraws": is_open and decisions.may_withdraw(found, request.user.pk),
        "key": new_key(),
    }
    return render(request, "delegations/decision.html", context)


def _answering(request: HttpRequest, decision: JointDecision) -> Party:
    """Return the party the form answers for; the service asks again whether the person may."""
    own = reading.own_parties(decision.table_id, request.user.pk)
    wanted = request.POST.get("party", "")
    for party in own:
        if wanted in ("", str(party.pk)):
            return party
    raise Http404


@require_POST
def consent(request: HttpRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Give the consent of the party the person acts for."""
    found = _decision(request, decision_id)
    party = _answering(request, found)
    if attempt(
        request,
        "delegations.consent",
        lambda: decisions.consent(found, party=party, actor_id=request.user.pk),
    ):
        found.refresh_from_db()
        if found.state == JointDecision.State.IN_FORCE:
            messages.success(request, _("Your party's consent is recorded: the decision is in force."))
        else:
            messages.success(request, _("Your party's consent is recorded; others' are still missing."))
    return redirect("delegations:decision", found.pk)


@require_POST
def refuse(request: HttpRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Refuse for the party the person acts for, with a reason."""
    found = _decision(request, decision_id)
    party = _answering(request, found)
    return carry_out(
        request,
        "delegations.refuse",
        lambda: str(
            decisions.refuse(
                found, party=party, actor_id=request.user.pk, reason=request.POST.get("reason", "")
            ).pk
        ),
        _("Your party's refusal is recorded."),
        to=("delegations:decision", found.pk),
    )


@require_POST
def withdraw(request: HttpRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Withdraw an open proposal."""
    found = _decision(request, decision_id)
    return carry_out(
        request,
        "delegations.withdraw",
        lambda: str(decisions.withdraw(found, actor_id=request.user.pk).pk),
        _("The proposal is withdrawn."),
        to=("delegations:decision", found.pk),
    )
