# mypy: disable-error-code="var-annotated, assignment"
"""Seats promised with an invitation by mail: each begins when the person accepts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.table_models import Delegate, DelegateRole


class InvitedSeat(TerritoryRow):
    """The seat a person is to have in a delegation once they accept their organisation's invitation.

    `starts_on` empty: from the day they accept. `refused`: why the seat could not begin although they
    accepted; those who compose the delegation read it.
    """

    party = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, related_name="invited_seats")
    # Goes with its invitation, whose address is kept for some months only; the seat given stays.
    invitation = models.ForeignKey("people.Invitation", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16, choices=DelegateRole.choices)
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    seat = models.OneToOneField(
        Delegate, on_delete=models.PROTECT, related_name="invited_seat", null=True, blank=True
    )
    refused = models.TextField(blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["party", "invitation"], name="delegations_invited_seat_once"),
            models.CheckConstraint(
                condition=Q(role__in=DelegateRole.values), name="delegations_invited_seat_role_known"
            ),
            models.CheckConstraint(
                condition=Q(in_place_of__isnull=True) | Q(role="substitute"),
                name="delegations_invited_seat_substitute",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="delegations_invited_seat_days",
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=True) | Q(refused=""), name="delegations_invited_seat_one_outcome"
            ),
        )
