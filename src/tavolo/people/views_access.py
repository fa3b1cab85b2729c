"""The door an invitation opens."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tavolo.common.errors import Problem
from tavolo.people.adapters import SESSION_KEY, invitation_in
from tavolo.people.forms import AcceptForm
from tavolo.people.models import Account
from tavolo.people.roles import person
from tavolo.people.services.accounts import is_unclaimed, open_account
from tavolo.people.services.invitations import accept


@never_cache
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token in the session and lead to a clean address: it must not reach logs or other pages."""
    request.session[SESSION_KEY] = token
    return redirect("people:invitation")


@never_cache
def invitation(request: HttpRequest) -> HttpResponse:
    """Show who invites to what; accept with the account signed in, or open one."""
    found = invitation_in(request)
    if found is None:
        return render(request, "people/invitation_gone.html", status=410)
    if request.user.is_authenticated:
        return _accept_signed_in(request)
    present = Account.objects.filter(email__iexact=found.email).first()
    exists = present is not None and not is_unclaimed(present)
    form = AcceptForm(request.POST or None, email=found.email)
    if request.method == "POST" and not exists and form.is_valid():
        try:
            account = open_account(
                request.session[SESSION_KEY],
                form.cleaned_data["name"],
                form.cleaned_data["password"],
                translation.get_language() or "it",
                timezone.now(),
            )
        except Problem as problem:
            form.add_error(None, str(problem))
        else:
            del request.session[SESSION_KEY]
            messages.success(request, _("Welcome. Your account is open and the role is yours from today."))
            return perform_login(request, account, redirect_url="/profilo/")
    context = {"invitation": found, "form": form, "exists": exists}
    return render(request, "people/invitation.html", context)


def _accept_signed_in(request: HttpRequest) -> HttpResponse:
    found = invitation_in(request)
    if request.method != "POST":
        return render(request, "people/invitation.html", {"invitation": found})
    try:
        accepted = accept(request.session.pop(SESSION_KEY), person(request), timezone.now())
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("people:profile")
    messages.success(
        request, _("You have accepted the invitation of %(name)s.") % {"name": accepted.organisation.name}
    )
    return redirect("people:profile")
