"""Template tags of the page frame."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tavolo.common.notices import count_new
from tavolo.common.policy import ROUTES

register = template.Library()


def menu_names() -> list[tuple[str, str]]:
    """Return the main menu: route name and label."""
    return [
        ("home", _("Home")),
        ("following:waiting", _("What awaits me")),
        ("dialogue:tables", _("Tables")),
        ("archive:search", _("Agreements")),
        ("people:organisations", _("Organisations")),
        ("ledger:register", _("Register")),
        ("following:search", _("Search")),
        ("common:imports", _("Imports")),
    ]


@register.simple_tag(takes_context=True)
def main_menu(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the menu entries this visitor may open; a door that is closed is not shown."""
    request: HttpRequest | None = context.get("request")
    if request is None or not hasattr(request, "user") or not hasattr(request, "territory"):
        return []
    entries = []
    for name, label in menu_names():
        route = ROUTES.get(name)
        if route is None or not route.who(request, {}):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        current = request.path == url if name == "home" else request.path.startswith(url)
        entries.append({"url": url, "label": label, "current": current})
    return entries


@register.simple_tag
def demo_mode() -> bool:
    """Say whether this is the demonstration, where anyone may step into any invented person."""
    return bool(settings.DEMO)


@register.simple_tag(takes_context=True)
def new_notices(context: dict[str, Any]) -> int:
    """Return how many notices the person has not read."""
    return count_new(context["request"].user.pk)
