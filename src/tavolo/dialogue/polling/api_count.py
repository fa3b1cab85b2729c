# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of the count: paper ballots keyed twice, and the record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.serving import declared, stored_file
from tavolo.common.sniffing import DOCX, PDF
from tavolo.dialogue.models import StatementVersion
from tavolo.dialogue.polling import committee, policies, schemas
from tavolo.dialogue.polling.answering import GROUP, LOT, POLL, RECORD, api, doing, group_of, poll_of
from tavolo.dialogue.polling.models import CountRecord, Lot
from tavolo.dialogue.polling.services import papers
from tavolo.dialogue.polling.services import record as records
from tavolo.dialogue.services import voting


@api.get(f"{GROUP}/lots", schemas.LotList, "lots", "The urns of a group", refuses=True)
def list_lots(request: HttpRequest, group_id: UUID) -> dict[str, Any]:
    """Return how far the keying of each urn has come."""
    rows = Lot.objects.filter(group=group_of(group_id)).order_by("number")
    return {"items": [_lot(request, row.pk) for row in rows]}


@api.post(f"{GROUP}/lots", schemas.LotOut, "lots", "Begin keying the paper ballots of an urn")
def begin_lot(request: HttpRequest, group_id: UUID, asked: schemas.LotIn) -> dict[str, Any]:
    """Begin with the number of ballots found."""
    group = group_of(group_id)
    made = doing(
        request, "lot", asked.dict(),
        lambda: str(papers.begin_lot(group, asked.found, actor_id=request.user.pk).pk),
    )  # fmt: skip
    return _lot(request, made)


