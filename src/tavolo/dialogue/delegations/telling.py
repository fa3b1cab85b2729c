# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Whom this part tells what. A notice names the table and the matter, never a party's private text."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tavolo.common import notices
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate, Party, Secretariat, Table
from tavolo.people.models import Membership, Role


def _decision(context: Any) -> str:
    return reverse("delegations:decision", args=[context["decision"]])


def _secretariat(context: Any) -> str:
    return reverse("delegations:secretariat", args=[context["table_id"]])


def _delegations(context: Any) -> str:
    return reverse("delegations:delegations", args=[context["table_id"]])


notices.kind(
    "delegations.decision_awaits", title=_("A joint decision awaits your party"),
    text=_("%(table)s: “%(what)s” waits for your party's consent."), link=_decision,
)  # fmt: skip
notices.kind(
    "delegations.decision_in_force", title=_("A joint decision is in force"),
    text=_("%(table)s: “%(what)s” has the consents it needs and is in force."), link=_decision,
)  # fmt: skip
notices.kind(
    "delegations.decision_refused", title=_("A joint decision was refused"),
    text=_("%(table)s: “%(what)s” was refused; the reason is on its page."), link=_decision,
)  # fmt: skip
notices.kind(
    "delegations.decision_withdrawn", title=_("A proposal was withdrawn"),
    text=_("%(table)s: “%(what)s” was withdrawn by those who proposed it."), link=_decision,
)  # fmt: skip


notices.kind(
    "delegations.secretary_appointed", title=_("You serve in a joint secretariat"),
    text=_("%(table)s: the parties have appointed you to the joint secretariat."), link=_secretariat,
)  # fmt: skip
notices.kind(
    "delegations.secretary_revoked", title=_("A member of the joint secretariat was revoked"),
    text=_("%(table)s: %(party)s has revoked a member of the joint secretariat, from today."),
    link=_secretariat,
)  # fmt: skip
notices.kind(
    "delegations.secretary_resigned", title=_("A member of the joint secretariat resigned"),
    text=_("%(table)s: a member of the joint secretariat has resigned, from today."), link=_secretariat,
)  # fmt: skip
notices.kind(
    "delegations.seat_given", title=_("You sit in a delegation"),
    text=_("%(table)s: you have been given a seat in a delegation."), link=_delegations,
)  # fmt: skip
notices.kind(
    "delegations.seat_ended", title=_("Your seat in a delegation ends"),
    text=_("%(table)s: your seat in a delegation has been ended; access ends with it."),
)  # fmt: skip
notices.kind(
    "delegations.invited_seated", title=_("An invited person sits in your delegation"),
    text=_("%(table)s: a person you invited has accepted and sits in your delegation."), link=_delegations,
)  # fmt: skip
notices.kind(
    "delegations.invited_not_seated", title=_("An invited person could not be given the seat"),
    text=_("%(table)s: a person you invited has accepted, but the seat could not begin: see why and give "
           "another one."),
    link=_delegations,
)  # fmt: skip
notices.kind(
    "delegations.no_head", title=_("A delegation has no head"),
    text=_("%(table)s: the delegation of your organisation is without a head: name one."), link=_delegations,
)  # fmt: skip
notices.kind(
    "delegations.party_left", title=_("A party has left the table"),
    text=_("%(table)s: %(party)s has left the table. Open proposals of joint decisions have lapsed."),
    link=_delegations,
)  # fmt: skip
notices.kind(
    "delegations.mandate_ending", title=_("Your delegation's mandate is ending"),
    text=_("%(table)s: the mandate of your delegation is ending or has ended: have it renewed."),
    link=_delegations,
)  # fmt: skip


def tell(
    account_ids: Iterable[uuid.UUID], kind: str, table: Table, decision: Any = None,
    party: Party | None = None,
) -> None:  # fmt: skip
    """Send a notice of this part about a table and, perhaps, one of its decisions or parties."""
    context = {"table": table.title, "table_id": str(table.pk)}
    if party is not None:
        context["party"] = str(party)
    if decision is not None:
        context |= {"decision": str(decision.pk), "what": decision.title}
    notices.send(account_ids, kind, context)


def acting_accounts(parties: Iterable[Party]) -> set[uuid.UUID]:
    """Return the people who act for these parties today."""
    seats = Delegate.objects.active_on(standing.today())
    found = seats.filter(party__in=list(parties), role__in=standing.ACTING)
    return set(found.values_list("account_id", flat=True))


def officers(party: Party) -> set[uuid.UUID]:
    """Return the officers of the organisation a party stands for, or the members of an RSU."""
    role = Role.RSU if party.as_rsu else Role.OFFICER
    held = Membership.objects.active_on(standing.today())
    found = held.filter(organisation_id=party.organisation_id, role=role)
    return set(found.values_list("account_id", flat=True))


def secretaries(table: Table) -> set[uuid.UUID]:
    """Return the people of the joint secretariat today."""
    found = Secretariat.objects.active_on(standing.today()).filter(table=table)
    return set(found.values_list("account_id", flat=True))


def everybody(table: Table) -> set[uuid.UUID]:
    """Return the people who act for a party of the table today, and the secretariat."""
    return acting_accounts(standing.seated_parties(table.pk)) | secretaries(table)
