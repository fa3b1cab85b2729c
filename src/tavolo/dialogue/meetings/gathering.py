# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part gives to the pages that gather: the table's doors, what awaits, the timeline, the search."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F, Func, Q, TextField, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.dialogue import hooks, standing
from tavolo.dialogue.meetings import access, policies
from tavolo.dialogue.meetings.models import Communique, Decision, Entry, Meeting, Minutes, Point
from tavolo.dialogue.meetings.services import approving, communiques
from tavolo.language.postgres import tsquery_text
from tavolo.ledger import readers

MOST_FOUND = 30
KINDS = {
    "meeting": gettext_lazy("Meeting"),
    "minutes": gettext_lazy("Minutes"),
    "decision": gettext_lazy("Decision"),
    "point": gettext_lazy("Open point"),
    "document": gettext_lazy("Document"),
    "communique": gettext_lazy("Communiqué"),
}


def register() -> None:
    """Tell the gathering pages and the register of acts about this part."""
    hooks.door(door)
    hooks.waiting(waiting)
    hooks.event(events)
    hooks.finder("meetings", find)
    readers.name_acts(ACTS)
    readers.readable(
        "meetings.meeting", lambda request, pk: policies.sees_meeting(request, {"meeting_id": pk})
    )
    readers.readable("meetings.point", lambda request, pk: policies.sits(request, {"point_id": pk}))
    readers.readable(
        "meetings.communique", lambda request, pk: policies.reads_communique(request, {"communique_id": pk})
    )


ACTS = {
    "meetings.convened": gettext_lazy("A plenary was convened"),
    "meetings.changed": gettext_lazy("A plenary was changed"),
    "meetings.cancelled": gettext_lazy("A plenary was cancelled"),
    "meetings.point_added": gettext_lazy("An open point was added"),
    "meetings.point_state": gettext_lazy("An open point changed its state"),
    "meetings.minutes_sent": gettext_lazy("Minutes were laid before the parties"),
    "meetings.minutes_answered": gettext_lazy("A party answered to the minutes"),
    "meetings.minutes_closed": gettext_lazy("Minutes were closed"),
    "meetings.communique_approved": gettext_lazy("A party approved a joint communiqué"),
    "meetings.communique_published": gettext_lazy("A communiqué was published"),
}


def door(request: HttpRequest, table: Any) -> hooks.Door | None:
    """Give those who sit at the table the way in. Its badge counts only what this person may know of."""
    account = request.user.pk
    if account is None or not access.sits(account, table.pk):
        return None
    coming = access.visible_meetings(account).filter(
        table=table, state=Meeting.State.CONVENED, starts_at__gte=timezone.now()
    )
    return hooks.Door(
        _("Meetings"), _("Calendar, open points, minutes, documents and communiqués."),
        reverse("meetings:table", args=[table.pk]), order=20, badge=str(coming.count() or ""),
    )  # fmt: skip


def waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Return minutes and communiqués to approve, corrections asked, and meetings to come."""
    return [
        *_minutes_waiting(account_id), *_communiques_waiting(account_id), *_meetings_coming(account_id)
    ]  # fmt: skip


def _minutes_waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    rows = Minutes.objects.filter(
        meeting__in=access.visible_meetings(account_id), state=Minutes.State.APPROVAL
    ).select_related("meeting__table", "current")
    for row in rows:
        link = reverse("meetings:minutes", args=[row.pk])
        answers = approving.standing_answers(row.current)
        party = access.answering_party(account_id, row.meeting)
        if party is not None and party.pk not in answers:
            text = _("Approve the exact text, attach a statement, or ask for a correction.")
            yield hooks.Waiting(
                "minutes", _("Minutes to approve: %(title)s") % {"title": row.meeting.title}, text, link,
                row.approve_by, row.meeting.table_id,
            )  # fmt: skip
        asked = any(answer.choice == "correct" for answer in answers.values())
        if asked and access.keeps(account_id, row.meeting):
            yield hooks.Waiting(
                "correction", _("Correction asked: %(title)s") % {"title": row.meeting.title},
                _("A party asks to correct the minutes you keep."), link, row.approve_by,
                row.meeting.table_id,
            )  # fmt: skip


def _communiques_waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    rows = access.visible_communiques(account_id).filter(
        state=Communique.State.DRAFT, party__isnull=True
    ).select_related("table", "current")  # fmt: skip
    for row in rows:
        party = standing.acting_party(account_id, row.table_id)
        if party is not None and party in communiques.missing(row):
            yield hooks.Waiting(
                "communique", _("Joint communiqué to approve: %(title)s") % {"title": row.current.title},
                _("With the approval of every party it is published."),
                reverse("meetings:communique", args=[row.pk]), None, row.table_id,
            )  # fmt: skip


def _meetings_coming(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    rows = access.visible_meetings(account_id).filter(
        state=Meeting.State.CONVENED, starts_at__gte=timezone.now()
    )
    for row in rows.select_related("table"):
        local = timezone.localtime(row.starts_at)
        yield hooks.Waiting(
            "meeting", _("You are expected: %(title)s") % {"title": row.title},
            f"{local:%H:%M}, {row.place or row.link}", reverse("meetings:meeting", args=[row.pk]),
            local.date(), row.table_id,
        )  # fmt: skip


def events(account_id: uuid.UUID | None, table: Any) -> Iterable[hooks.Event]:
    """Return a table's meetings, closed minutes and published communiqués, as a person may know them."""
    found = []
    visible = access.visible_meetings(account_id).filter(table=table)
    for row in visible:
        day = timezone.localtime(row.starts_at).date()
        found.append(
            hooks.Event(
                day, "meeting", row.title, reverse("meetings:meeting", args=[row.pk]),
                f"{row.get_kind_display()}, {row.get_state_display()}",
            )
        )  # fmt: skip
    for row in Minutes.objects.filter(meeting__in=visible, state=Minutes.State.CLOSED).select_related(
        "meeting"
    ):
        found.append(
            hooks.Event(
                timezone.localtime(row.closed_at).date(), "minutes",
                _("Minutes closed: %(title)s") % {"title": row.meeting.title},
                reverse("meetings:minutes", args=[row.pk]), row.get_outcome_display(),
            )
        )  # fmt: skip
    said = access.visible_communiques(account_id).filter(table=table, state=Communique.State.PUBLISHED)
    for one in said.select_related("current", "party__organisation"):
        found.append(
            hooks.Event(
                timezone.localtime(one.published_at).date(), "communique", one.current.title,
                reverse("meetings:communique", args=[one.pk]), str(one.party) if one.party else _("joint"),
            )
        )  # fmt: skip
    return found


def _visible_entries(account_id: uuid.UUID | None) -> Q:
    meetings = access.visible_meetings(account_id).values("pk")
    shown = Q(kind="communique", object_id__in=access.visible_communiques(account_id).values("pk"))
    if account_id is None:
        return shown
    closed = Minutes.objects.filter(meeting__in=meetings, state=Minutes.State.CLOSED)
    decided = Decision.objects.filter(meeting__in=meetings)
    points = Point.objects.filter(table__in=access.tables_of(account_id).values("pk"))
    return (
        shown
        | Q(kind="meeting", object_id__in=meetings)
        | Q(kind="minutes", object_id__in=closed.values("pk"))
        | Q(kind="decision", object_id__in=decided.values("pk"))
        | Q(kind="point", object_id__in=points.values("pk"))
        | Q(kind="document", object_id__in=access.visible_documents(account_id).values("pk"))
    )


def find(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Return what this part holds about some words, as far as a person may see it, best first."""
    stems = tsquery_text(query)
    if not stems:
        return []
    asked: Any = Func(
        Value(stems), template="to_tsquery('simple', %(expressions)s)", output_field=TextField()
    )
    rows = Entry.objects.filter(_visible_entries(account_id)).annotate(
        rank=SearchRank(F("words"), asked)
    ).extra(where=["words @@ to_tsquery('simple', %s)"], params=[stems])  # fmt: skip
    return [_match(row) for row in rows.order_by("-rank", "title")[:MOST_FOUND]]


def _match(row: Entry) -> hooks.Match:
    snippet = " ".join(row.text.split())[:200]
    return hooks.Match(str(KINDS[row.kind]), row.title, snippet, _link(row), float(row.rank), row.table_id)


def _link(row: Entry) -> str:
    if row.kind == "point":
        return reverse("meetings:points", args=[row.table_id])
    if row.kind == "decision":
        meeting = Decision.objects.values_list("meeting_id", flat=True).get(pk=row.object_id)
        return reverse("meetings:meeting", args=[meeting])
    return reverse(f"meetings:{row.kind}", args=[row.object_id])
