# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part gives to the register of acts and to the pages that gather from all parts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tavolo.dialogue import hooks
from tavolo.dialogue.delegations import decisions, kinds, policies
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.ledger import readers

ACTS = {
    "dialogue.table_prepared": gettext_lazy("A table was prepared"),
    "delegations.decision_proposed": gettext_lazy("A joint decision was proposed"),
    "delegations.decision_consented": gettext_lazy("A party consented to a joint decision"),
    "delegations.decision_refused": gettext_lazy("A party refused a joint decision"),
    "delegations.decision_in_force": gettext_lazy("A joint decision came into force"),
    "delegations.decision_failed": gettext_lazy("A joint decision failed"),
    "delegations.decision_withdrawn": gettext_lazy("A proposal of a joint decision was withdrawn"),
    "delegations.decision_lapsed": gettext_lazy("A proposal of a joint decision lapsed"),
}


def connect() -> None:
    """Register everything; called once the application is ready."""
    kinds.declare()
    readers.name_acts(ACTS)
    readers.readable(
        "delegations.decision", lambda request, pk: policies.sees_decision(request, {"decision_id": pk})
    )
    hooks.waiting(awaited)
    hooks.door(door_of_decisions)
    hooks.event(events)


def awaited(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Yield the joint decisions that wait for a party this person acts for."""
    for decision, party in decisions.awaited_of(account_id):
        yield hooks.Waiting(
            kind="delegations.decision",
            title=decisions.title_of(decision),
            text=_("A joint decision of “%(table)s” waits for the consent of %(party)s.")
            % {"table": decision.table.title, "party": party},
            link=reverse("delegations:decision", args=[decision.pk]),
            table_id=decision.table_id,
        )


def door_of_decisions(request: HttpRequest, table: Any) -> hooks.Door | None:
    """Return the entry to the joint decisions, with how many are open."""
    if not policies.sits(request, {"table_id": table.pk}):
        return None
    count = JointDecision.objects.filter(table=table, state=JointDecision.State.OPEN).count()
    return hooks.Door(
        title=_("Joint decisions"),
        text=_("What needs the parties' consent: who has given it, whose is missing."),
        link=reverse("delegations:decisions", args=[table.pk]),
        order=15,
        badge=ngettext("%(count)s open", "%(count)s open", count) % {"count": count} if count else "",
    )


def events(account_id: uuid.UUID | None, table: Any) -> Iterable[hooks.Event]:
    """Yield what was decided jointly at a table."""
    said = {
        JointDecision.State.IN_FORCE: _("In force: %(what)s"),
        JointDecision.State.OPEN: _("Proposed: %(what)s"),
    }
    for row in decisions.visible_to(account_id).filter(table=table, state__in=list(said)):
        yield hooks.Event(
            on=timezone.localdate(row.closed_at or row.proposed_at),
            kind=f"delegations.{row.state}",
            title=said[JointDecision.State(row.state)] % {"what": decisions.title_of(row)},
            link=reverse("delegations:decision", args=[row.pk]),
        )
