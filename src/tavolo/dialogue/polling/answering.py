# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the operations of polling share: their router, doing something once, finding what an address names."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404

from tavolo.dialogue.answering import Operations
from tavolo.dialogue.models import Consultation, Group

api = Operations("polling")
doing = api.doing
POLL, GROUP, LOT = "/consultations/{uuid:consultation_id}", "/groups/{uuid:group_id}", "/lots/{uuid:lot_id}"
RECORD = "/records/{uuid:record_id}"


def poll_of(consultation_id: UUID) -> Consultation:
    """Return the consultation an address names, or 404; the policy has let the person in."""
    return get_object_or_404(Consultation.objects.select_related("table"), pk=consultation_id)


def group_of(group_id: UUID) -> Group:
    """Return the group an address names, or 404; the policy has let the person in."""
    rows = Group.objects.select_related("consultation__table", "party__organisation", "constituency")
    return get_object_or_404(rows, pk=group_id)
