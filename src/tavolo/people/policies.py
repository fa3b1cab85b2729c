# mypy: disable-error-code="no-any-return"
"""Who may see and do what with people and organisations. Default is deny.

`..._visible_to` return querysets; a page or an operation never reads these tables in another way.
Predicates at the end are what the routes declare (`routes.py`).

- Bodies other than firms are known to everybody who is signed in. Firms are known to their own people
  and to the officers, delegates and secretariat of the bodies that sit at the tables.
- Memberships: one's own; those of an organisation for its officers or its owner and offices;
  representatives (officers, delegates, secretariat) for one another.
- Union membership: the person, and that union's officers. Nobody else, in no form, not even as a count.
- Constituencies: the officers and delegates of the organisation that owns them, or its RSU.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tavolo.people.models import (
    Affiliation,
    ApiToken,
    Constituency,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    UnionMembership,
)
from tavolo.people.roles import (
    STAFF,
    Held,
    active_roles,
    grantable_roles,
    in_organisation,
    may_edit,
    organisations_of,
    registrable_kinds,
    roles_of,
)

REPRESENTATIVES = (Role.OFFICER, Role.DELEGATE, Role.SECRETARY)
OFFICES = (Role.OWNER, Role.HR)


def organisations_visible_to(account: Any, on: date) -> QuerySet[Organisation]:
    """Return the organisations `account` may know of on a day."""
    if not account.is_authenticated:
        return Organisation.objects.none()
    held = active_roles(account, on)
    if any(one.role in REPRESENTATIVES for one in held):
        return Organisation.objects.all()
    mine = {one.organisation_id for one in held}
    return Organisation.objects.filter(~Q(kind=OrganisationKind.FIRM) | Q(pk__in=mine))


def memberships_visible_to(account: Any, on: date) -> QuerySet[Membership]:
    """Return the memberships `account` may know of on a day, ended ones included."""
    if not account.is_authenticated:
        return Membership.objects.none()
    held = active_roles(account, on)
    seen = Q(account_id=account.pk)
    led = {one.organisation_id for one in held if one.role == Role.OFFICER or one.role in OFFICES}
    seen |= Q(organisation_id__in=led)
    seen |= Q(organisation_id__in=_held_as(held, Role.OPERATOR), role=Role.OPERATOR)
    seen |= Q(organisation_id__in=_held_as(held, Role.RSU), role__in=[*OFFICES, Role.RSU])
    if any(one.role in REPRESENTATIVES for one in held):
        seen |= Q(role__in=REPRESENTATIVES) & ~Q(organisation__kind=OrganisationKind.FIRM)
    associations = organisations_of(held, OrganisationKind.EMPLOYERS_ASSOCIATION, {Role.OFFICER})
    if associations:
        firms = Affiliation.objects.active_on(on).filter(association_id__in=associations).values("firm_id")
        seen |= Q(organisation_id__in=firms, role__in=OFFICES)
    if organisations_of(held, OrganisationKind.UNION, {Role.OFFICER}):
        seen |= Q(role=Role.RSU)
    return Membership.objects.filter(seen)


def union_memberships_visible_to(account: Any, on: date) -> QuerySet[UnionMembership]:
    """Return one's own union memberships and those of the unions one is an officer of. Special category."""
    if not account.is_authenticated:
        return UnionMembership.objects.none()
    unions = organisations_of(active_roles(account, on), OrganisationKind.UNION, {Role.OFFICER})
    return UnionMembership.objects.filter(Q(account_id=account.pk) | Q(union_id__in=unions))


def constituencies_visible_to(account: Any, on: date) -> QuerySet[Constituency]:
    """Return the constituencies of the organisations `account` works for, and those its RSU holds."""
    held = active_roles(account, on)
    staffed = {one.organisation_id for one in held if one.role in STAFF}
    as_rsu = _held_as(held, Role.RSU)
    return Constituency.objects.filter(
        Q(organisation_id__in=staffed, held_by_rsu=False) | Q(organisation_id__in=as_rsu, held_by_rsu=True)
    )


