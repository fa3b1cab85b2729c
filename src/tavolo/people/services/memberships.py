# mypy: disable-error-code="no-any-return"
"""Give a role, end a role; union membership apart, and never recorded as an act."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django_scopes import get_scope

from tavolo.ledger.services import record_act
from tavolo.people.models import (
    Account,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    UnionMembership,
)
from tavolo.people.roles import active_roles, grantable_roles, in_organisation
from tavolo.people.services.guards import database_rules, require


def means_union_membership(organisation: Organisation, role: str) -> bool:
    """Tell whether this role in this organisation is membership of a union, kept in a table of its own."""
    return organisation.kind == OrganisationKind.UNION and role == Role.MEMBER


@transaction.atomic
def grant_role(
    actor: Account,
    account: Account,
    organisation: Organisation,
    role: str,
    today: date,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership | UnionMembership:
    """Give `account` a role in an organisation from today or a later day on.

    Granting what is already held returns the present entry: a retry is harmless.
    """
    require(role in grantable_roles(actor, organisation, today))
    return enter(actor, account, organisation, role, starts_on or today, ends_on)


def enter(
    actor: Account,
    account: Account,
    organisation: Organisation,
    role: str,
    starts_on: date,
    ends_on: date | None,
) -> Membership | UnionMembership:
    """Write the entry after the policy was checked (also by an invitation that its invitee accepts)."""
    territory = get_scope()["territory"]
    if means_union_membership(organisation, role):
        return _enter_union(account, organisation, starts_on, ends_on)
    present = Membership.objects.active_on(starts_on).filter(
        account=account, organisation=organisation, role=role
    )
    existing = present.first()
    if existing is not None:
        return existing
    with database_rules():
        made: Membership = Membership.objects.create(
            territory=territory,
            account=account,
            organisation=organisation,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    _record(actor, made, "membership_granted", starts_on)
    return made


def _enter_union(
    account: Account, union: Organisation, starts_on: date, ends_on: date | None
) -> UnionMembership:
    present = UnionMembership.objects.active_on(starts_on).filter(account=account, union=union)
    existing = present.first()
    if existing is not None:
        return existing
    with database_rules():
        return UnionMembership.objects.create(
            territory=get_scope()["territory"],
            account=account,
            union=union,
            starts_on=starts_on,
            ends_on=ends_on,
        )


@transaction.atomic
def end_role(actor: Account, membership: Membership, today: date) -> Membership:
    """End a role today: access ends at once. The person may always leave; else who may give it may end it."""
    row: Membership = (
        Membership.objects.select_for_update().select_related("organisation").get(pk=membership.pk)
    )
    require(row.account_id == actor.pk or row.role in grantable_roles(actor, row.organisation, today))
    if row.ends_on is not None and row.ends_on <= today:
        return row
    row.ends_on = max(today, row.starts_on)
    row.save(update_fields=["ends_on"])
    _record(actor, row, "membership_ended", row.ends_on)
    return row


@transaction.atomic
def end_union_membership(actor: Account, membership: UnionMembership, today: date) -> UnionMembership:
    """End a union membership today: the person's own right, and the union's officers'."""
    row: UnionMembership = UnionMembership.objects.select_for_update().get(pk=membership.pk)
    officer = Role.OFFICER in in_organisation(active_roles(actor, today), row.union_id)
    require(row.account_id == actor.pk or officer)
    if row.ends_on is None or row.ends_on > today:
        row.ends_on = max(today, row.starts_on)
        row.save(update_fields=["ends_on"])
    return row


def _record(actor: Account, membership: Membership, act: str, day: date) -> None:
    """Append the act; a worker's employment is no formal act, and there are tens of thousands."""
    if membership.role == Role.WORKER:
        return
    mine = in_organisation(active_roles(actor, day), membership.organisation_id)
    record_act(
        actor_id=actor.pk,
        role=sorted(mine)[0] if mine else "",
        act=act,
        object_type="membership",
        object_id=membership.pk,
        content={
            "account": str(membership.account_id),
            "organisation": str(membership.organisation_id),
            "role": membership.role,
            "on": day.isoformat(),
        },
    )
