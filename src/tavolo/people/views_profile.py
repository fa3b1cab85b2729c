"""A person's own pages: profile, keys, data, erasure."""

from __future__ import annotations

import json
import uuid

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.people import personal_data, policies
from tavolo.people.forms import ErasureForm, ProfileForm, TokenForm
from tavolo.people.models import Membership, UnionMembership
from tavolo.people.roles import needs_second_factor, person
from tavolo.people.services import accounts, memberships
from tavolo.people.services import tokens as token_services

LANGUAGE_COOKIE_DAYS = 365


def profile(request: HttpRequest) -> HttpResponse:
    """Show and change one's own account: roles with their dates, language, factors."""
    today = timezone.localdate()
    initial = {"name": person(request).name, "language": person(request).language}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        accounts.change_profile(person(request), **form.cleaned_data)
        translation.activate(form.cleaned_data["language"])
        messages.success(request, _("The changes are saved."))
        answer = redirect("people:profile")
        age = LANGUAGE_COOKIE_DAYS * 86_400
        answer.set_cookie("django_language", form.cleaned_data["language"], max_age=age, samesite="Lax")
        return answer
    mine = Membership.objects.filter(account=request.user).select_related("organisation")
    unions = UnionMembership.objects.filter(account=request.user).select_related("union")
    context = {
        "form": form,
        "roles": mine.order_by("-starts_on", "organisation__sort_key"),
        "unions": unions.order_by("-starts_on"),
        "today": today,
        "factors": Authenticator.objects.filter(user=request.user, type__in=["totp", "webauthn"]).count(),
        "needs_factor": needs_second_factor(request.user, today),
    }
    return render(request, "people/profile.html", context)


@require_POST
def leave_role(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Give up a role of one's own."""
    found = get_object_or_404(Membership.objects.filter(account=request.user), pk=membership_id)
    memberships.end_role(person(request), found, timezone.localdate())
    messages.success(request, _("The role ends today."))
    return redirect("people:profile")


@require_POST
def leave_union(request: HttpRequest, union_membership_id: uuid.UUID) -> HttpResponse:
    """End one's own union membership."""
    found = get_object_or_404(UnionMembership.objects.filter(account=request.user), pk=union_membership_id)
    memberships.end_union_membership(person(request), found, timezone.localdate())
    messages.success(request, _("The membership ends today."))
    return redirect("people:profile")


@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    """Hand out everything that is kept about the person, as JSON (GDPR art. 15 and 20)."""
    body = json.dumps(personal_data.everything(person(request)), ensure_ascii=False, indent=2, default=str)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="tavolo-my-data.json"'
    return answer


def erase(request: HttpRequest) -> HttpResponse:
    """Erase one's own account."""
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.erase_account(person(request), person(request), timezone.now())
        logout(request)
        messages.success(request, _("Your account is erased."))
        return redirect("home")
    return render(request, "people/erase.html", {"form": form})


@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's keys and make a new one, shown this once."""
    form = TokenForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made, text = token_services.create_token(person(request), now=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            form = TokenForm()
    rows = policies.tokens_visible_to(request.user).order_by("revoked_at", "-created_at")
    context = {"form": form, "rows": rows, "now": timezone.now(), "new_key": text if made else ""}
    return render(request, "people/tokens.html", context)


@require_POST
def revoke_token(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """Revoke one of one's keys."""
    found = get_object_or_404(policies.tokens_visible_to(request.user), pk=token_id)
    token_services.revoke_token(person(request), found, timezone.now())
    messages.success(request, _("The key is revoked: it no longer works."))
    return redirect("people:tokens")
