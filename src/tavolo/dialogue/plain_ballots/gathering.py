# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What plain ballots give to the table's page, to "what awaits me", to the timeline and to search."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tavolo.common import notices
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.hooks import VOTES, Door, Event, Match, Waiting
from tavolo.dialogue.models import Consent, Consultation, Delegate, Group, Party, Roll, Table
from tavolo.dialogue.services.opening import promoters
from tavolo.language.stemming import share_found
from tavolo.ledger import readers

KIND = "plain_ballots"
ACTS = {
    "plain_ballots.rule_chosen": gettext_lazy("The rule of a ballot was chosen"),
    "plain_ballots.text_set": gettext_lazy("The text of a ballot was set"),
}

notices.kind(
    "plain_ballots.consent_awaited",
    title=gettext_lazy("A ballot awaits your party's consent"),
    text=gettext_lazy("“%(title)s”: read text, rule and questions, then consent to the opening."),
    link=lambda context: reverse("plain_ballots:ballot", args=[context["ballot_id"]]),
)
notices.kind(
    "plain_ballots.closed",
    title=gettext_lazy("A ballot is closed"),
    text=gettext_lazy("“%(title)s” is closed and counted. Your party sees its own figures first."),
    link=lambda context: reverse("plain_ballots:results", args=[context["ballot_id"]]),
)


def tell_promoters(consultation: Consultation, kind: str, *, but: uuid.UUID | None = None) -> None:
    """Send a notice to those who may act for the promoters, in the transaction of the change."""
    parties = [party.pk for party in promoters(consultation) if party.pk != but]
    seats = Delegate.objects.active_on(standing.today()).filter(party_id__in=parties)
    accounts = set(seats.filter(role__in=standing.ACTING).values_list("account_id", flat=True))
    context = {"title": consultation.title, "ballot_id": str(consultation.pk)}
    notices.send(accounts, kind, context)


def ballots_seen(account_id: uuid.UUID | None) -> Any:
    """Return the consultations of kind ballot a person sees."""
    return standing.visible_consultations(account_id).filter(kind=Consultation.Kind.BALLOT)


def _door(request: HttpRequest, table: Table) -> Door | None:
    found = ballots_seen(request.user.pk).filter(table=table)
    running = found.filter(state=Consultation.State.OPEN).count()
    badge = ngettext("%(n)s open", "%(n)s open", running) % {"n": running} if running else ""
    return Door(
        _("Ballots"),
        _("Votes on a text or among options: by which rule, when, with what result."),
        reverse("plain_ballots:ballots", args=[table.pk]),
        order=45,
        badge=badge,
        group=VOTES,
    )


def _waiting(account_id: uuid.UUID) -> Iterable[Waiting]:
    # A vote already given shows nowhere: the entry stays until the close, for everybody on the roll.
    asked = Roll.objects.filter(account_id=account_id).values("consultation_id")
    tables = {party.table_id for party in standing.own_parties(account_id)}
    state = Consultation.State
    rows = Consultation.objects.filter(
        Q(state=state.OPEN, pk__in=asked) | Q(state=state.DRAFT, table__in=tables),
        kind=Consultation.Kind.BALLOT,
    )  # fmt: skip
    asking = Prefetch("groups", queryset=Group.objects.select_related("party"))
    for row in rows.prefetch_related(asking, "consents"):
        if row.state == state.OPEN:
            yield Waiting(
                KIND, row.title, _("The ballot is open: you may vote, or change your vote."),
                reverse("plain_ballots:vote", args=[row.pk]), row.closes_on, row.table_id,
            )  # fmt: skip
        elif any(standing.may_act_for(account_id, party) for party in _missing_to_open(row)):
            yield Waiting(
                KIND, row.title, _("The ballot is in preparation: your party's consent is missing."),
                reverse("plain_ballots:ballot", args=[row.pk]), None, row.table_id,
            )  # fmt: skip


def _missing_to_open(row: Consultation) -> list[Party]:
    """Return the promoters whose consent to open is missing, from what was read for all ballots at once."""
    given = {one.party_id for one in row.consents.all() if one.action == Consent.Action.OPEN}
    return [group.party for group in row.groups.all() if group.party_id not in given]


def _events(account_id: uuid.UUID | None, table: Table) -> Iterable[Event]:
    for row in ballots_seen(account_id).filter(table=table):
        link = reverse("plain_ballots:ballot", args=[row.pk])
        if row.opened_on:
            yield Event(row.opened_on, KIND, _("Ballot opened: %(title)s") % {"title": row.title}, link)
        if row.closed_on:
            yield Event(row.closed_on, KIND, _("Ballot closed: %(title)s") % {"title": row.title}, link)
        elif row.closes_on and row.state == Consultation.State.OPEN:
            text = _("Last day to vote: %(title)s") % {"title": row.title}
            yield Event(row.closes_on, KIND, text, link)


def _find(account_id: uuid.UUID | None, query: str) -> Iterable[Match]:
    for row in ballots_seen(account_id).select_related("plain_ballot"):
        rank = share_found(query, f"{row.title} {row.introduction} {row.plain_ballot.text_title}")
        if rank:
            link = reverse("plain_ballots:ballot", args=[row.pk])
            yield Match(_("Ballot"), row.title, row.introduction[:200], link, rank, row.table_id)


def register() -> None:
    """Register everything; called when the application is ready."""
    readers.name_acts(ACTS)
    hooks.door(_door)
    hooks.waiting(_waiting)
    hooks.event(_events)
    hooks.finder(KIND, _find)
