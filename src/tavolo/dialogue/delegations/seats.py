# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who sits in a delegation: given, changed and ended by its head or an officer of the organisation."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing, ways
from tavolo.dialogue.delegations import decisions, telling
from tavolo.dialogue.delegations.models import Departure
from tavolo.dialogue.models import Delegate, DelegateRole, Party, Secretariat, Table
from tavolo.dialogue.services import tables
from tavolo.ledger.services import record_act
from tavolo.people.models import Account, Membership, Role

LONGEST_STATEMENT = 2000


def _require(actor_id: uuid.UUID, party: Party) -> str:
    """Return the role in which a person composes the delegation; refuse who may not."""
    if not standing.composes_delegation(actor_id, party):
        raise Problem(
            _("Only the head of the delegation or an officer of the organisation decides who sits in it.")
        )
    return "delegate" if standing.heads(actor_id, party) else ("rsu" if party.as_rsu else "officer")


def person_of(party: Party, email: str) -> Account:
    """Return the person with this address who holds a role in the party's organisation today.

    The refusal is the same for an unknown address and for somebody else's people.
    """
    roles = Membership.objects.active_on(standing.today()).filter(organisation_id=party.organisation_id)
    if party.as_rsu:
        roles = roles.filter(role=Role.RSU)
    found = Account.objects.filter(
        email__iexact=email.strip(), is_active=True, pk__in=roles.values("account_id")
    ).first()
    if found is None:
        raise Problem(
            _(
                "Nobody with this address holds a role in %(organisation)s: "
                "check it, or invite the person first."
            )
            % {"organisation": party}
        )
    return found


@transaction.atomic
def add_delegate(
    party: Party, *, email: str, role: str, actor_id: uuid.UUID, starts_on: date | None = None,
    ends_on: date | None = None, in_place_of: uuid.UUID | None = None,
) -> Delegate:  # fmt: skip
    """Give a person of the organisation a seat in its delegation.

    A head named while there is one takes over from that day: the former head goes on as a member.
    """
    acting = _require(actor_id, party)
    party = Party.objects.select_for_update().select_related("table", "organisation").get(pk=party.pk)
    person = person_of(party, email)
    seat = _give(party, person, role, starts_on or standing.today(), ends_on, in_place_of)
    _record(seat, "delegations.seat_given", actor_id, acting)
    telling.tell([person.pk], "delegations.seat_given", party.table)
    return seat


@transaction.atomic
def seat_invited(
    party: Party, person: Account, *, invited_by: uuid.UUID, role: str, starts_on: date | None,
    ends_on: date | None, in_place_of: uuid.UUID | None,
) -> Delegate:  # fmt: skip
    """Give the seat that was promised with an invitation, now that the person has accepted it.

    Whoever promised it must still compose the delegation. A first day that has passed becomes today.
    """
    acting = _require(invited_by, party)
    party = Party.objects.select_for_update().select_related("table", "organisation").get(pk=party.pk)
    first = max(starts_on or standing.today(), standing.today())
    seat = _give(party, person, role, first, ends_on, in_place_of)
    _record(seat, "delegations.seat_given", invited_by, acting)
    return seat


def _give(
    party: Party, person: Account, role: str, starts_on: date, ends_on: date | None,
    in_place_of: uuid.UUID | None,
) -> Delegate:  # fmt: skip
    """Write a seat after its checks, the party's row being locked."""
    check_span(party, role, starts_on, ends_on, in_place_of)
    _not_secretary(party, person.pk)
    if role == DelegateRole.HEAD:
        _make_room_for_head(party, starts_on)
    try:
        with transaction.atomic():
            return tables.seat_delegate(
                party, person.pk, role=role, starts_on=starts_on, ends_on=ends_on, in_place_of=in_place_of
            )
    except IntegrityError as error:
        raise Problem(
            _("%(person)s has a seat in this delegation in these days already: end that one first.")
            % {"person": person}
        ) from error


@transaction.atomic
def change_role(
    seat: Delegate, *, role: str, actor_id: uuid.UUID, in_place_of: uuid.UUID | None = None
) -> Delegate:
    """Give somebody who sits another role from today on; again: nothing more happens."""
    acting = _require(actor_id, seat.party)
    party = Party.objects.select_for_update().select_related("table").get(pk=seat.party_id)
    row = Delegate.objects.select_for_update(of=("self",)).select_related("party", "account").get(pk=seat.pk)
    today = standing.today()
    _must_hold(row, today)
    if row.role == role and row.in_place_of_id == in_place_of:
        return row
    check_span(party, role, max(row.starts_on, today), row.ends_on, in_place_of)
    if role == DelegateRole.HEAD:
        _make_room_for_head(party, max(row.starts_on, today), but=row)
    made = _continue(row, role, max(row.starts_on, today), in_place_of)
    _record(made, "delegations.seat_changed", actor_id, acting)
    return made


