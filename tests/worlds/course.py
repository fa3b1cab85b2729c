"""Arguments of the course's routes: a date of the calendar, and the invitation CGIL has not answered."""

from __future__ import annotations

from typing import Any


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return the rows the routes point at."""
    from tavolo.dialogue.course.models import Entry, Invited

    entry = Entry.objects.filter(course__table=seated.table).order_by("on").last()
    invited = Invited.objects.get(organisation_id=written.bodies["cgil"], answer="awaited")
    assert entry is not None
    return {"entry_id": entry.pk, "invited_id": invited.pk}
