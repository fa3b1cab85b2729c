"""What the routes of meetings point at: the first plenary, its closed minutes, the published communiqué."""

from __future__ import annotations

from typing import Any

from tavolo.dialogue.meetings.models import Communique, Document, Meeting, Minutes, Point


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return values for the arguments of this part's routes."""
    meeting = Meeting.objects.get(table=seated.table, number=1)
    return {
        "meeting_id": meeting.pk,
        "minutes_id": Minutes.objects.get(meeting=meeting).pk,
        "version_number": 1,
        "point_id": Point.objects.filter(table=seated.table).order_by("number")[0].pk,
        "item_id": meeting.agenda.order_by("position")[0].pk,
        "meeting_decision_id": meeting.decisions.order_by("number")[0].pk,
        "communique_id": Communique.objects.get(table=seated.table, state="published").pk,
        "document_id": Document.objects.filter(meeting=meeting).order_by("created_at")[0].pk,
    }
