"""The HTTP API: every room's router under one schema at /api/v1/.

What holds for every operation stands here once: which characters a text may hold, how a refusal looks, which
refusals the schema declares.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as WrongShape
from ninja.openapi.schema import OpenAPISchema

from tavolo.common.errors import Problem
from tavolo.site.api_input import CleanParser
from tavolo.site.api_names import DistinctSchema
from tavolo.site.api_schema import complete
from tavolo.site.rooms import AGREEMENT, TABLE


class Api(NinjaAPI):
    """Ninja's API whose schema also declares what the doors before the operations may answer."""

    _known: dict[str, OpenAPISchema]

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the whole schema; made once in a process, because the routes never change in it."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        known = self.__dict__.setdefault("_known", {})
        if prefix not in known:
            known[prefix] = complete(DistinctSchema(self, prefix))
        return known[prefix]


api = Api(
    title="Tavolo",
    version="1.0.0",
    description="The same services as the pages, over HTTP and JSON, with a token (Authorization: Bearer).",
    docs_url=None,
    openapi_url="/openapi.json",
    parser=CleanParser(),
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


@api.exception_handler(WrongShape)
def wrong_shape(request: HttpRequest, error: WrongShape) -> HttpResponse:
    """Answer a request that does not fit the schema: a sentence, and each place with what is wrong."""
    found = [
        {"place": ".".join(str(step) for step in one["loc"]), "message": str(one["msg"])}
        for one in error.errors
    ]
    places = "; ".join(f"{one['place']}: {one['message']}" for one in found[:5])
    detail = _("The request does not fit the schema of the API. %(places)s") % {"places": places}
    return api.create_response(request, {"detail": detail, "errors": found}, status=422)


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer with the error's own status; a body refused for its contents is a 422 with its sentence."""
    if isinstance(error.__cause__, Problem):
        return problem(request, error.__cause__)
    if error.status_code == 400:
        detail = _("The body is not readable as JSON in UTF-8. Send one JSON document.")
        return api.create_response(request, {"detail": detail}, status=400)
    return api.create_response(request, {"detail": str(error)}, status=error.status_code)


@api.exception_handler(DataError)
@api.exception_handler(OverflowError)
def out_of_range(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a number, a date or a text that no column can hold."""
    return problem(request, Problem(_("A number, a date or a text is too large. Send a smaller one.")))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a value a field's own rules refuse."""
    return problem(request, Problem(" ".join(error.messages)))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere: JSON to programs, the page to people."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "Not found."}, status=404)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request too large or malformed: JSON to programs, the page to people."""
    if request.path.startswith("/api/"):
        detail = _("The request is malformed or too large. Send less at once.")
        return JsonResponse({"detail": detail}, status=400)
    return defaults.bad_request(request, exception)
