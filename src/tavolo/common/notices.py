"""Messages to people: a row in the transaction of the change, mail sent later from the outbox.

A room declares its kinds and sends:

    notices.kind("dialogue.phase_opened", title=_lazy("A phase has opened"),
                 text=_lazy("The table %(table)s is now in the phase %(phase)s."),
                 link=lambda context: reverse("dialogue:table", args=[context["table_id"]]))
    notices.send(account_ids, "dialogue.phase_opened", {"table": ..., "table_id": ..., "phase": ...})

Write into `context` only what every recipient may know; it is shown to them and sent by mail. The queue
carries no argument at all: the outbox is the table itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django_scopes import get_scope, scopes_disabled

from tavolo.common.models import Notice
from tavolo.common.territory import in_territory

BATCH = 100
MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(minutes=1)
# A worker that takes a notice has this long to send it before another may try.
CLAIM = timedelta(minutes=10)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Attachment:
    """A file that goes out with a notice's mail."""

    name: str
    content: bytes
    type: str


@dataclass(frozen=True)
class Kind:
    """The words of a kind of notice. `title` and `text` are lazy translations with %(name)s places.

    `attach` makes the files of the mail when it is sent, for the one it goes to: what they may no longer
    know by then is left out.
    """

    name: str
    title: Any
    text: Any
    link: Callable[[Mapping[str, Any]], str] | None
    mail: bool
    attach: Callable[[Notice], Iterable[Attachment]] | None


KINDS: dict[str, Kind] = {}


def kind(
    name: str,
    *,
    title: Any,
    text: Any,
    link: Callable[[Mapping[str, Any]], str] | None = None,
    mail: bool = True,
    attach: Callable[[Notice], Iterable[Attachment]] | None = None,
) -> None:
    """Declare a kind of notice."""
    KINDS[name] = Kind(name, title, text, link, mail, attach)


# Asked for the accounts that do not want a message for each notice; the rooms above know their choices.
_choices: list[Callable[[Iterable[uuid.UUID]], Mapping[uuid.UUID, str]]] = []


def mail_states_are(function: Callable[[Iterable[uuid.UUID]], Mapping[uuid.UUID, str]]) -> None:
    """Register who does not want a message for each notice: account -> `Notice.Mail.NONE` or `DIGEST`."""
    if function not in _choices:
        _choices.append(function)


# The line that ends every mail, made by the room that knows where a person chooses how they are told.
_footers: list[Callable[[Notice], str]] = []


def mails_end_with(function: Callable[[Notice], str]) -> None:
    """Register the line that ends every mail."""
    if function not in _footers:
        _footers.append(function)


def send(account_ids: Iterable[uuid.UUID], kind: str, context: Mapping[str, Any]) -> int:
    """Put one notice per account into the outbox, in the caller's transaction; return how many."""
    declared = KINDS[kind]
    territory = get_scope()["territory"]
    now = timezone.now()
    usual = Notice.Mail.WAITING if declared.mail else Notice.Mail.NONE
    wanted = sorted(set(account_ids), key=lambda account_id: account_id.hex)
    chosen = {key: state for ask in _choices for key, state in ask(wanted).items()} if declared.mail else {}
    rows = [
        Notice(
            territory=territory,
            account_id=account_id,
            kind=kind,
            context=dict(context),
            mail=chosen.get(account_id, usual),
            next_attempt_at=now if chosen.get(account_id, usual) == Notice.Mail.WAITING else None,
        )
        for account_id in wanted
    ]
    Notice.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


@dataclass(frozen=True)
class Shown:
    """A notice in words."""

    id: uuid.UUID
    title: str
    text: str
    link: str
    new: bool
    created_at: Any


def shown(notice: Notice) -> Shown | None:
    """Return a notice in the words of the active language; None where its kind is no longer known."""
    declared = KINDS.get(notice.kind)
    if declared is None:
        return None
    link = declared.link(notice.context) if declared.link else ""
    return Shown(
        notice.pk,
        str(declared.title) % notice.context,
        str(declared.text) % notice.context,
        link,
        notice.new,
        notice.created_at,
    )


