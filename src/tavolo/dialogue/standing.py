# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Where a person stands: at which tables, for which party, on which roll. Questions only, no writes."""

from __future__ import annotations

import uuid
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tavolo.common.remembering import remembered
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
def seats_at(account_id: uuid.UUID, table_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the ids of the parties a person sits for at one table today, observers included."""
    return frozenset(parties_of(account_id, table_id).values_list("pk", flat=True))


@remembered
def may_act_for(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person may take formal acts for a party today.

    An RSU acts through a person who holds that office in the firm on the day, not through a seat alone.
    """
    day = today()
    seated = seats_of(account_id, day).filter(party=party, role__in=ACTING).exists()
    if not seated or not party.as_rsu:
        return seated
    return bool(
        Membership.objects.active_on(day)
        .filter(account_id=account_id, organisation_id=party.organisation_id, role=Role.RSU)
        .exists()
    )


@remembered
def acting_party(account_id: uuid.UUID, table_id: uuid.UUID) -> Party | None:
    """Return the party a person may act for at a table, if any."""
    for party in parties_of(account_id, table_id).select_related("organisation"):
        if may_act_for(account_id, party):
            return party
    return None


def heads(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person is the head of a party's delegation today."""
    return seats_of(account_id).filter(party=party, role=DelegateRole.HEAD).exists()


def is_officer_of(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person looks after the organisation a party stands for; for an RSU, who is in it."""
    role = Role.RSU if party.as_rsu else Role.OFFICER
    held = Membership.objects.active_on(today()).filter(
        account_id=account_id, organisation_id=party.organisation_id, role=role
    )
    return bool(held.exists())


def composes_delegation(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person decides who sits for a party: its head, or an officer of its organisation."""
    if party.ends_on is not None and party.ends_on <= today():
        return False
    return is_officer_of(account_id, party) or (heads(account_id, party) and may_act_for(account_id, party))


@remembered
def is_secretary(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person belongs to the table's joint secretariat today."""
    return bool(
        Secretariat.objects.active_on(today()).filter(account_id=account_id, table_id=table_id).exists()
    )


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
