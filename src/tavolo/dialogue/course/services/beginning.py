# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""How a table begins: from a platform, an invitation or a joint decision, until every party has confirmed.

A person who acts for a union, an employers' association or a public body begins a table for it: a
composition, the organisations invited, the people proposed for the joint secretariat. Each invited
organisation answers through its own people. The table stays in preparation until all parties confirm.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import rules
from tavolo.dialogue.course.models import Course, Invited, Origin, ProposedSecretary
from tavolo.dialogue.course.services.common import alive, clean, living, propose, record, storable, tell
from tavolo.dialogue.course.services.phases import as_row, must_fit, notice_for, write_course
from tavolo.dialogue.delegations.kinds import TABLE_CONFIRMED, Preparation
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import DelegateRole, Party, Side, Table, Theme
from tavolo.dialogue.services import tables
from tavolo.ledger.services import record_act
from tavolo.people.models import Membership, Organisation, OrganisationKind, Role

BEGINNERS = {
    OrganisationKind.UNION: Side.WORKERS,
    OrganisationKind.EMPLOYERS_ASSOCIATION: Side.EMPLOYERS,
    OrganisationKind.PUBLIC_BODY: Side.PUBLIC,
}
SPEAKERS = (Role.OFFICER, Role.DELEGATE)
MOST_INVITED = 30
MOST_SECRETARIES = 6


@dataclass(frozen=True)
class Guest:
    """An organisation to invite. `as_rsu`: the workplace representation inside that firm."""

    organisation: Organisation
    as_rsu: bool = False


@dataclass(frozen=True)
class Beginning:
    """All that a new table begins with."""

    title: str
    origin: str
    reference: str
    blueprint: str
    phases: Sequence[rules.Phase]
    guests: Sequence[Guest]
    secretaries: Sequence[uuid.UUID] = ()
    description: str = ""
    themes: Sequence[str] = field(default_factory=tuple)


def may_begin_for(account_id: uuid.UUID) -> list[Organisation]:
    """Return the organisations for which a person may begin a table today."""
    held = Membership.objects.active_on(standing.today()).filter(account_id=account_id, role__in=SPEAKERS)
    found = Organisation.objects.filter(pk__in=held.values("organisation_id"), kind__in=list(BEGINNERS))
    return list(found.order_by("sort_key"))


def side_of(guest: Guest) -> Side:
    """Return the side an organisation sits on; raise where it sits on none."""
    kind = OrganisationKind(guest.organisation.kind)
    if guest.as_rsu and kind == OrganisationKind.FIRM:
        return Side.WORKERS
    side = Side.EMPLOYERS if kind == OrganisationKind.FIRM else BEGINNERS.get(kind)
    if side is None or guest.as_rsu:
        raise Problem(
            _("%(name)s cannot sit at a table: invite unions, employers' associations, firms, RSU/RSA or "
              "public bodies.") % {"name": guest.organisation}
        )  # fmt: skip
    return side


@transaction.atomic
def begin_table(said: Beginning, *, organisation: Organisation, actor_id: uuid.UUID) -> Course:
    """Begin a table for an organisation one speaks for. The person becomes head of its delegation."""
    if organisation.pk not in {one.pk for one in may_begin_for(actor_id)}:
        raise Problem(_("Only an officer or a delegate of this organisation can begin a table for it."))
    own = Guest(organisation)
    _check(said, own)
    table = _prepare_table(said, actor_id)
    party = tables.add_party(table, organisation, side_of(own), actor_id=actor_id)
    tables.seat_delegate(party, actor_id, role=DelegateRole.HEAD)
    course = write_course(
        table, blueprint=said.blueprint, origin=said.origin, party_id=party.pk, phases=said.phases,
        reference=clean(said.reference, what=_("what the table begins from"), most=300),
    )  # fmt: skip
    ProposedSecretary.objects.bulk_create(
        ProposedSecretary(territory_id=table.territory_id, course=course, account_id=account_id)
        for account_id in sorted(set(said.secretaries))
    )
    for guest in said.guests:
        _invite(course, guest, party)
    facts = {"origin": said.origin, "blueprint": said.blueprint, "party": str(party.pk)}
    record(course, "course.begun", actor_id, "delegate", facts)
    return course


