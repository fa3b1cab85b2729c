"""What the routes of delegations, mandates, the secretariat and joint decisions point at."""

from __future__ import annotations

from typing import Any


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return rows the demonstration has made: CGIL's, and the colleague of the secretary who asks."""
    from tavolo.common.row_security import opened
    from tavolo.dialogue.delegations.models import InvitedSeat, JointDecision, Mandate, RedLine
    from tavolo.dialogue.models import Delegate, Secretariat

    cgil = seated.parties["cgil"]
    mandate = Mandate.objects.get(party=cgil)
    with opened([cgil.pk]):
        red_line = RedLine.objects.filter(mandate=mandate).order_by("position")[0].pk
    return {
        "decision_id": JointDecision.objects.get(table=seated.table, kind="delegations.rules_changed").pk,
        "secretary_id": Secretariat.objects.get(
            table=seated.table, account_id=written.people["secretary_b"]
        ).pk,
        "delegate_id": Delegate.objects.get(party=cgil, account_id=written.people["cgil_officer"]).pk,
        "invited_seat_id": InvitedSeat.objects.get(party=cgil).pk,
        "mandate_id": mandate.pk,
        "red_line_id": red_line,
    }
