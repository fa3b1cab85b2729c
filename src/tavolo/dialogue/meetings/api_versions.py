# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Earlier versions of minutes over HTTP and JSON: what changed, what was answered, a copy to work on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from tavolo.common.serving import declared
from tavolo.common.sniffing import DOCX
from tavolo.dialogue.meetings import access, differences, papers
from tavolo.dialogue.meetings.answering import api
from tavolo.dialogue.meetings.api_papers import MINUTES, minutes_at
from tavolo.dialogue.meetings.models import MinutesVersion
from tavolo.dialogue.meetings.schemas import MinutesVersionList


@api.get(f"{MINUTES}/versions", MinutesVersionList, "versions", "The versions of minutes")
def versions(request: HttpRequest, minutes_id: UUID) -> dict[str, Any]:
    """Return every version laid before the parties, drafts too for whoever keeps the meeting."""
    rows = access.versions_read_by(request.user.pk, minutes_at(request, minutes_id))
    found = list(rows.order_by("number").prefetch_related("answers__party__organisation"))
    return {"items": [_version(one, before) for before, one in zip([None, *found], found, strict=False)]}


@api.get(f"{MINUTES}/copy", None, "copy", "A working copy as a Word file", extra=declared(DOCX))
def copy(request: HttpRequest, minutes_id: UUID) -> HttpResponseBase:
    """Return the version that counts for this person as a Word file: not the closed act."""
    found = minutes_at(request, minutes_id)
    return papers.working_copy(found, access.counting_version(request.user.pk, found))


def _version(row: MinutesVersion, before: MinutesVersion | None) -> dict[str, Any]:
    changed = differences.changes(before.content, row.content) if before else []
    return {
        "id": row.pk, "number": row.number, "sha256": row.sha256, "content": row.content,
        "changes": [{"place": one.place, "before": one.before, "after": one.after} for one in changed],
        "answers": [
            {
                "party": str(one.party), "choice": one.choice, "text": one.text, "name": one.name,
                "at": one.created_at,
            }
            for one in row.answers.all()
        ],
    }  # fmt: skip
