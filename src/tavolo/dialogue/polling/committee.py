# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Where a person stands in electoral committees today. Questions only, no writes."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from tavolo.common.remembering import remembered
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, Group, Party, Side
from tavolo.dialogue.polling.models import CommitteeMember, CommitteeRole, Succession
from tavolo.people.models import Role, UnionMembership

# Whoever decides over other people's work, or runs the platform, serves in no committee of the workers.
NOT_FOR_WORKERS = (Role.OWNER, Role.HR, Role.OPERATOR)


def serving(consultation: Consultation, side: str | None = None) -> QuerySet[CommitteeMember]:
    """Return today's members and scrutineers, of one side or of all."""
    found = held().filter(consultation=consultation)
    return found.filter(side=side) if side else found


def held() -> QuerySet[CommitteeMember]:
    """Return the places that hold today: the party sits at the table, and who sat for it still does."""
    day = standing.today()
    found = CommitteeMember.objects.active_on(day).filter(standing.still_seated(day, "party__"))
    return standing.holding(found, day)


@remembered
def membership(account_id: uuid.UUID, consultation_id: uuid.UUID) -> CommitteeMember | None:
    """Return a person's place in the committee of a consultation today, if they still may hold it."""
    found = (
        held()
        .filter(account_id=account_id, consultation_id=consultation_id)
        .select_related("party__organisation", "consultation")
        .first()
    )
    return found if found is not None and may_hold(found) else None


@remembered
def may_hold(place: CommitteeMember) -> bool:
    """Say whether the person of a place is still one of the party's own, and nothing bars them."""
    return belongs(place.account_id, place.party) and not barred(place.account_id, place.party)


@remembered
def barred(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person may not serve for a party: secretary, the other side's, employer or operator."""
    if standing.is_secretary(account_id, party.table_id):
        return True
    if any(other.side != party.side for other in standing.own_parties(account_id, party.table_id)):
        return True
    roles = NOT_FOR_WORKERS if party.side == Side.WORKERS else (Role.OPERATOR,)
    return any(held.role in roles for held in standing.own_memberships(account_id))


@remembered
def belongs(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person is one of a party's own: in its delegation, its organisation, or its member."""
    if party.pk in standing.seats_at(account_id, party.table_id):
        return True
    held = {
        one.role
        for one in standing.own_memberships(account_id)
        if one.organisation_id == party.organisation_id
    }
    if party.as_rsu:
        return bool(held & {Role.RSU, Role.WORKER})
    if held or party.side != Side.WORKERS:
        return bool(held)
    joined = UnionMembership.objects.active_on(standing.today())
    return bool(joined.filter(account_id=account_id, union_id=party.organisation_id).exists())


def handles(account_id: uuid.UUID, group: Group) -> bool:
    """Say whether a person handles a group's list and credentials.

    Members its own party named; and, once that party has left the table and all promoters who remain on its
    side carry on its list together, the members those named. Never anybody of another side.
    """
    found = membership(account_id, group.consultation_id)
    if found is None or found.role != CommitteeRole.MEMBER or found.side != group.side:
        return False
    return found.party_id == group.party_id or carried_on(group)


def owns(account_id: uuid.UUID, group: Group) -> bool:
    """Say whether a person handles a group's list for the party whose list it is."""
    found = membership(account_id, group.consultation_id)
    return found is not None and found.role == CommitteeRole.MEMBER and found.party_id == group.party_id


def carried_on(group: Group) -> bool:
    """Say whether a group's party has left the table and those who remain carry on its list."""
    left_on = group.party.ends_on
    if left_on is None or left_on > standing.today():
        return False
    return bool(
        Succession.objects.filter(
            consultation_id=group.consultation_id, party_id=group.party_id, choice=Succession.Choice.CARRY_ON,
            state=Succession.State.DONE, left_on=left_on,
        ).exists()
    )  # fmt: skip


def remaining(consultation: Consultation, side: str) -> list[Party]:
    """Return the promoters of a side that sit at the table today, in the table's order."""
    asked = consultation.groups.filter(side=side).values("party_id")
    rows = standing.seated_parties(consultation.table_id).filter(pk__in=asked)
    return list(rows.select_related("organisation").order_by("position"))


def departed(consultation: Consultation, side: str | None = None) -> list[Party]:
    """Return the promoters, of one side or of all, that have left the table."""
    groups = consultation.groups.filter(side=side) if side else consultation.groups.all()
    rows = Party.objects.filter(pk__in=groups.values("party_id"), ends_on__lte=standing.today())
    return list(rows.select_related("organisation").order_by("position"))


def counts(account_id: uuid.UUID, group: Group) -> bool:
    """Say whether a person keys paper ballots of a group: any member or scrutineer of its side."""
    found = membership(account_id, group.consultation_id)
    return found is not None and found.side == group.side


def presides(account_id: uuid.UUID, consultation_id: uuid.UUID) -> bool:
    """Say whether a person is a member (not a scrutineer) of a consultation's committee."""
    found = membership(account_id, consultation_id)
    return found is not None and found.role == CommitteeRole.MEMBER


def serves_or_names(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person serves in a committee of a table's polls, or may name its members."""
    places = held().filter(account_id=account_id, consultation__table_id=table_id)
    if any(may_hold(place) for place in places.exclude(consultation__imported=True).select_related("party")):
        return True
    asked = Group.objects.filter(consultation__table_id=table_id, consultation__imported=False)
    promoters = Party.objects.filter(pk__in=asked.values("party_id"))
    return any(standing.may_act_for(account_id, party) for party in promoters)


@remembered
def naming_party(account_id: uuid.UUID, consultation: Consultation) -> Party | None:
    """Return the promoting party for which a person may name committee members."""
    promoters = Party.objects.filter(pk__in=consultation.groups.values("party_id"))
    for party in promoters.select_related("organisation"):
        if standing.may_act_for(account_id, party):
            return party
    return None
