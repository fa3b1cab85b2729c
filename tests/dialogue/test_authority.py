"""Who may ask whom: in the services, and once more in the database itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tavolo.common.errors import Problem
from tavolo.dialogue.models import Consultation, DelegateRole, Group, Release, Roll, StatementVersion
from tavolo.dialogue.services import closing, consultations, opening, releasing, tables
from tavolo.people.models import Constituency, ConstituencyKind, Membership, Organisation, Role
from tests.dialogue.world import (
    START,
    build_world,
    close_one,
    draft,
    everybody_votes,
    make_account,
    make_accounts,
    open_one,
)

pytestmark = pytest.mark.django_db


def test_an_employers_party_cannot_ask_workers(territory):
    world = build_world(territory)
    consultation = draft(world, asked=["CGIL"])
    employer = world.delegates["Associazione"]
    with pytest.raises(Problem):
        consultations.add_group(
            consultation, party=world.parties["Associazione"], constituency=world.constituencies["CISL"],
            actor_id=employer.pk,
        )  # fmt: skip


def test_workers_are_not_asked_through_an_employers_consultation(territory):
    world = build_world(territory)
    consultation = draft(world, asked=["Associazione"])
    with pytest.raises(Problem):
        consultations.add_group(
            consultation, party=world.parties["CGIL"], constituency=world.constituencies["CGIL"],
            actor_id=world.delegates["CGIL"].pk,
        )  # fmt: skip


def test_nobody_asks_another_partys_constituency_or_acts_for_another_party(territory):
    world = build_world(territory)
    consultation = draft(world, asked=["CGIL"])
    for actor in (world.delegates["CGIL"], world.delegates["CISL"]):
        with pytest.raises(Problem):
            consultations.add_group(
                consultation, party=world.parties["CGIL"], constituency=world.constituencies["CISL"],
                actor_id=actor.pk,
            )  # fmt: skip
    with pytest.raises(Problem):
        consultations.add_group(
            consultation, party=world.parties["CISL"], constituency=world.constituencies["CISL"],
            actor_id=world.delegates["CGIL"].pk,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("asking", "asked", "side", "kind"),
    [
        ("Associazione", "CGIL", "workers", "union"),
        ("Associazione", "CGIL", "employers", "employers_association"),
        ("CGIL", "CISL", "workers", "union"),
        ("Associazione", "Associazione", "workers", "union"),
    ],
)
def test_the_database_refuses_what_no_service_would_write(territory, asking, asked, side, kind):
    world = build_world(territory)
    consultation = draft(world, asked=["UIL"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.create(
            territory=territory, consultation=consultation, party=world.parties[asking],
            constituency=world.constituencies[asked], name="x", side=side, promoter_kind=kind, number=5,
        )  # fmt: skip


def test_the_database_refuses_workers_in_an_employers_consultation(territory):
    world = build_world(territory)
    consultation = draft(world, asked=["Associazione"])
    with pytest.raises(IntegrityError, match="employers"), transaction.atomic():
        Group.objects.create(
            territory=territory, consultation=consultation, party=world.parties["CGIL"],
            constituency=world.constituencies["CGIL"], name="x", side="workers",
            promoter_kind="union", number=5,
        )  # fmt: skip


def rsu_table(world):
    firm = Organisation.objects.filter(kind="firm").first()
    party = tables.add_party(world.table, firm, "workers", as_rsu=True)
    person = make_account("rsu")
    tables.seat_delegate(party, person.pk, role=DelegateRole.HEAD, starts_on=START)
    Membership.objects.bulk_create(
        Membership(
            territory=world.territory, account=worker, organisation=firm, role=Role.WORKER, starts_on=START
        )
        for worker in make_accounts("operaia", 12)
    )
    constituency = Constituency.objects.create(
        territory=world.territory, kind=ConstituencyKind.WORKERS_OF_FIRM, name="Reparto", organisation=firm,
        subject=firm, held_by_rsu=True,
    )  # fmt: skip
    return firm, party, person, constituency


def test_an_rsu_asks_the_workers_of_its_firm_while_it_holds_office(territory):
    world = build_world(territory)
    firm, party, person, constituency = rsu_table(world)
    with pytest.raises(Problem):
        consultations.create_consultation(table=world.table, actor_id=person.pk, title="T", question="Q")
    Membership.objects.create(
        territory=territory, account=person, organisation=firm, role=Role.RSU, starts_on=START
    )
    made = consultations.create_consultation(table=world.table, actor_id=person.pk, title="T", question="Q")
    consultations.add_group(made, party=party, constituency=constituency, actor_id=person.pk)
    consultations.add_statement(made, text="Una.", actor_id=person.pk)
    assert opening.consent_to_open(made, party=party, actor_id=person.pk) is True
    assert Roll.objects.filter(consultation=made).count() == 12


def test_a_consultation_opens_only_when_every_promoter_has_consented(territory):
    world = build_world(territory)
    consultation = draft(world, asked=["CGIL", "CISL"])
    cgil, cisl = world.parties["CGIL"], world.parties["CISL"]
    assert not opening.consent_to_open(consultation, party=cgil, actor_id=world.delegates["CGIL"].pk)
    with pytest.raises(Problem):
        opening.consent_to_open(consultation, party=cisl, actor_id=world.delegates["CGIL"].pk)
    assert opening.consent_to_open(consultation, party=cisl, actor_id=world.delegates["CISL"].pk)


def test_before_the_last_day_one_promoter_alone_cannot_close(territory):
    world = build_world(territory)
    consultation = open_one(world, asked=["CGIL", "CISL"])
    assert not closing.consent_to_close(
        consultation, party=world.parties["CGIL"], actor_id=world.delegates["CGIL"].pk
    )
    with pytest.raises(Problem):
        closing.close_when_due(consultation, actor_id=world.delegates["CGIL"].pk)
    Consultation.objects.filter(pk=consultation.pk).update(closes_on=START)
    consultation.refresh_from_db()
    closing.close_when_due(consultation, actor_id=world.delegates["CGIL"].pk)
    consultation.refresh_from_db()
    assert consultation.state == "closed"


def test_the_roll_is_frozen_in_the_database(territory):
    world = build_world(territory)
    consultation = open_one(world)
    group = consultation.groups.first()
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Roll.objects.create(
            territory=territory, consultation=consultation, account=world.stranger, group=group
        )
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Roll.objects.filter(consultation=consultation).update(group=group)


def test_a_person_of_two_constituencies_gets_one_ballot(territory):
    world = build_world(territory)
    from tavolo.people.models import UnionMembership

    person = world.people["CGIL"][0]
    UnionMembership.objects.create(
        territory=territory, account=person, union=world.parties["CISL"].organisation, starts_on=START
    )
    consultation = open_one(world)
    row = Roll.objects.get(consultation=consultation, account=person)
    assert row.group.name == "CGIL"


def test_a_version_never_changes(territory):
    world = build_world(territory)
    consultation = draft(world)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        StatementVersion.objects.filter(consultation=consultation).update(text="altro")


def test_a_release_is_a_partys_own_and_cannot_be_undone(territory):
    world = build_world(territory)
    consultation = open_one(world)
    everybody_votes(world, consultation)
    cgil = world.parties["CGIL"]
    with pytest.raises(Problem):
        releasing.release_results(consultation, party=cgil, actor_id=world.delegates["CGIL"].pk)
    close_one(world, consultation)
    for actor in (world.delegates["CISL"], world.secretary, world.delegates["Associazione"]):
        with pytest.raises(Problem):
            releasing.release_results(consultation, party=cgil, actor_id=actor.pk)
    releasing.release_results(consultation, party=cgil, actor_id=world.delegates["CGIL"].pk)
    with pytest.raises(IntegrityError, match="undone"), transaction.atomic():
        Release.objects.all().delete()


def test_an_observer_reads_but_does_not_act(territory):
    world = build_world(territory)
    observer = make_account("osservatrice")
    tables.seat_delegate(world.parties["CGIL"], observer.pk, role=DelegateRole.OBSERVER, starts_on=START)
    with pytest.raises(Problem):
        consultations.create_consultation(table=world.table, actor_id=observer.pk, title="T", question="Q")


def test_formal_acts_are_recorded_and_votes_are_not(territory):
    from tavolo.ledger.services import acts_on

    world = build_world(territory)
    consultation = open_one(world, asked=["CGIL"])
    everybody_votes(world, consultation)
    close_one(world, consultation)
    names = [act.act_name for act in acts_on("dialogue.consultation", consultation.pk)]
    assert names == [
        "dialogue.consultation_prepared",
        "dialogue.constituency_asked",
        "dialogue.consent_to_open",
        "dialogue.consultation_opened",
        "dialogue.consent_to_close",
        "dialogue.consultation_closed",
    ]
