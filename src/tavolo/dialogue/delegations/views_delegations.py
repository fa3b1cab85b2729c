# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The parties' delegations: who sits for whom, and composing one's own."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.common.removals import removal
from tavolo.dialogue import ways
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.delegations import composition, inviting, policies, seats
from tavolo.dialogue.delegations.forms import DelegateForm, EndForm, InviteForm, LeaveForm, RoleForm
from tavolo.dialogue.delegations.models import InvitedSeat
from tavolo.dialogue.models import Delegate, Party, Table


def form_page(
    request: HttpRequest, heading: str, form: Any, table: Table, *, back: str, button: str, lead: str = "",
    upload: bool = False,
) -> HttpResponse:  # fmt: skip
    """Render a page with one form of this part."""
    context = {
        "heading": heading, "form": form, "table": table, "back": back, "button": button, "lead": lead,
        "upload": upload, "key": new_key(),
    }  # fmt: skip
    return render(request, "delegations/form.html", context)


def delegation_list(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Show the delegations of a table; an officer who has no seat there sees the own one alone."""
    table = get_object_or_404(Table.objects.all(), pk=table_id)
    sits = policies.sits(request, {"table_id": table.pk})
    shown = composition.delegations(table, request.user.pk, only_own=not sits)
    context = {
        "table": table,
        "key": new_key(),
        "sits": sits,
        "delegations": [one for one in shown if not one.left],
        "left": [one for one in shown if one.left],
    }
    return render(request, "delegations/delegations.html", context)


def own_delegations(request: HttpRequest) -> HttpResponse:
    """List the delegations a person composes, at all tables."""
    found = composition.composed_by(request.user.pk)
    return render(request, "delegations/own.html", {"parties": found})


def _party(party_id: uuid.UUID) -> Party:
    return get_object_or_404(Party.objects.select_related("table", "organisation"), pk=party_id)


def _delegate(delegate_id: uuid.UUID) -> Delegate:
    found = Delegate.objects.select_related("party__table", "party__organisation", "account")
    return get_object_or_404(found, pk=delegate_id)


def _back(table_id: uuid.UUID) -> str:
    return reverse("delegations:delegations", args=[table_id])


def add_delegate(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """Give somebody of the organisation a seat."""
    party = _party(party_id)
    form = DelegateForm(party, request.POST or None, initial={"role": "member"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            "delegations.add_delegate",
            lambda: str(
                seats.add_delegate(
                    party, email=data["email"], role=data["role"], actor_id=request.user.pk,
                    starts_on=data["starts_on"], ends_on=data["ends_on"],
                    in_place_of=_person(data["in_place_of"]),
                ).pk
            ),
            _("The seat is given."),
        ):  # fmt: skip
            return redirect(_back(party.table_id))
    lead = _("For %(party)s. A head named now takes over: the present one goes on as a member.")
    return form_page(
        request, _("Add to the delegation"), form, party.table, lead=lead % {"party": party},
        button=_("Give the seat"), back=_back(party.table_id),
    )  # fmt: skip


def _person(value: str) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None


def invite_delegate(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """Invite somebody into the organisation, with the seat that begins when they accept."""
    party = _party(party_id)
    form = InviteForm(party, request.POST or None, initial={"role": "member"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"in_place_of": _person(form.cleaned_data["in_place_of"])}
        if attempt(
            request,
            "delegations.invite",
            lambda: str(inviting.invite(party, actor_id=request.user.pk, **data).pk),
            _("The invitation is on its way; the seat begins when it is accepted."),
        ):
            return redirect(_back(party.table_id))
    lead = _(
        "For somebody who has no role in %(party)s yet. They receive a mail that names no table; when they "
        "accept it, their seat in the delegation begins."
    ) % {"party": party}
    return form_page(
        request, _("Invite a person"), form, party.table, lead=lead, button=_("Send the invitation"),
        back=_back(party.table_id),
    )  # fmt: skip


@require_POST
def withdraw_invited(request: HttpRequest, invited_seat_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back that nobody has answered yet."""
    row = get_object_or_404(InvitedSeat.objects.select_related("party"), pk=invited_seat_id)
    attempt(
        request, "delegations.withdraw_invited",
        lambda: str(inviting.withdraw(row, actor_id=request.user.pk).pk),
        _("The invitation is taken back."),
    )  # fmt: skip
    return redirect(_back(row.party.table_id))


def change_delegate(request: HttpRequest, delegate_id: uuid.UUID) -> HttpResponse:
    """Give somebody who sits another role."""
    seat = _delegate(delegate_id)
    initial = {"role": seat.role, "in_place_of": str(seat.in_place_of_id or "")}
    form = RoleForm(seat.party, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            "delegations.change_delegate",
            lambda: str(
                seats.change_role(
                    seat, role=data["role"], actor_id=request.user.pk,
                    in_place_of=_person(data["in_place_of"]),
                ).pk
            ),
            _("The role is changed from today."),
        ):  # fmt: skip
            return redirect(_back(seat.party.table_id))
    lead = _("%(person)s, for %(party)s.") % {"person": seat.account, "party": seat.party}
    return form_page(
        request, _("Change the role"), form, seat.party.table, lead=lead, button=_("Change"),
        back=_back(seat.party.table_id),
    )  # fmt: skip


def end_delegate(request: HttpRequest, delegate_id: uuid.UUID) -> HttpResponse:
    """End a seat, another's or one's own."""
    seat = _delegate(delegate_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["on"]
        if attempt(
            request,
            "delegations.end_delegate",
            lambda: str(seats.end_seat(seat, actor_id=request.user.pk, on=day).pk),
            _("The seat has an end; access ends with it."),
        ):
            own = seat.account_id == request.user.pk and day is None
            return redirect("dialogue:tables") if own else redirect(_back(seat.party.table_id))
    lead = _("%(person)s, for %(party)s. What the person wrote for the party stays with the party.") % {
        "person": seat.account, "party": seat.party,
    }  # fmt: skip
    return form_page(
        request, _("End the seat"), form, seat.party.table, lead=lead, button=_("End the seat"),
        back=_back(seat.party.table_id),
    )  # fmt: skip


@removal
def leave_table(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """Take the party away from the table."""
    party = _party(party_id)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        statement = form.cleaned_data["statement"]
        if attempt(
            request,
            "delegations.leave_table",
            lambda: str(seats.leave_table(party, actor_id=request.user.pk, statement=statement).pk),
            _("Your organisation has left the table."),
        ):
            return redirect("dialogue:tables")
    lead = _(
        "%(party)s leaves “%(table)s”. All seats of its delegation end today, and with them the access to "
        "the table and to the party's own room: take away first what you need. What the party did and signed "
        "stays recorded. Open proposals of joint decisions lapse. Leaving says nothing about obligations "
        "already taken on."
    ) % {"party": party, "table": party.table}
    lead = " ".join([lead, *ways.warnings(party)])
    return form_page(
        request, _("Leave the table"), form, party.table, lead=lead, button=_("Leave the table"),
        back=_back(party.table_id),
    )  # fmt: skip
