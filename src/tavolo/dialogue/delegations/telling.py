# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Whom this part tells what. A notice names the table and the matter, never a party's private text."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.common import notices
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate, Party, Secretariat, Table


def _decision(context: Any) -> str:
    return reverse("delegations:decision", args=[context["decision"]])


notices.kind(
    "delegations.decision_awaits", title=_("A joint decision awaits your party"),
    text=_("%(table)s: “%(what)s” waits for your party's consent."), link=_decision,
)  # fmt: skip
notices.kind(
    "delegations.decision_in_force", title=_("A joint decision is in force"),
    text=_("%(table)s: “%(what)s” has the consents it needs and is in force."), link=_decision,
)  # fmt: skip
notices.kind(
    "delegations.decision_refused", title=_("A joint decision was refused"),
    text=_("%(table)s: “%(what)s” was refused; the reason is on its page."), link=_decision,
)  # fmt: skip
notices.kind(
    "delegations.decision_withdrawn", title=_("A proposal was withdrawn"),
    text=_("%(table)s: “%(what)s” was withdrawn by those who proposed it."), link=_decision,
)  # fmt: skip


def tell(account_ids: Iterable[uuid.UUID], kind: str, table: Table, decision: Any = None) -> None:
    """Send a notice of this part about a table and, perhaps, one of its decisions."""
    context = {"table": table.title, "table_id": str(table.pk)}
    if decision is not None:
        context |= {"decision": str(decision.pk), "what": decision.title}
    notices.send(account_ids, kind, context)


def acting_accounts(parties: Iterable[Party]) -> set[uuid.UUID]:
    """Return the people who act for these parties today."""
    seats = Delegate.objects.active_on(standing.today())
    found = seats.filter(party__in=list(parties), role__in=standing.ACTING)
    return set(found.values_list("account_id", flat=True))


def secretaries(table: Table) -> set[uuid.UUID]:
    """Return the people of the joint secretariat today."""
    found = Secretariat.objects.active_on(standing.today()).filter(table=table)
    return set(found.values_list("account_id", flat=True))


def everybody(table: Table) -> set[uuid.UUID]:
    """Return the people who act for a party of the table today, and the secretariat."""
    return acting_accounts(standing.seated_parties(table.pk)) | secretaries(table)
