"""The part's tables: joint decisions here; the secretariat's and the mandates' beside it."""

from tavolo.dialogue.delegations.decision_models import Answer, JointDecision, Needs

__all__ = ["Answer", "JointDecision", "Needs"]
