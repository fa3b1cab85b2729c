# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Notices of initialling, reservations, signature and deposit. They say what everybody at the table knows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.models import Agreement
from tavolo.common import notices
from tavolo.dialogue.delegations.telling import acting_accounts, everybody
from tavolo.dialogue.models import Party


def _link(context: Any) -> str:
    return reverse("signing:agreement", args=[context["agreement"]])


_WORDS = {
    "initialled": (_("A party has initialled"), _("%(party)s has initialled “%(title)s”.")),
    "withdrawn": (_("Initials were taken back"), _("%(party)s has taken back its initials on “%(title)s”.")),
    "state": (_("An agreement has moved on"), _("“%(title)s” is now: %(state)s.")),
    "vote": (_("A vote on the tentative agreement"), _("A members' vote is linked to “%(title)s”.")),
    "named": (_("You are named to sign"), _("Your party has named you to sign “%(title)s”.")),
    "copy": (
        _("A signed copy waits for your party"),
        _("The scan of the signed sheet of “%(title)s” is there: confirm that it is what your party signed."),
    ),
    "reserve_due": (
        _("Reservation: its term is near"),
        _("“%(title)s”: the reservation pending your members' vote has its term on %(due)s."),
    ),
    "deposit_due": (
        _("Deposit: its term is near"), _("“%(title)s” is to be deposited by %(due)s."),
    ),
}  # fmt: skip
for name, (title, text) in _WORDS.items():
    notices.kind(f"signing.{name}", title=title, text=text, link=_link)


def send(accounts: Iterable[uuid.UUID], kind: str, agreement: Agreement, **more: str) -> None:
    """Send a notice about an agreement."""
    context = {"agreement": str(agreement.pk), "title": agreement.title, **more}
    notices.send(accounts, f"signing.{kind}", context)


def table(agreement: Agreement, kind: str, **more: str) -> None:
    """Tell everybody at the table."""
    send(everybody(agreement.table), kind, agreement, **more)


def parties(found: Iterable[Party], kind: str, agreement: Agreement, **more: str) -> None:
    """Tell who acts for some parties."""
    send(acting_accounts(found), kind, agreement, **more)


def state(agreement: Agreement) -> None:
    """Tell everybody at the table that the agreement has moved on."""
    with translation.override("it"):
        label = str(agreement.get_state_display())
    table(agreement, "state", state=label)


def day(value: Any) -> str:
    """Return a day as notices write it."""
    with translation.override("it"):
        return formats.date_format(value)
