# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The members' votes on one tentative agreement: whose they are, which is a party's own. Questions only.

Unions that consult separately have each a vote of their own on the same frozen text; unions that ask together
share one. So everything is asked by party, never of "the" vote.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Literal

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing.models import Vote
from tavolo.common.errors import Problem
from tavolo.common.remembering import remembered
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Consultation, Group, Party

Phase = Literal["", "prepared", "open", "closed"]
DRAFT, OPEN, VOID = "draft", "open", "void"


@remembered
def votes(agreement: Agreement) -> list[Vote]:
    """Return the votes tied to an agreement, the first tied first."""
    return list(with_what_they_ask(Vote.objects.filter(agreement=agreement)))


def with_what_they_ask(rows: QuerySet[Vote]) -> QuerySet[Vote]:
    """Read votes with their consultation, and whom each asks, in two questions."""
    groups = Group.objects.select_related("party__organisation", "constituency")
    return rows.select_related("consultation__plain_ballot", "consultation__creator").prefetch_related(
        Prefetch("consultation__groups", queryset=groups)
    )


def asking(consultation: Consultation) -> list[Party]:
    """Return the parties whose constituencies a vote asks; while there is none, the one that prepares it."""
    found: dict[uuid.UUID, Party] = {}
    for group in consultation.groups.all():
        found.setdefault(group.party_id, group.party)
    if not found and consultation.creator is not None:
        return [consultation.creator]
    return list(found.values())


def begun(consultation: Consultation) -> bool:
    """Say whether a vote has begun and stands: it is not in preparation and did not end without result."""
    return consultation.state not in (DRAFT, VOID)


def own_vote(agreement: Agreement, party: Party) -> Vote | None:
    """Return the vote that asks a party's members: the one that has begun, else the newest prepared."""
    own = [one for one in votes(agreement) if party.pk in {who.pk for who in asking(one.consultation)}]
    return next((one for one in own if begun(one.consultation)), own[-1] if own else None)


def rivals(agreement: Agreement, consultation: Consultation) -> list[Vote]:
    """Return the other votes tied to an agreement that ask a party this one asks too; void ones aside."""
    asked = {party.pk for party in asking(consultation)}
    return [
        one for one in votes(agreement)
        if one.consultation_id != consultation.pk and one.consultation.state != VOID
        and asked & {party.pk for party in asking(one.consultation)}
    ]  # fmt: skip


def phase_of(states: Iterable[str]) -> Phase:
    """Return how votes stand together: one open makes it open, none begun yet prepared, all ended closed."""
    found = {state for state in states if state != VOID}
    if not found:
        return ""
    if found == {DRAFT}:
        return "prepared"
    return "open" if found & {DRAFT, OPEN} else "closed"


@remembered
def phase(agreement: Agreement) -> Phase:
    """Return how the votes on an agreement stand: none, prepared, open, closed."""
    rows = Vote.objects.filter(agreement=agreement)
    return phase_of(rows.values_list("consultation__state", flat=True))


def state_words(agreement: Agreement) -> str:
    """Say of an agreement before the members how its votes stand, where the state's name says too much."""
    if agreement.state != State.VOTING:
        return ""
    return {
        "prepared": _("vote in preparation"), "closed": _("vote ended, answers awaited"),
        "": _("vote ended without result"),
    }.get(phase(agreement), "")  # fmt: skip


def on_roll(account_id: uuid.UUID | None, agreement_id: Any) -> Agreement | None:
    """Return the agreement if a person is on the roll of a vote tied to it."""
    if account_id is None:
        return None
    for row in Vote.objects.filter(agreement_id=agreement_id).select_related("agreement"):
        if seats.is_on_roll(account_id, row.consultation_id):
            return row.agreement
    return None


def check_opening(sender: Any, instance: Consultation, **_kwargs: Any) -> None:
    """Refuse, in words, to open a vote on another text, or one whose party is asked in another already."""
    if instance.state != OPEN:
        return
    row = Vote.objects.filter(consultation=instance, consultation__state=DRAFT).first()
    if row is None:
        return
    if instance.plain_ballot.text_hash != row.hash:
        raise Problem(
            _("This vote is tied to a tentative agreement, but no longer asks about its exact text.")
        )
    for other in rivals(row.agreement, instance):
        if begun(other.consultation):
            raise Problem(already_asked(other.consultation))


def already_asked(consultation: Consultation) -> str:
    """Say that a party's members are asked in another vote, and what to do."""
    return _(
        "The vote “%(title)s” is linked and has begun: it is not replaced. A party's members are asked once "
        "on this text; other unions ask theirs in a vote of their own, or in one prepared together."
    ) % {"title": consultation.title}
