"""Who names the committee, who may serve, and who reads a list: its own party's members, nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import CommitteeMember
from tavolo.dialogue.polling.services import members, roll
from tavolo.dialogue.services import consultations
from tavolo.people.models import Membership, Organisation, Role
from tests.dialogue.polling.poll import build_poll, name, officer
from tests.dialogue.world import START, draft, make_account

pytestmark = pytest.mark.django_db


def named(poll, party, account, **options):
    return members.name_member(
        poll.consultation, party=poll.world.parties[party], email=account.email,
        actor_id=poll.world.delegates[party].pk, **options,
    )  # fmt: skip


def test_a_promoter_names_its_own_people(territory):
    poll = build_poll(territory, opened=False)
    worker = poll.world.people["UIL"][0]
    row = named(poll, "UIL", worker, role="scrutineer")
    assert row.side == "workers"
    assert committee.membership(worker.pk, poll.consultation.pk) == row
    assert not committee.handles(worker.pk, poll.group("UIL"))
    assert committee.counts(worker.pk, poll.group("CGIL"))


def test_the_refusal_for_an_unknown_address_and_for_somebody_elses_member_is_the_same(territory):
    poll = build_poll(territory, opened=False)
    said = set()
    for email in ("nobody@prova.example", poll.world.people["CISL"][0].email):
        with pytest.raises(Problem) as refused:
            members.name_member(
                poll.consultation, party=poll.world.parties["CGIL"], email=email,
                actor_id=poll.world.delegates["CGIL"].pk,
            )  # fmt: skip
        said.add(str(refused.value))
    assert len(said) == 1


@pytest.mark.parametrize("role", [Role.OWNER, Role.HR, Role.OPERATOR])
def test_no_employer_and_no_operator_serves_for_workers(territory, role):
    poll = build_poll(territory, opened=False)
    person = poll.world.people["CGIL"][1]
    firm = Organisation.objects.filter(kind="firm" if role != Role.OPERATOR else "employers_association")[0]
    kind = {"organisation": firm}
    if role == Role.OPERATOR:
        kind = {"organisation": Organisation.objects.create(territory=territory, kind="other", name="Host")}
    Membership.objects.create(territory=territory, account=person, role=role, starts_on=START, **kind)
    with pytest.raises(Problem, match="cannot serve"):
        named(poll, "CGIL", person)


def test_a_member_who_becomes_an_employer_loses_the_list_at_once(territory):
    poll = build_poll(territory, opened=False)
    assert committee.handles(poll.member.pk, poll.cgil)
    firm = Organisation.objects.filter(kind="firm")[0]
    Membership.objects.create(
        territory=territory, account=poll.member, organisation=firm, role=Role.OWNER, starts_on=START
    )
    assert not committee.handles(poll.member.pk, poll.cgil)


def test_the_secretariat_serves_in_no_committee(territory):
    poll = build_poll(territory, opened=False)
    secretary = poll.world.secretary
    Membership.objects.create(
        territory=territory, account=secretary, organisation=poll.world.parties["CGIL"].organisation,
        role="officer", starts_on=START,
    )  # fmt: skip
    with pytest.raises(Problem, match="cannot serve"):
        named(poll, "CGIL", secretary)


def test_only_the_party_itself_names_and_ends(territory):
    poll = build_poll(territory, opened=False)
    person = officer(poll.world, "CGIL", "altra")
    with pytest.raises(Problem):
        members.name_member(
            poll.consultation, party=poll.world.parties["CGIL"], email=person.email,
            actor_id=poll.world.delegates["Associazione"].pk,
        )  # fmt: skip
    row = CommitteeMember.objects.get(account=poll.member)
    with pytest.raises(Problem):
        members.end_member(row, actor_id=poll.world.delegates["CISL"].pk)
    members.end_member(row, actor_id=poll.world.delegates["CGIL"].pk)
    assert committee.membership(poll.member.pk, poll.consultation.pk) is None


def test_a_place_holds_only_in_its_days(territory):
    poll = build_poll(territory, opened=False)
    person = officer(poll.world, "CGIL", "domani")
    named(poll, "CGIL", person, starts_on=standing.today() + timedelta(days=1))
    assert committee.membership(person.pk, poll.consultation.pk) is None


def test_a_party_that_asks_nobody_names_nobody(territory):
    poll = build_poll(territory, opened=False)
    other = draft(poll.world, asked=["CGIL"])
    poll.consultation = other
    with pytest.raises(Problem):
        named(poll, "CISL", poll.members["CISL"][0])
    with pytest.raises(IntegrityError), transaction.atomic():
        CommitteeMember.objects.create(
            territory=territory, consultation=other, party=poll.world.parties["CISL"], side="workers",
            account=poll.members["CISL"][0], starts_on=START, act_id=territory.pk,
        )  # fmt: skip


def test_workers_are_promoted_by_unions_alone_and_no_employer_holds_their_list(territory):
    poll = build_poll(territory, opened=False)
    employer = poll.world.delegates["Associazione"]
    with pytest.raises(Problem):
        consultations.add_group(
            poll.consultation, party=poll.world.parties["Associazione"],
            constituency=poll.world.constituencies["CGIL"], actor_id=employer.pk,
        )  # fmt: skip
    with pytest.raises(Problem):
        roll.add_voters(poll.cgil, [("Nome", "", "", "slip", "it")], actor_id=employer.pk)


@pytest.mark.parametrize("who", ["member", "colleague", "cisl", "scrutineer", "delegate", "employer",
                                 "secretary", "stranger"])  # fmt: skip
def test_a_list_opens_only_to_its_own_partys_members(territory, who):
    poll = build_poll(territory, opened=False)
    scrutineer = poll.world.people["CGIL"][2]
    name(poll, "CGIL", scrutineer, "scrutineer")
    people = {
        "member": poll.member, "colleague": poll.members["CGIL"][1], "cisl": poll.members["CISL"][0],
        "scrutineer": scrutineer, "delegate": poll.world.delegates["CGIL"],
        "employer": poll.world.delegates["Associazione"], "secretary": poll.world.secretary,
        "stranger": make_account("estranea"),
    }  # fmt: skip
    client = Client(headers={"accept-language": "it"})
    client.force_login(people[who])
    allowed = who in ("member", "colleague")
    for route in ("roll", "slips"):
        answer = client.get(reverse(f"polling:{route}", args=[poll.cgil.pk]))
        assert answer.status_code == (200 if allowed else 404)
    address = reverse("polling:roll", args=[poll.cgil.pk])
    text = "".join(client.get(address, {"pagina": page}).content.decode() for page in (1, 2, 3, 4))
    assert ("Operaio Schedato 00" in text) == allowed
