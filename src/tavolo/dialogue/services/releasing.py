# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Releasing a party's own results to the shared map."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.models import Consultation, Party, Release
from tavolo.dialogue.services.consultations import require_authority
from tavolo.ledger.services import record_act


@transaction.atomic
def release_results(consultation: Consultation, *, party: Party, actor_id: uuid.UUID) -> Release:
    """Release a party's own results to the shared map: a formal act that cannot be undone.

    It takes effect at once or waits until showing it reveals no other hidden party (see `disclosure`).
    """
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    require_authority(actor_id, party)
    if not consultation.has_results:
        raise Problem(_("Results can be released after the consultation is closed."))
    if not consultation.groups.filter(party=party, pooled=False).exists():
        raise Problem(_("Too few people of this party voted: it has no results of its own to release."))
    before = Release.objects.filter(consultation=consultation, party=party).first()
    if before is not None:
        return before
    top = Release.objects.filter(consultation=consultation).aggregate(top=Max("position"))["top"] or 0
    act_id = record_act(
        actor_id=actor_id, role="delegate", act="dialogue.results_released",
        object_type="dialogue.consultation", object_id=consultation.pk, content={"party": str(party.pk)},
    )  # fmt: skip
    return Release.objects.create(
        territory_id=consultation.territory_id, consultation=consultation, party=party, position=top + 1,
        act_id=act_id,
    )  # fmt: skip
