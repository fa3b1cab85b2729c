"""All routes. Each must have a policy in its room's policies.py, or it answers 404 to everyone."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from tavolo.site import policies as site_policies  # noqa: F401 - declares routes
from tavolo.site import views
from tavolo.site.api import api
from tavolo.site.rooms import AGREEMENT, TABLE, load_policies

load_policies()

handler400 = "tavolo.site.api.bad_request"
handler404 = "tavolo.site.api.not_found"

urlpatterns = [
    path("", views.home, name="home"),
    path("che-cosa-e/", views.about, name="about"),
    path("riservatezza/", views.privacy, name="privacy"),
    path("accessibilita/", views.accessibility, name="accessibility"),
    path("lingua/", set_language, name="set_language"),
    path("health/live", views.alive, name="alive"),
    path("health/ready", views.ready, name="ready"),
    path("api/", views.api_guide, name="api_guide"),
    path("api/v1/", api.urls),
    path("accesso/", include("tavolo.people.account_urls")),
    path("", include("tavolo.people.urls")),
    *[path("tavoli/", include(f"tavolo.dialogue.{part}.urls")) for part in TABLE],
    path("tavoli/", include("tavolo.dialogue.urls")),
    path("", include("tavolo.dialogue.following.urls")),
    *[path("accordi/", include(f"tavolo.agreements.{part}.urls")) for part in AGREEMENT],
    path("accordi/", include("tavolo.agreements.urls")),
    path("registro/", include("tavolo.ledger.urls")),
    path("lavori/", include("tavolo.common.urls")),
]
