# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Digests: what notices say, gathered into one message a day or a week."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tavolo.common import notices
from tavolo.common.models import Notice, Territory
from tavolo.dialogue.following.models import MailChoice, Preference

MONDAY = 0


def footer(notice: Notice) -> str:
    """Return the line that ends every mail: where to choose how often mail comes, or none at all."""
    address = notices.address_of(notice, reverse("following:telling"))
    return _("How often we write to you, or never: %(address)s") % {"address": address}


@transaction.atomic
def choose_mail(account_id: uuid.UUID, territory: Territory, choice: str) -> Preference:
    """Set how a person is told by mail; what waits for a digest goes the new way too, or not at all."""
    row, _made = Preference.objects.update_or_create(
        territory=territory, account_id=account_id, defaults={"mail": MailChoice(choice)}
    )
    waiting = Notice.objects.filter(account_id=account_id, mail=Notice.Mail.DIGEST)
    if row.mail == MailChoice.EACH:
        waiting.update(mail=Notice.Mail.WAITING, next_attempt_at=timezone.now())
    elif row.mail == MailChoice.NEVER:
        waiting.update(mail=Notice.Mail.NONE)
        unsent = Notice.objects.filter(account_id=account_id, mail=Notice.Mail.WAITING)
        unsent.update(mail=Notice.Mail.NONE, next_attempt_at=None)
    return row


def mail_choice(account_id: uuid.UUID) -> str:
    """Return how a person is told by mail."""
    found = Preference.objects.filter(account_id=account_id).values_list("mail", flat=True).first()
    return found or MailChoice.EACH


def mail_states(account_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return, for those who do not want a message each, the state their notices' mail begins in."""
    chosen = Preference.objects.filter(account_id__in=list(account_ids)).exclude(mail=MailChoice.EACH)
    return {
        account: Notice.Mail.NONE if mail == MailChoice.NEVER else Notice.Mail.DIGEST
        for account, mail in chosen.values_list("account_id", "mail")
    }


def send_digests(today: date) -> int:
    """Send the digests due today in the current territory; return how many went out.

    The notices are marked as sent in the transaction that claims them, so that a digest goes out once; a
    mail server that fails at that moment loses one digest's mail, never the notices, which stay on the page.
    """
    due = {MailChoice.DAILY} | ({MailChoice.WEEKLY} if today.weekday() == MONDAY else set())
    accounts = Preference.objects.filter(mail__in=due).values_list("account_id", flat=True)
    return sum(_send_one(account) for account in sorted(accounts))


def _send_one(account_id: uuid.UUID) -> int:
    account = get_user_model().objects.filter(pk=account_id, is_active=True).first()
    with transaction.atomic():
        waiting = Notice.objects.select_for_update(skip_locked=True).filter(
            account_id=account_id, mail=Notice.Mail.DIGEST
        )
        rows = list(waiting.order_by("created_at"))
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mail=Notice.Mail.SENT)
    if account is None or not rows:
        return 0
    _message(account, rows).send()
    return 1


def _message(account: object, rows: list[Notice]) -> EmailMessage:
    with translation.override(getattr(account, "language", "") or settings.LANGUAGE_CODE):
        parts, files = [], []
        for row in rows:
            words = notices.shown(row)
            if words is not None:
                day = formats.date_format(row.created_at.date(), "SHORT_DATE_FORMAT")
                link = "\n" + notices.address_of(row, words.link) if words.link else ""
                parts.append(f"{day} · {words.title}\n{words.text}{link}")
                files += notices.attachments(row)
        count = len(parts)
        subject = ngettext("Tavolo: %(count)s notice", "Tavolo: %(count)s notices", count) % {"count": count}
        parts.append(footer(rows[0]))
        message = EmailMessage(subject=subject, body="\n\n".join(parts) + "\n", to=[account.email])
        for one in files:
            message.attach(one.name, one.content, one.type)
        return message
