"""What this part gives to the register of acts and to the pages that gather from all parts."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tavolo.dialogue import hooks
from tavolo.dialogue.delegations import gathering, inviting, kinds, policies
from tavolo.dialogue.delegations.models import Mandate
from tavolo.dialogue.models import Party
from tavolo.ledger import readers
from tavolo.people.services import invitations

ACTS = {
    "dialogue.table_prepared": _("A table was prepared"),
    "delegations.decision_proposed": _("A joint decision was proposed"),
    "delegations.decision_consented": _("A party consented to a joint decision"),
    "delegations.decision_refused": _("A party refused a joint decision"),
    "delegations.decision_in_force": _("A joint decision came into force"),
    "delegations.decision_failed": _("A joint decision failed"),
    "delegations.decision_withdrawn": _("A proposal of a joint decision was withdrawn"),
    "delegations.decision_lapsed": _("A proposal of a joint decision lapsed"),
    "delegations.rules_changed": _("The rules of a table were changed"),
    "delegations.secretary_appointed": _("A person was appointed to the joint secretariat"),
    "delegations.secretary_revoked": _("A party revoked a member of the joint secretariat"),
    "delegations.secretary_resigned": _("A member of the joint secretariat resigned"),
    "delegations.seat_given": _("A seat in a delegation was given"),
    "delegations.seat_changed": _("The role of somebody in a delegation was changed"),
    "delegations.seat_ended": _("A seat in a delegation was ended"),
    "delegations.party_left": _("A party left the table"),
    "delegations.mandate_lodged": _("A party lodged a mandate"),
    "delegations.mandate_revoked": _("A party revoked its mandate"),
}


def connect() -> None:
    """Register everything; called once the application is ready."""
    kinds.declare()
    invitations.when_accepted(inviting.begin_seats)
    readers.name_acts(ACTS)
    readers.readable("delegations.decision", _reads_decision)
    readers.readable("delegations.delegation", _reads_delegation)
    readers.readable("delegations.mandate", _reads_mandate)
    hooks.waiting(gathering.awaited_answers)
    hooks.waiting(gathering.awaited_mandates)
    hooks.waiting(gathering.awaited_heads)
    hooks.door(gathering.door_of_delegations)
    hooks.door(gathering.door_of_secretariat)
    hooks.event(gathering.events)
    hooks.finder("delegations.decisions", gathering.find_decisions)
    hooks.finder("delegations.people", gathering.find_people)
    hooks.finder("delegations.mandates", gathering.find_mandates)


def _reads_decision(request: HttpRequest, decision_id: uuid.UUID) -> bool:
    return policies.sees_decision(request, {"decision_id": decision_id})


def _reads_delegation(request: HttpRequest, party_id: uuid.UUID) -> bool:
    """Allow those who sit at the party's table."""
    table_id: Any = Party.objects.filter(pk=party_id).values_list("table_id", flat=True).first()
    return table_id is not None and policies.sits(request, {"table_id": table_id})


def _reads_mandate(request: HttpRequest, mandate_id: uuid.UUID) -> bool:
    """Allow the party itself: the act tells from when a mandate holds, which others do not know."""
    found = Mandate.objects.filter(pk=mandate_id).exists()
    return bool(found) and policies.reads_mandate(request, {"mandate_id": mandate_id})
