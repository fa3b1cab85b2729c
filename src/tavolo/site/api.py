"""The HTTP API: every room's router under one schema at /api/v1/."""

from __future__ import annotations

from importlib import import_module

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI

from tavolo.common.errors import Problem
from tavolo.site.rooms import AGREEMENT, TABLE

api = NinjaAPI(
    title="Tavolo",
    version="1.0.0",
    description="The same services as the pages, over HTTP and JSON, with a token (Authorization: Bearer).",
    docs_url=None,
    openapi_url="/openapi.json",
)
for room in ("people", "dialogue", "agreements", "ledger", "common"):
    api.add_router(f"/{room}/", import_module(f"tavolo.{room}.api").router)
for room, parts in (("dialogue", (*TABLE, "following")), ("agreements", AGREEMENT)):
    for part in parts:
        address = part.replace("_", "-")
        api.add_router(f"/{address}/", import_module(f"tavolo.{room}.{part}.api").router)


@api.exception_handler(Problem)
def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """Answer a refused input with its sentence and its place."""
    body = {"detail": error.message, "file": error.file, "row": error.row, "column": error.column}
    return api.create_response(request, {k: v for k, v in body.items() if v is not None}, status=422)


@api.exception_handler(PermissionDenied)
@api.exception_handler(Http404)
def hidden(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer 404 both for what does not exist and for what this person may not see."""
    return api.create_response(request, {"detail": "Not found."}, status=404)
