# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What awaits me, search and activity over HTTP and JSON."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Schema

from tavolo.common import notices
from tavolo.common.limits import limit
from tavolo.common.policies import notices_visible_to
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.answering import Operations
from tavolo.dialogue.following.digests import choose_mail, mail_choice
from tavolo.dialogue.following.searching import LONGEST_QUERY
from tavolo.dialogue.following.views import SEARCHES_PER_MINUTE

api = Operations("following")
router = api.router
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


class NoticeOut(Schema):
    """A notice to oneself, in one's own language; no time of reading is kept."""

    id: UUID
    title: str
    text: str
    link: str
    new: bool
    created_at: datetime


class NoticeList(Schema):
    """One's notices, the newest first; `new` counts all that are not marked as read."""

    new: int
    items: list[NoticeOut]


class MailIn(Schema):
    """How one wants to be told by mail."""

    mail: Literal["each", "daily", "weekly", "never"] = Field(examples=["daily"])


class WaitingList(Schema):
    """What awaits one, the nearest day first."""

    items: list[WaitingOut]


class MatchList(Schema):
    """What was found, best first."""

    items: list[MatchOut]


class EventList(Schema):
    """Events, the latest first."""

    items: list[EventOut]


@api.get("/waiting", WaitingList, "waiting", "What awaits me", refuses=True)
def waiting(request: HttpRequest) -> dict[str, Any]:
    """Return what awaits the person behind the token."""
    return {"items": hooks.awaiting(request.user.pk)}


@api.get("/notices", NoticeList, "notices", "My notices", refuses=True)
def my_notices(request: HttpRequest) -> dict[str, Any]:
    """Return the notices of the person behind the token, at most a hundred."""
    rows = notices_visible_to(request.user).order_by("-created_at", "id")[:MOST]
    shown = [one for row in rows if (one := notices.shown(row)) is not None]
    return {"new": notices.count_new(request.user.pk), "items": shown}


@api.post("/notices", NoticeList, "notices", "Mark my notices as read")
def read_notices(request: HttpRequest) -> dict[str, Any]:
    """Mark all one's notices as read; again: nothing more happens."""
    notices.mark_read(request.user.pk)
    return my_notices(request)


@api.get("/mail", MailIn, "mail", "How I am told by mail", refuses=True)
def mail(request: HttpRequest) -> dict[str, Any]:
    """Say whether mail comes for each notice, as a digest, or never."""
    return {"mail": mail_choice(request.user.pk)}


@api.put("/mail", MailIn, "mail", "Choose how I am told by mail")
def choose(request: HttpRequest, payload: MailIn) -> dict[str, Any]:
    """Choose mail for each notice, a digest a day or a week, or none; again: nothing more happens."""
    choose_mail(request.user.pk, request.territory, payload.mail)
    return {"mail": payload.mail}


@api.get("/search", MatchList, "search", "Search", refuses=True)
def search(request: HttpRequest, q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "") -> dict[str, Any]:
    """Search, in Italian, in what the person behind the token may see; at most a hundred matches."""
    limit(f"search:{request.user.pk}", per=timedelta(minutes=1), count=SEARCHES_PER_MINUTE)
    return {"items": hooks.found(request.user.pk, q)[:MOST] if q.strip() else []}


@api.get("/tables/{uuid:table_id}/activity", EventList, "activity", "What happened at a table", refuses=True)
def activity(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return a table's events as the person behind the token may know them."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    return {"items": hooks.events_of(request.user.pk, table)[:MOST]}
