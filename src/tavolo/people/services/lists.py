"""Bring in many people or firms at once: accounts for addresses, then their roles, in few queries.

Accounts made here have no password: their owners choose one through "I have forgotten my password".
Nothing an importer sees tells whether an address had an account before.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models.functions import Lower
from django_scopes import get_scope

from tavolo.ledger.services import record_act
from tavolo.people.models import (
    Account,
    Affiliation,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    UnionMembership,
)
from tavolo.people.roles import active_roles, grantable_roles, in_organisation
from tavolo.people.services.guards import database_rules, require
from tavolo.people.services.organisations import FIELDS

BATCH = 5_000


@dataclass(frozen=True)
class Entry:
    """One person on a list."""

    email: str
    name: str
    starts_on: date | None = None


def accounts_for(entries: Iterable[Entry], language: str = "it") -> dict[str, uuid.UUID]:
    """Return the account of every address, in lower case; make those that are missing."""
    wanted = {entry.email.strip().lower(): entry.name.strip()[:150] for entry in entries}
    found = known_accounts(wanted)
    missing = [address for address in wanted if address not in found]
    made = Account.objects.bulk_create(
        [
            Account(email=address, name=wanted[address], language=language, password=make_password(None))
            for address in missing
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=one, email=one.email, verified=False, primary=True) for one in _saved(made)],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    return found | known_accounts(missing)


def known_accounts(addresses: Iterable[str]) -> dict[str, uuid.UUID]:
    """Return the accounts of those addresses that have one, by the address in lower case."""
    rows = Account.objects.annotate(address=Lower("email")).filter(address__in=list(addresses))
    return dict(rows.values_list("address", "pk"))


def _saved(made: list[Account]) -> list[Account]:
    """Leave out what another request made first: `ignore_conflicts` does not say so."""
    present = set(Account.objects.filter(pk__in=[one.pk for one in made]).values_list("pk", flat=True))
    return [one for one in made if one.pk in present]


def bring_in_workers(actor: Account, firm: Organisation, entries: list[Entry], today: date) -> int:
    """Enter the workers of a firm, by its owner or offices; return how many are on the list."""
    require(Role.WORKER in grantable_roles(actor, firm, today) and firm.kind == OrganisationKind.FIRM)
    ids = accounts_for(entries)
    present = Membership.objects.active_on(today).filter(organisation=firm, role=Role.WORKER)
    already = set(present.values_list("account_id", flat=True))
    rows = [
        Membership(
            territory=get_scope()["territory"],
            account_id=ids[entry.email.lower()],
            organisation=firm,
            role=Role.WORKER,
            starts_on=entry.starts_on or today,
        )
        for entry in entries
        if ids[entry.email.lower()] not in already
    ]
    with database_rules():
        Membership.objects.bulk_create(rows, batch_size=BATCH)
    return len(entries)


def bring_in_union_members(actor: Account, union: Organisation, entries: list[Entry], today: date) -> int:
    """Enter the members of a union, by its officers; return how many are on the list. No act is recorded."""
    require(union.kind == OrganisationKind.UNION and Role.MEMBER in grantable_roles(actor, union, today))
    ids = accounts_for(entries)
    present = UnionMembership.objects.active_on(today).filter(union=union)
    already = set(present.values_list("account_id", flat=True))
    rows = [
        UnionMembership(
            territory=get_scope()["territory"],
            account_id=ids[entry.email.lower()],
            union=union,
            starts_on=entry.starts_on or today,
        )
        for entry in entries
        if ids[entry.email.lower()] not in already
    ]
    with database_rules():
        UnionMembership.objects.bulk_create(rows, batch_size=BATCH)
    return len(entries)


def bring_in_firms(
    actor: Account, association: Organisation, rows: Sequence[Mapping[str, Any]], today: date
) -> int:
    """Register the firms of an association, or join those already registered; return how many.

    A firm is known by its partita IVA; the data of a firm already registered stay as they are. One act
    stands for the whole list.
    """
    require(association.kind == OrganisationKind.EMPLOYERS_ASSOCIATION)
    require(Role.OFFICER in in_organisation(active_roles(actor, today), association.pk))
    territory = get_scope()["territory"]
    numbers = [row["partita_iva"] for row in rows]
    known = dict(Organisation.objects.filter(partita_iva__in=numbers).values_list("partita_iva", "pk"))
    made = [
        Organisation(
            territory=territory,
            kind=OrganisationKind.FIRM,
            **{name: row[name] for name in FIELDS if row.get(name) is not None},
        )
        for row in rows
        if row["partita_iva"] not in known
    ]
    with database_rules():
        Organisation.objects.bulk_create(made, batch_size=BATCH)
        known |= {firm.partita_iva: firm.pk for firm in made}
        present = Affiliation.objects.active_on(today).filter(association=association)
        joined = set(present.values_list("firm_id", flat=True))
        new = sorted({known[number] for number in numbers} - joined)
        Affiliation.objects.bulk_create(
            [
                Affiliation(territory=territory, firm_id=firm, association=association, starts_on=today)
                for firm in new
            ],
            batch_size=BATCH,
        )
    record_act(
        actor_id=actor.pk,
        role=Role.OFFICER,
        act="firms_registered_from_list",
        object_type="organisation",
        object_id=association.pk,
        content={"firms": len(rows)},
    )
    return len(rows)
