"""What the routes of commitments point at."""

from __future__ import annotations

from typing import Any


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return rows of the demonstration: a commitment the employers' association owes, a claim on it."""
    from tavolo.agreements.commitments.models import Claim, Commitment

    row = Commitment.objects.get(title="Risposta scritta alle proposte entro trenta giorni")
    return {
        "commitment_id": row.pk,
        "claim_id": Claim.objects.get(commitment=row).pk,
        "signed_agreement_id": row.agreement_id,
    }