def _check(said: Beginning, own: Guest) -> None:
    Origin(said.origin)
    must_fit([as_row(phase) for phase in said.phases])
    if not said.guests:
        raise Problem(_("Invite at least one organisation of another side."))
    if len(said.guests) > MOST_INVITED or len(set(said.secretaries)) > MOST_SECRETARIES:
        raise Problem(
            _("Invite at most %(guests)s organisations and propose at most %(secretaries)s people for the "
              "secretariat.") % {"guests": MOST_INVITED, "secretaries": MOST_SECRETARIES}
        )  # fmt: skip
    everybody = [own, *said.guests]
    if len({(one.organisation.pk, one.as_rsu) for one in everybody}) != len(everybody):
        raise Problem(_("Each organisation is named once, your own not among those invited."))
    if len({side_of(one) for one in everybody}) < 2:
        raise Problem(_("Invite at least one organisation of another side."))
    if said.origin == Origin.PLATFORM and side_of(own) != Side.WORKERS:
        raise Problem(_("A table begins from a platform when a union presents it: choose an invitation."))
    unknown = set(said.secretaries) - {one.account_id for one in possible_secretaries()}
    if unknown:
        raise Problem(_("Propose for the secretariat people who have this office in an organisation."))


def possible_secretaries() -> list[Membership]:
    """Return the people who may be proposed: those with the office of secretary in some organisation."""
    held = Membership.objects.active_on(standing.today()).filter(role=Role.SECRETARY)
    return list(held.select_related("account", "organisation").order_by("account__name", "pk"))


def _prepare_table(said: Beginning, actor_id: uuid.UUID) -> Table:
    title = clean(said.title, what=_("a title"), most=200)
    territory = get_scope()["territory"]
    table = Table.objects.create(
        territory=territory, title=title, description=storable(said.description).strip()[:4000],
        state=Table.State.PREPARATION, **notice_for(said.blueprint),
    )  # fmt: skip
    names = dict.fromkeys(storable(name).strip()[:120] for name in said.themes if name.strip())
    for position, name in enumerate(names):
        Theme.objects.create(territory=territory, table=table, name=name, position=position)
    record_act(
        actor_id=actor_id, role="delegate", act="dialogue.table_prepared", object_type="dialogue.table",
        object_id=table.pk, content={"title": title},
    )  # fmt: skip
    return table


def _invite(course: Course, guest: Guest, by: Party) -> Invited:
    row = Invited.objects.create(
        territory_id=course.territory_id, course=course, organisation=guest.organisation,
        side=side_of(guest), as_rsu=guest.as_rsu, asked_on=standing.today(),
    )  # fmt: skip
    tell(
        course, "course.invited", [one.account_id for one in speakers(row)], invited_id=str(row.pk),
        by=str(by), organisation=str(row),
    )  # fmt: skip
    return row


def speakers(row: Invited) -> list[Membership]:
    """Return those who answer for an invited organisation: its officers and delegates, owners, or RSU."""
    held = Membership.objects.active_on(standing.today()).filter(organisation_id=row.organisation_id)
    return list(held.filter(role__in=_answering_roles(row)))


def _answering_roles(row: Invited) -> tuple[str, ...]:
    if row.as_rsu:
        return (Role.RSU,)
    return (Role.OWNER, Role.HR) if row.organisation.kind == OrganisationKind.FIRM else SPEAKERS


def may_answer(row: Invited, account_id: uuid.UUID) -> bool:
    """Say whether a person answers for the invited organisation."""
    roles = _answering_roles(row)
    own = standing.own_memberships(account_id)
    return any(one.organisation_id == row.organisation_id and one.role in roles for one in own)


@transaction.atomic
def accept(invited: Invited, *, actor_id: uuid.UUID) -> Party:
    """Accept for one's organisation: it takes its seat, the person becomes head of its delegation.

    Who composes the delegation afterwards can change that. Again, by the organisation: the same party.
    """
    course, row = _answerable(invited, actor_id)
    if row.answer == Invited.Answer.ACCEPTED:
        return row.party
    if not is_open(row):
        raise Problem(_("This invitation is no longer open: ask those who sent it for a new one."))
    if standing.is_secretary(actor_id, course.table_id):
        raise Problem(
            _("You serve in the joint secretariat of this table and cannot sit for a party: somebody else of "
              "your organisation must accept.")
        )  # fmt: skip
    party = _take_seat(course.table, row, actor_id)
    tables.seat_delegate(party, actor_id, role=DelegateRole.HEAD)
    row.answer, row.party, row.answered_on = Invited.Answer.ACCEPTED, party, standing.today()
    row.save(update_fields=["answer", "party", "answered_on"])
    facts = {"party": str(party.pk), "answer": "accepted"}
    record(course, "course.invitation_answered", actor_id, "delegate", facts)
    tell(course, "course.answered", organisation=str(row))
    return party


def is_open(row: Invited) -> bool:
    """Say whether an invitation can be accepted: to a table in preparation, or by the parties' decision."""
    if row.answer != Invited.Answer.AWAITED:
        return False
    state = row.course.table.state
    return state == Table.State.PREPARATION or (row.decision_id is not None and state == Table.State.OPEN)