def count_new(account_id: uuid.UUID) -> int:
    """Return how many notices an account has not marked as read."""
    return int(Notice.objects.filter(account_id=account_id, new=True).count())


def mark_read(account_id: uuid.UUID) -> None:
    """Mark all of an account's notices as read; no time is kept."""
    Notice.objects.filter(account_id=account_id, new=True).update(new=False)


def deliver(limit: int = BATCH) -> tuple[int, int]:
    """Send waiting mail, at most `limit` messages; return how many went out and how many failed.

    A row is claimed by moving its next attempt into the future before the mail server is spoken to, so
    that two workers never send the same message and a crash only delays it. (A crash between the mail
    server's answer and our commit can send a message twice; never zero times.)
    """
    sent = failed = 0
    with scopes_disabled():
        for notice in _claimed(limit):
            if _deliver_one(notice):
                sent += 1
            else:
                failed += 1
    return sent, failed


@transaction.atomic
def _claimed(limit: int) -> list[Notice]:
    now = timezone.now()
    due = Notice.objects.filter(mail=Notice.Mail.WAITING, next_attempt_at__lte=now)
    rows = list(due.order_by("next_attempt_at").select_for_update(skip_locked=True)[:limit])
    ids = [row.pk for row in rows]
    Notice.objects.filter(pk__in=ids).update(next_attempt_at=now + CLAIM, attempts=F("attempts") + 1)
    for row in rows:
        row.attempts += 1
    return rows


def _deliver_one(notice: Notice) -> bool:
    account = get_user_model().objects.filter(pk=notice.account_id, is_active=True).first()
    try:
        message = _message(notice, account) if account is not None else None
        if message is not None:
            message.send()
    except Exception as error:
        # The address or the server may be at fault; the log names the kind of error, never the person.
        log.warning("notice_not_sent", notice=str(notice.pk), error=type(error).__name__)
        gone = notice.attempts >= MOST_ATTEMPTS
        again = None if gone else timezone.now() + FIRST_DELAY * 2 ** (notice.attempts - 1)
        _write_down(notice, Notice.Mail.FAILED if gone else Notice.Mail.WAITING, again)
        return False
    _write_down(notice, Notice.Mail.SENT if message is not None else Notice.Mail.NONE, None)
    return message is not None


def _write_down(notice: Notice, mail: Notice.Mail, next_attempt_at: datetime | None) -> None:
    """Keep how the mail fared; retention may have deleted the notice meanwhile, and the others go on."""
    Notice.objects.filter(pk=notice.pk).update(mail=mail, next_attempt_at=next_attempt_at)


def _message(notice: Notice, account: Any) -> EmailMessage | None:
    with translation.override(getattr(account, "language", "") or settings.LANGUAGE_CODE):
        words = shown(notice)
        if words is None:
            return None
        address = address_of(notice, words.link) if words.link else ""
        parts = [words.text, address, *(end(notice) for end in _footers)]
        body = "\n\n".join(part for part in parts if part) + "\n"
        subject = " ".join(words.title.split())
        message = EmailMessage(subject=subject, body=body, to=[account.email])
        for one in attachments(notice):
            message.attach(one.name, one.content, one.type)
        return message


def attachments(notice: Notice) -> list[Attachment]:
    """Return the files that go out with a notice now, in the active language."""
    declared = KINDS.get(notice.kind)
    if declared is None or declared.attach is None:
        return []
    with in_territory(notice.territory):
        return list(declared.attach(notice))


def address_of(notice: Notice, path: str) -> str:
    """Return the whole address of a page of the notice's territory, as mails carry it."""
    host = notice.territory.host or (settings.ALLOWED_HOSTS or ["localhost"])[0]
    return f"https://{host}{path}"
