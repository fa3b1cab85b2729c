# mypy: disable-error-code="attr-defined, no-any-return, arg-type"
"""Pages of the common services: work in progress, files, imports, notices, retention."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from tavolo.common import files, jobs, notices, policies, retention, serving, words
from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, once
from tavolo.common.imports import services
from tavolo.common.imports.declare import IMPORTERS, Importer
from tavolo.common.limits import limit
from tavolo.common.models import ImportRun, Job

UPLOADS_PER_HOUR = 60


def progress_of(row: Job | None) -> dict[str, Any] | None:
    """Return what the progress of a job looks like on a page."""
    if row is None:
        return None
    return {
        "job": row,
        "state": words.JOB_STATES[row.state],
        "message": words.MESSAGES.get(row.message, ""),
        "going": row.state not in jobs.FINAL,
        "title": jobs.TITLES.get(row.kind, ""),
        "percent": round(100 * row.done / row.total) if row.total else None,
    }


@require_GET
def job(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Show how far a piece of work is; with ?part=1 only the changing part, for the script."""
    row = get_object_or_404(policies.jobs_visible_to(request.user), pk=job_id)
    template = "common/_progress.html" if "part" in request.GET else "common/job.html"
    return render(request, template, {"progress": progress_of(row)})


@require_POST
def job_cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Ask a piece of work to stop."""
    row = get_object_or_404(policies.jobs_visible_to(request.user), pk=job_id)
    jobs.cancel(row.pk)
    return redirect("common:job", job_id=row.pk)


@require_safe
def file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Send a private file, if its policy allows it now."""
    stored = files.claim(request, file_id)
    if stored is None:
        raise Http404
    return serving.stored_file(stored)


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """List what one may import, and one's own imports."""
    runs = policies.imports_visible_to(request.user).order_by("-created_at")
    page = Paginator(runs, 25).get_page(request.GET.get("page"))
    shown = [_shown(run) for run in page]
    return render(
        request,
        "common/imports.html",
        {"importers": services.usable(request), "runs": shown, "page": page},
    )


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload the files of an import."""
    importer, subject_id = _chosen(request)
    context: dict[str, Any] = {"importer": importer, "subject_id": subject_id, "problem": None}
    if request.method == "POST":
        try:
            limit(f"upload:{request.user.pk}", per=timedelta(hours=1), count=UPLOADS_PER_HOUR)
            return redirect("common:import", import_id=_upload(request, importer, subject_id))
        except Problem as problem:
            context["problem"] = problem
    return render(request, "common/import_new.html", context, status=422 if context["problem"] else 200)


def _chosen(request: HttpRequest) -> tuple[Importer, uuid.UUID | None]:
    """Return the import named in the address and what it is about, if this person may use it."""
    importer = IMPORTERS.get(request.GET.get("importer", ""))
    subject = request.GET.get("subject", "")
    try:
        subject_id = uuid.UUID(subject) if subject else None
    except ValueError:
        raise Http404 from None
    if importer is None or not importer.may_use(request, subject_id):
        raise Http404
    return importer, subject_id


def _upload(request: HttpRequest, importer: Importer, subject_id: uuid.UUID | None) -> str:
    uploads = {
        part.name: services.Upload(sent.name or "", sent.size or 0, sent.file)
        for part in importer.parts
        if (sent := request.FILES.get(part.name)) is not None
    }
    asked = {"importer": importer.name, "subject": subject_id, "files": sorted(uploads)}
    call = once(key_from(request), account_id=request.user.pk, action="common.import", request=asked)
    return str(
        call.run(
            lambda: str(services.begin(importer, uploads, owner_id=request.user.pk, subject_id=subject_id).pk)
        )
    )


@require_GET
def import_run(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Show an import: progress, problems or preview, and what to do next."""
    run = get_object_or_404(policies.imports_visible_to(request.user), pk=import_id)
    going = run.save_job if run.state == ImportRun.State.IMPORTING else run.check_job
    busy = run.state in (ImportRun.State.UPLOADED, ImportRun.State.CHECKING, ImportRun.State.IMPORTING)
    context = {
        **_shown(run),
        "progress": progress_of(going) if busy else None,
        "parts": services.preview(run) if run.state == ImportRun.State.READY else [],
        "problems": run.problems[:100],
        "more_problems": run.problem_count > 100,
        "may_cancel": run.state in services.OPEN,
    }
    return render(request, "common/import.html", context)


@require_POST
def import_confirm(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Save a checked import."""
    run = get_object_or_404(policies.imports_visible_to(request.user), pk=import_id)
    importer = IMPORTERS.get(run.importer)
    # Roles may have changed since the upload: the policy is asked again before anything is saved.
    if importer is None or not importer.may_use(request, run.subject_id):
        raise Http404
    if run.state == ImportRun.State.READY:
        services.confirm(run.pk)
    return redirect("common:import", import_id=run.pk)


@require_POST
def import_cancel(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Give up an import."""
    run = get_object_or_404(policies.imports_visible_to(request.user), pk=import_id)
    if run.state in services.OPEN:
        services.cancel(run.pk)
    return redirect("common:import", import_id=run.pk)


@require_GET
def import_problems(request: HttpRequest, import_id: uuid.UUID) -> HttpResponseBase:
    """Send the list of problems as a table."""
    run = get_object_or_404(policies.imports_visible_to(request.user), pk=import_id)
    names = ("file", "row", "column", "message")
    return serving.csv_file(
        [names, *([entry[name] for name in names] for entry in run.problems)], "problemi.csv"
    )


def _shown(run: ImportRun) -> dict[str, Any]:
    importer = IMPORTERS.get(run.importer)
    link = importer.link(run.subject_id) if importer and importer.link else ""
    return {
        "run": run,
        "title": importer.title if importer else run.importer,
        "state": words.IMPORT_STATES[run.state],
        "link": link,
    }


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """List one's notices, the newest first."""
    rows = policies.notices_visible_to(request.user).order_by("-created_at", "id")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    shown = [notice for row in page if (notice := notices.shown(row)) is not None]
    return render(request, "common/notices.html", {"notices": shown, "page": page})


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all of one's notices as read."""
    notices.mark_read(request.user.pk)
    return redirect("common:notices")


@require_GET
def retention_table(request: HttpRequest) -> HttpResponse:
    """Say how long each kind of data is kept, and why."""
    rules = sorted(retention.RULES.values(), key=lambda rule: rule.name)
    return render(request, "common/retention.html", {"rules": rules})
