# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of minutes, communiqués and documents."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from ninja import File, Form
from ninja.files import UploadedFile

from tavolo.common.serving import declared, stored_file
from tavolo.common.sniffing import DOCX, PDF
from tavolo.dialogue.meetings import access, policies
from tavolo.dialogue.meetings.answering import api, call
from tavolo.dialogue.meetings.models import Communique, Document, Meeting, Minutes
from tavolo.dialogue.meetings.schemas import (
    AnswerIn,
    CommuniqueIn,
    CommuniqueList,
    CommuniqueOut,
    DocumentIn,
    DocumentList,
    DocumentOut,
    DraftIn,
    Made,
    MinutesOut,
    NoteIn,
    ReadIn,
    SendIn,
    TextIn,
    WordingIn,
)
from tavolo.dialogue.meetings.services import approving, communiques, documents, drafting
from tavolo.dialogue.meetings.views_papers import count_upload
from tavolo.dialogue.models import Table

TABLE = "/tables/{uuid:table_id}"
MINUTES = "/minutes/{uuid:minutes_id}"
COMMUNIQUE = "/communiques/{uuid:communique_id}"


def _table(request: HttpRequest, table_id: UUID) -> Table:
    found = policies.table_at(request, {"table_id": table_id})
    if found is None:
        raise Http404
    return found


def minutes_at(request: HttpRequest, minutes_id: UUID) -> Minutes:
    found = policies.minutes_at(request, {"minutes_id": minutes_id})
    if found is None:
        raise Http404
    return found


def _communique(request: HttpRequest, communique_id: UUID) -> Communique:
    found = policies.communique_at(request, {"communique_id": communique_id})
    if found is None:
        raise Http404
    return found


def _made(pk: str, fallback: Any) -> dict[str, Any]:
    return {"id": pk or str(fallback)}


@api.put("/meetings/{uuid:meeting_id}/minutes", Made, "write", "Write the minutes of a meeting")
def write(request: HttpRequest, meeting_id: UUID, body: DraftIn) -> dict[str, Any]:
    """Save the minutes' texts as a new version of the draft."""
    found = policies.meeting_at(request, {"meeting_id": meeting_id})
    if found is None:
        raise Http404
    facts = body.dict()
    work = lambda: drafting.write(found, actor_id=request.user.pk, **facts)  # noqa: E731
    asked = [str(found.pk), facts["text"], {str(key): text for key, text in facts["notes"].items()}]
    return _made(call(request, "write_minutes", work, asked), found.pk)


@api.get(MINUTES, MinutesOut, "minutes", "Minutes")
def minutes(request: HttpRequest, minutes_id: UUID) -> dict[str, Any]:
    """Return the version that counts for this person, with its SHA-256 and the parties' answers."""
    return _minutes_out(request, minutes_at(request, minutes_id))


@api.put(MINUTES, Made, "minutes", "Change the text of a correction")
def rewrite(request: HttpRequest, minutes_id: UUID, body: TextIn) -> dict[str, Any]:
    """Change the text of a correction that is being drafted."""
    found = minutes_at(request, minutes_id)
    work = lambda: drafting.rewrite_correction(found, actor_id=request.user.pk, text=body.text)  # noqa: E731
    return _made(call(request, "rewrite", work, [str(found.pk), body.text]), found.pk)


@api.post(f"{MINUTES}/send", Made, "send", "Lay before the parties")
def send(request: HttpRequest, minutes_id: UUID, body: SendIn) -> dict[str, Any]:
    """Lay the minutes before the parties: each approves this exact version or asks for a correction."""
    found = minutes_at(request, minutes_id)
    work = lambda: drafting.send(found, actor_id=request.user.pk, approve_by=body.approve_by)  # noqa: E731
    return _made(call(request, "send", work, [str(found.pk), str(body.approve_by)]), found.pk)


@api.post(f"{MINUTES}/take-back", Made, "take_back", "Take back to correct")
def take_back(request: HttpRequest, minutes_id: UUID) -> dict[str, Any]:
    """Take the minutes back; the next version needs new approvals."""
    found = minutes_at(request, minutes_id)
    work = lambda: drafting.take_back(found, actor_id=request.user.pk)  # noqa: E731
    return _made(call(request, "take_back", work, str(found.pk)), found.pk)


@api.post(f"{MINUTES}/answers", Made, "answers", "A party's answer")
def answer(request: HttpRequest, minutes_id: UUID, body: AnswerIn) -> dict[str, Any]:
    """Approve, approve with a statement for the record, or ask for a correction of an exact version."""
    found = minutes_at(request, minutes_id)
    facts = body.dict()
    work = lambda: approving.answer(found, actor_id=request.user.pk, **facts)  # noqa: E731
    return _made(call(request, "answer", work, [str(found.pk), facts]), found.pk)


