# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A seat for somebody who has no role in the organisation yet: promised by mail, begun when they accept."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import seats, telling
from tavolo.dialogue.delegations.models import InvitedSeat
from tavolo.dialogue.models import DelegateRole, Party
from tavolo.people.models import Account, Invitation, Role
from tavolo.people.services import invitations


@transaction.atomic
def invite(
    party: Party, *, email: str, actor_id: uuid.UUID, role: str = DelegateRole.MEMBER,
    starts_on: date | None = None, ends_on: date | None = None, in_place_of: uuid.UUID | None = None,
) -> InvitedSeat:  # fmt: skip
    """Invite somebody into the party's organisation and promise them a seat in its delegation.

    The mail is the organisation's own invitation; it names no table. The seat begins when they accept, or
    on `starts_on` if that is later. Inviting the same address again changes the seat that is promised.
    """
    if not standing.composes_delegation(actor_id, party):
        raise Problem(
            _("Only the head of the delegation or an officer of the organisation decides who sits in it.")
        )
    if not standing.is_officer_of(actor_id, party):
        raise Problem(_("Only an officer of the organisation can invite: ask them to."))
    seats.check_span(party, role, starts_on or standing.today(), ends_on, in_place_of)
    office = Role.RSU if party.as_rsu else Role.DELEGATE
    actor = Account.objects.get(pk=actor_id)
    sent = invitations.invite(actor, party.organisation, email, office, timezone.now())
    promised = {"role": role, "starts_on": starts_on, "ends_on": ends_on, "in_place_of_id": in_place_of}
    row, _made = InvitedSeat.objects.update_or_create(
        party=party, invitation=sent, defaults={**promised, "territory_id": party.territory_id}
    )
    return row


def open_seats(party: Party) -> Any:
    """Return the seats promised for which nobody has answered yet."""
    waiting = invitations.open_invitations(timezone.now()).filter(organisation_id=party.organisation_id)
    rows = InvitedSeat.objects.filter(party=party, seat=None, refused="", invitation__in=waiting)
    return rows.select_related("invitation", "in_place_of").order_by("invitation__created_at")


def not_seated(party: Party) -> Any:
    """Return the seats of people who accepted, could not be seated, and do not sit for the party yet."""
    sitting = party.delegates.active_on(standing.today()).values("account_id")
    rows = InvitedSeat.objects.filter(party=party, seat=None, invitation__accepted_by__isnull=False)
    rows = rows.exclude(refused="").exclude(invitation__accepted_by__in=sitting)
    return rows.select_related("invitation").order_by("invitation__accepted_at")


@transaction.atomic
def withdraw(row: InvitedSeat, *, actor_id: uuid.UUID) -> InvitedSeat:
    """Take a promised seat back, and its invitation unless it promises another seat; again: nothing more."""
    if not standing.is_officer_of(actor_id, row.party):
        raise Problem(_("Only an officer of the organisation can take an invitation back: ask them to."))
    found = InvitedSeat.objects.select_for_update(of=("self",)).select_related("invitation").get(pk=row.pk)
    if found.seat_id is not None:
        raise Problem(_("This person has accepted and sits in the delegation: end the seat instead."))
    if found.refused:
        return found
    found.refused = _("The invitation was taken back.")
    found.save(update_fields=["refused"])
    others = InvitedSeat.objects.filter(invitation=found.invitation, seat=None, refused="")
    if not others.exists() and found.invitation.revoked_at is None:
        invitations.revoke(Account.objects.get(pk=actor_id), found.invitation, timezone.now())
    return found


def begin_seats(invitation: Invitation, person: Account) -> None:
    """Begin the seats promised with an invitation, in the transaction in which it is accepted.

    A seat that cannot begin any more does not undo the acceptance: those who compose the delegation are told.
    """
    rows = InvitedSeat.objects.select_for_update(of=("self",)).filter(
        invitation=invitation, seat=None, refused=""
    )
    for row in rows.select_related("party__table", "party__organisation"):
        try:
            with transaction.atomic():
                row.seat = seats.seat_invited(
                    row.party, person, invited_by=invitation.invited_by_id, role=row.role,
                    starts_on=row.starts_on, ends_on=row.ends_on, in_place_of=row.in_place_of_id,
                )  # fmt: skip
        except Problem as problem:
            row.seat, row.refused = None, str(problem)
        row.save(update_fields=["seat", "refused"])
        _tell(row, person)


def _tell(row: InvitedSeat, person: Account) -> None:
    heads = row.party.delegates.active_on(standing.today()).filter(role=DelegateRole.HEAD)
    composers = telling.officers(row.party) | set(heads.values_list("account_id", flat=True))
    if row.seat is not None:
        telling.tell([person.pk], "delegations.seat_given", row.party.table)
    what = "delegations.invited_seated" if row.seat is not None else "delegations.invited_not_seated"
    telling.tell(composers - {person.pk}, what, row.party.table)
