"""What the register is told about the rooms above it: who reads which acts, and who holds checkpoints.

It stands here because the register may import neither people nor dialogue.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue.policies import sees_consultation, sees_table
from tavolo.ledger import readers
from tavolo.people.models import Organisation, Role
from tavolo.people.roles import roles_of

# Who may keep a checkpoint for an organisation: its representatives, and a firm's owner and workers' side.
KEEPERS = {Role.OFFICER, Role.DELEGATE, Role.SECRETARY, Role.OWNER, Role.RSU}

ACTS = {
    "dialogue.table_opened": _("A table was opened"),
    "dialogue.party_seated": _("A party took its seat"),
    "dialogue.consultation_prepared": _("A consultation was prepared"),
    "dialogue.constituency_asked": _("A constituency was asked"),
    "dialogue.consultation_joined": _("A party joined a consultation"),
    "dialogue.consent_to_open": _("A party consented to opening a consultation"),
    "dialogue.consent_to_close": _("A party consented to closing a consultation"),
    "dialogue.consultation_opened": _("A consultation was opened"),
    "dialogue.consultation_closed": _("A consultation was closed"),
    "dialogue.consultation_published": _("The result of a consultation was published"),
    "dialogue.consultation_imported": _("A consultation was imported"),
    "dialogue.results_released": _("A party released its results"),
}


def keeps_for(request: HttpRequest) -> Mapping[uuid.UUID, str]:
    """Return the organisations for which a visitor may hold checkpoints, with their names."""
    ids = {one.organisation_id for one in roles_of(request) if one.role in KEEPERS}
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))


def connect() -> None:
    """Tell the register."""
    readers.holders_are(keeps_for)
    readers.name_acts(ACTS)
    readers.readable("dialogue.table", lambda request, key: sees_table(request, {"table_id": key}))
    readers.readable(
        "dialogue.consultation", lambda request, key: sees_consultation(request, {"consultation_id": key})
    )
