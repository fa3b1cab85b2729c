"""Rows of the demonstration's draft that the routes point at: an amendment and private papers of CGIL."""

from __future__ import annotations

from typing import Any

from tavolo.agreements.models import Agreement, Amendment
from tavolo.agreements.services import amending, notes
from tavolo.agreements.services.texts import current, text_of
from tavolo.demo.agreements import TITLE


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return a value for every argument of the part's routes."""
    agreement = Agreement.objects.get(table=seated.table, title=TITLE)
    party, actor = seated.parties["cgil"], written.people["cgil_delegate"]
    draft = amending.save_draft(
        agreement, party=party, text=text_of(current(agreement)), actor_id=actor, title="Bozza di CGIL"
    )
    own = Amendment.objects.filter(agreement=agreement, party=party, state=Amendment.State.OPEN)
    return {
        "agreement_id": agreement.pk,
        "amendment_id": own.earliest("number").pk,
        "agreement_draft_id": draft.pk,
        "agreement_remark_id": notes.remarks_of(agreement, [party])[0].pk,
        "text_format": "txt",
    }
