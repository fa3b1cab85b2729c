# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the operations of a course share: the router, doing something once, finding the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router

from tavolo.common.idempotency import key_from, new_key, once
from tavolo.dialogue import standing
from tavolo.dialogue.course import reading
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table
from tavolo.dialogue.schemas import Refusal
from tavolo.people.tokens import key_or_session

router = Router(tags=["course"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGED = {422: Refusal, **REFUSED}
TABLE = "/tables/{uuid:table_id}"


def doing(request: HttpRequest, action: str, asked: Any, work: Callable[[], Any]) -> Any:
    """Do `work` once for the key the request carries; without a key, each request counts."""
    call = once(
        key_from(request) or new_key(), account_id=request.user.pk, action=f"course.{action}", request=asked
    )
    return call.run(work)


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
