# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of mandates, for their own party alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File
from ninja.files import UploadedFile

from tavolo.common import files
from tavolo.dialogue.delegations import mandates
from tavolo.dialogue.delegations.answering import api, doing
from tavolo.dialogue.delegations.models import Mandate
from tavolo.dialogue.delegations.schemas import DoneOut, MandateIn, MandateOut, MandatesOut, RedLineIn
from tavolo.dialogue.delegations.views_mandates import store
from tavolo.dialogue.models import Party


def _party(party_id: UUID) -> Party:
    return get_object_or_404(Party.objects.select_related("table", "organisation"), pk=party_id)


def _mandate(mandate_id: UUID) -> Mandate:
    return get_object_or_404(Mandate.objects.select_related("party__table"), pk=mandate_id)


@api.get("/parties/{uuid:party_id}/mandate", MandatesOut, "mandate", "My party's mandate")
def mandate(request: HttpRequest, party_id: UUID) -> dict[str, Any]:
    """Return the mandate in force and the draft of the next one."""
    party = _party(party_id)
    rows = list(Mandate.objects.filter(party=party).select_related("party"))
    now = mandates.current(party)
    draft = next((row for row in rows if row.state == Mandate.State.DRAFT), None)
    return {
        "party_id": party.pk,
        "current": _out(mandates.read(now, request.user.pk)) if now else None,
        "draft": _out(mandates.read(draft, request.user.pk)) if draft else None,
        "versions": [row.pk for row in rows],
        "warning": mandates.warning(party),
    }


@api.get("/mandates/{uuid:mandate_id}", MandateOut, "mandate_version", "One version of my party's mandate")
def mandate_version(request: HttpRequest, mandate_id: UUID) -> dict[str, Any]:
    """Return one version with its red lines."""
    return _out(mandates.read(_mandate(mandate_id), request.user.pk))


def _out(reading: mandates.Reading) -> dict[str, Any]:
    row, content = reading.mandate, reading.content
    return {
        "id": row.pk, "number": row.number, "state": row.state, "scope": content.scope,
        "themes": list(reading.themes), "organ": content.organ, "given_on": content.given_on,
        "starts_on": row.starts_on, "last_day": row.last_day, "ratification": content.ratification,
        "ratified_by": content.ratified_by, "document_id": content.document_id,
        "red_lines": [{"id": r.pk, "text": r.text, "theme_id": r.theme_id} for r in reading.red_lines],
        "lodged_at": row.lodged_at, "digest": row.digest,
    }  # fmt: skip


@api.post(
    "/parties/{uuid:party_id}/mandate/draft", DoneOut, "mandate_draft", "Write the next mandate as a draft"
)
def mandate_draft(request: HttpRequest, party_id: UUID, payload: MandateIn) -> dict[str, Any]:
    """Write the party's next mandate, or change its draft."""
    party = _party(party_id)
    terms = mandates.Terms(**payload.dict())
    work = lambda: str(mandates.write_draft(party, terms, actor_id=request.user.pk).pk)  # noqa: E731
    return {"id": doing(request, "mandate_draft", [str(party.pk), payload.dict()], work)}


@api.post(
    "/mandates/{uuid:mandate_id}/document", DoneOut, "mandate_document", "Put the resolution to the draft"
)
def mandate_document(
    request: HttpRequest,
    mandate_id: UUID,
    file: UploadedFile = File(...),  # noqa: B008 - how the framework names a part
) -> dict[str, Any]:
    """Upload the resolution itself (PDF, Word, picture) to a draft, in the place of the one it has."""
    found = _mandate(mandate_id)

    def work() -> str:
        stored = store(file, found.party)
        name = files.safe_name(file.name or "")
        return str(mandates.attach(found, stored, actor_id=request.user.pk, name=name).pk)

    return {"id": doing(request, "mandate_document", [file.name, file.size], work)}


@api.post("/mandates/{uuid:mandate_id}/red-lines", DoneOut, "add_red_line", "Add a red line to the draft")
def add_red_line(request: HttpRequest, mandate_id: UUID, payload: RedLineIn) -> dict[str, Any]:
    """Add a point the party does not give up."""
    found = _mandate(mandate_id)

    def work() -> str:
        made = mandates.add_red_line(found, payload.text, actor_id=request.user.pk, theme_id=payload.theme_id)
        return str(made.pk)

    return {"id": doing(request, "add_red_line", [str(found.pk), payload.dict()], work)}


@api.post(
    "/mandates/{uuid:mandate_id}/red-lines/{uuid:red_line_id}/removal",
    DoneOut,
    "remove_red_line",
    "Take a red line out of the draft",
    removes=True,
)
def remove_red_line(request: HttpRequest, mandate_id: UUID, red_line_id: UUID) -> dict[str, Any]:
    """Take a red line out of the draft."""
    found = _mandate(mandate_id)

    def work() -> str:
        mandates.remove_red_line(found, red_line_id, actor_id=request.user.pk)
        return str(found.pk)

    return {"id": doing(request, "remove_red_line", [str(found.pk), str(red_line_id)], work)}


@api.post("/mandates/{uuid:mandate_id}/lodging", DoneOut, "lodge_mandate", "Lodge the draft")
def lodge(request: HttpRequest, mandate_id: UUID) -> dict[str, Any]:
    """Lodge a draft: it stays as it is from then on."""
    found = _mandate(mandate_id)
    work = lambda: str(mandates.lodge(found, actor_id=request.user.pk).pk)  # noqa: E731
    return {"id": doing(request, "lodge_mandate", str(found.pk), work)}


@api.post("/mandates/{uuid:mandate_id}/revocation", DoneOut, "revoke_mandate", "Revoke the lodged mandate")
def revoke(request: HttpRequest, mandate_id: UUID) -> dict[str, Any]:
    """End the lodged mandate today."""
    found = _mandate(mandate_id)
    work = lambda: str(mandates.revoke(found, actor_id=request.user.pk).pk)  # noqa: E731
    return {"id": doing(request, "revoke_mandate", str(found.pk), work)}


@api.post(
    "/mandates/{uuid:mandate_id}/discarding", DoneOut, "discard_mandate", "Throw the draft away", removes=True
)
def discard(request: HttpRequest, mandate_id: UUID) -> dict[str, Any]:
    """Throw a draft away."""
    found = _mandate(mandate_id)

    def work() -> str:
        mandates.discard_draft(found, actor_id=request.user.pk)
        return str(found.pk)

    return {"id": doing(request, "discard_mandate", str(found.pk), work)}
