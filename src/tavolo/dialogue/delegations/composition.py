# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the pages and the API show of delegations. Questions only, no writes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When

from tavolo.dialogue import standing
from tavolo.dialogue.delegations import inviting, mandates
from tavolo.dialogue.delegations.models import Departure, InvitedSeat, PublicFace
from tavolo.dialogue.delegations.seats import still_open
from tavolo.dialogue.models import Delegate, DelegateRole, Party, Table
from tavolo.people.models import Membership, Role

ORDER = Case(
    *(When(role=role, then=Value(place)) for place, role in enumerate(DelegateRole.values)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Delegation:
    """A party with the people who sit for it and the public face of its mandate."""

    party: Party
    seats: list[Delegate]
    former: list[Delegate]
    mandate: PublicFace
    own: bool
    composes: bool
    officer: bool
    acts: bool
    warning: str
    departure: Departure | None
    invited: list[InvitedSeat]
    not_seated: list[InvitedSeat]

    @property
    def left(self) -> bool:
        """Say whether the party has left the table and has not come back."""
        return self.departure is not None

    @property
    def headless(self) -> bool:
        """Say whether nobody heads the delegation today."""
        today = standing.today()
        return not any(seat.role == DelegateRole.HEAD and seat.starts_on <= today for seat in self.seats)


def delegations(table: Table, account_id: uuid.UUID, *, only_own: bool = False) -> list[Delegation]:
    """Return the delegations of a table as this person may see them."""
    parties = Party.objects.filter(table=table).select_related("organisation", "table")
    found = [_delegation(party, account_id) for party in parties.order_by("position", "id")]
    return [one for one in found if not only_own or one.composes]


def _delegation(party: Party, account_id: uuid.UUID) -> Delegation:
    today = standing.today()
    rows = (
        Delegate.objects.filter(party=party)
        .select_related("account", "in_place_of")
        .order_by(ORDER, "starts_on", "account__name")
    )
    own = standing.seats_of(account_id).filter(party=party).exists()
    composes = standing.composes_delegation(account_id, party)
    gone = party.ends_on is not None and party.ends_on <= today
    return Delegation(
        party=party,
        seats=list(rows.filter(still_open(today))),
        former=list(rows.filter(ends_on__lte=today).exclude(ends_on=F("starts_on"))),
        mandate=mandates.face(party),
        own=own,
        composes=composes,
        officer=standing.is_officer_of(account_id, party),
        acts=standing.may_act_for(account_id, party),
        warning=mandates.warning(party) if own else "",
        departure=party.departures.order_by("left_at").last() if gone else None,
        invited=list(inviting.open_seats(party)) if composes else [],
        not_seated=list(inviting.not_seated(party)) if composes else [],
    )


def composed_by(account_id: uuid.UUID) -> list[Party]:
    """Return the parties whose delegation a person composes, at tables not concluded."""
    today = standing.today()
    held = Membership.objects.active_on(today).filter(account_id=account_id)
    officer = Q(as_rsu=False, organisation__in=held.filter(role=Role.OFFICER).values("organisation_id"))
    rsu = Q(as_rsu=True, organisation__in=held.filter(role=Role.RSU).values("organisation_id"))
    headed = standing.seats_of(account_id).filter(role=DelegateRole.HEAD).values("party_id")
    rows = Party.objects.filter(officer | rsu | Q(pk__in=headed)).filter(standing.still_seated(today))
    rows = rows.exclude(table__state=Table.State.CLOSED).select_related("table", "organisation")
    return [party for party in rows if standing.composes_delegation(account_id, party)]


def seated(party: Party) -> Iterable[Any]:
    """Return the people who sit for a party today: (account id, name, role)."""
    rows = Delegate.objects.active_on(standing.today()).filter(party=party)
    return rows.order_by(ORDER, "account__name").values_list("account_id", "account__name", "role")
