# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Uploads that are checked and shown before anything is saved, over HTTP and JSON.

A consultation held elsewhere begins here; other uploads (a sheet of translations) begin in their own part
and go on here: read, confirmed, given up.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Form
from ninja.files import UploadedFile

from tavolo.common import policies as common_policies
from tavolo.common.imports import services
from tavolo.common.imports.declare import IMPORTERS
from tavolo.common.limits import limit
from tavolo.common.models import ImportRun
from tavolo.dialogue.api_shared import TABLE, api, table_of
from tavolo.dialogue.schemas import ImportIn, ImportOut
from tavolo.dialogue.services import importing
from tavolo.dialogue.views_preparing import UPLOADS_PER_HOUR

RUN = "/imports/{uuid:import_id}"
PROBLEMS_SHOWN = 100


@api.post(TABLE + "/imports", ImportOut, "import", "Upload a consultation held elsewhere")
def begin(
    request: HttpRequest, table_id: UUID, file: File[UploadedFile], about: Form[ImportIn]
) -> dict[str, Any]:
    """Upload a Polis export (.zip) or a table of votes (.csv, .xlsx, .parquet), as the joint secretariat.

    It is checked in the background; nothing is written before the confirmation.
    """
    table = table_of(request, table_id)

    def work() -> str:
        count_upload(request)
        return str(importing.begin_import(table, file, actor_id=request.user.pk, **about.dict()).pk)

    pk = api.doing(request, "import", [about.dict(), *told_apart(file)], work)
    return import_out(run_of(request, UUID(pk)))


@api.get(RUN, ImportOut, "import_run", "How far my upload is")
def import_run(request: HttpRequest, import_id: UUID) -> dict[str, Any]:
    """Return the state of an upload: what is wrong with it, or what was read and waits to be confirmed."""
    return import_out(run_of(request, import_id))


@api.post(RUN + "/confirmation", ImportOut, "import_confirm", "Save what was checked")
def confirm(request: HttpRequest, import_id: UUID) -> dict[str, Any]:
    """Save an upload that was checked and has no problems, whole or not at all."""
    run = run_of(request, import_id)
    importer = IMPORTERS.get(run.importer)
    # Roles may have changed since the upload: the policy is asked again before anything is saved.
    if importer is None or not importer.may_use(request, run.subject_id):
        raise Http404
    api.doing(request, "import_confirm", None, lambda: str(services.confirm(run.pk).pk))
    return import_out(run_of(request, import_id))


@api.post(RUN + "/cancellation", ImportOut, "import_cancel", "Give an upload up")
def cancel(request: HttpRequest, import_id: UUID) -> dict[str, Any]:
    """Give up an upload that was not saved; its files are deleted."""
    run = run_of(request, import_id)
    api.doing(request, "import_cancel", None, lambda: str(services.cancel(run.pk).pk))
    return import_out(run_of(request, import_id))


def run_of(request: HttpRequest, import_id: UUID) -> ImportRun:
    """Return an upload this person began, or 404."""
    return get_object_or_404(common_policies.imports_visible_to(request.user), pk=import_id)


def count_upload(request: HttpRequest) -> None:
    """Count one upload of this person, on pages and here; raise beyond the number allowed in an hour."""
    limit(f"upload:{request.user.pk}", per=timedelta(hours=1), count=UPLOADS_PER_HOUR)


def told_apart(file: UploadedFile) -> list[Any]:
    """Return what tells one uploaded file from another, for a retry: its name, size and SHA-256."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return [file.name, file.size, digest.hexdigest()]


def import_out(run: ImportRun) -> dict[str, Any]:
    """Return what a program reads of an upload."""
    ready = run.state == ImportRun.State.READY
    return {
        "id": run.pk, "kind": run.importer, "state": run.state,
        "problems": run.problems[:PROBLEMS_SHOWN], "problem_count": run.problem_count,
        "parts": [_part(part) for part in services.preview(run)] if ready else [],
        "summary": run.summary,
    }  # fmt: skip


def _part(part: dict[str, Any]) -> dict[str, Any]:
    rows = [[str(cell) for cell in cells] for _number, cells in part["rows"]]
    return {
        "name": part["name"], "rows_read": part["rows_read"], "columns": part["columns"], "rows": rows,
    }  # fmt: skip
