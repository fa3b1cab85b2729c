# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The joint decisions of this part: what each does once it is in force."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions, rules, secretariat
from tavolo.dialogue.delegations.models import JointDecision, Needs
from tavolo.dialogue.models import Table
from tavolo.ledger.services import record_act
from tavolo.people.models import Account, Membership

TABLE_CONFIRMED = "delegations.table_confirmed"


def check_confirmation(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse to confirm twice, or to confirm what is concluded or has no two sides.

    `content` may name the people of the secretariat who are confirmed together with the table:
    {"secretaries": [{"account": id, "party": id of the party that proposes them}]}.
    """
    _check_secretaries(table, content)
    if table.state == Table.State.CLOSED:
        raise Problem(_("This table is concluded: it cannot be opened again."))
    confirmed = JointDecision.objects.filter(
        table=table, kind=TABLE_CONFIRMED, state__in=[decisions.State.OPEN, decisions.State.IN_FORCE]
    )
    if confirmed.exists():
        raise Problem(_("The opening of this table is confirmed already, or waits for confirmation."))
    if len({party.side for party in decisions.parties_at(table.pk)}) < 2:
        raise Problem(_("Seat at least one party on two sides before the table is confirmed."))


@dataclass(frozen=True)
class Preparation:
    """What another part knows of a table that is being prepared.

    `waits`: why it cannot be confirmed yet, a sentence, or nothing. `secretaries`: people proposed to serve.
    """

    waits: str = ""
    secretaries: tuple[dict[str, str | None], ...] = ()


_prepared_by: list[Callable[[Table], Preparation]] = []


def prepared_by(function: Callable[[Table], Preparation]) -> None:
    """Register a part in which tables are prepared: whoever asks for the confirmation, it is asked alike."""
    if function not in _prepared_by:
        _prepared_by.append(function)


def waits_for(table: Table) -> str:
    """Say why a table cannot be put to confirmation yet, or nothing."""
    return next((found.waits for one in _prepared_by if (found := one(table)).waits), "")


def ask_for_confirmation(table: Table, *, actor_id: uuid.UUID) -> JointDecision:
    """Ask every party to confirm the table together with the people who keep it, or are proposed to."""
    if why := waits_for(table):
        raise Problem(why)
    serving, _over = secretariat.members(table)
    named = [{"account": str(one.seat.account_id), "party": _proposer(one)} for one in serving]
    known = {one["account"] for one in named}
    for function in _prepared_by:
        named += [one for one in function(table).secretaries if one["account"] not in known]
    return decisions.propose(table, TABLE_CONFIRMED, {"secretaries": named}, actor_id=actor_id)


def _proposer(one: secretariat.Serving) -> str | None:
    """Return the party that proposed somebody: as written down, else the one of their organisation."""
    if one.appointment is not None:
        return str(one.appointment.proposed_by_id) if one.appointment.proposed_by_id else None
    held = Membership.objects.active_on(standing.today()).filter(account_id=one.seat.account_id)
    parties = standing.seated_parties(one.seat.table_id)
    found = parties.filter(organisation__in=held.values("organisation_id")).first()
    return str(found.pk) if found else None


def _check_secretaries(table: Table, content: Mapping[str, Any]) -> None:
    parties = {str(party.pk) for party in decisions.parties_at(table.pk)}
    for one in content.get("secretaries", []):
        known = Account.objects.filter(pk=one.get("account"), is_active=True).exists()
        if not known or (one.get("party") and one["party"] not in parties):
            raise Problem(_("A person named for the secretariat, or their party, is unknown here."))
        if standing.parties_of(one["account"], table.pk).exists():
            raise Problem(
                _("A person who sits for a party cannot serve in the joint secretariat of the same table.")
            )


def confirm_table(decision: JointDecision) -> None:
    """Open the table: every party has confirmed it."""
    table = Table.objects.select_for_update().get(pk=decision.table_id)
    if table.state == Table.State.CLOSED:
        raise Problem(_("This table is concluded: it cannot be opened again."))
    secretariat.confirm_secretaries(decision)
    if table.state == Table.State.PREPARATION:
        table.state = Table.State.OPEN
        table.save(update_fields=["state"])
        record_act(
            actor_id=None, role="system", act="dialogue.table_opened", object_type="dialogue.table",
            object_id=table.pk, content={"title": table.title, "decision": str(decision.pk)},
        )  # fmt: skip


def describe_confirmation(decision: JointDecision) -> str:
    """Word what the parties confirm: the table, and the people of its secretariat."""
    text = _("The table “%(table)s” is opened with the parties listed here.")
    text %= {"table": decision.table.title}
    named = decision.content.get("secretaries", [])
    if named:
        people = Account.objects.filter(pk__in=[one["account"] for one in named]).order_by("name")
        names = ", ".join(str(person) for person in people)
        text += " " + _("The joint secretariat is kept by: %(names)s.") % {"names": names}
    return text


def declare() -> None:
    """Declare the kinds; called once the application is ready."""
    secretariat.declare()
    rules.declare()
    decisions.kind(
        TABLE_CONFIRMED, title=gettext_lazy("Opening of the table"), needs=Needs.EACH_PARTY,
        apply=confirm_table, check=check_confirmation, describe=describe_confirmation,
    )  # fmt: skip
