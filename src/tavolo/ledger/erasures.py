# mypy: disable-error-code="attr-defined"
"""An erased text must not return from a backup: what restoring does with the list of erasures."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django_scopes import scopes_disabled

from tavolo.common.backup import erasures
from tavolo.common.territory import in_territory
from tavolo.ledger.models import ActContent

KIND = "ledger.act"


@erasures.handler(KIND)
def erase_again(act_ids: Sequence[str]) -> int:
    """Erase the text of acts once more, with a tombstone each; return how many were there."""
    from tavolo.ledger.services import erase_act

    wanted = [uuid.UUID(act_id) for act_id in act_ids]
    with scopes_disabled():
        found = list(ActContent.objects.filter(act_id__in=wanted).select_related("territory"))
    for content in found:
        with in_territory(content.territory), transaction.atomic():
            erase_act(content.act_id, actor_id=None, role="system", reason="erased_before_restore")
    return len(found)
