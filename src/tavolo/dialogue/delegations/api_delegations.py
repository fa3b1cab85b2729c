# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of delegations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tavolo.dialogue.delegations import composition, inviting, policies, seats
from tavolo.dialogue.delegations.answering import api, doing
from tavolo.dialogue.delegations.models import InvitedSeat
from tavolo.dialogue.delegations.schemas import (
    DelegationList,
    DoneOut,
    EndIn,
    InviteIn,
    LeaveIn,
    OwnDelegationList,
    RoleIn,
    SeatIn,
)
from tavolo.dialogue.models import Delegate, Party, Table


@api.get("/tables/{uuid:table_id}/delegations", DelegationList, "delegations", "Who sits for whom")
def delegation_list(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the delegations of a table with the public face of their mandates."""
    table = get_object_or_404(Table.objects.all(), pk=table_id)
    sits = policies.sits(request, {"table_id": table.pk})
    found = composition.delegations(table, request.user.pk, only_own=not sits)
    return {"items": [_delegation(one) for one in found]}


def _delegation(one: composition.Delegation) -> dict[str, Any]:
    return {
        "party_id": one.party.pk, "party": str(one.party), "side": one.party.side,
        "left_on": one.party.ends_on,
        "seats": [
            {"id": seat.pk, "account_id": seat.account_id, "name": str(seat.account), "role": seat.role,
             "starts_on": seat.starts_on, "ends_on": seat.ends_on, "in_place_of": seat.in_place_of_id}
            for seat in one.seats
        ],
        "invited": [
            {"id": row.pk, "email": row.invitation.email, "role": row.role, "starts_on": row.starts_on,
             "ends_on": row.ends_on, "in_place_of": row.in_place_of_id,
             "holds_until": row.invitation.expires_at}
            for row in one.invited
        ],
        "mandate": {"exists": one.mandate.exists, "last_day": one.mandate.last_day},
    }  # fmt: skip


@api.get("/delegations", OwnDelegationList, "own_delegations", "The delegations I compose")
def own_delegations(request: HttpRequest) -> dict[str, Any]:
    """Return the delegations one composes, as head or officer."""
    return {
        "items": [
            {"party_id": p.pk, "party": str(p), "table_id": p.table_id, "table": p.table.title}
            for p in composition.composed_by(request.user.pk)
        ]
    }


def _party(party_id: UUID) -> Party:
    return get_object_or_404(Party.objects.select_related("table", "organisation"), pk=party_id)


def _seat(delegate_id: UUID) -> Delegate:
    return get_object_or_404(Delegate.objects.select_related("party__table"), pk=delegate_id)


@api.post("/parties/{uuid:party_id}/seats", DoneOut, "add_delegate", "Give a seat")
def add_delegate(request: HttpRequest, party_id: UUID, payload: SeatIn) -> dict[str, Any]:
    """Give a person of the organisation a seat in its delegation."""
    party = _party(party_id)
    work = lambda: str(seats.add_delegate(party, actor_id=request.user.pk, **payload.dict()).pk)  # noqa: E731
    return {"id": doing(request, "add_delegate", [str(party.pk), payload.dict()], work)}


@api.post("/seats/{uuid:delegate_id}/role", DoneOut, "change_delegate", "Change somebody's role")
def change_delegate(request: HttpRequest, delegate_id: UUID, payload: RoleIn) -> dict[str, Any]:
    """Give somebody who sits another role from today; the answer names the seat that holds from now on."""
    seat = _seat(delegate_id)
    work = lambda: str(seats.change_role(seat, actor_id=request.user.pk, **payload.dict()).pk)  # noqa: E731
    return {"id": doing(request, "change_delegate", [str(seat.pk), payload.dict()], work)}


@api.post("/seats/{uuid:delegate_id}/end", DoneOut, "end_delegate", "End a seat")
def end_delegate(request: HttpRequest, delegate_id: UUID, payload: EndIn) -> dict[str, Any]:
    """End a seat, another's or one's own; access ends with it."""
    seat = _seat(delegate_id)
    work = lambda: str(seats.end_seat(seat, actor_id=request.user.pk, on=payload.on).pk)  # noqa: E731
    return {"id": doing(request, "end_delegate", [str(seat.pk), payload.dict()], work)}


@api.post("/parties/{uuid:party_id}/invitations", DoneOut, "invite_delegate", "Invite a person to a seat")
def invite_delegate(request: HttpRequest, party_id: UUID, payload: InviteIn) -> dict[str, Any]:
    """Invite somebody who holds no role in the organisation yet; the seat begins when they accept."""
    party = _party(party_id)
    work = lambda: str(inviting.invite(party, actor_id=request.user.pk, **payload.dict()).pk)  # noqa: E731
    return {"id": doing(request, "invite_delegate", [str(party.pk), payload.dict()], work)}


@api.post(
    "/invited-seats/{uuid:invited_seat_id}/withdrawal",
    DoneOut,
    "withdraw_invited",
    "Take an invitation to a seat back",
)
def withdraw_invited(request: HttpRequest, invited_seat_id: UUID) -> dict[str, Any]:
    """Take back an invitation that nobody has answered yet."""
    row = get_object_or_404(InvitedSeat.objects.select_related("party"), pk=invited_seat_id)
    work = lambda: str(inviting.withdraw(row, actor_id=request.user.pk).pk)  # noqa: E731
    return {"id": doing(request, "withdraw_invited", str(row.pk), work)}


@api.post("/parties/{uuid:party_id}/departure", DoneOut, "leave_table", "Leave the table", removes=True)
def leave_table(request: HttpRequest, party_id: UUID, payload: LeaveIn) -> dict[str, Any]:
    """Take the party away from its table, from today."""
    party = _party(party_id)

    def work() -> str:
        done = seats.leave_table(party, actor_id=request.user.pk, statement=payload.statement)
        return str(done.pk)

    return {"id": doing(request, "leave_table", [str(party.pk), payload.statement], work)}
