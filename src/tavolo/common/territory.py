"""Which territory a request, a command or a job works in.

Every row belongs to a territory. Managers are scoped with django-scopes: a query outside a scope
raises instead of returning everybody's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse
from django_scopes import scope

from tavolo.common.models import Territory


@contextmanager
def in_territory(territory: Territory) -> Iterator[Territory]:
    """Work inside one territory: scoped managers see its rows and no others."""
    with scope(territory=territory):
        yield territory


def territory_for(host: str) -> Territory | None:
    """Return the territory served under a host name, or the only one there is; in one query."""
    is_named = ExpressionWrapper(Q(host=host), output_field=BooleanField())
    found = list(Territory.objects.order_by(is_named.desc(nulls_last=True))[:2])
    if found and (found[0].host == host or len(found) == 1):
        return found[0]
    return None


class TerritoryMiddleware:
    """Run every request inside the territory of its host name."""

    exempt = ("/health/", "/static/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.exempt):
            return self.get_response(request)
        territory = territory_for(request.get_host().partition(":")[0])
        if territory is None:
            raise Http404("no territory is set up under this name")
        request.territory = territory  # type: ignore[attr-defined]
        with in_territory(territory):
            return self.get_response(request)
