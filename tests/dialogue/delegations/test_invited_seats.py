"""A seat for somebody invited by mail: it begins when they accept, and only if it still may."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tavolo.common import retention
from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import composition, inviting, seats
from tavolo.dialogue.delegations.models import InvitedSeat
from tavolo.dialogue.services import tables
from tavolo.people import mail as people_mail
from tavolo.people.models import Invitation, Membership, Role
from tavolo.people.services import invitations
from tests.dialogue.world import START, make_account

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def officer(world):
    person = make_account("funzionaria")
    Membership.objects.create(
        territory=world.territory, account=person, organisation=world.parties["CGIL"].organisation,
        role=Role.OFFICER, starts_on=START,
    )  # fmt: skip
    return person


def invite(world, officer, email="nuova@example.org", **options):
    return inviting.invite(world.parties["CGIL"], email=email, actor_id=officer.pk, **options)


def accept(row, person):
    """Accept with the token of the mail."""
    _found, token = invitations.renew_token(row.invitation_id, timezone.now())
    return invitations.accept(token, person, timezone.now())


def test_the_seat_begins_when_the_invitation_is_accepted(world, officer):
    row = invite(world, officer)
    person = make_account("nuova")
    assert not standing.visible_tables(person.pk).exists()
    accept(row, person)
    assert standing.may_act_for(person.pk, world.parties["CGIL"])
    row.refresh_from_db()
    assert row.seat.account_id == person.pk
    assert row.seat.starts_on == standing.today()
    told = set(Notice.objects.values_list("account_id", "kind"))
    assert (person.pk, "delegations.seat_given") in told
    assert (officer.pk, "delegations.invited_seated") in told
    assert (world.delegates["CGIL"].pk, "delegations.invited_seated") in told


def test_accepting_twice_gives_one_seat(world, officer):
    row, person = invite(world, officer), make_account("nuova")
    _found, token = invitations.renew_token(row.invitation_id, timezone.now())
    for _again in range(2):
        invitations.accept(token, person, timezone.now())
    assert world.parties["CGIL"].delegates.filter(account=person).count() == 1


def test_the_mail_names_no_table(world, officer):
    row = invite(world, officer)
    found, token = invitations.renew_token(row.invitation_id, timezone.now())
    people_mail.invitation_message(found, token).send()
    message = mail.outbox[-1]
    assert re.search(r"/invito/[\w-]+/", message.body)
    assert world.table.title not in message.body + message.subject


def test_a_substitute_is_invited_in_somebodys_place_for_some_days(world, officer):
    head, until = world.delegates["CGIL"], standing.today() + 20 * DAY
    with pytest.raises(Problem):
        invite(world, officer, role="substitute", in_place_of=world.delegates["CISL"].pk)
    row = invite(world, officer, role="substitute", in_place_of=head.pk, ends_on=until)
    person = make_account("sostituta")
    accept(row, person)
    row.refresh_from_db()
    assert (row.seat.role, row.seat.in_place_of_id, row.seat.ends_on) == ("substitute", head.pk, until)


def test_an_invited_head_takes_over_and_a_seat_to_come_waits_for_its_day(world, officer):
    head = make_account("nuova capo")
    accept(invite(world, officer, role="head"), head)
    assert standing.heads(head.pk, world.parties["CGIL"])
    assert not standing.heads(world.delegates["CGIL"].pk, world.parties["CGIL"])
    later = make_account("più tardi")
    accept(invite(world, officer, email="poi@example.org", starts_on=standing.today() + DAY), later)
    assert not standing.visible_tables(later.pk).exists()


def test_a_first_day_that_has_passed_becomes_today(world, officer):
    row = invite(world, officer, starts_on=standing.today() + DAY)
    InvitedSeat.objects.filter(pk=row.pk).update(starts_on=standing.today() - 3 * DAY)
    person = make_account("in ritardo")
    accept(row, person)
    assert standing.may_act_for(person.pk, world.parties["CGIL"])


def test_a_seat_that_cannot_begin_leaves_the_acceptance_and_tells_who_composes(world, officer):
    row = invite(world, officer)
    serving = make_account("della segreteria")
    tables.appoint_secretary(world.table, serving.pk, starts_on=START)
    accept(row, serving)
    row.refresh_from_db()
    assert row.seat is None
    assert "secretariat" in row.refused
    assert Invitation.objects.get(pk=row.invitation_id).accepted_by_id == serving.pk
    assert (officer.pk, "delegations.invited_not_seated") in set(
        Notice.objects.values_list("account_id", "kind")
    )
    [own] = composition.delegations(world.table, officer.pk, only_own=True)
    assert [one.pk for one in own.not_seated] == [row.pk]


def test_who_no_longer_composes_has_promised_nothing(world, officer):
    row = invite(world, officer)
    party = world.parties["CGIL"]
    seats.leave_table(party, actor_id=world.delegates["CGIL"].pk)
    person = make_account("nuova")
    accept(row, person)
    row.refresh_from_db()
    assert row.seat is None
    assert row.refused
    assert not standing.visible_tables(person.pk).exists()


def test_only_officers_invite_and_take_back(world, officer):
    for actor in (world.delegates["CGIL"], world.secretary, world.delegates["CISL"], world.stranger):
        with pytest.raises(Problem):
            invite(world, actor)
    row = invite(world, officer)
    with pytest.raises(Problem):
        inviting.withdraw(row, actor_id=world.delegates["CISL"].pk)
    for _again in range(2):
        inviting.withdraw(row, actor_id=officer.pk)
    assert not list(inviting.open_seats(world.parties["CGIL"]))
    assert invitations.renew_token(row.invitation_id, timezone.now()) is None


def test_inviting_again_changes_the_promised_seat(world, officer):
    first = invite(world, officer)
    again = invite(world, officer, role="observer")
    assert first.pk == again.pk
    assert [row.role for row in inviting.open_seats(world.parties["CGIL"])] == ["observer"]


def test_the_page_lists_them_for_who_composes_and_for_nobody_else(world, officer, client):
    canary = "canarino-invito@example.org"
    row = invite(world, officer, email=canary)
    address = reverse("delegations:delegations", args=[world.table.pk])
    for who, sees in ((officer, True), (world.delegates["CGIL"], True), (world.delegates["CISL"], False),
                      (world.secretary, False)):  # fmt: skip
        client.force_login(who)
        assert (canary in client.get(address).content.decode()) is sees
        told = client.get(f"/api/v1/delegations/tables/{world.table.pk}/delegations").content.decode()
        assert (canary in told) is sees
    withdraw = reverse("delegations:withdraw_invited", args=[row.pk])
    client.force_login(world.delegates["CGIL"])
    assert client.post(withdraw).status_code == 404
    client.force_login(officer)
    assert client.post(withdraw, {"idempotency_key": "x"}).status_code == 302
    assert canary not in client.get(address).content.decode()


def test_what_was_promised_goes_with_its_invitation_and_the_seat_stays(world, officer):
    """Invitations hold an address and are deleted after some months: nothing here may hold that up."""
    row, person = invite(world, officer), make_account("nuova")
    accept(row, person)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=400))
    rule = retention.RULES["people.invitation"]
    assert rule.delete(timezone.now() - rule.period) >= 1
    assert not InvitedSeat.objects.exists()
    assert standing.may_act_for(person.pk, world.parties["CGIL"])


def test_a_program_invites_once_for_one_key(world, officer, client):
    client.force_login(officer)
    address = f"/api/v1/delegations/parties/{world.parties['CGIL'].pk}/invitations"
    sent = {"email": "programma@example.org", "role": "observer"}
    answers = [
        client.post(address, sent, content_type="application/json", headers={"Idempotency-Key": "una"})
        for _again in range(2)
    ]
    assert answers[0].status_code == 200, answers[0].content
    assert answers[0].json() == answers[1].json()
    row = InvitedSeat.objects.get()
    gone = client.post(f"/api/v1/delegations/invited-seats/{row.pk}/withdrawal")
    assert gone.json()["id"] == str(row.pk)
