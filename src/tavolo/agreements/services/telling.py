# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Notices to those who work on an agreement: the acting delegates of its parties and the secretariat."""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.models import Agreement, Contractor
from tavolo.common import notices
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Delegate, Secretariat

notices.kind(
    "agreements.amendment_lodged",
    title=_("An amendment was lodged"),
    text=_("Amendment %(number)s to “%(agreement)s” was lodged by %(party)s."),
    link=lambda context: reverse("agreements:amendments", args=[context["agreement_id"]]),
)
notices.kind(
    "agreements.version_made",
    title=_("A new version of the text"),
    text=_("“%(agreement)s” is now in version %(number)s: agreed amendments were taken in."),
    link=lambda context: reverse("agreements:text", args=[context["agreement_id"]]),
)


def people_at(agreement: Agreement) -> list[uuid.UUID]:
    """Return the accounts that act for the agreement's parties today, and the joint secretariat."""
    day = seats.today()
    parties = Contractor.objects.filter(agreement=agreement).values("party_id")
    acting = Delegate.objects.active_on(day).filter(party_id__in=parties, role__in=seats.ACTING)
    desk = Secretariat.objects.active_on(day).filter(table_id=agreement.table_id)
    found = {*acting.values_list("account_id", flat=True), *desk.values_list("account_id", flat=True)}
    return sorted(found, key=lambda account_id: account_id.hex)


def tell_table(agreement: Agreement, kind: str, *, but: uuid.UUID, **context: str) -> None:
    """Put a notice about an agreement into the outbox of everybody who works on it, but its author."""
    if agreement.table_id is None:
        return
    if "party" in context and not context["party"]:
        context["party"] = str(_("the joint secretariat"))
    known = {"agreement": agreement.title, "agreement_id": str(agreement.pk), **context}
    notices.send([one for one in people_at(agreement) if one != but], kind, known)
