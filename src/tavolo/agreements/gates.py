"""What the table's course opens: proposing a text, amending it. Asked before pages and programs write."""

from __future__ import annotations

from tavolo.agreements.models import Agreement
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.models import Party, Table


def require_proposing(table: Table, party: Party | None) -> None:
    """Raise unless the table's course lets this party, or the joint secretariat, bring a first text."""
    gate.require(table, rules.PROPOSE, party or rules.SECRETARIAT)


def may_propose(table: Table, party: Party | None) -> bool:
    """Say whether a first text may be brought today."""
    return gate.allows(table, rules.PROPOSE, party or rules.SECRETARIAT)


def require_amending(agreement: Agreement, party: Party | None) -> None:
    """Raise unless the table's course lets this party amend.

    The joint secretariat may bring a wording while the parties may: it serves them and has no own days.
    """
    if agreement.table is not None:
        gate.require(agreement.table, rules.AMEND, party)


def may_amend(agreement: Agreement, party: Party | None) -> bool:
    """Say whether the table's course lets this party amend today."""
    return agreement.table is not None and gate.allows(agreement.table, rules.AMEND, party)
