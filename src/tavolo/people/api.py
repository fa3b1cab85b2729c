"""The room over HTTP and JSON: the same policies and services as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from tavolo.common.errors import Problem
from tavolo.people import constituencies as platee
from tavolo.people import policies
from tavolo.people.identifiers import size_class
from tavolo.people.models import Invitation, Membership, Organisation
from tavolo.people.roles import person
from tavolo.people.schemas import (
    ConstituencyOut,
    InvitationIn,
    InvitationOut,
    MembershipPage,
    MeOut,
    OrganisationOut,
    OrganisationPage,
    Refusal,
)
from tavolo.people.services import invitations, memberships
from tavolo.people.tokens import key_or_session
from tavolo.people.views import search

router = Router(tags=["people"], auth=key_or_session)
PAGE = 100


@router.get("/me", response=MeOut, url_name="people_me", summary="Who am I, and which roles do I hold today")
def me(request: HttpRequest) -> dict[str, Any]:
    """Return the person behind the request. Union membership is not among the roles."""
    account = person(request)
    rows = Membership.objects.active_on(timezone.localdate()).filter(account=account)
    roles = [
        {
            "id": row.pk,
            "organisation_id": row.organisation_id,
            "organisation": row.organisation.name,
            "role": row.role,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }
        for row in rows.select_related("organisation").order_by("organisation__sort_key", "role")
    ]
    return {
        "id": account.pk,
        "email": account.email,
        "name": account.name,
        "language": account.language,
        "roles": roles,
    }


@router.get(
    "/organisations",
    response=OrganisationPage,
    url_name="people_organisations",
    summary="Search organisations",
)
def organisations(request: HttpRequest, q: str = "", kind: str = "", page: int = 1) -> dict[str, Any]:
    """Return the organisations one may know, a hundred a page; `q` searches names, `kind` filters."""
    return _page(search(request), page, _organisation)


@router.get(
    "/organisations/{uuid:organisation_id}",
    response=OrganisationOut,
    url_name="people_organisation",
    summary="One organisation",
)
def organisation(request: HttpRequest, organisation_id: UUID) -> dict[str, Any]:
    """Return one organisation."""
    return _organisation(_visible(request, organisation_id))


@router.get(
    "/organisations/{uuid:organisation_id}/memberships",
    response=MembershipPage,
    url_name="people_memberships",
    summary="The people of an organisation",
)
def organisation_memberships(request: HttpRequest, organisation_id: UUID, page: int = 1) -> dict[str, Any]:
    """Return the roles in an organisation that one may know of, today."""
    today = timezone.localdate()
    found = _visible(request, organisation_id)
    rows = policies.memberships_visible_to(request.user, today).active_on(today)  # type: ignore[attr-defined]
    rows = rows.filter(organisation=found).select_related("account")
    return _page(rows.order_by("role", "account__name", "pk"), page, _membership)


@router.delete(
    "/memberships/{uuid:membership_id}",
    response={204: None},
    url_name="people_membership",
    summary="End a role today",
)
def end_membership(request: HttpRequest, membership_id: UUID) -> tuple[int, None]:
    """End a role: access ends at once. A repetition changes nothing."""
    today = timezone.localdate()
    found = get_object_or_404(policies.memberships_visible_to(request.user, today), pk=membership_id)
    memberships.end_role(person(request), found, today)
    return 204, None


@router.get(
    "/organisations/{uuid:organisation_id}/invitations",
    response=list[InvitationOut],
    url_name="people_invitations",
    summary="Open invitations of an organisation",
)
def open_invitations(request: HttpRequest, organisation_id: UUID) -> list[Invitation]:
    """Return the invitations that wait for an answer, at most 500."""
    found = _visible(request, organisation_id)
    visible = policies.invitations_visible_to(request.user, timezone.localdate())
    waiting = invitations.open_invitations(timezone.now()).filter(organisation=found)
    return list(visible.filter(pk__in=waiting).order_by("created_at")[:500])


@router.post(
    "/organisations/{uuid:organisation_id}/invitations",
    response={201: InvitationOut, 422: Refusal},
    url_name="people_invitations",
    summary="Invite somebody to a role",
)
def invite(request: HttpRequest, organisation_id: UUID, payload: InvitationIn) -> tuple[int, Invitation]:
    """Invite by mail. An open invitation to the same address and role is sent anew, not doubled."""
    try:
        validate_email(payload.email)
    except ValidationError as error:
        raise Problem(_("This is not an e-mail address."), column="email") from error
    found = _visible(request, organisation_id)
    return 201, invitations.invite(person(request), found, payload.email, payload.role, timezone.now())


@router.get(
    "/organisations/{uuid:organisation_id}/constituencies",
    response=list[ConstituencyOut],
    url_name="people_constituencies",
    summary="Constituencies of an organisation",
)
def constituencies(request: HttpRequest, organisation_id: UUID) -> list[dict[str, Any]]:
    """Return an organisation's constituencies, for those who may ask them."""
    today = timezone.localdate()
    rows = policies.constituencies_visible_to(request.user, today)
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "name": row.name,
            "organisation_id": row.organisation_id,
            "subject_id": row.subject_id,
            "size": platee.size(row, today),
        }
        for row in rows.filter(organisation_id=organisation_id, retired_at=None).order_by("name")
    ]


def _visible(request: HttpRequest, organisation_id: UUID) -> Organisation:
    known = policies.organisations_visible_to(request.user, timezone.localdate())
    return get_object_or_404(known, pk=organisation_id)


def _page(rows: QuerySet[Any], number: int, shape: Any) -> dict[str, Any]:
    page = Paginator(rows, PAGE).get_page(number)
    return {
        "items": [shape(row) for row in page.object_list],
        "total": page.paginator.count,
        "next_page": page.next_page_number() if page.has_next() else None,
    }


def _organisation(row: Organisation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "name": row.name,
        "short_name": row.short_name,
        "partita_iva": row.partita_iva,
        "ateco": row.ateco,
        "municipality": row.municipality,
        "size": size_class(row.employees),
    }


def _membership(row: Membership) -> dict[str, Any]:
    return {
        "id": row.pk,
        "account_id": row.account_id,
        "name": row.account.name,
        "role": row.role,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }
