"""The part's tables, kept in three files: joint decisions, the secretariat, mandates."""

from tavolo.dialogue.delegations.decision_models import Answer, JointDecision, Needs
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
    "JointDecision",
    "Mandate",
    "MandateContent",
    "Needs",
    "PublicFace",
    "Ratification",
    "RedLine",
    "Revocation",
]
