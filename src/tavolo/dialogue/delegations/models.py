"""The part's tables, kept in four files: joint decisions, the secretariat, mandates, invited seats."""

from tavolo.dialogue.delegations.decision_models import Answer, JointDecision, Needs
from tavolo.dialogue.delegations.invited_models import InvitedSeat
from tavolo.dialogue.delegations.mandate_models import (
    Mandate,
    MandateContent,
    PublicFace,
    Ratification,
    RedLine,
)
from tavolo.dialogue.delegations.secretariat_models import Appointment, Departure, Revocation

__all__ = [
    "Answer",
    "Appointment",
    "Departure",
    "InvitedSeat",
    "JointDecision",
    "Mandate",
    "MandateContent",
    "Needs",
    "PublicFace",
    "Ratification",
    "RedLine",
    "Revocation",
]
