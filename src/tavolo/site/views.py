"""The frame's own pages: home, about, privacy, accessibility, health."""

from __future__ import annotations

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tavolo.dialogue.standing import visible_consultations


def home(request: HttpRequest) -> HttpResponse:
    """Show where to go, and what has been published for everybody."""
    published = visible_consultations(None).select_related("table").order_by("-closed_on", "title")[:12]
    return render(request, "site/home.html", {"published": published})


def about(request: HttpRequest) -> HttpResponse:
    """Say what Tavolo is."""
    return render(request, "site/about.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept and how a vote stays secret."""
    return render(request, "site/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """State how accessible the pages are."""
    return render(request, "site/accessibility.html")


def alive(request: HttpRequest) -> HttpResponse:
    """Answer that the process runs; touches nothing else."""
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> HttpResponse:
    """Answer whether this process can serve: database, migrations and shared cache."""
    checks = {"database": _database_answers, "migrations": _migrated, "cache": _cache_answers}
    results = {}
    for name, check in checks.items():
        try:
            results[name] = "ok" if check() else "not ready"
        except Exception:
            # A probe must answer whatever is broken; the reason stays in the log, not in the answer.
            results[name] = "not ready"
    good = all(value == "ok" for value in results.values())
    return JsonResponse({"status": "ready" if good else "not ready", **results}, status=200 if good else 503)


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _cache_answers() -> bool:
    cache.set("health", "ok", 5)
    return cache.get("health") == "ok"


def api_guide(request: HttpRequest) -> HttpResponse:
    """Show the API's operations as a page, from the same schema programs read."""
    from tavolo.site.api import api

    schema = api.get_openapi_schema()
    groups: dict[str, list[dict[str, str]]] = {}
    for path, methods in sorted(schema["paths"].items()):
        room = path.removeprefix("/api/v1/").split("/")[0]
        for method, operation in methods.items():
            entry = {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
            }
            groups.setdefault(room, []).append(entry)
    return render(request, "site/api_guide.html", {"groups": sorted(groups.items())})
