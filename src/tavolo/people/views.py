"""Pages of organisations, the people in them, and invitations: parse, call a service, render."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import FIELD, key_from, new_key, once
from tavolo.common.limits import TooOften, limit
from tavolo.people import policies
from tavolo.people.forms import InvitationForm, OrganisationForm, RegisterForm
from tavolo.people.identifiers import ateco_title, size_class
from tavolo.people.models import Affiliation, Organisation, OrganisationKind, Role
from tavolo.people.names import folded
from tavolo.people.roles import (
    grantable_roles,
    may_edit,
    organisations_of,
    person,
    registrable_kinds,
    roles_of,
)
from tavolo.people.services import invitations, memberships
from tavolo.people.services import organisations as services

PAGE = 50
PAGES_AN_HOUR = 600


def sign_up_closed(request: HttpRequest) -> HttpResponse:
    """Say that accounts are opened by invitation."""
    return render(request, "people/sign_up_closed.html")


def search(request: HttpRequest) -> Any:
    """Return the visible organisations that match what was typed, in Italian order.

    A person reads the directory; a program that copies it is stopped (TooOften).
    """
    limit(f"people.directory:{request.user.pk}", per=timedelta(hours=1), count=PAGES_AN_HOUR)
    found = policies.organisations_visible_to(request.user, timezone.localdate())
    kind = request.GET.get("kind", "")
    if kind in OrganisationKind.values:
        found = found.filter(kind=kind)
    return matching(found, request.GET.get("q", "")).order_by("sort_key", "pk")


def matching(organisations: Any, text: str) -> Any:
    """Keep the organisations whose name holds every word of what was typed, or whose partita IVA it is."""
    for word in folded(text.strip()[:100]).split():
        digits = Q(partita_iva=word) if word.isdigit() else Q()
        organisations = organisations.filter(Q(sort_key__contains=word) | digits)
    return organisations


def once_for(request: HttpRequest, action: str, asked: dict[str, Any], work: Callable[[], Any]) -> str:
    """Do `work` once for the key the form carries, and return the id of what it made."""
    asked = {name: value for name, value in asked.items() if name not in {"csrfmiddlewaretoken", FIELD}}
    call = once(key_from(request) or new_key(), account_id=person(request).pk, action=action, request=asked)
    return str(call.run(lambda: str(work().pk)))


def organisations(request: HttpRequest) -> HttpResponse:
    """List organisations, searched and filtered."""
    try:
        found = search(request)
    except TooOften as problem:
        return render(request, "people/too_often.html", {"problem": problem}, status=429)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "q": request.GET.get("q", ""),
        "kind": request.GET.get("kind", ""),
        "kinds": OrganisationKind.choices,
        "may_register": bool(registrable_kinds(request.user, timezone.localdate())),
    }
    return render(request, "people/organisations.html", context)


def _organisation(request: HttpRequest, organisation_id: uuid.UUID) -> Organisation:
    found = policies.organisations_visible_to(request.user, timezone.localdate())
    return get_object_or_404(found, pk=organisation_id)


def organisation(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Show an organisation and, of its people, those the visitor may know."""
    found = _organisation(request, organisation_id)
    today = timezone.localdate()
    people = policies.memberships_visible_to(request.user, today).active_on(today)  # type: ignore[attr-defined]
    arguments = {"organisation_id": found.pk}
    context = {
        "organisation": found,
        "trade": ateco_title(found.ateco),
        "size": size_class(found.employees),
        "people": people.filter(organisation=found)
        .exclude(role=Role.WORKER)
        .select_related("account")
        .order_by("role", "account__name")[:100],
        "may_edit": may_edit(request.user, found, today),
        "may_grant": bool(grantable_roles(request.user, found, today)),
        "is_union_officer": policies.officer_of_union(request, arguments),
        "is_association_officer": policies.officer_of_association(request, arguments),
        "owns_constituencies": policies.owns_constituencies(request, arguments),
    }
    return render(request, "people/organisation.html", context)


