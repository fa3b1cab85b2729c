# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who may know of what, asked anew each time with today's date. Questions only, no writes.

- A plenary is for everybody who sits at the table: delegations, observers included, and the secretariat.
- A restricted meeting is for the people named for it, while they sit for the party they were named for.
  Nobody else learns of it: not their own party's head, not the secretariat.
- A party meeting is for the delegations of the parties called, and nobody else.
"""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from tavolo.dialogue import standing
from tavolo.dialogue.meetings.models import (
    Communique,
    Document,
    Kind,
    Meeting,
    Minutes,
    MinutesVersion,
    Named,
)
from tavolo.dialogue.models import Delegate, Party, Secretariat, Table


def _seats() -> QuerySet[Delegate]:
    """Return today's seats in all delegations, those of parties that have left aside."""
    day = standing.today()
    return Delegate.objects.active_on(day).filter(standing.still_seated(day, "party__"))


def tables_of(account_id: uuid.UUID) -> QuerySet[Table]:
    """Return the tables at which a person sits today: in a delegation or in the secretariat."""
    return standing.tables_sat_at(account_id)


def sits(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person sits at a table today, as delegate or secretary."""
    return tables_of(account_id).filter(pk=table_id).exists()


def visible_meetings(account_id: uuid.UUID | None) -> QuerySet[Meeting]:
    """Return the meetings a person may know of today."""
    if account_id is None:
        return Meeting.objects.none()
    seats = standing.seats_of(account_id)
    named = Named.objects.filter(account_id=account_id, party_id__in=seats.values("party_id"))
    return Meeting.objects.filter(
        Q(kind=Kind.PLENARY, table_id__in=tables_of(account_id).values("pk"))
        | Q(kind=Kind.RESTRICTED, pk__in=named.values("meeting_id"))
        | Q(kind=Kind.PARTY, called__party_id__in=seats.values("party_id"))
    ).distinct()


def sees(account_id: uuid.UUID | None, meeting_id: uuid.UUID) -> bool:
    """Say whether a person may know of a meeting."""
    return visible_meetings(account_id).filter(pk=meeting_id).exists()


def people_of(meeting: Meeting) -> set[uuid.UUID]:
    """Return the people a meeting is for today."""
    seats = _seats()
    if meeting.kind == Kind.PLENARY:
        delegates = seats.filter(party__table_id=meeting.table_id)
        desks = Secretariat.objects.active_on(standing.today()).filter(table_id=meeting.table_id)
        return {*delegates.values_list("account_id", flat=True), *desks.values_list("account_id", flat=True)}
    if meeting.kind == Kind.PARTY:
        called = seats.filter(party_id__in=meeting.called.values("party_id"))
        return set(called.values_list("account_id", flat=True))
    sitting = seats.filter(account_id=OuterRef("account_id"), party_id=OuterRef("party_id"))
    return set(meeting.named.filter(Exists(sitting)).values_list("account_id", flat=True))


def parties_called(meeting: Meeting) -> list[Party]:
    """Return the parties called to a meeting, in the table's order."""
    found = Party.objects.filter(pk__in=meeting.called.values("party_id"))
    return list(found.select_related("organisation"))


def answering_party(account_id: uuid.UUID, meeting: Meeting) -> Party | None:
    """Return the party a person may answer for on a meeting's minutes, if any."""
    if not sees(account_id, meeting.pk):
        return None
    own = parties_called(meeting)
    if meeting.kind == Kind.RESTRICTED:
        named = set(meeting.named.filter(account_id=account_id).values_list("party_id", flat=True))
        own = [party for party in own if party.pk in named]
    return next((party for party in own if standing.may_act_for(account_id, party)), None)


def answering_people(meeting: Meeting, party: Party) -> set[uuid.UUID]:
    """Return the people who may answer for a party on a meeting's minutes today."""
    acting = _seats().filter(party=party, role__in=standing.ACTING)
    found = set(acting.values_list("account_id", flat=True))
    if meeting.kind == Kind.RESTRICTED:
        found &= set(meeting.named.filter(party=party).values_list("account_id", flat=True))
    return found


def keeps(account_id: uuid.UUID, meeting: Meeting) -> bool:
    """Say whether a person runs a meeting today: agenda, attendance, minutes.

    For a plenary that is the secretariat. For the others it is the keeper, or, where the keeper no longer
    sits there, anybody of the meeting who may act.
    """
    if meeting.kind == Kind.PLENARY:
        return standing.is_secretary(account_id, meeting.table_id)
    if answering_party(account_id, meeting) is None:
        return False
    return account_id == meeting.keeper_id or meeting.keeper_id not in people_of(meeting)


def versions_read_by(account_id: uuid.UUID, minutes: Minutes) -> QuerySet[MinutesVersion]:
    """Return the versions of minutes a reader of them may see: drafts never sent are their keepers' only."""
    rows = minutes.versions.all()
    return rows if keeps(account_id, minutes.meeting) else rows.filter(sending__isnull=False)


def counting_version(account_id: uuid.UUID, minutes: Minutes) -> MinutesVersion:
    """Return the version that counts for a person: the draft at work for its keeper, else the one sent."""
    if minutes.state == Minutes.State.DRAFT and keeps(account_id, minutes.meeting):
        return minutes.versions.last()
    return minutes.current


def keepers(meeting: Meeting) -> set[uuid.UUID]:
    """Return the people who run a meeting today."""
    if meeting.kind == Kind.PLENARY:
        desks = Secretariat.objects.active_on(standing.today()).filter(table_id=meeting.table_id)
        return set(desks.values_list("account_id", flat=True))
    people = people_of(meeting)
    if meeting.keeper_id in people:
        return {meeting.keeper_id}
    return {person for person in people if keeps(person, meeting)}


def is_head(account_id: uuid.UUID, party: Party) -> bool:
    """Say whether a person is head of a party's delegation today."""
    return standing.heads(account_id, party)


def visible_documents(account_id: uuid.UUID | None) -> QuerySet[Document]:
    """Return the documents a person may see today."""
    if account_id is None:
        return Document.objects.none()
    seats = standing.seats_of(account_id)
    sides = Exists(seats.filter(party__table_id=OuterRef("table_id"), party__side=OuterRef("side")))
    return Document.objects.filter(
        Q(audience=Document.Audience.TABLE, table_id__in=tables_of(account_id).values("pk"))
        | Q(sides, audience=Document.Audience.SIDE)
        | Q(audience=Document.Audience.PARTIES, parties__in=seats.values("party_id"))
        | Q(audience=Document.Audience.MEETING, meeting_id__in=visible_meetings(account_id).values("pk"))
    ).distinct()


def visible_communiques(account_id: uuid.UUID | None) -> QuerySet[Communique]:
    """Return the communiqués a person may read: published ones everybody; drafts those they concern."""
    published = Q(state=Communique.State.PUBLISHED)
    if account_id is None:
        return Communique.objects.filter(published)
    joint = Q(party__isnull=True, table_id__in=tables_of(account_id).values("pk"))
    own = Q(party_id__in=standing.seats_of(account_id).values("party_id"))
    return Communique.objects.filter(published | joint | own)
