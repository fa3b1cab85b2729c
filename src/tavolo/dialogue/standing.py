# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Where a person stands: at which tables, for which party, on which roll. Questions only, no writes."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tavolo.common.remembering import foresee, remembered, unforeseen
from tavolo.dialogue.models import (
    Consultation,
    Delegate,
    DelegateRole,
    Party,
    PromoterKind,
    Roll,
    Secretariat,
    Side,
    Table,
)
from tavolo.people.models import Membership, OrganisationKind, Role

ACTING = (DelegateRole.HEAD, DelegateRole.MEMBER, DelegateRole.SUBSTITUTE)
PROMOTERS = {
    (Side.WORKERS, OrganisationKind.UNION): PromoterKind.UNION,
    (Side.EMPLOYERS, OrganisationKind.EMPLOYERS_ASSOCIATION): PromoterKind.ASSOCIATION,
    (Side.PUBLIC, OrganisationKind.PUBLIC_BODY): PromoterKind.PUBLIC_BODY,
}


def today() -> date:
    """Return the day in the installation's time zone."""
    return timezone.localdate()


def seats_of(account_id: uuid.UUID, day: date | None = None) -> QuerySet[Delegate]:
    """Return a person's seats in delegations on a day, today unless given; none in a party that has left."""
    day = day or today()
    seats = Delegate.objects.active_on(day).filter(account_id=account_id)
    return seats.filter(still_seated(day, "party__"))


def still_seated(day: date, prefix: str = "") -> Q:
    """Return the condition "the party has not left the table by that day"."""
    return Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gt": day})


def seated_parties(table_id: uuid.UUID, day: date | None = None) -> QuerySet[Party]:
    """Return the parties that sit at a table on a day, today unless given."""
    return Party.objects.filter(still_seated(day or today()), table_id=table_id)


def tables_sat_at(account_id: uuid.UUID) -> QuerySet[Table]:
    """Return the tables where a person sits for a party, observers included, or serves as secretary."""
    desks = Secretariat.objects.active_on(today()).filter(account_id=account_id).values("table_id")
    return Table.objects.filter(Q(pk__in=seats_of(account_id).values("party__table_id")) | Q(pk__in=desks))


def parties_of(account_id: uuid.UUID, table_id: uuid.UUID | None = None) -> QuerySet[Party]:
    """Return the parties a person sits for today, observers included."""
    seats = seats_of(account_id)
    found = Party.objects.filter(pk__in=seats.values("party_id"))
    return found.filter(table_id=table_id) if table_id else found


@remembered
def own_seats(account_id: uuid.UUID) -> list[Delegate]:
    """Return all of a person's seats today, observers included, with party, organisation and table."""
    return list(seats_of(account_id).select_related("party__organisation", "party__table"))


@remembered
def own_memberships(account_id: uuid.UUID) -> list[Membership]:
    """Return the roles a person holds in organisations today, with the organisation."""
    held = Membership.objects.active_on(today()).filter(account_id=account_id)
    return list(held.select_related("organisation"))


