# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A person's calendar address: a secret, kept as its hash, revocable; and the calendar behind it.

The calendar is made anew at each request from what the person may see that day. It carries titles, days
and places, never texts: it is read by programs and services Tavolo does not know.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from tavolo.dialogue import hooks, standing
from tavolo.dialogue.course.models import Entry, FeedKey
from tavolo.people.models import Account
from tavolo.people.services.invitations import token_hash

NAMESPACE = uuid.UUID("6f0c7a52-5a43-4f2e-9b53-1d0f6d1c9a10")
PAST = timedelta(days=60)
ONE_HOUR = timedelta(hours=1)


@transaction.atomic
def make_key(account: Account, territory_id: uuid.UUID) -> str:
    """Make a new calendar address and return its secret, shown once; the one before stops at once."""
    Account.objects.select_for_update().get(pk=account.pk)
    revoke_key(account)
    text = secrets.token_urlsafe(32)
    FeedKey.objects.create(
        territory_id=territory_id, account=account, token_hash=token_hash(text), last_four=text[-4:]
    )
    return text


def revoke_key(account: Account) -> bool:
    """Revoke the calendar address in use; return whether there was one."""
    used = FeedKey.objects.filter(account=account, revoked_at__isnull=True)
    return bool(used.update(revoked_at=timezone.now()))


def key_in_use(account_id: uuid.UUID) -> FeedKey | None:
    """Return the calendar address in use, without its secret."""
    return FeedKey.objects.filter(account_id=account_id, revoked_at__isnull=True).first()


def owner_of(token: str) -> Account | None:
    """Return whose calendar a secret opens; None for an unknown or revoked one, or a closed account."""
    found = FeedKey.objects.filter(token_hash=token_hash(token), revoked_at__isnull=True)
    key = found.filter(account__is_active=True).select_related("account").first()
    return key.account if key else None


def calendar_of(account: Account, base: str) -> bytes:
    """Return the iCalendar of the tables a person sits at; `base` is the site's address for links."""
    with translation.override(account.language or settings.LANGUAGE_CODE):
        made = Calendar()
        made.add("prodid", "-//Tavolo//calendar//IT")
        made.add("version", "2.0")
        made.add("method", "PUBLISH")
        made.add("x-wr-calname", _("Tavolo: my tables"))
        made.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
        for table in standing.visible_tables(account.pk).order_by("created_at"):
            for event in _entries(account, table, base):
                made.add_component(event)
            for event in _coming(account, table, base):
                made.add_component(event)
        return bytes(made.to_ical())


def _entries(account: Account, table: Any, base: str) -> list[Event]:
    """Return the table's dated entries, withdrawn ones as cancelled, so that calendars take them out."""
    found = Entry.objects.filter(course__table=table, on__gte=standing.today() - PAST)
    if not standing.tables_sat_at(account.pk).filter(pk=table.pk).exists():
        found = found.filter(audience=Entry.Audience.ASKED)
    link = base + reverse("course:path", args=[table.pk])
    return [_entry(row, table, link) for row in found]


def _entry(row: Entry, table: Any, link: str) -> Event:
    event = _event(row.pk, f"{row.title} · {table.title}", link, row.changes)
    if row.at is None:
        event.add("dtstart", row.on)
        event.add("dtend", row.on + timedelta(days=1))
    else:
        # In universal time, so that no calendar needs the rules of our time zone.
        begins = datetime.combine(row.on, row.at, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
        event.add("dtstart", begins)
        event.add("dtend", begins + ONE_HOUR)
    if row.place:
        event.add("location", row.place)
    event.add("status", "CANCELLED" if row.withdrawn else "CONFIRMED")
    return event


def _coming(account: Account, table: Any, base: str) -> list[Event]:
    """Return coming days other parts know of (meetings, last days to vote), and planned ends of phases."""
    today = standing.today()
    found = []
    for one in hooks.events_of(account.pk, table):
        if one.on < today or one.kind == "course.entry":
            continue
        own_id = uuid.uuid5(NAMESPACE, f"{table.pk} {one.kind} {one.link} {one.title}")
        event = _event(own_id, f"{one.title} · {table.title}", base + one.link if one.link else "", 0)
        event.add("dtstart", one.on)
        event.add("dtend", one.on + timedelta(days=1))
        found.append(event)
    return found


def _event(own_id: uuid.UUID, summary: str, link: str, changes: int) -> Event:
    event = Event()
    event.add("uid", f"{own_id}@tavolo")
    event.add("summary", summary)
    event.add("dtstamp", timezone.now())
    event.add("sequence", changes)
    if link:
        event.add("url", link)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
