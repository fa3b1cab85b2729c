# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the operations of the room itself share: their router, finding a table or a consultation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import policies, standing
from tavolo.dialogue.answering import Operations
from tavolo.dialogue.models import Consultation, Table, Theme

api = Operations("dialogue")
TABLE, ONE = "/tables/{uuid:table_id}", "/consultations/{uuid:consultation_id}"


def table_of(request: HttpRequest, table_id: UUID) -> Table:
    """Return the table an address names if the person sees it, or 404."""
    return get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)


def consultation_of(request: HttpRequest, **arguments: UUID) -> Consultation:
    """Return the consultation an address names, itself or by a statement, if the person sees it, or 404."""
    found = policies.consultation_at(request, arguments)
    if found is None:
        raise Http404
    return found


def statements_of(request: HttpRequest, **arguments: UUID) -> Consultation:
    """Return a consultation of statements; a ballot has operations of its own."""
    found = consultation_of(request, **arguments)
    if found.kind == Consultation.Kind.BALLOT:
        raise Problem(_("This is a ballot: use the operations of plain ballots."))
    return found


def theme_named(table: Table, name: str | None) -> Theme | None:
    """Return one of the table's themes by its name; Problem where it has none of that name."""
    if not name:
        return None
    found = Theme.objects.filter(table=table, name=name).first()
    if found is None:
        raise Problem(_("This table has no theme of that name: read the table for those it has."))
    return found


def consultation_out(row: Consultation) -> dict[str, Any]:
    """Return what a program reads of a consultation."""
    groups = row.groups.select_related("party__organisation", "constituency")
    return {
        "id": row.pk, "table_id": row.table_id, "title": row.title, "question": row.question,
        "introduction": row.introduction, "state": row.state, "imported": row.imported, "source": row.source,
        "participation": row.participation, "opened_on": row.opened_on, "closes_on": row.closes_on,
        "closed_on": row.closed_on,
        "groups": [
            {"party": str(g.party), "constituency": g.constituency.name, "side": g.side} for g in groups
        ],
    }  # fmt: skip