@remembered
def own_desks(account_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the ids of the tables in whose joint secretariat a person serves today."""
    rows = Secretariat.objects.active_on(today()).filter(account_id=account_id)
    return frozenset(rows.values_list("table_id", flat=True))


def foresee_people(account_ids: Iterable[uuid.UUID]) -> None:
    """Read seats, roles and desks of many people at once, for a page that asks about each of them."""
    wanted = [args[0] for args in unforeseen(own_seats, [(one,) for one in set(account_ids)])]
    if not wanted:
        return
    day = today()
    seats = Delegate.objects.active_on(day).filter(still_seated(day, "party__"), account_id__in=wanted)
    roles = Membership.objects.active_on(day).filter(account_id__in=wanted)
    desks = Secretariat.objects.active_on(day).filter(account_id__in=wanted)
    sat, held, kept = defaultdict(list), defaultdict(list), defaultdict(set)
    for seat in seats.select_related("party__organisation", "party__table"):
        sat[seat.account_id].append(seat)
    for role in roles.select_related("organisation"):
        held[role.account_id].append(role)
    for account_id, table_id in desks.values_list("account_id", "table_id"):
        kept[account_id].add(table_id)
    foresee(own_seats, {(one,): sat[one] for one in wanted})
    foresee(own_memberships, {(one,): held[one] for one in wanted})
    foresee(own_desks, {(one,): frozenset(kept[one]) for one in wanted})


def own_parties(account_id: uuid.UUID, table_id: uuid.UUID | None = None) -> list[Party]:
    """Return the parties a person sits for today, observers included, in the order of the table."""
    found = {
        seat.party_id: seat.party
        for seat in own_seats(account_id)
        # Programs hand ids over as text.
        if table_id is None or str(seat.party.table_id) == str(table_id)
    }
    return sorted(found.values(), key=lambda party: (party.position, party.pk))


def seats_at(account_id: uuid.UUID, table_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the ids of the parties a person sits for at one table today, observers included."""
    return frozenset(party.pk for party in own_parties(account_id, table_id))


def _sits_as(account_id: uuid.UUID, party: Party, roles: Iterable[str]) -> bool:
    return any(seat.party_id == party.pk and seat.role in roles for seat in own_seats(account_id))


def _holds(account_id: uuid.UUID, party: Party, role: str) -> bool:
    """Say whether a person holds a role in a party's organisation today."""
    held = own_memberships(account_id)
    return any(one.organisation_id == party.organisation_id and one.role == role for one in held)


def may_act_for(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person may take formal acts for a party today.

    An RSU acts through a person who holds that office in the firm on the day, not through a seat alone.
    """
    seated = _sits_as(account_id, party, ACTING)
    return seated and (not party.as_rsu or _holds(account_id, party, Role.RSU))


@remembered
def acting_party(account_id: uuid.UUID, table_id: uuid.UUID) -> Party | None:
    """Return the party a person may act for at a table, if any."""
    own = own_parties(account_id, table_id)
    return next((party for party in own if may_act_for(account_id, party)), None)


def heads(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person is the head of a party's delegation today."""
    return _sits_as(account_id, party, (DelegateRole.HEAD,))


def is_officer_of(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person looks after the organisation a party stands for; for an RSU, who is in it."""
    return _holds(account_id, party, Role.RSU if party.as_rsu else Role.OFFICER)


def composes_delegation(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person decides who sits for a party: its head, or an officer of its organisation."""
    if party.ends_on is not None and party.ends_on <= today():
        return False
    return is_officer_of(account_id, party) or (heads(account_id, party) and may_act_for(account_id, party))


def is_secretary(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person belongs to the table's joint secretariat today."""
    return str(table_id) in {str(pk) for pk in own_desks(account_id)}


def works_at(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person sits at a table for a party, observers included, or serves as its secretary."""
    return bool(seats_at(account_id, table_id)) or is_secretary(account_id, table_id)


@remembered
def is_on_roll(account_id: uuid.UUID, consultation_id: uuid.UUID) -> bool:
    """Say whether a person may vote in a consultation."""
    return Roll.objects.filter(account_id=account_id, consultation_id=consultation_id).exists()


def visible_tables(account_id: uuid.UUID) -> QuerySet[Table]:
    """Return the tables a person sees: as delegate, secretary, or because asked in a consultation."""
    day = today()
    seats = seats_of(account_id, day).values("party__table_id")
    desks = Secretariat.objects.active_on(day).filter(account_id=account_id).values("table_id")
    asked = Roll.objects.filter(account_id=account_id).values("consultation__table_id")
    return Table.objects.filter(Q(pk__in=seats) | Q(pk__in=desks) | Q(pk__in=asked))


@remembered
def sees_table(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person sees a table."""
    return visible_tables(account_id).filter(pk=table_id).exists()


def visible_consultations(account_id: uuid.UUID | None) -> QuerySet[Consultation]:
    """Return the consultations a person sees; None is a visitor who is not signed in.

    Delegates and secretaries see all of their table's, drafts included; those on the roll see theirs
    once open; everybody sees what is published.
    """
    published = Q(state=Consultation.State.PUBLISHED)
    if account_id is None:
        return Consultation.objects.filter(published)
    day = today()
    seats = seats_of(account_id, day).values("party__table_id")
    desks = Secretariat.objects.active_on(day).filter(account_id=account_id).values("table_id")
    asked = Roll.objects.filter(account_id=account_id).values("consultation_id")
    return Consultation.objects.filter(
        published | Q(table_id__in=seats) | Q(table_id__in=desks) | Q(pk__in=asked)
    )


def holding(offices: QuerySet, day: date | None = None) -> QuerySet:
    """Keep of the offices parties gave to persons those that still stand on a day, today unless given.

    `offices` are rows with `account`, `party` and `starts_on`: places in an electoral committee, moderators,
    seats in a joint body. Who sat for the party when it gave the office, or later, holds it as long as they
    sit for that party, or are an officer of its organisation: who leaves the delegation leaves what came with
    the seat. Whoever never sat there holds it as it was given. See docs/decisions/0080.
    """
    day = day or today()
    seats = Delegate.objects.filter(
        account_id=OuterRef("account_id"), party_id=OuterRef("party_id"), starts_on__lte=day
    )
    sat = seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("starts_on")))
    sits = seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), still_seated(day, "party__"))
    held = Membership.objects.active_on(day).filter(
        account_id=OuterRef("account_id"), organisation_id=OuterRef("party__organisation_id")
    )
    officer = Q(Exists(held.filter(role=Role.OFFICER)), party__as_rsu=False)
    in_rsu = Q(Exists(held.filter(role=Role.RSU)), party__as_rsu=True)
    return offices.filter(~Exists(sat) | Exists(sits) | officer | in_rsu)


def promoter_kind(party: Party) -> PromoterKind | None:
    """Return as what a party may ask a constituency, or None where it may ask none."""
    if party.as_rsu:
        return PromoterKind.RSU
    return PROMOTERS.get((Side(party.side), OrganisationKind(party.organisation.kind)))
