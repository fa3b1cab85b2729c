# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Whom this part tells what: delegates of the contracting parties, and the secretariat of reminders."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement
from tavolo.common import notices
from tavolo.dialogue.delegations.telling import acting_accounts, secretaries
from tavolo.dialogue.models import Party


def _page(context: Any) -> str:
    return reverse("commitments:commitment", args=[context["commitment"]])


for name, title, text in (
    ("entered", _("A commitment waits for your party's word"),
     _("%(agreement)s: “%(what)s” was entered. Say whether it is what the text says.")),
    ("holds", _("A commitment holds for both sides"),
     _("%(agreement)s: both sides say that “%(what)s” is what the text says.")),
    ("claimed", _("The other side has said how a commitment goes"),
     _("%(agreement)s: “%(what)s” waits for your side: confirm it, or dispute it with a text.")),
    ("confirmed", _("The state of a commitment is confirmed"),
     _("%(agreement)s: “%(what)s” was confirmed by the other side.")),
    ("disputed", _("The state of a commitment is disputed"),
     _("%(agreement)s: “%(what)s”: the two sides do not agree; both texts are on its page.")),
    ("due", _("A commitment falls due"),
     _("%(agreement)s: “%(what)s” falls due on %(day)s.")),
    ("overdue", _("A commitment is past its deadline"),
     _("%(agreement)s: “%(what)s” was due on %(day)s and the sides have not closed it.")),
):  # fmt: skip
    notices.kind(f"commitments.{name}", title=title, text=text, link=_page)
notices.kind(
    "commitments.evidence", title=_("Evidence was brought for a commitment"),
    text=_("%(agreement)s: evidence was brought for “%(what)s”."), link=_page, mail=False,
)  # fmt: skip


def delegates(agreement: Agreement, *, but: Party | None = None, other_side: bool = False) -> set[uuid.UUID]:
    """Return who acts today for the contracting parties, without those of `but` (or of its whole side)."""
    parties = [
        one
        for one in standing.contractors(agreement)
        if but is None or (one.side != but.side if other_side else one.pk != but.pk)
    ]
    return acting_accounts(parties)


def everybody(agreement: Agreement) -> set[uuid.UUID]:
    """Return who acts for the contracting parties, and the table's secretariat."""
    desk = secretaries(agreement.table) if agreement.table_id else set()
    return delegates(agreement) | desk


def tell(account_ids: Iterable[uuid.UUID], kind: str, row: Any, day: str = "") -> None:
    """Send a notice on a commitment; it names the agreement and the commitment, never anybody's text."""
    notices.send(
        account_ids, kind,
        {"agreement": row.agreement.title, "what": row.title, "commitment": str(row.pk), "day": day},
    )  # fmt: skip