@api.get(LOT, schemas.LotOut, "lot", "An urn", refuses=True)
def get_lot(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    """Return how far the keying has come."""
    return _lot(request, lot_id)


def _lot(request: HttpRequest, lot_id: Any) -> dict[str, Any]:
    found = get_object_or_404(Lot.objects.select_related("group__consultation"), pk=lot_id)
    return {
        "id": found.pk, "number": found.number, "found": found.found, "state": found.state,
        "keyed_by_me": papers.own_numbers(found, request.user.pk), "spoiled": found.spoiled,
        "differences": [one.number for one in papers.differences(found)]
        if found.state == Lot.State.KEYING else [],
    }  # fmt: skip


@api.post(f"{LOT}/ballots", schemas.Done, "key", "Key one paper ballot")
def key_paper(request: HttpRequest, lot_id: UUID, ballot: schemas.KeyIn) -> dict[str, Any]:
    """Key or correct one's own reading of a ballot."""
    lot = get_object_or_404(Lot.objects.select_related("group"), pk=lot_id)
    versions = StatementVersion.objects.filter(consultation_id=lot.group.consultation_id, pk__in=ballot.marks)
    slots = dict(versions.values_list("pk", "slot"))
    if len(slots) != len(ballot.marks):
        raise Problem(_("A mark stands beside no question of this ballot."))
    read = {slots[version]: voting.CHOICES[choice] for version, choice in ballot.marks.items()}
    marks = None if ballot.spoiled else read
    papers.key_paper(lot, ballot.number, marks, actor_id=request.user.pk)
    return {}


@api.delete(
    f"{LOT}/ballots/{{int:paper_number}}",
    schemas.Done,
    "forget",
    "Take back a ballot keyed under a wrong number",
    removes=False,
)
def forget_paper(request: HttpRequest, lot_id: UUID, paper_number: int) -> dict[str, Any]:
    """Take back one's own reading of a ballot; again: nothing more happens."""
    lot = get_object_or_404(Lot.objects.select_related("group"), pk=lot_id)
    papers.forget_paper(lot, paper_number, actor_id=request.user.pk)
    return {}


@api.put(f"{LOT}/found", schemas.LotOut, "found", "Correct how many ballots were in the urn")
def correct_found(request: HttpRequest, lot_id: UUID, asked: schemas.LotIn) -> dict[str, Any]:
    """Correct the number found, as long as nothing is sealed."""
    lot = get_object_or_404(Lot.objects.select_related("group"), pk=lot_id)
    work = lambda: papers.correct_found(lot, asked.found, actor_id=request.user.pk)  # noqa: E731
    doing(request, "found", asked.dict(), work)
    return _lot(request, lot_id)


@api.post(f"{LOT}/finish", schemas.Done, "finish_keying", "Say that I have keyed all ballots")
def finish_keying(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    """Return whether both have finished and agree."""
    lot = get_object_or_404(Lot, pk=lot_id)
    work = lambda: papers.finish_keying(lot, actor_id=request.user.pk)  # noqa: E731
    return {"done": doing(request, "finish", None, work)}


@api.post(f"{LOT}/seal", schemas.Done, "seal", "Put an urn's ballots into the box")
def seal_lot(request: HttpRequest, lot_id: UUID) -> dict[str, Any]:
    """Put equal readings into the box."""
    lot = get_object_or_404(Lot.objects.select_related("group"), pk=lot_id)
    work = lambda: papers.seal_lot(lot, actor_id=request.user.pk)  # noqa: E731
    return {"count": doing(request, "seal", None, work)}


@api.get(f"{POLL}/records", schemas.RecordList, "records", "Records of the count", refuses=True)
def get_records(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return the records one may read."""
    return {"items": [_record(row) for row in policies.records_at(request, consultation_id)]}


def _record(row: CountRecord) -> dict[str, Any]:
    final = row.is_closed
    waiting = records.waiting_for(row) if row.state == CountRecord.State.APPROVAL else []
    return {
        "id": row.pk, "side": row.side, "state": row.state, "digest": row.digest,
        "approved_on": row.approved_on, "facts": row.facts,
        "waiting_for": [str(one.account) for one in waiting],
        "declaration": row.declaration or None,
        "pdf_sha256": row.pdf.sha256 if final else None, "docx_sha256": row.docx.sha256 if final else None,
    }  # fmt: skip


@api.post(f"{POLL}/records", schemas.RecordOut, "records", "Draw up my side's record")
def draw_up(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Begin the record, or bring its facts up to date."""
    own = committee.membership(request.user.pk, consultation_id)
    if own is None:
        raise Http404
    poll = poll_of(consultation_id)
    work = lambda: str(records.draw_up(poll, own.side, actor_id=request.user.pk).pk)  # noqa: E731
    return _record(_found(doing(request, "draw_up", None, work)))


def _found(record_id: Any) -> CountRecord:
    return get_object_or_404(CountRecord.objects.select_related("consultation__table"), pk=record_id)


@api.post(f"{RECORD}/remarks", schemas.Done, "remarks", "Put something on record")
def add_remark(request: HttpRequest, record_id: UUID, said: schemas.RemarkIn) -> dict[str, Any]:
    """Add a remark under one's own name."""
    found = _found(record_id)
    made = doing(
        request, "remark", said.dict(),
        lambda: str(
            records.add_remark(found, kind=said.kind, text=said.text, actor_id=request.user.pk).pk
        ),
    )  # fmt: skip
    return {"id": made}


@api.post(f"{RECORD}/propose", schemas.RecordOut, "propose", "Put the record to approval")
def propose(request: HttpRequest, record_id: UUID) -> dict[str, Any]:
    """Fix it under one digest."""
    found = _found(record_id)
    work = lambda: str(records.put_to_approval(found, actor_id=request.user.pk).pk)  # noqa: E731
    return _record(_found(doing(request, "propose", None, work)))


@api.post(f"{RECORD}/take-back", schemas.RecordOut, "take_back", "Take the record back to correct it")
def take_back_record(request: HttpRequest, record_id: UUID) -> dict[str, Any]:
    """Take it back while it waits for approvals; those given so far lapse."""
    found = _found(record_id)
    doing(request, "take_back", None, lambda: records.take_back(found, actor_id=request.user.pk))
    return _record(_found(record_id))


@api.post(f"{RECORD}/approve", schemas.Done, "approve", "Approve the record as read")
def approve(request: HttpRequest, record_id: UUID, read: schemas.DigestIn) -> dict[str, Any]:
    """Approve under the digest; return whether the record is final now."""
    found = _found(record_id)
    work = lambda: records.approve(found, digest=read.digest, actor_id=request.user.pk)  # noqa: E731
    return {"done": doing(request, "approve", read.dict(), work)}


@api.get(f"{RECORD}/pdf", None, "record_pdf", "The PDF of a closed record", extra=declared(PDF))
def record_pdf(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Return the bytes; 404 while the record is not closed."""
    return stored_file(_found(record_id).pdf)


@api.get(f"{RECORD}/docx", None, "record_docx", "The Word file of a closed record", extra=declared(DOCX))
def record_docx(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Return the bytes; 404 while the record is not closed."""
    return stored_file(_found(record_id).docx)
