# mypy: disable-error-code="attr-defined, no-untyped-call"
"""A meeting as a calendar entry (iCalendar, RFC 5545) that Outlook, Google and telephones take in."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from icalendar import Calendar, Event

from tavolo.dialogue.meetings.models import Meeting


def calendar_file(meeting: Meeting, address: str, *, summary: str = "") -> bytes:
    """Return the .ics of a meeting; a later one replaces the entry, a cancelled one strikes it.

    With a `summary` of its own it says nothing but that, when, and the address: for what passes through
    other hands.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Tavolo//Incontri//IT")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{meeting.pk}@tavolo")
    event.add("dtstamp", meeting.changed_at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.starts_at + timedelta(minutes=meeting.minutes_long))
    event.add("sequence", meeting.sequence)
    cancelled = meeting.state == Meeting.State.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("summary", summary or meeting.title)
    # Discreet in a shared calendar as well: others see that the person is busy, no more.
    event.add("class", "PUBLIC" if meeting.number else "CONFIDENTIAL")
    if summary:
        event.add("description", address)
    else:
        _tell_all(event, meeting, address)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _tell_all(event: Event, meeting: Meeting, address: str) -> None:
    if meeting.place:
        event.add("location", meeting.place)
    if meeting.link:
        event.add("url", meeting.link)
    items = [f"{place}. {item.title}" for place, item in enumerate(meeting.agenda.all(), 1)]
    event.add(
        "description", "\n".join([part for part in (meeting.note, meeting.link) if part] + items + [address])
    )


def file_name(meeting: Meeting) -> str:
    """Return what the file of a meeting is called."""
    return f"incontro-{timezone.localtime(meeting.starts_at).date().isoformat()}.ics"
