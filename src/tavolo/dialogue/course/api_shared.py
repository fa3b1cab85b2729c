# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the operations of a course share: their router, doing something once, finding the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from tavolo.dialogue import standing
from tavolo.dialogue.answering import Operations
from tavolo.dialogue.course import reading
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table

api = Operations("course")
doing = api.doing
TABLE = "/tables/{uuid:table_id}"


def table_of(request: HttpRequest, table_id: UUID) -> Table:
    """Return the table an address names if the person sees it, or 404."""
    found = standing.visible_tables(request.user.pk).filter(pk=table_id).first()
    if found is None:
        raise Http404
    return found


def proposed(request: HttpRequest, action: str, asked: Any, work: Callable[[], JointDecision]) -> Any:
    """Make a proposal once; return it in short."""
    pk = doing(request, action, asked, lambda: str(work().pk))
    return reading.proposal(JointDecision.objects.get(pk=pk))


def recorded(
    request: HttpRequest, table: Table, action: str, asked: Any, work: Callable[[], Any]
) -> dict[str, Any]:
    """Record something once; return the course as it stands then."""
    doing(request, action, asked, lambda: nothing(work()))
    return reading.course(table, request.user.pk)


def nothing(result: Any) -> None:
    """Drop a result that is not plain JSON."""
    return None
