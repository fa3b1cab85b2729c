"""Rows the part's routes point at: CGIL's in the open consultation, the record of the published one."""

from __future__ import annotations

from typing import Any

from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling.models import Assembly, Batch, CommitteeMember, CountRecord, ListedVoter, Lot


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return a value for each argument of the part's routes."""
    cgil = seated.parties["cgil"]
    batch = Batch.objects.filter(group__party=cgil).order_by("kind").first()
    poll = Consultation.objects.get(pk=batch.group.consultation_id)
    listed = ListedVoter.objects.filter(group__party=cgil).first()
    return {
        "group_id": Group.objects.get(consultation=poll, party=cgil).pk,
        "batch_id": batch.pk,
        "lot_id": Lot.objects.filter(group__party=cgil)[0].pk,
        "paper_number": 10_001,
        "voter_id": listed.pk,
        "member_id": CommitteeMember.objects.filter(consultation=poll, party=cgil)[0].pk,
        "assembly_id": Assembly.objects.filter(consultation=poll)[0].pk,
        "record_id": CountRecord.objects.get(side="workers", state="final").pk,
        # No party of the demonstration has left an open vote: no such proposal stands.
        "succession_id": batch.pk,
    }
