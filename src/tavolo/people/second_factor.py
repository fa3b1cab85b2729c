"""Officers, delegates, secretariat and operators set up a second factor before anything else opens.

Not in the demonstration, where people have no passwords.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.people.roles import lacks_second_factor, person

# What stays open without it: signing in and out, setting it up, the language, the public pages.
OPEN_ROUTES = frozenset(
    {"home", "about", "privacy", "accessibility", "set_language", "alive", "ready", "api_guide"}
    | {"people:open_invitation", "people:invitation"}
    # The voting page asked already; its cookie stands in for session and account (dialogue.capability).
    | {"dialogue:cast"}
)
OPEN_PREFIXES = ("account_", "mfa_", "socialaccount_", "openid_connect_")


class SecondFactorMiddleware:
    """Send people whose role asks for a second factor to set it up. After TokenMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Stop the request where the person's role asks for a factor that is not set up."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN_ROUTES or name.startswith(OPEN_PREFIXES):
            return None
        if not getattr(settings, "SECOND_FACTOR_REQUIRED", True) or not request.user.is_authenticated:
            return None
        if not lacks_second_factor(person(request), timezone.localdate()):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": "Your role needs a second factor. Set it up first."}, status=403)
        messages.warning(
            request, _("Your role needs a second factor. Set up an authenticator app or a passkey to go on.")
        )
        return redirect("mfa_index")


@receiver(pre_save, sender=Authenticator, dispatch_uid="people_no_time_of_use")
def forget_time_of_use(sender: type[Authenticator], instance: Authenticator, **rest: Any) -> None:
    """Keep no time of last use of a factor: it would tell when a person was here."""
    instance.last_used_at = None
