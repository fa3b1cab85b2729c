"""Stepping into an invented person with one click: only in the demonstration.

Outside the demonstration these addresses are not in the URL configuration at all. Inside it they open
only accounts that have no usable password, so that a real account could not be entered by this door.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.hashers import is_password_usable
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.people.models import Account, Membership
from tavolo.people.roles import SECOND_FACTOR_ROLES

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Persona:
    """Somebody one may step into: who, in which role, and what there is to see."""

    account_id: uuid.UUID
    name: str
    title: str
    text: str = ""


def representatives() -> list[Persona]:
    """Return the representatives of the territory's bodies: the personas where nobody lists others."""
    rows = Membership.objects.active_on(timezone.localdate()).filter(role__in=SECOND_FACTOR_ROLES)
    return [
        Persona(row.account_id, row.account.name, f"{row.get_role_display()}, {row.organisation}")
        for row in rows.select_related("account", "organisation").order_by("organisation__sort_key", "role")[
            :60
        ]
    ]


_listed: list[Callable[[], list[Persona]]] = [representatives]


def list_by(provider: Callable[[], list[Persona]]) -> None:
    """Let the demonstration say which personas are offered."""
    _listed[0] = provider


def choose(request: HttpRequest) -> HttpResponse:
    """Show the personas."""
    _only_in_demonstration()
    return render(request, "people/personas.html", {"personas": _listed[0]()})


def step_into(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """Sign in as an invented person."""
    _only_in_demonstration()
    found = get_object_or_404(Account, pk=account_id, is_active=True)
    if is_password_usable(found.password):
        raise Http404
    if request.method != "POST":
        return redirect("people:personas")
    login(request, found, backend=BACKEND)
    messages.info(request, _("You are now %(name)s.") % {"name": found.name})
    return redirect("home")


def _only_in_demonstration() -> None:
    if not settings.DEMO:
        raise Http404
