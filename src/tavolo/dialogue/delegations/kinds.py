# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The joint decisions of this part: what each does once it is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision, Needs
from tavolo.dialogue.models import Table
from tavolo.ledger.services import record_act

TABLE_CONFIRMED = "delegations.table_confirmed"


def check_confirmation(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse to confirm twice, or to confirm what is concluded or has no two sides."""
    if table.state == Table.State.CLOSED:
        raise Problem(_("This table is concluded: it cannot be opened again."))
    confirmed = JointDecision.objects.filter(
        table=table, kind=TABLE_CONFIRMED, state__in=[decisions.State.OPEN, decisions.State.IN_FORCE]
    )
    if confirmed.exists():
        raise Problem(_("The opening of this table is confirmed already, or waits for confirmation."))
    if len({party.side for party in decisions.parties_at(table.pk)}) < 2:
        raise Problem(_("Seat at least one party on two sides before the table is confirmed."))


def confirm_table(decision: JointDecision) -> None:
    """Open the table: every party has confirmed it."""
    table = Table.objects.select_for_update().get(pk=decision.table_id)
    if table.state == Table.State.CLOSED:
        raise Problem(_("This table is concluded: it cannot be opened again."))
    if table.state == Table.State.PREPARATION:
        table.state = Table.State.OPEN
        table.save(update_fields=["state"])
        record_act(
            actor_id=None, role="system", act="dialogue.table_opened", object_type="dialogue.table",
            object_id=table.pk, content={"title": table.title, "decision": str(decision.pk)},
        )  # fmt: skip


def describe_confirmation(decision: JointDecision) -> str:
    """Word what the parties confirm."""
    return _("The table “%(table)s” is opened with the parties listed here.") % {
        "table": decision.table.title
    }


def declare() -> None:
    """Declare the kinds; called once the application is ready."""
    decisions.kind(
        TABLE_CONFIRMED, title=gettext_lazy("Opening of the table"), needs=Needs.EACH_PARTY,
        apply=confirm_table, check=check_confirmation, describe=describe_confirmation,
    )  # fmt: skip