@api.post(f"{MINUTES}/correction", Made, "correction", "Begin a correction")
def correct(request: HttpRequest, minutes_id: UUID, body: TextIn) -> dict[str, Any]:
    """Begin a correction of closed minutes: a new act."""
    found = minutes_at(request, minutes_id)
    work = lambda: drafting.begin_correction(found, actor_id=request.user.pk, text=body.text)  # noqa: E731
    return _made(call(request, "correct", work, [str(found.pk), body.text]), found.pk)


def _closed_file(request: HttpRequest, minutes_id: UUID, ending: Literal["pdf", "docx"]) -> HttpResponseBase:
    stored = getattr(minutes_at(request, minutes_id), ending)
    if stored is None:
        raise Http404
    return stored_file(stored)


@api.get(f"{MINUTES}/pdf", None, "pdf", "The PDF of closed minutes", extra=declared(PDF))
def minutes_pdf(request: HttpRequest, minutes_id: UUID) -> HttpResponseBase:
    """Return the frozen PDF."""
    return _closed_file(request, minutes_id, "pdf")


@api.get(f"{MINUTES}/docx", None, "docx", "The Word file of closed minutes", extra=declared(DOCX))
def minutes_docx(request: HttpRequest, minutes_id: UUID) -> HttpResponseBase:
    """Return the frozen Word file."""
    return _closed_file(request, minutes_id, "docx")


