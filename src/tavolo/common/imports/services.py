# mypy: disable-error-code="attr-defined, no-any-return"
"""An import from upload to result: store and check, show, confirm, save whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django_scopes import get_scope

from tavolo.common import files, jobs, sniffing
from tavolo.common.errors import Problem
from tavolo.common.imports.checking import check, work_of
from tavolo.common.imports.declare import IMPORTERS, Importer
from tavolo.common.models import ImportChunk, ImportFile, ImportRun, StoredFile

UPLOAD = "common.import_upload"
CHECK, SAVE = "common.import_check", "common.import_save"
OPEN = (ImportRun.State.UPLOADED, ImportRun.State.CHECKING, ImportRun.State.READY, ImportRun.State.REFUSED)

# Uploads are read by the import alone: nobody downloads them again.
files.kind(
    UPLOAD,
    may_read=lambda _request, _stored: False,
    types={sniffing.CSV, sniffing.TEXT, sniffing.XLSX, sniffing.PARQUET},
    largest=200 * files.MIB,
)


@dataclass(frozen=True)
class Upload:
    """A file as it came in."""

    name: str
    size: int
    content: BinaryIO


def usable(request: HttpRequest, subject_id: uuid.UUID | None = None) -> list[Importer]:
    """Return the imports this request may use."""
    return [importer for importer in IMPORTERS.values() if importer.may_use(request, subject_id)]


def begin(
    importer: Importer,
    uploads: Mapping[str, Upload],
    *,
    owner_id: uuid.UUID,
    subject_id: uuid.UUID | None = None,
) -> ImportRun:
    """Store the uploads and start checking them in the background. Nothing is saved yet."""
    for part in importer.parts:
        if part.required and part.name not in uploads:
            raise Problem(_("Choose the file “%(label)s”.") % {"label": part.label})
    for upload in uploads.values():
        if upload.size > importer.largest:
            limit = importer.largest // files.MIB or 1
            raise Problem(
                _("The file is larger than %(limit)s MiB. Split it or leave out what is not needed.")
                % {"limit": limit},
                file=upload.name,
            )
    territory = get_scope()["territory"]
    with transaction.atomic():
        run = ImportRun.objects.create(
            territory=territory, importer=importer.name, owner_id=owner_id, subject_id=subject_id
        )
        for name, upload in uploads.items():
            stored = files.store(
                upload.content, kind=UPLOAD, name=upload.name, owner_id=owner_id, subject_id=run.pk
            )
            ImportFile.objects.create(territory=territory, run=run, part=name, file=stored, name=stored.name)
        run.check_job = jobs.start(CHECK, owner_id=owner_id, subject_id=run.pk)
        run.save(update_fields=["check_job"])
    return run


@transaction.atomic
def confirm(import_id: uuid.UUID) -> ImportRun:
    """Save a checked import in the background."""
    run = ImportRun.objects.select_for_update().get(pk=import_id)
    if run.state != ImportRun.State.READY:
        raise Problem(_("Only an import that was checked and has no problems can be saved."))
    run.state = ImportRun.State.IMPORTING
    run.save_job = jobs.start(SAVE, owner_id=run.owner_id, subject_id=run.pk)
    run.save(update_fields=["state", "save_job"])
    return run


@transaction.atomic
def cancel(import_id: uuid.UUID) -> ImportRun:
    """Give up an import that was not saved; its files are deleted."""
    run = ImportRun.objects.select_for_update().get(pk=import_id)
    if run.state not in OPEN:
        raise Problem(_("This import can no longer be cancelled."))
    if run.check_job_id:
        jobs.cancel(run.check_job_id)
    run.state = ImportRun.State.CANCELLED
    run.save(update_fields=["state"])
    _discard(run)
    return run


def preview(run: ImportRun, count: int = 10) -> list[dict[str, Any]]:
    """Return the first rows of each part as read: label, columns, rows of text."""
    importer = IMPORTERS[run.importer]
    shown = []
    for upload in run.files.order_by("part"):
        part = importer.part(upload.part)
        chunk = ImportChunk.objects.filter(file=upload).order_by("number").first()
        names = [column.name for column in part.columns]
        rows = chunk.rows[:count] if chunk else []
        shown.append(
            {
                "label": part.label,
                "name": upload.name,
                "rows_read": upload.rows_read,
                "columns": names,
                "rows": [(number, [cells.get(name, "") for name in names]) for number, cells in rows],
            }
        )
    return shown


@jobs.kind(CHECK, title=_lazy("Checking an import"))
def check_job(job: jobs.Running) -> None:
    """Check one import; goes on where an interrupted check stopped."""
    run = ImportRun.objects.filter(pk=job.subject_id).first()
    if run is not None:
        check(run, job)


@jobs.kind(SAVE, title=_lazy("Saving an import"))
def save_job(job: jobs.Running) -> None:
    """Save one import in a single transaction, in which it also becomes done.

    Interrupted work leaves nothing behind and is started again from the rows already checked.
    """
    try:
        with transaction.atomic():
            run = ImportRun.objects.select_for_update().get(pk=job.subject_id)
            if run.state != ImportRun.State.IMPORTING:
                return
            run.summary = dict(IMPORTERS[run.importer].save(work_of(run)))
            run.state = ImportRun.State.DONE
            run.save(update_fields=["summary", "state"])
            _discard(run)
    except Problem as problem:
        _failed(job.subject_id, problem)
    except Exception:
        _failed(job.subject_id, Problem(_("An unexpected error stopped the import. Nothing was saved.")))
        raise


def _failed(import_id: uuid.UUID | None, problem: Problem) -> None:
    entry = {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "message": problem.message,
    }
    ImportRun.objects.filter(pk=import_id, state=ImportRun.State.IMPORTING).update(
        state=ImportRun.State.FAILED, problems=[entry], problem_count=1
    )


def _discard(run: ImportRun) -> None:
    """Delete the uploads and the rows kept for confirmation."""
    ImportChunk.objects.filter(file__run=run).delete()
    for stored in StoredFile.objects.filter(pk__in=run.files.values("file_id")):
        files.remove(stored)
