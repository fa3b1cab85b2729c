"""Sending private files and tables: always as an attachment, never to be shown or guessed at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, HttpResponseBase

from tavolo.common import files
from tavolo.common.models import StoredFile
from tavolo.common.tables import Cell, csv_bytes


def declared(*types: str) -> dict[str, Any]:
    """Return what the API's schema says of an operation that answers with a file of one of these types."""
    body = {"schema": {"type": "string", "format": "binary"}}
    content = {one.partition(";")[0]: body for one in types}
    return {"responses": {200: {"description": "OK", "content": content}}}


def attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    """Mark a response as a download: no sniffing, no caching, nothing in it may run."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def stored_file(stored: StoredFile) -> HttpResponseBase:
    """Send a stored file whose policy has been asked."""
    response = FileResponse(files.open_stored(stored), content_type=stored.media_type)
    response["Content-Length"] = str(stored.size)
    return attachment(response, stored.name)


def csv_file(rows: Iterable[Sequence[Cell]], name: str) -> HttpResponseBase:
    """Send a guarded CSV made on the spot."""
    content = csv_bytes(rows, mark=True)
    return attachment(HttpResponse(content, content_type="text/csv; charset=utf-8"), name)