@api.get(f"{TABLE}/communiques", CommuniqueList, "communiques", "A table's communiqués")
def list_communiques(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return published communiqués and the drafts this person may read."""
    rows = access.visible_communiques(request.user.pk).filter(table=_table(request, table_id))
    found = rows.select_related("current", "party__organisation", "table")
    return {"items": [_communique_out(row) for row in found]}


@api.post(f"{TABLE}/communiques", Made, "communiques", "Draft a communiqué")
def draft(request: HttpRequest, table_id: UUID, body: CommuniqueIn) -> dict[str, Any]:
    """Draft a joint communiqué, or one of one's own party."""
    table = _table(request, table_id)
    facts = body.dict()
    asked = facts.pop("meeting_id")
    meeting = _visible_meeting(request, asked)
    work = lambda: communiques.draft(table, actor_id=request.user.pk, meeting=meeting, **facts)  # noqa: E731
    return _made(call(request, "draft_communique", work, [str(table_id), facts, str(asked)]), table.pk)


def _visible_meeting(request: HttpRequest, meeting_id: UUID | None) -> Meeting | None:
    if meeting_id is None:
        return None
    found = policies.meeting_at(request, {"meeting_id": meeting_id})
    if found is None:
        raise Http404
    return found


@api.get(COMMUNIQUE, CommuniqueOut, "communique", "One communiqué")
def communique(request: HttpRequest, communique_id: UUID) -> dict[str, Any]:
    """Return a communiqué with its current wording."""
    return _communique_out(_communique(request, communique_id))


@api.put(COMMUNIQUE, Made, "communique", "A new wording")
def revise(request: HttpRequest, communique_id: UUID, body: WordingIn) -> dict[str, Any]:
    """Write a new wording; approvals of the old one do not count for it."""
    found = _communique(request, communique_id)
    facts = body.dict()
    work = lambda: communiques.revise(found, actor_id=request.user.pk, **facts)  # noqa: E731
    return _made(call(request, "revise_communique", work, [str(found.pk), facts]), found.pk)


@api.post(f"{COMMUNIQUE}/approve", Made, "communique_approve", "Approve")
def approve(request: HttpRequest, communique_id: UUID, body: ReadIn) -> dict[str, Any]:
    """Approve the exact wording for one's party; with the last approval it is published."""
    found = _communique(request, communique_id)
    work = lambda: communiques.approve(found, body.version_id, actor_id=request.user.pk)  # noqa: E731
    return _made(call(request, "approve_communique", work, [str(found.pk), str(body.version_id)]), found.pk)


@api.post(f"{COMMUNIQUE}/publish", Made, "communique_publish", "Publish one's own")
def publish(request: HttpRequest, communique_id: UUID, body: ReadIn) -> dict[str, Any]:
    """Publish one's own party's communiqué, as head of its delegation."""
    found = _communique(request, communique_id)
    work = lambda: communiques.publish_own(found, body.version_id, actor_id=request.user.pk)  # noqa: E731
    return _made(call(request, "publish_communique", work, [str(found.pk), str(body.version_id)]), found.pk)


@api.get(f"{TABLE}/documents", DocumentList, "documents", "A table's documents")
def list_documents(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the documents of a table this person may see."""
    rows = access.visible_documents(request.user.pk).filter(table=_table(request, table_id))
    found = rows.select_related("owner__organisation").prefetch_related("versions__file")
    return {"items": [_document_out(row) for row in found]}


@api.post(f"{TABLE}/documents", Made, "documents", "Add a document")
def add_document(
    request: HttpRequest, table_id: UUID, file: File[UploadedFile], body: Form[DocumentIn]
) -> dict[str, Any]:
    """Store a document for the table, a side, named parties or the people of a meeting."""
    table, meeting = _table(request, table_id), _visible_meeting(request, body.meeting_id)
    name = file.name or "file"

    def work() -> Document:
        count_upload(request)
        return documents.add_document(
            table, actor_id=request.user.pk, source=file, name=name, title=body.title,
            audience=body.audience, parties=body.parties, meeting=meeting, note=body.note,
        )  # fmt: skip

    return _made(call(request, "add_document", work, [str(table.pk), body.dict(), name, file.size]), table.pk)


@api.get("/documents/{uuid:document_id}", DocumentOut, "document", "One document")
def document(request: HttpRequest, document_id: UUID) -> dict[str, Any]:
    """Return a document with its versions."""
    return _document_out(_document(request, document_id))


@api.post("/documents/{uuid:document_id}", Made, "document", "Add a version")
def add_version(
    request: HttpRequest, document_id: UUID, file: File[UploadedFile], body: Form[NoteIn]
) -> dict[str, Any]:
    """Add a version; the earlier ones stay."""
    found = _document(request, document_id)
    name = file.name or "file"

    def work() -> Any:
        count_upload(request)
        return documents.add_version(found, actor_id=request.user.pk, source=file, name=name, note=body.note)

    return _made(call(request, "add_version", work, [str(found.pk), body.note, name, file.size]), found.pk)


@api.get(
    "/documents/{uuid:document_id}/file", None, "document_file", "The latest version's bytes",
    extra=declared(*sorted(documents.TYPES)),
)  # fmt: skip
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """Return the bytes of a document's latest version."""
    last = _document(request, document_id).versions.select_related("file").first()
    if last is None:
        raise Http404
    return stored_file(last.file)


def _document(request: HttpRequest, document_id: UUID) -> Document:
    found = policies.document_at(request, {"document_id": document_id})
    if found is None:
        raise Http404
    return found


def _minutes_out(request: HttpRequest, row: Minutes) -> dict[str, Any]:
    one = access.counting_version(request.user.pk, row)
    given = approving.standing_answers(one)
    answers = []
    for party in access.parties_called(row.meeting):
        found = given.get(party.pk)
        answers.append(
            {
                "party": str(party), "choice": found.choice if found else None,
                "text": found.text if found else None, "name": found.name if found else None,
                "at": found.created_at if found else None,
            }
        )  # fmt: skip
    return {
        "id": row.pk, "meeting_id": row.meeting_id, "corrects": row.corrects_id, "state": row.state,
        "outcome": row.outcome, "approve_by": row.approve_by, "closed_at": row.closed_at,
        "version_id": one.pk, "version": one.number, "sha256": one.sha256, "content": one.content,
        "answers": answers, "pdf_sha256": row.pdf.sha256 if row.pdf else None,
        "docx_sha256": row.docx.sha256 if row.docx else None,
    }  # fmt: skip


def _communique_out(row: Communique) -> dict[str, Any]:
    draft = row.state == Communique.State.DRAFT and row.party_id is None
    return {
        "id": row.pk, "table_id": row.table_id, "party": str(row.party) if row.party else None,
        "state": row.state, "version_id": row.current_id, "version": row.current.number,
        "title": row.current.title, "text": row.current.text, "sha256": row.current.sha256,
        "published_at": row.published_at,
        "missing": [str(party) for party in communiques.missing(row)] if draft else [],
    }  # fmt: skip


def _document_out(row: Document) -> dict[str, Any]:
    return {
        "id": row.pk, "title": row.title, "audience": row.audience, "meeting_id": row.meeting_id,
        "owner": str(row.owner) if row.owner else None,
        "versions": [
            {
                "number": one.number, "name": one.file.name, "media_type": one.file.media_type,
                "size": one.file.size, "sha256": one.file.sha256, "note": one.note,
            }
            for one in row.versions.all()
        ],
    }  # fmt: skip
