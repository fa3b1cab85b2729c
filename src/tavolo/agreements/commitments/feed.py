# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Deadlines as iCalendar: behind a person's private address, and in public for a signed agreement.

A private address is a secret kept as its hash, revocable; what it gives is made anew at each reading from
what its owner may see that day. Both carry titles and days, never anybody's texts.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from tavolo.agreements import standing
from tavolo.agreements.commitments import reading
from tavolo.agreements.commitments.models import Commitment, FeedKey
from tavolo.agreements.models import Agreement
from tavolo.people.models import Account
from tavolo.people.services.invitations import token_hash

PAST = timedelta(days=180)


@transaction.atomic
def make_key(account: Account, territory_id: uuid.UUID) -> str:
    """Make a new address and return its secret, shown once; the one before stops at once."""
    Account.objects.select_for_update().get(pk=account.pk)
    revoke_key(account)
    text = secrets.token_urlsafe(32)
    FeedKey.objects.create(
        territory_id=territory_id, account=account, token_hash=token_hash(text), last_four=text[-4:]
    )
    return text


def revoke_key(account: Account) -> bool:
    """Revoke the address in use; return whether there was one."""
    used = FeedKey.objects.filter(account=account, revoked_at__isnull=True)
    return bool(used.update(revoked_at=timezone.now()))


def key_in_use(account_id: uuid.UUID) -> FeedKey | None:
    """Return the address in use, without its secret."""
    return FeedKey.objects.filter(account_id=account_id, revoked_at__isnull=True).first()


def owner_of(token: str) -> Account | None:
    """Return whose deadlines a secret opens; None for an unknown or revoked one, or a closed account."""
    found = FeedKey.objects.filter(token_hash=token_hash(token), revoked_at__isnull=True)
    key = found.filter(account__is_active=True).select_related("account").first()
    return key.account if key else None


def followed_by(account_id: uuid.UUID) -> list[Agreement]:
    """Return the agreements whose commitments a person follows: those of the tables they sit at."""
    return standing.signed_at_own_tables(account_id)


def calendar_of(account: Account, base: str) -> bytes:
    """Return the deadlines a person follows; `base` is the site's address for links."""
    with translation.override(account.language or settings.LANGUAGE_CODE):
        rows = Commitment.objects.filter(agreement__in=followed_by(account.pk), holds_from__isnull=False)
        boards = reading.boards(rows)
        return _calendar(_("Tavolo: deadlines of commitments"), _private(boards, base))


def public_calendar(agreement: Agreement, base: str) -> bytes:
    """Return the deadlines of a signed agreement, for everybody."""
    link = base + reverse("commitments:public", args=[agreement.pk])
    events = [
        _event(board, period, link, "PUBLIC")
        for board in reading.public_boards(agreement.pk)
        for period in board.periods
    ]
    return _calendar(_("Deadlines: %(agreement)s") % {"agreement": agreement.title}, events)


def _private(boards: Iterable[reading.Board], base: str) -> Iterable[Event]:
    for board in boards:
        link = base + reverse("commitments:commitment", args=[board.row.pk])
        for period in board.periods:
            if period.due < standing.today() - PAST:
                continue
            event = _event(board, period, link, "PRIVATE")
            if not period.status.closed and board.row.warn_days:
                alarm = Alarm()
                alarm.add("action", "DISPLAY")
                alarm.add("description", board.row.title)
                alarm.add("trigger", -timedelta(days=board.row.warn_days))
                event.add_component(alarm)
            yield event


def _event(board: reading.Board, period: reading.Period, link: str, openness: str) -> Event:
    event = Event()
    event.add("uid", f"{uuid.uuid5(board.row.pk, period.due.isoformat())}@tavolo")
    event.add("summary", _("Deadline: %(what)s") % {"what": board.row.title})
    event.add("dtstamp", timezone.now())
    event.add("dtstart", period.due)
    event.add("dtend", period.due + timedelta(days=1))
    event.add("url", link)
    event.add("class", openness)
    event.add("transp", "TRANSPARENT")
    return event


def _calendar(name: str, events: Iterable[Event]) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Tavolo//commitments//IT")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    for event in events:
        made.add_component(event)
    return bytes(made.to_ical())