@transaction.atomic
def end_seat(seat: Delegate, *, actor_id: uuid.UUID, on: date | None = None) -> Delegate:
    """End a seat today, or on a day to come; the person's access ends with it. One may give up one's own.

    Again: nothing more happens.
    """
    row = Delegate.objects.select_for_update(of=("self",)).select_related("party__table").get(pk=seat.pk)
    acting = "self" if row.account_id == actor_id else _require(actor_id, row.party)
    today = standing.today()
    day = on or today
    if day < today:
        raise Problem(_("A seat ends today or later, not in the past."))
    if row.ends_on is not None and row.ends_on <= today:
        return row
    row.ends_on = max(day, row.starts_on)
    row.save(update_fields=["ends_on"])
    _record(row, "delegations.seat_ended", actor_id, acting)
    telling.tell([row.account_id], "delegations.seat_ended", row.party.table)
    if row.role == DelegateRole.HEAD:
        officers = telling.officers(row.party) - {actor_id}
        telling.tell(officers, "delegations.no_head", row.party.table)
    return row


@transaction.atomic
def leave_table(party: Party, *, actor_id: uuid.UUID, statement: str = "") -> Departure:
    """Leave the table: all seats end today, open proposals lapse, the party's rows stay. Again: nothing."""
    done = party.departures.order_by("left_at").last()
    if done is not None and _has_left(party):
        return done
    acting = _require(actor_id, party)
    if len(statement) > LONGEST_STATEMENT:
        raise Problem(
            _("The text is too long: use at most %(most)s characters.") % {"most": LONGEST_STATEMENT}
        )
    Table.objects.select_for_update().get(pk=party.table_id)
    row = Party.objects.select_for_update(of=("self",)).select_related("table").get(pk=party.pk)
    told = telling.everybody(row.table)
    today = standing.today()
    row.ends_on = today
    row.save(update_fields=["ends_on"])
    for seat in Delegate.objects.filter(still_open(today), party=row):
        seat.ends_on = max(today, seat.starts_on)
        seat.save(update_fields=["ends_on"])
    decisions.lapse(row.table)
    act_id = record_act(
        actor_id=actor_id, role=acting, act="delegations.party_left", object_type="dialogue.table",
        object_id=row.table_id, content={"party": str(row.pk), "organisation": str(row.organisation_id)},
    )  # fmt: skip
    made = Departure.objects.create(
        territory_id=row.territory_id, party=row, account_id=actor_id, statement=statement.strip(),
        act_id=act_id,
    )  # fmt: skip
    telling.tell(told, "delegations.party_left", row.table, party=row)
    ways.left(row.table)
    return made


def _has_left(party: Party) -> bool:
    return Party.objects.filter(pk=party.pk, ends_on__lte=standing.today()).exists()


def still_open(day: date) -> Q:
    """Return the condition "the seat holds on this day or later"."""
    return Q(ends_on__isnull=True) | Q(ends_on__gt=day)


def _must_hold(row: Delegate, today: date) -> None:
    if row.ends_on is not None and row.ends_on <= today:
        raise Problem(_("This seat has ended: give the person a new one."))


def check_span(
    party: Party, role: str, starts_on: date, ends_on: date | None, in_place_of: uuid.UUID | None
) -> None:
    """Refuse a role nobody knows, days that cannot be, and a substitute for nobody of the delegation."""
    if role not in DelegateRole.values:
        raise Problem(_("Choose a role from the list."))
    if starts_on < standing.today():
        raise Problem(_("A seat begins today or later, not in the past."))
    if ends_on is not None and ends_on <= starts_on:
        raise Problem(_("The end must lie after the first day."))
    if in_place_of is None:
        return
    if role != DelegateRole.SUBSTITUTE:
        raise Problem(_("Only a substitute sits in the place of somebody else."))
    members = Delegate.objects.active_on(starts_on).filter(party=party, account_id=in_place_of)
    if not members.filter(role__in=[DelegateRole.HEAD, DelegateRole.MEMBER]).exists():
        raise Problem(_("A substitute sits in the place of somebody of the same delegation."))


def _not_secretary(party: Party, account_id: uuid.UUID) -> None:
    serving = Secretariat.objects.filter(still_open(standing.today()), table_id=party.table_id)
    if serving.filter(account_id=account_id).exists():
        raise Problem(
            _("This person serves in the joint secretariat of this table and cannot sit for a party.")
        )


def _make_room_for_head(party: Party, day: date, but: Delegate | None = None) -> None:
    """Let every head whose span reaches beyond `day` go on as a member from then on."""
    seats = Delegate.objects.filter(still_open(day), party=party, role=DelegateRole.HEAD)
    for former in seats.exclude(pk=but.pk if but else None).select_related("party"):
        _continue(former, DelegateRole.MEMBER, max(day, former.starts_on), None)


def _continue(row: Delegate, role: str, day: date, in_place_of: uuid.UUID | None) -> Delegate:
    """End a seat on a day and let the same person go on in another role from that day."""
    until = row.ends_on
    row.ends_on = day
    row.save(update_fields=["ends_on"])
    return tables.seat_delegate(
        row.party, row.account_id, role=role, starts_on=day, ends_on=until, in_place_of=in_place_of
    )


def _record(seat: Delegate, act: str, actor_id: uuid.UUID, role: str) -> None:
    record_act(
        actor_id=actor_id, role=role, act=act, object_type="delegations.delegation",
        object_id=seat.party_id,
        content={
            "seat": str(seat.pk), "account": str(seat.account_id), "role": seat.role,
            "starts_on": seat.starts_on.isoformat(),
            "ends_on": seat.ends_on.isoformat() if seat.ends_on else None,
        },
    )  # fmt: skip