def invitations_visible_to(account: Any, on: date) -> QuerySet[Invitation]:
    """Return the invitations `account` sent, and those of the organisations it leads.

    A firm's offices do not see the invitations of its workers' representatives: they are the unions'.
    """
    if not account.is_authenticated:
        return Invitation.objects.none()
    held = active_roles(account, on)
    officer_of = _held_as(held, Role.OFFICER)
    office_of = {one.organisation_id for one in held if one.role in OFFICES}
    return Invitation.objects.filter(
        Q(invited_by_id=account.pk, organisation_id__in=_own_reach(account, held, on))
        | Q(organisation_id__in=officer_of)
        | Q(organisation_id__in=office_of, role__in=[*OFFICES, Role.WORKER])
    )


def tokens_visible_to(account: Any) -> QuerySet[ApiToken]:
    """Return one's own keys for the API."""
    return ApiToken.objects.filter(account_id=account.pk)


def _held_as(held: frozenset[Held], role: str) -> set[uuid.UUID]:
    return {one.organisation_id for one in held if one.role == role}


def _own_reach(account: Any, held: frozenset[Held], on: date) -> Any:
    """Return the organisations whose invitations somebody still answers for: none without any role."""
    return organisations_visible_to(account, on).values("pk") if held else []


# Predicates of routes: asked with the request and the URL's arguments.


def organisation_at(request: HttpRequest, arguments: Mapping[str, Any]) -> Organisation | None:
    """Return the organisation an address names if the person may know of it."""
    found = organisations_visible_to(request.user, timezone.localdate())
    return found.filter(pk=_organisation_id(arguments)).first()


def _organisation_id(arguments: Mapping[str, Any]) -> uuid.UUID | None:
    """Return the organisation an address names; the API's addresses hold it as text."""
    try:
        return uuid.UUID(str(arguments.get("organisation_id")))
    except ValueError:
        return None


def sees_organisation(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow those who may know of the organisation."""
    return organisation_at(request, arguments) is not None


def edits_organisation(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the organisation's officers or offices, and its association's officers."""
    found = organisation_at(request, arguments)
    return found is not None and may_edit(request.user, found, timezone.localdate())


def registers_organisations(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow operators (bodies) and associations' officers (firms)."""
    return bool(registrable_kinds(request.user, timezone.localdate()))


def grants_roles(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow those who may give at least one role in the organisation."""
    found = organisation_at(request, arguments)
    return found is not None and bool(grantable_roles(request.user, found, timezone.localdate()))


def officer_of_union(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the officers of the union the address names."""
    unions = organisations_of(roles_of(request), OrganisationKind.UNION, {Role.OFFICER})
    return _organisation_id(arguments) in unions


def officer_of_association(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the officers of the employers' association the address names."""
    kind = OrganisationKind.EMPLOYERS_ASSOCIATION
    return _organisation_id(arguments) in organisations_of(roles_of(request), kind, {Role.OFFICER})


def owns_constituencies(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the staff of a body, and the RSU of a firm; never a firm's owner or offices."""
    organisation_id = _organisation_id(arguments)
    if organisation_id is None:
        return False
    return bool(in_organisation(roles_of(request), organisation_id) & {*STAFF, Role.RSU})


def sees_constituency(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow those who may know of the constituency."""
    found = constituencies_visible_to(request.user, timezone.localdate())
    return found.filter(pk=arguments.get("constituency_id")).exists()


def sees_invitation(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow those who may know of the invitation."""
    found = invitations_visible_to(request.user, timezone.localdate())
    return found.filter(pk=arguments.get("invitation_id")).exists()


def sees_membership(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow those who may know of the membership."""
    found = memberships_visible_to(request.user, timezone.localdate())
    return found.filter(pk=arguments.get("membership_id")).exists()


def own_membership(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the person who holds the role."""
    found = Membership.objects.filter(account_id=request.user.pk, pk=arguments.get("membership_id"))
    return request.user.is_authenticated and found.exists()


def own_union_membership(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the person whose union membership it is."""
    pk = arguments.get("union_membership_id")
    found = UnionMembership.objects.filter(account_id=request.user.pk, pk=pk)
    return request.user.is_authenticated and found.exists()


def owns_token(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow the person the key belongs to."""
    return (
        request.user.is_authenticated
        and tokens_visible_to(request.user).filter(pk=arguments.get("token_id")).exists()
    )
