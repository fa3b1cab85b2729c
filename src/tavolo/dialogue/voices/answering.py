# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the operations of voices share: their router, doing something once, finding the consultation."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from tavolo.dialogue import policies as dialogue_policies
from tavolo.dialogue.answering import Operations
from tavolo.dialogue.models import Consultation

api = Operations("voices")
doing = api.doing
ONE, TABLE = "/consultations/{uuid:consultation_id}", "/tables/{uuid:table_id}"
PROPOSAL = "/proposals/{uuid:proposal_id}"


def consultation_of(request: HttpRequest, consultation_id: UUID) -> Consultation:
    """Return the consultation an address names if the person sees it, or 404."""
    found = dialogue_policies.consultation_at(request, {"consultation_id": consultation_id})
    if found is None:
        raise Http404
    return found
