# mypy: disable-error-code="attr-defined"
"""What a party entrusts to its delegate ends with the seat; what it entrusts to others stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tavolo.agreements.life import bodies
from tavolo.agreements.life.models import JointBody, Member
from tavolo.common.territory import in_territory
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import seats
from tavolo.dialogue.models import Consultation, Delegate, Party
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import CommitteeMember
from tavolo.dialogue.polling.services import members
from tavolo.dialogue.voices import offices
from tavolo.dialogue.voices.models import Moderator, Proposal
from tavolo.people.models import Membership, UnionMembership
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scope(world: World) -> Iterator[None]:
    """Take back what a test did."""
    with in_territory(world.territory), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def cgil(world: World) -> Party:
    return Party.objects.get(pk=world.arguments["party_id"])


def poll(world: World) -> Consultation:
    return Consultation.objects.get(pk=world.arguments["consultation_id"])


def moderated() -> Consultation:
    proposal = Proposal.objects.order_by("pk").first()
    assert proposal is not None
    return proposal.consultation


def offices_of(world: World, account_id: Any) -> set[str]:
    """Return the offices the world gives to CGIL's delegate that this person holds today."""
    found = set()
    if committee.membership(account_id, poll(world).pk):
        found.add("committee")
    if offices.moderates(account_id, moderated()):
        found.add("moderator")
    if bodies.bodies_of(account_id).filter(pk=world.arguments["joint_body_id"]).exists():
        found.add("joint body")
    return found


ALL = {"committee", "moderator", "joint body"}


def end_seat(party: Party, account: Any) -> None:
    seats.end_seat(Delegate.objects.get(party=party, account=account), actor_id=account.pk)


def test_a_delegate_holds_the_offices_the_party_gave(world: World) -> None:
    assert offices_of(world, world.people["union_delegate"].pk) == ALL


@pytest.mark.parametrize("how", ["the seat ends", "the party leaves", "the last day has come"])
def test_offices_end_with_the_seat(world: World, cgil: Party, how: str) -> None:
    person = world.people["union_delegate"]
    if how == "the seat ends":
        end_seat(cgil, person)
    elif how == "the party leaves":
        seats.leave_table(cgil, actor_id=person.pk)
    else:
        Delegate.objects.filter(party=cgil, account=person).update(ends_on=standing.today())
    assert offices_of(world, person.pk) == set()


def test_an_officer_of_the_organisation_keeps_them(world: World, cgil: Party) -> None:
    person = world.people["union_delegate"]
    end_seat(cgil, person)
    Membership.objects.create(
        territory=world.territory, account=person, organisation=cgil.organisation, role="officer",
        starts_on=standing.today(),
    )  # fmt: skip
    assert offices_of(world, person.pk) == ALL


def test_a_lapsed_member_is_neither_listed_nor_waited_for(world: World, cgil: Party) -> None:
    person = world.people["union_delegate"]
    end_seat(cgil, person)
    assert not committee.serving(poll(world), "workers").filter(account=person).exists()
    assert person.pk not in bodies.accounts_of(JointBody.objects.get(pk=world.arguments["joint_body_id"]))


def test_who_never_sat_there_keeps_what_was_given(world: World, cgil: Party) -> None:
    """A plain member counts ballots, an officer moderates, an expert sits in the joint body."""
    member = UnionMembership.objects.filter(union=cgil.organisation).order_by("pk")[0].account
    head = world.people["union_delegate"].pk
    place = CommitteeMember.objects.filter(account_id=head, consultation=poll(world)).get()
    CommitteeMember.objects.create(
        territory=world.territory, consultation=poll(world), party=cgil, account=member, side="workers",
        role="scrutineer", starts_on=standing.today(), act_id=place.act_id,
    )  # fmt: skip
    offices.name_moderator(cgil, member.pk, actor_id=head)
    Member.objects.create(
        territory=world.territory, body_id=world.arguments["joint_body_id"], party=cgil, account=member,
        starts_on=standing.today(),
    )  # fmt: skip
    end_seat(cgil, world.people["union_delegate"])
    assert offices_of(world, member.pk) == ALL


def test_who_leaves_the_union_no_longer_serves_in_its_committee(world: World, cgil: Party) -> None:
    joined = UnionMembership.objects.filter(union=cgil.organisation).order_by("pk")[0]
    members.CommitteeMember.objects.create(
        territory=world.territory, consultation=poll(world), party=cgil, account=joined.account,
        side="workers", role="scrutineer", starts_on=standing.today(), act_id=joined.pk,
    )  # fmt: skip
    assert committee.membership(joined.account_id, poll(world).pk)
    day = standing.today()
    UnionMembership.objects.filter(pk=joined.pk).update(ends_on=day)
    Membership.objects.filter(account=joined.account).update(ends_on=day)
    assert committee.membership(joined.account_id, poll(world).pk) is None


def test_a_party_may_name_a_former_delegate_again_from_the_next_day(world: World, cgil: Party) -> None:
    person, day = world.people["other_union_delegate"], standing.today()
    cisl = Party.objects.get(organisation__short_name="CISL", table_id=cgil.table_id)
    Delegate.objects.filter(party=cisl, account=person).update(ends_on=day)
    row = Member.objects.create(
        territory=world.territory, body_id=world.arguments["joint_body_id"], party=cisl, account=person,
        starts_on=day,
    )  # fmt: skip
    assert bodies.seat_of(person.pk, row.body) is None
    Delegate.objects.filter(party=cisl, account=person).update(ends_on=day - timedelta(days=1))
    assert bodies.seat_of(person.pk, row.body) == row


def test_naming_a_lapsed_moderator_begins_the_office_anew(world: World, cgil: Party) -> None:
    person = world.people["union_delegate"]
    old = Moderator.objects.filter(account=person, table_id=cgil.table_id).get()
    Moderator.objects.filter(pk=old.pk).update(starts_on=standing.today() - timedelta(days=30))
    Delegate.objects.filter(party=cgil, account=person).update(ends_on=standing.today() - timedelta(days=1))
    assert not offices.moderates(person.pk, moderated())
    head = Membership.objects.create(
        territory=world.territory, account=world.people["worker"], organisation=cgil.organisation,
        role="delegate", starts_on=standing.today(),
    )  # fmt: skip
    Delegate.objects.create(
        territory=world.territory, party=cgil, account=head.account, role="head", starts_on=standing.today(),
    )  # fmt: skip
    new = offices.name_moderator(cgil, person.pk, actor_id=head.account_id)
    assert new.pk != old.pk
    assert offices.moderates(person.pk, moderated())


def test_an_invitation_of_the_organisation_ends_with_the_role_in_it(world: World, cgil: Party) -> None:
    """It is about another table: no seat here, but the organisation's own role carries it."""
    person, path = world.people["union_delegate"], f"/tavoli/inviti/{world.arguments['invited_id']}/"
    client = world.client("union_delegate")
    assert client.get(path).status_code == 200
    end_seat(cgil, person)
    assert client.get(path).status_code == 200
    Membership.objects.filter(account=person, organisation=cgil.organisation).update(ends_on=standing.today())
    assert client.get(path).status_code == 404