def _take_seat(table: Table, row: Invited, actor_id: uuid.UUID) -> Party:
    """Seat a new party, or let one that had left come back to what is its own."""
    party = Party.objects.select_for_update(of=("self",)).filter(
        table=table, organisation_id=row.organisation_id, as_rsu=row.as_rsu
    ).first()  # fmt: skip
    if party is None:
        return tables.add_party(table, row.organisation, row.side, as_rsu=row.as_rsu, actor_id=actor_id)
    if party.ends_on is not None:
        party.ends_on = None
        party.save(update_fields=["ends_on"])
    return party


@transaction.atomic
def decline(invited: Invited, *, actor_id: uuid.UUID, reason: str) -> Invited:
    """Decline for one's organisation, with a reason those at the table read."""
    course, row = _answerable(invited, actor_id)
    if row.answer == Invited.Answer.DECLINED:
        return row
    if row.answer != Invited.Answer.AWAITED:
        raise Problem(_("This invitation is no longer open: ask those who sent it for a new one."))
    row.reason = clean(reason, what=_("why your organisation declines"), most=1000)
    row.answer, row.answered_on = Invited.Answer.DECLINED, standing.today()
    row.save(update_fields=["answer", "reason", "answered_on"])
    facts = {"organisation": str(row.organisation_id), "answer": "declined"}
    record(course, "course.invitation_answered", actor_id, "officer", facts)
    tell(course, "course.answered", organisation=str(row))
    return row


def _answerable(invited: Invited, actor_id: uuid.UUID) -> tuple[Course, Invited]:
    course = living(invited.course)
    row = Invited.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invited.pk)
    if not may_answer(row, actor_id):
        raise Problem(_("Only those who speak for the invited organisation can answer."))
    return course, row


@transaction.atomic
def withdraw_invitation(invited: Invited, *, actor_id: uuid.UUID) -> Invited:
    """Take an unanswered invitation back, by the party that began the table. Again: nothing more."""
    course = living(invited.course)
    row = Invited.objects.select_for_update().get(pk=invited.pk)
    if row.decision_id is not None:
        raise Problem(_("The parties decided this together: it waits for the organisation's answer."))
    if course.begun_by is None or not standing.may_act_for(actor_id, course.begun_by):
        raise Problem(_("Only the party that began the table can take an invitation back."))
    if row.answer == Invited.Answer.AWAITED:
        row.answer, row.answered_on = Invited.Answer.WITHDRAWN, standing.today()
        row.save(update_fields=["answer", "answered_on"])
    elif row.answer != Invited.Answer.WITHDRAWN:
        raise Problem(_("This invitation has been answered already."))
    return row


@transaction.atomic
def ask_confirmation(table: Table, *, actor_id: uuid.UUID) -> JointDecision:
    """Ask every party to confirm the table, once nobody's answer is awaited any more."""
    course = alive(table)
    if why := preparation_of(table).waits:
        raise Problem(why)
    content = {"secretaries": _candidates(course)}
    return propose(table, TABLE_CONFIRMED, content, actor_id=actor_id, subject_id=table.pk)


def preparation_of(table: Table) -> Preparation:
    """Return what the course knows of a table being prepared: who has not answered, who is to keep it."""
    course = Course.objects.filter(table=table).first()
    if course is None or table.state != Table.State.PREPARATION:
        return Preparation()
    if course.invited.filter(answer=Invited.Answer.AWAITED).exists():
        return Preparation(
            _("Some organisations have not answered yet: wait for them, or take the invitation back.")
        )
    return Preparation(secretaries=tuple(_candidates(course)))


def _candidates(course: Course) -> list[dict[str, str | None]]:
    """Return the people proposed, each with the seated party whose organisation they belong to.

    Who meanwhile sits for a party, or whose organisation does not sit here, cannot serve and is left out.
    """
    parties = {p.organisation_id: p for p in standing.seated_parties(course.table_id) if not p.as_rsu}
    found: list[dict[str, str | None]] = []
    for one in course.proposed_secretaries.all():
        office = Membership.objects.active_on(standing.today()).filter(
            account_id=one.account_id, role=Role.SECRETARY, organisation_id__in=list(parties)
        ).first()  # fmt: skip
        if office is not None and not standing.parties_of(one.account_id, course.table_id).exists():
            party = parties[office.organisation_id]
            found.append({"account": str(one.account_id), "party": str(party.pk)})
    return found


def confirmation_of(table: Table) -> JointDecision | None:
    """Return the decision by which the parties confirm the table, if it was asked for."""
    return JointDecision.objects.filter(table=table, kind=TABLE_CONFIRMED).first()
