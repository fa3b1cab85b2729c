"""Delegations: composed by head and officers, with dates; who leaves has no access from that day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tavolo.common.errors import Problem
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.delegations import composition, decisions, seats
from tavolo.dialogue.delegations.models import Departure
from tavolo.dialogue.models import Delegate, DelegateRole, Party
from tavolo.dialogue.services import tables
from tavolo.ledger.services import acts_on
from tavolo.people.models import Membership, Role
from tests.dialogue.world import START, make_account

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def person_at(world, name="CGIL", role=Role.DELEGATE):
    person = make_account("persona")
    Membership.objects.create(
        territory=world.territory, account=person, organisation=world.parties[name].organisation, role=role,
        starts_on=START,
    )  # fmt: skip
    return person


def add(world, person, role="member", actor=None, name="CGIL", **options):
    return seats.add_delegate(
        world.parties[name], email=person.email, role=role, actor_id=(actor or world.delegates[name]).pk,
        **options,
    )  # fmt: skip


def test_the_head_gives_a_seat_to_a_person_of_the_organisation(world):
    person = person_at(world)
    seat = add(world, person)
    assert standing.may_act_for(person.pk, world.parties["CGIL"])
    acts = [act.act_name for act in acts_on("delegations.delegation", world.parties["CGIL"].pk)]
    assert acts == ["delegations.seat_given"]
    assert seat.role == "member"


def test_an_officer_composes_without_sitting_and_sees_the_own_delegation_alone(world):
    officer = person_at(world, role=Role.OFFICER)
    person = person_at(world)
    add(world, person, actor=officer)
    shown = composition.delegations(world.table, officer.pk, only_own=True)
    assert [str(one.party) for one in shown] == ["CGIL"]
    assert [str(party) for party in composition.composed_by(officer.pk)] == ["CGIL"]
    assert not standing.visible_tables(officer.pk).exists()


def test_nobody_else_composes_a_delegation(world):
    person = person_at(world)
    member = person_at(world)
    add(world, member)
    others = [
        member,
        world.secretary,
        world.stranger,
        world.delegates["CISL"],
        person_at(world, "CISL", Role.OFFICER),
    ]
    for actor in others:
        with pytest.raises(Problem):
            add(world, person, actor=actor)


def test_a_stranger_to_the_organisation_gets_no_seat(world):
    for person in (make_account("ignota"), person_at(world, "CISL")):
        with pytest.raises(Problem, match="holds a role"):
            add(world, person)


def test_a_secretary_of_the_table_sits_for_nobody(world):
    Membership.objects.create(
        territory=world.territory, account=world.secretary, role=Role.DELEGATE, starts_on=START,
        organisation=world.parties["CGIL"].organisation,
    )  # fmt: skip
    with pytest.raises(Problem, match="secretariat"):
        add(world, world.secretary)


def test_a_new_head_takes_over_and_the_former_goes_on_as_member(world):
    person, former = person_at(world), world.delegates["CGIL"]
    add(world, person, role="head")
    assert standing.heads(person.pk, world.parties["CGIL"])
    assert not standing.heads(former.pk, world.parties["CGIL"])
    assert standing.may_act_for(former.pk, world.parties["CGIL"])


def test_the_database_holds_one_head_at_a_time(world):
    with pytest.raises(IntegrityError, match="one_head"), transaction.atomic():
        tables.seat_delegate(world.parties["CGIL"], make_account("altra").pk, role=DelegateRole.HEAD)


def test_a_role_changes_from_today_and_the_past_stays(world):
    person = person_at(world)
    seat = add(world, person)
    seat.starts_on = START
    seat.save()
    made = seats.change_role(seat, role="observer", actor_id=world.delegates["CGIL"].pk)
    assert made.starts_on == standing.today()
    assert not standing.may_act_for(person.pk, world.parties["CGIL"])
    assert Delegate.objects.active_on(standing.today() - DAY).get(account=person).role == "member"
    assert seats.change_role(made, role="observer", actor_id=world.delegates["CGIL"].pk).pk == made.pk


def test_a_substitute_sits_in_the_place_of_somebody_of_the_delegation(world):
    person, head = person_at(world), world.delegates["CGIL"]
    with pytest.raises(Problem):
        add(world, person, role="substitute", in_place_of=world.delegates["CISL"].pk)
    with pytest.raises(Problem):
        add(world, person, role="member", in_place_of=head.pk)
    seat = add(world, person, role="substitute", in_place_of=head.pk, ends_on=standing.today() + 5 * DAY)
    assert seat.in_place_of_id == head.pk
    assert standing.may_act_for(person.pk, world.parties["CGIL"])


def test_a_seat_to_come_gives_nothing_yet(world):
    person = person_at(world)
    add(world, person, starts_on=standing.today() + DAY)
    assert not standing.visible_tables(person.pk).exists()
    with pytest.raises(Problem):
        add(world, person_at(world), starts_on=standing.today() - DAY)
    with pytest.raises(Problem):
        add(world, person_at(world), ends_on=standing.today())


def test_a_second_seat_in_the_same_days_is_refused_in_words(world):
    person = person_at(world)
    add(world, person)
    with pytest.raises(Problem, match="already"):
        add(world, person, role="observer")


def test_an_ended_seat_gives_no_access_the_same_day(world):
    person = person_at(world)
    seat = add(world, person)
    seats.end_seat(seat, actor_id=world.delegates["CGIL"].pk)
    assert not standing.may_act_for(person.pk, world.parties["CGIL"])
    assert not standing.visible_tables(person.pk).exists()
    assert seats.end_seat(seat, actor_id=world.delegates["CGIL"].pk).pk == seat.pk


def test_one_gives_up_ones_own_seat_and_officers_learn_that_the_head_is_missing(world):
    officer, head = person_at(world, role=Role.OFFICER), world.delegates["CGIL"]
    seat = Delegate.objects.get(account=head)
    with pytest.raises(Problem):
        seats.end_seat(seat, actor_id=world.delegates["CISL"].pk)
    seats.end_seat(seat, actor_id=head.pk)
    waiting = [item.kind for item in hooks.awaiting(officer.pk)]
    assert "delegations.head" in waiting


def test_a_party_leaves_its_rows_stay_and_open_proposals_lapse(world):
    decision = decisions.propose(
        world.table, "delegations.rules_changed",
        {"changes": {"title": "Altro"}, "before": {"title": "Impresa e lavoro"}},
        actor_id=world.secretary.pk,
    )  # fmt: skip
    decisions.consent(decision, party=world.parties["UIL"], actor_id=world.delegates["UIL"].pk)
    head, party = world.delegates["CGIL"], world.parties["CGIL"]
    with pytest.raises(Problem):
        seats.leave_table(party, actor_id=world.secretary.pk)
    for _again in range(2):
        seats.leave_table(party, actor_id=head.pk, statement="Non ci sono le condizioni.")
    decision.refresh_from_db()
    assert decision.state == "lapsed"
    assert Departure.objects.count() == 1
    assert not standing.visible_tables(head.pk).exists()
    assert Party.objects.filter(pk=party.pk).exists()
    assert [str(p) for p in decisions.parties_at(world.table.pk)] == ["CISL", "UIL", "Associazione"]
    with pytest.raises(Problem, match="left"):
        tables.seat_delegate(Party.objects.get(pk=party.pk), head.pk)


def test_a_party_that_left_needs_not_consent_any_more(world):
    seats.leave_table(world.parties["CGIL"], actor_id=world.delegates["CGIL"].pk)
    decision = decisions.propose(
        world.table, "delegations.rules_changed",
        {"changes": {"title": "Altro"}, "before": {"title": "Impresa e lavoro"}},
        actor_id=world.secretary.pk,
    )  # fmt: skip
    assert [str(party) for party in decisions.missing(decision)] == ["CISL", "UIL", "Associazione"]


def test_a_seat_left_open_by_mistake_gives_nothing_where_the_party_has_left(world):
    """The party's end counts, whatever its seats say."""
    party = world.parties["CGIL"]
    Party.objects.filter(pk=party.pk).update(ends_on=standing.today())
    head = world.delegates["CGIL"].pk
    assert Delegate.objects.active_on(standing.today()).filter(account_id=head).exists()
    assert not standing.visible_tables(head).exists()
    assert not standing.may_act_for(head, party)
    assert not standing.composes_delegation(head, Party.objects.get(pk=party.pk))
