"""Who holds which role today, and which roles they may give to others.

Everything here asks the database for the roles that hold on a given day: a role that has ended gives
nothing from that day on. Union membership is not a role and never appears here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from tavolo.people.dated import active_q
from tavolo.people.models import Account, Affiliation, Membership, Organisation, OrganisationKind, Role

STAFF = {Role.OFFICER, Role.DELEGATE}
SECOND_FACTOR_ROLES = (Role.OFFICER, Role.DELEGATE, Role.SECRETARY, Role.OPERATOR)


@dataclass(frozen=True)
class Held:
    """A role somebody holds: in which organisation, of which kind."""

    role: str
    organisation_id: uuid.UUID
    kind: str


def active_roles(account: Any, on: date) -> frozenset[Held]:
    """Return the roles `account` holds on a day; none for a visitor or an account that is switched off."""
    if not account.is_authenticated or not account.is_active:
        return frozenset()
    rows = Membership.objects.active_on(on).filter(account_id=account.pk)
    return frozenset(Held(*row) for row in rows.values_list("role", "organisation_id", "organisation__kind"))


def person(request: HttpRequest) -> Account:
    """Return the account behind a request that the route's policy has let in as somebody."""
    assert isinstance(request.user, Account)
    return request.user


def roles_of(request: HttpRequest) -> frozenset[Held]:
    """Return the roles of the person behind a request, today; asked once per request."""
    known = getattr(request, "_tavolo_roles", None)
    if known is None or known[0] != request.user.pk:
        known = (request.user.pk, active_roles(request.user, timezone.localdate()))
        request._tavolo_roles = known  # type: ignore[attr-defined]
    return known[1]


def holds(
    account: Any, roles: Iterable[str] | str, on: date, organisation_id: uuid.UUID | None = None
) -> bool:
    """Tell whether `account` holds one of `roles` on a day, in that organisation or in any."""
    wanted = {roles} if isinstance(roles, str) else set(roles)
    return any(
        held.role in wanted and organisation_id in (None, held.organisation_id)
        for held in active_roles(account, on)
    )


def in_organisation(held: Iterable[Held], organisation_id: uuid.UUID) -> set[str]:
    """Return the roles held in one organisation."""
    return {one.role for one in held if one.organisation_id == organisation_id}


def organisations_of(held: Iterable[Held], kind: str, roles: Iterable[str]) -> set[uuid.UUID]:
    """Return the organisations of a kind in which one of `roles` is held."""
    wanted = set(roles)
    return {one.organisation_id for one in held if one.kind == kind and one.role in wanted}


def affiliated(firm_id: uuid.UUID, associations: Iterable[uuid.UUID], on: date) -> bool:
    """Tell whether a firm belongs to one of `associations` on a day."""
    wanted = list(associations)
    return bool(wanted) and (
        Affiliation.objects.active_on(on).filter(firm_id=firm_id, association_id__in=wanted).exists()
    )


def grantable_roles(account: Any, organisation: Organisation, on: date) -> set[str]:
    """Return the roles `account` may give in `organisation` on a day, and take back.

    A firm's owner and offices never decide who represents the workers; a union never writes into a
    firm's list of workers, so that nothing there tells who has to do with a union. Whoever runs the
    platform may only name the first officer of a body that has none.
    """
    held = active_roles(account, on)
    mine = in_organisation(held, organisation.pk)
    if organisation.kind == OrganisationKind.FIRM:
        return _grantable_in_firm(held, mine, organisation, on)
    if Role.OFFICER in mine:
        return _grantable_by_officer(organisation)
    if Role.OPERATOR in mine:
        return {Role.OPERATOR}
    if any(one.role == Role.OPERATOR for one in held) and not _has_officer(organisation, on):
        return {Role.OFFICER}
    return set()


def _grantable_in_firm(held: frozenset[Held], mine: set[str], firm: Organisation, on: date) -> set[str]:
    roles: set[str] = set()
    if Role.OWNER in mine:
        roles |= {Role.OWNER, Role.HR, Role.WORKER}
    if Role.HR in mine:
        roles |= {Role.HR, Role.WORKER}
    associations = organisations_of(held, OrganisationKind.EMPLOYERS_ASSOCIATION, {Role.OFFICER})
    if affiliated(firm.pk, associations, on):
        roles |= {Role.OWNER, Role.HR}
    if Role.RSU in mine or organisations_of(held, OrganisationKind.UNION, {Role.OFFICER}):
        roles |= {Role.RSU}
    return roles


def _grantable_by_officer(organisation: Organisation) -> set[str]:
    roles: set[str] = {Role.OFFICER, Role.DELEGATE, Role.SECRETARY, Role.WORKER, Role.MEMBER}
    if organisation.kind not in {OrganisationKind.UNION, OrganisationKind.EMPLOYERS_ASSOCIATION}:
        roles |= {Role.RSU}
    return roles


def _has_officer(organisation: Organisation, on: date) -> bool:
    officers = Membership.objects.active_on(on).filter(organisation=organisation, role=Role.OFFICER)
    return bool(officers.exists())


def may_edit(account: Any, organisation: Organisation, on: date) -> bool:
    """Tell whether `account` may change an organisation's data: its officers, its association's officers."""
    held = active_roles(account, on)
    if in_organisation(held, organisation.pk) & {Role.OFFICER, Role.OWNER, Role.HR}:
        return True
    associations = organisations_of(held, OrganisationKind.EMPLOYERS_ASSOCIATION, {Role.OFFICER})
    return organisation.kind == OrganisationKind.FIRM and affiliated(organisation.pk, associations, on)


def registrable_kinds(account: Any, on: date) -> set[str]:
    """Return the kinds of organisation `account` may register."""
    held = active_roles(account, on)
    kinds: set[str] = set()
    if any(one.role == Role.OPERATOR for one in held):
        kinds |= set(OrganisationKind.values) - {OrganisationKind.FIRM}
    if organisations_of(held, OrganisationKind.EMPLOYERS_ASSOCIATION, {Role.OFFICER}):
        kinds |= {OrganisationKind.FIRM}
    return {str(kind) for kind in kinds}


def needs_second_factor(account: Any, on: date) -> bool:
    """Tell whether a role of `account` asks for a second factor: officers, delegates, secretariat, operators.

    Officers are among them because they name the others.
    """
    return holds(account, SECOND_FACTOR_ROLES, on)


def lacks_second_factor(account: Account, on: date) -> bool:
    """Tell in one query whether `account` needs a second factor and has set up none."""
    from allauth.mfa.models import Authenticator

    factors = Authenticator.objects.filter(user_id=OuterRef("account_id"), type__in=["totp", "webauthn"])
    needing = Membership.objects.filter(active_q(on), account_id=account.pk, role__in=SECOND_FACTOR_ROLES)
    return bool(needing.exclude(Exists(factors)).exists())
