"""What the routes of participants' statements point at, in the small world."""

from __future__ import annotations

from typing import Any


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return rows the demonstration made: a refused proposal of nobody in the matrix, a translation."""
    from tavolo.dialogue.models import Translation
    from tavolo.dialogue.voices.models import Guarantor, Moderator, Outcome, Proposal

    appealed = Proposal.objects.get(consultation__table=seated.table, state="appealed")
    translation = Translation.objects.filter(
        version__consultation=appealed.consultation, language="uk"
    ).first()
    assert translation is not None
    outcome = Outcome.objects.first()
    assert outcome is not None
    return {
        "proposal_id": appealed.pk,
        "translation_id": translation.pk,
        "outcome_id": outcome.pk,
        "moderator_id": Moderator.objects.get(party=seated.parties["cgil"]).pk,
        "guarantor_id": Guarantor.objects.get(table=seated.table).pk,
        "language": "ar",
    }
