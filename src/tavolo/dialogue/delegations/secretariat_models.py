# mypy: disable-error-code="var-annotated, assignment"
"""How a person came to serve in the joint secretariat, how that ended early, and how a party left."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.delegations.decision_models import JointDecision


class Appointment(TerritoryRow):
    """By which joint decision a person serves in the secretariat, and which party proposed them."""

    seat = models.OneToOneField("dialogue.Secretariat", on_delete=models.PROTECT, related_name="appointment")
    decision = models.ForeignKey(JointDecision, on_delete=models.PROTECT, related_name="appointments")
    proposed_by = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, null=True, related_name="+")


class Revocation(TerritoryRow):
    """A party revoked a member of the secretariat: its own act, with its reason; nobody else is asked."""

    seat = models.OneToOneField("dialogue.Secretariat", on_delete=models.PROTECT, related_name="revocation")
    party = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    act_id = models.UUIDField()
    revoked_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason=""), name="delegations_revocation_has_reason"),
        )


class Departure(TerritoryRow):
    """A party left the table: by whose act, and what it wanted said about it.

    A party that came back may leave again: each time is a row of its own.
    """

    party = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, related_name="departures")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField(blank=True)
    act_id = models.UUIDField()
    left_at = models.DateTimeField(auto_now_add=True)
