"""Who may walk through which door: one declaration per route, default deny.

Every room's `policies.py` declares its routes with `declare`. `PolicyMiddleware` asks the declaration
before the view runs; a route nobody declared answers 404 to everyone, and a test generated from the
URL configuration fails. A refused known person gets the same 404 as for a thing that does not exist,
so that an answer never tells whether something is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from tavolo.common.removals import first_answer

# A predicate is asked with the request (its user and territory are set) and the URL's arguments.
Predicate = Callable[[HttpRequest, Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Route:
    """The declared policy of one named route.

    `answers` gives the status each role of the policy matrix must get for GET ("role") or for another
    method ("POST role"); the matrix test runs them all. A role that is not named must get the
    refusal: a redirect to the login page if anonymous (401 on the API), else 404.
    """

    name: str
    who: Predicate
    answers: Mapping[str, int] = field(default_factory=dict)
    says: str = ""


ROUTES: dict[str, Route] = {}


def declare(name: str, who: Predicate, *, says: str = "", answers: Mapping[str, int] | None = None) -> None:
    """Declare the policy of the route `name` (as in `reverse`); twice is a mistake."""
    if name in ROUTES and ROUTES[name].who is not who:
        raise ValueError(f"the route {name} has two policies")
    ROUTES[name] = Route(name, who, dict(answers or {}), says)


def anyone(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow everybody, signed in or not."""
    return True


def nobody(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow no one: the route exists only because a library brings it."""
    return False


def signed_in(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Allow everybody who is signed in."""
    return bool(request.user.is_authenticated)


def all_of(*predicates: Predicate) -> Predicate:
    """Allow where every predicate allows."""
    return lambda request, arguments: all(predicate(request, arguments) for predicate in predicates)


def any_of(*predicates: Predicate) -> Predicate:
    """Allow where at least one predicate allows."""
    return lambda request, arguments: any(predicate(request, arguments) for predicate in predicates)


def refusal(request: HttpRequest) -> HttpResponse:
    """Return what a refused visitor sees: the login page, a 401 on the API, or a plain 404."""
    on_api = request.path.startswith("/api/")
    if not request.user.is_authenticated:
        if on_api:
            return JsonResponse({"detail": "Authentication is needed."}, status=401)
        return redirect(f"{reverse(settings.LOGIN_URL)}?next={request.get_full_path()}")
    if on_api:
        return JsonResponse({"detail": "Not found."}, status=404)
    raise Http404


class PolicyMiddleware:
    """Ask the declared policy before any view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the view run only where the route's policy allows it."""
        match = request.resolver_match
        route = ROUTES.get(match.view_name) if match else None
        if route is None:
            return refusal(request)
        if not route.who(request, kwargs):
            # A removal repeated with its own key: the row its policy asks about is gone.
            return first_answer(request) or refusal(request)
        return None
