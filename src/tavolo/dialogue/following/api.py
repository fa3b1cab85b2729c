# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What awaits me, search and activity over HTTP and JSON."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from tavolo.common.limits import limit
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.following.searching import LONGEST_QUERY
from tavolo.dialogue.following.views import SEARCHES_PER_MINUTE
from tavolo.dialogue.schemas import Refusal
from tavolo.people.tokens import key_or_session

router = Router(tags=["following"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal, 422: Refusal}
MOST = 100


class WaitingOut(Schema):
    """Something one is awaited for."""

    kind: str
    title: str
    text: str
    link: str
    due: date | None
    table_id: UUID | None


class MatchOut(Schema):
    """Something a search found."""

    kind: str
    title: str
    snippet: str
    link: str
    rank: float
    table_id: UUID | None


class EventOut(Schema):
    """Something that happened or is to happen."""

    on: date
    kind: str
    title: str
    text: str
    link: str


class WaitingList(Schema):
    """What awaits one, the nearest day first."""

    items: list[WaitingOut]


class MatchList(Schema):
    """What was found, best first."""

    items: list[MatchOut]


class EventList(Schema):
    """Events, the latest first."""

    items: list[EventOut]


@router.get(
    "/waiting", response={200: WaitingList, **REFUSED}, url_name="following_waiting", summary="What awaits me"
)
def waiting(request: HttpRequest) -> dict[str, Any]:
    """Return what awaits the person behind the token."""
    return {"items": hooks.awaiting(request.user.pk)}


@router.get("/search", response={200: MatchList, **REFUSED}, url_name="following_search", summary="Search")
def search(request: HttpRequest, q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "") -> dict[str, Any]:
    """Search, in Italian, in what the person behind the token may see; at most a hundred matches."""
    limit(f"search:{request.user.pk}", per=timedelta(minutes=1), count=SEARCHES_PER_MINUTE)
    return {"items": hooks.found(request.user.pk, q)[:MOST] if q.strip() else []}


@router.get(
    "/tables/{uuid:table_id}/activity", response={200: EventList, **REFUSED}, url_name="following_activity",
    summary="What happened at a table",
)  # fmt: skip
def activity(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return a table's events as the person behind the token may know them."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    return {"items": hooks.events_of(request.user.pk, table)[:MOST]}
