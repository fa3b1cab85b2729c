# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Verification for everybody: of one agreement kept here, and of a file one drops."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.archive import indexing, papers, reading
from tavolo.agreements.archive.forms import VerifyForm
from tavolo.agreements.archive.models import Entry
from tavolo.agreements.archive.views import who
from tavolo.agreements.models import Agreement
from tavolo.common.errors import Problem
from tavolo.common.files import MIB
from tavolo.common.limits import limit
from tavolo.ledger.containers import LARGEST_FILE
from tavolo.ledger.merkle import words
from tavolo.ledger.merkle.agreement import AgreementReport
from tavolo.ledger.merkle.notes import Checkpoint

FILES_PER_HOUR = 40
LARGEST_CHECKPOINT = 10_000


def verify_agreement(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Say what is proved of one agreement kept here, by the same check as offline."""
    account = request.user.pk if request.user.is_authenticated else None
    found = get_object_or_404(standing.visible(account), pk=agreement_id)
    version = indexing.frozen_version(found)
    acts = papers.acts_of(found, version)
    report = papers.check_here(found)
    entry = Entry.objects.filter(agreement=found).first()
    context = {
        "agreement": found, "version": version, "entry": entry, "report": said(report), "acts": len(acts),
        "holders": papers.holders([row.act_id for row in acts]),
        "brought": reading.brought(entry) if entry else None, "sealed": reading.sealed_for(found),
    }  # fmt: skip
    return render(request, "archive/verify_agreement.html", context)


def verify(request: HttpRequest) -> HttpResponse:
    """Check a signed PDF or bundle that somebody drops; the file is read in memory and never kept."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "largest": LARGEST_FILE // MIB}
    if request.method == "POST" and form.is_valid():
        try:
            counted(request)
            context |= checked(form.cleaned_data["file"], form.cleaned_data["checkpoint"], request)
        except Problem as problem:
            form.add_error(None, str(problem))
    return render(request, "archive/verify.html", context)


def counted(request: HttpRequest) -> None:
    """Count one more file of this visitor; raise TooOften beyond the limit."""
    limit(f"archive.verify:{who(request)}", per=timedelta(hours=1), count=FILES_PER_HOUR)


def checked(upload: Any, held: Any, request: HttpRequest) -> dict[str, Any]:
    """Return what the page says of an uploaded file: the report, and whether it is ours."""
    if upload.size > LARGEST_FILE:
        raise Problem(_("The file is larger than 40 MiB: no signed agreement is."))
    checkpoints: list[Checkpoint] = []
    if held is not None:
        note = papers.read_held(held.read(LARGEST_CHECKPOINT))
        if note is None:
            raise Problem(_("The second file is not a checkpoint. Use it as it was downloaded, unchanged."))
        checkpoints.append(note)
    data = upload.read()
    report = papers.check_upload(data, checkpoints)
    account = request.user.pk if request.user.is_authenticated else None
    ours = _ours(report, account)
    return {
        "report": said(report), "name": upload.name[:150], "ours": ours, "digest": papers.digest(data),
        "kept": ours is not None and papers.kept_here(data, ours),
        "same_text": ours is not None and indexing.frozen_version(ours).hash == report.hash,
    }  # fmt: skip


def _ours(report: AgreementReport, account: uuid.UUID | None) -> Agreement | None:
    """Return the agreement the file names, if this person sees it here."""
    if not report.agreement:
        return None
    return standing.visible(account).filter(pk=report.agreement).first()


def said(report: AgreementReport | None) -> dict[str, Any] | None:
    """Return a report in words of the active language."""
    if report is None:
        return None
    lang = "it" if (get_language() or "it").startswith("it") else "en"
    return {
        "outcome": report.outcome, "uncompared": report.uncompared, "verdict": words.verdict(report, lang),
        "sections": words.sections(report, lang, commands=False), "title": report.title, "hash": report.hash,
    }  # fmt: skip
