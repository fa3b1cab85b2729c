# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who stands where towards an agreement. Questions only, no writes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from tavolo.agreements.models import Agreement, Contractor, State
from tavolo.common.remembering import remembered
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Party, Secretariat

# From these states on everybody may read the text: it is made, or was put before the members.
PUBLIC = (State.SIGNED, State.DEPOSITED, State.ENDED)


def today() -> date:
    """Return the day in the installation's time zone."""
    return timezone.localdate()


def visible(account_id: uuid.UUID | None) -> QuerySet[Agreement]:
    """Return the agreements a person sees: the table's delegations and secretariat all of its table's,
    everybody what is signed. Other parts widen this through `also_visible`."""
    shown = Q(state__in=PUBLIC)
    for function in _also:
        shown |= function(account_id)
    if account_id is None:
        return Agreement.objects.filter(shown)
    day = today()
    seated = seats.seats_of(account_id, day).values("party__table_id")
    desks = Secretariat.objects.active_on(day).filter(account_id=account_id).values("table_id")
    return Agreement.objects.filter(shown | Q(table_id__in=seated) | Q(table_id__in=desks))


_also: list[Any] = []


def also_visible(function: Any) -> None:
    """Register a condition (a Q on Agreement, given the account's id or None) under which one is seen."""
    if function not in _also:
        _also.append(function)


def sits_at(account_id: uuid.UUID | None, agreement: Agreement) -> bool:
    """Say whether a person works on this agreement: as delegate of its table or in its secretariat."""
    if account_id is None or agreement.table_id is None:
        return False
    table_id = agreement.table_id
    return bool(seats.seats_at(account_id, table_id)) or seats.is_secretary(account_id, table_id)


def is_secretary(account_id: uuid.UUID | None, agreement: Agreement) -> bool:
    """Say whether a person belongs to the joint secretariat of the agreement's table."""
    if account_id is None or agreement.table_id is None:
        return False
    return seats.is_secretary(account_id, agreement.table_id)


@remembered
def contractors(agreement: Agreement) -> list[Party]:
    """Return the parties that negotiate the agreement, in the table's order."""
    found = Party.objects.filter(pk__in=Contractor.objects.filter(agreement=agreement).values("party_id"))
    return list(found.select_related("organisation").order_by("position", "id"))


@remembered
def signed_at_own_tables(account_id: uuid.UUID) -> list[Agreement]:
    """Return the signed agreements of the tables a person sits at, the oldest first."""
    tables = seats.tables_sat_at(account_id)
    return list(Agreement.objects.filter(table__in=tables, state__in=PUBLIC).order_by("created_on"))


def own_parties(account_id: uuid.UUID | None, agreement: Agreement) -> list[Party]:
    """Return the contractors a person sits for today, observers included."""
    if account_id is None or agreement.table_id is None:
        return []
    seated = seats.seats_at(account_id, agreement.table_id)
    return [party for party in contractors(agreement) if party.pk in seated] if seated else []


@remembered
def acting_party(account_id: uuid.UUID | None, agreement: Agreement) -> Party | None:
    """Return the contractor a person may act for today, if any."""
    for party in own_parties(account_id, agreement):
        if account_id is not None and seats.may_act_for(account_id, party):
            return party
    return None


def agreement_at(account_id: uuid.UUID | None, arguments: Mapping[str, Any]) -> Agreement | None:
    """Return the agreement an address names (`agreement_id`) if this person sees it."""
    return visible(account_id).filter(pk=arguments.get("agreement_id")).select_related("table").first()
