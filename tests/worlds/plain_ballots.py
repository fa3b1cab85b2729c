"""The rows the routes of plain ballots point at: the published ballot of the demonstration."""

from __future__ import annotations

from typing import Any


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return the published ballot, its first question, and a rule."""
    from tavolo.dialogue.plain_ballots.models import PlainBallot

    ballot = PlainBallot.objects.get(consultation__table=seated.table, consultation__state="published")
    question = ballot.questions.first()
    assert question is not None
    return {
        "ballot_id": ballot.consultation_id, "question_id": question.pk, "rule_key": "company_rsu",
    }  # fmt: skip