def register(request: HttpRequest) -> HttpResponse:
    """Register an organisation."""
    today = timezone.localdate()
    mine = organisations_of(roles_of(request), OrganisationKind.EMPLOYERS_ASSOCIATION, {Role.OFFICER})
    form = RegisterForm(
        request.POST or None,
        kinds=registrable_kinds(request.user, today),
        associations=Organisation.objects.filter(pk__in=mine),
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        kind, association = data.pop("kind"), data.pop("association", None)
        try:
            made = once_for(
                request,
                "people.register",
                request.POST.dict(),
                lambda: services.register_organisation(person(request), kind, data, today, association),
            )
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": data["name"]})
            return redirect("people:organisation", organisation_id=made)
    return render(request, "people/organisation_form.html", {"form": form, "organisation": None})


def edit(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Change an organisation's data."""
    found = _organisation(request, organisation_id)
    initial = {name: getattr(found, name) for name in services.FIELDS}
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_organisation(person(request), found, form.cleaned_data, timezone.localdate())
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("people:organisation", organisation_id=found.pk)
    return render(request, "people/organisation_form.html", {"form": form, "organisation": found})


def members(request: HttpRequest, organisation_id: uuid.UUID, form: Any = None) -> HttpResponse:
    """Show the people of an organisation, open invitations and the form to invite."""
    found = _organisation(request, organisation_id)
    today = timezone.localdate()
    roles = grantable_roles(request.user, found, today)
    visible = policies.memberships_visible_to(request.user, today).filter(organisation=found)
    text = folded(request.GET.get("q", "")[:100])
    rows = visible.active_on(today).select_related("account").order_by("role", "account__name", "pk")  # type: ignore[attr-defined]
    if text:
        rows = rows.filter(account__name__icontains=request.GET["q"].strip()[:100])
    open_ones = policies.invitations_visible_to(request.user, today).filter(
        pk__in=invitations.open_invitations(timezone.now()).filter(organisation=found)
    )
    context = {
        "organisation": found,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "q": request.GET.get("q", ""),
        "grantable": roles,
        "invitations": open_ones.order_by("created_at")[:200],
        "form": form or InvitationForm(roles=roles),
        "may_import": found.kind == OrganisationKind.FIRM and Role.WORKER in roles,
    }
    return render(request, "people/members.html", context)


@require_POST
def invite(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Invite somebody by mail."""
    found = _organisation(request, organisation_id)
    form = InvitationForm(request.POST, roles=grantable_roles(request.user, found, timezone.localdate()))
    if not form.is_valid():
        return members(request, organisation_id, form)
    data = form.cleaned_data
    try:
        invitations.invite(person(request), found, data["email"], data["role"], timezone.now())
    except Problem as problem:
        form.add_error(None, str(problem))
        return members(request, organisation_id, form)
    messages.success(request, _("The invitation is on its way. It works once and for 14 days."))
    return redirect("people:members", organisation_id=found.pk)


@require_POST
def revoke_invitation(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Withdraw an invitation."""
    visible = policies.invitations_visible_to(request.user, timezone.localdate())
    found = get_object_or_404(visible, pk=invitation_id)
    try:
        invitations.revoke(person(request), found, timezone.now())
        messages.success(request, _("The invitation is withdrawn."))
    except Problem as problem:
        messages.error(request, str(problem))
    return redirect("people:members", organisation_id=found.organisation_id)


@require_POST
def end_membership(
    request: HttpRequest, organisation_id: uuid.UUID, membership_id: uuid.UUID
) -> HttpResponse:
    """End somebody's role today."""
    found = _organisation(request, organisation_id)
    today = timezone.localdate()
    visible = policies.memberships_visible_to(request.user, today).filter(organisation=found)
    row = get_object_or_404(visible, pk=membership_id)
    memberships.end_role(person(request), row, today)
    messages.success(request, _("The role ends today. Access has ended."))
    if row.account_id == request.user.pk:
        # One's own: this page may be closed to who asked from now on.
        return redirect("people:profile")
    return redirect("people:members", organisation_id=found.pk)


def firms(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Show the firms of an association to its officers."""
    found = _organisation(request, organisation_id)
    rows = Affiliation.objects.active_on(timezone.localdate()).filter(association=found)
    text = folded(request.GET.get("q", "")[:100])
    if text:
        rows = rows.filter(firm__sort_key__contains=text)
    page = Paginator(rows.select_related("firm").order_by("firm__sort_key", "pk"), PAGE)
    context = {
        "organisation": found,
        "page": page.get_page(request.GET.get("page")),
        "q": request.GET.get("q", ""),
    }
    return render(request, "people/firms.html", context)


@require_POST
def end_affiliation(
    request: HttpRequest, organisation_id: uuid.UUID, affiliation_id: uuid.UUID
) -> HttpResponse:
    """Record that a firm leaves the association."""
    rows = Affiliation.objects.filter(association_id=organisation_id)
    services.end_affiliation(
        person(request), get_object_or_404(rows, pk=affiliation_id), timezone.localdate()
    )
    messages.success(request, _("The firm has left the association as of today."))
    return redirect("people:firms", organisation_id=organisation_id)


def union_members(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Show a union's members to its officers."""
    found = _organisation(request, organisation_id)
    today = timezone.localdate()
    visible = policies.union_memberships_visible_to(request.user, today).filter(union=found)
    rows = visible.active_on(today).select_related("account")  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()[:100]
    if text:
        rows = rows.filter(Q(account__name__icontains=text) | Q(account__email__iexact=text))
    page = Paginator(rows.order_by("account__name", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {"organisation": found, "page": page, "q": text, "form": InvitationForm(roles={Role.MEMBER})}
    return render(request, "people/union_members.html", context)


@require_POST
def end_union_membership(
    request: HttpRequest, organisation_id: uuid.UUID, union_membership_id: uuid.UUID
) -> HttpResponse:
    """End a union membership today, by the union's officers."""
    today = timezone.localdate()
    visible = policies.union_memberships_visible_to(request.user, today).filter(union_id=organisation_id)
    memberships.end_union_membership(
        person(request), get_object_or_404(visible, pk=union_membership_id), today
    )
    messages.success(request, _("The membership ends today."))
    return redirect("people:union_members", organisation_id=organisation_id)
