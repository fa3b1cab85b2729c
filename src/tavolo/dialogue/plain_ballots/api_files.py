# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of a ballot's files: the text voted on, and the result as a document."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form
from ninja.files import UploadedFile

from tavolo.common.errors import Problem
from tavolo.common.serving import declared
from tavolo.dialogue.api_importing import count_upload, told_apart
from tavolo.dialogue.plain_ballots import services, views
from tavolo.dialogue.plain_ballots.answering import api, ballot_of, ballot_out, doing
from tavolo.dialogue.plain_ballots.forms import language
from tavolo.dialogue.plain_ballots.schemas import BallotOut, FileTextIn

ONE = "/ballots/{uuid:ballot_id}"


@api.post(ONE + "/text/file", BallotOut, "text_file", "Set the exact text voted on, as a file")
def text_file(
    request: HttpRequest, ballot_id: UUID, file: File[UploadedFile], said: Form[FileTextIn]
) -> dict[str, Any]:
    """Keep a file (PDF, Word, plain text; at most 20 MiB) as the text voted on, with its SHA-256."""
    found = ballot_of(request, ballot_id)

    def work() -> str:
        count_upload(request)
        done = services.set_text(
            found, actor_id=request.user.pk, title=said.title, upload=file.file, name=file.name or "text"
        )
        return done.text_hash

    doing(request, "text_file", [said.title, *told_apart(file)], work)
    return ballot_out(ballot_of(request, ballot_id), language())


def _file(kind: str) -> dict[str, Any]:
    return {"refuses": True, "extra": declared(views.TYPES[kind])}


@api.get(ONE + "/results.csv", None, "results_csv", "The shown figures as a table", **_file("csv"))
def results_csv(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """Return the shown figures as CSV."""
    return _document(request, ballot_id, "csv")


@api.get(ONE + "/results.pdf", None, "results_pdf", "The result with its computation", **_file("pdf"))
def results_pdf(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """Return the result with its computation as PDF."""
    return _document(request, ballot_id, "pdf")


@api.get(ONE + "/results.docx", None, "results_docx", "The result as a Word file", **_file("docx"))
def results_docx(request: HttpRequest, ballot_id: UUID) -> HttpResponse:
    """Return the result with its computation as a Word file."""
    return _document(request, ballot_id, "docx")


def _document(request: HttpRequest, ballot_id: UUID, kind: str) -> HttpResponse:
    found = ballot_of(request, ballot_id)
    if not found.consultation.has_results:
        raise Problem("Figures appear after the ballot is closed.")
    return views.document(found, kind)
