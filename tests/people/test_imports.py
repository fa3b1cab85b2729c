"""Lists from files: firms, workers, union members, constituencies; wrong rows named, rights asked twice."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import PermissionDenied

from tavolo.common import jobs
from tavolo.common.imports import services
from tavolo.common.imports.declare import IMPORTERS
from tavolo.common.models import ImportRun
from tavolo.ledger.models import ActContent
from tavolo.people import constituencies as platee
from tavolo.people.models import (
    Account,
    Affiliation,
    ConstituencyKind,
    Membership,
    Organisation,
    Role,
    UnionMembership,
)
from tavolo.people.services.constituencies import define_constituency
from tests.people.conftest import Cast

GOOD_FIRMS = (
    "Ragione sociale;Partita IVA;Comune;Addetti;Codice ATECO\n"
    "Nuova Meccanica;01234560157;monza;37;25.53.00\n"
    "Officina Rossi;00743110157;;;\n"
)


def bring_in(cast: Cast, importer: str, part: str, who: str, subject: object, text: str) -> ImportRun:
    """Upload, check and, where nothing is wrong, confirm."""
    upload = services.Upload(f"{part}.csv", len(text), io.BytesIO(text.encode()))
    run = services.begin(
        IMPORTERS[importer],
        {part: upload},
        owner_id=cast.who[who].pk,
        subject_id=subject,  # type: ignore[arg-type]
    )
    jobs.run(run.check_job.pk, cast.territory.pk)
    run.refresh_from_db()
    if run.state == ImportRun.State.READY:
        run = services.confirm(run.pk)
        jobs.run(run.save_job.pk, cast.territory.pk)
        run.refresh_from_db()
    return run


def test_an_association_brings_in_its_firms_with_one_act(cast: Cast) -> None:
    run = bring_in(
        cast, "people.firms", "firms", "association_officer", cast.body["confindustria"].pk, GOOD_FIRMS
    )
    assert (run.state, run.summary) == (ImportRun.State.DONE, {"firms": 2})
    new = Organisation.objects.get(partita_iva="01234560157")
    assert (new.municipality, new.employees, new.ateco, new.sort_key) == (
        "Monza",
        37,
        "25.53.00",
        "nuova meccanica",
    )
    assert (
        Affiliation.objects.active_on(cast.today).filter(association=cast.body["confindustria"]).count() == 2
    )
    assert ActContent.objects.count() == 1


def test_wrong_rows_are_named_and_nothing_is_saved(cast: Cast) -> None:
    text = "name,partita_iva,ateco\nBuona,01234560157,25.53.00\nCattiva,01234567891,62.01.00\n"
    run = bring_in(cast, "people.firms", "firms", "association_officer", cast.body["confindustria"].pk, text)
    assert run.state == ImportRun.State.REFUSED
    assert {(problem["row"], problem["column"]) for problem in run.problems} == {
        (3, "partita_iva"),
        (3, "ateco"),
    }
    assert not Organisation.objects.filter(name="Buona").exists()


def test_a_firm_brings_in_its_workers_and_again_changes_nothing(cast: Cast) -> None:
    text = "nome,email,dal\nAda Neri,ADA@prova.example,2026-01-31\nWorker,worker@prova.example,\n"
    for _ in range(2):
        run = bring_in(cast, "people.workers", "people", "hr", cast.body["officina"].pk, text)
        assert (run.state, run.summary) == (ImportRun.State.DONE, {"people": 2})
    workers = Membership.objects.filter(organisation=cast.body["officina"], role=Role.WORKER)
    assert {row.account.email for row in workers} == {
        "ada@prova.example",
        "worker@prova.example",
        "other_worker@prova.example",
    }
    assert not Account.objects.get(email="ada@prova.example").has_usable_password()


def test_a_union_brings_in_its_members_and_no_firm_notices(cast: Cast) -> None:
    text = "email,name\nother_worker@prova.example,Altro\nignota@prova.example,Ignota\n"
    seen = (
        cast.client("hr").get(f"/api/v1/people/organisations/{cast.body['officina'].pk}/memberships").content
    )
    run = bring_in(cast, "people.union_members", "people", "cgil_officer", cast.body["cgil"].pk, text)
    assert run.state == ImportRun.State.DONE
    assert UnionMembership.objects.filter(union=cast.body["cgil"]).count() == 3
    assert not Membership.objects.filter(account__email="ignota@prova.example").exists()
    assert not ActContent.objects.exists()
    after = (
        cast.client("hr").get(f"/api/v1/people/organisations/{cast.body['officina'].pk}/memberships").content
    )
    assert after == seen


def test_the_summary_never_tells_who_had_an_account_before(cast: Cast) -> None:
    known = "email,name\nweaver@prova.example,X\n"
    unknown = "email,name\nnessuno@prova.example,X\n"
    runs = [
        bring_in(cast, "people.workers", "people", "hr", cast.body["officina"].pk, text)
        for text in (known, unknown)
    ]
    assert runs[0].summary == runs[1].summary
    assert runs[0].notes == runs[1].notes


def test_a_union_fills_a_list_and_an_association_only_with_its_own(cast: Cast) -> None:
    by_union = define_constituency(
        cast.who["cgil_officer"], cast.body["cgil"], ConstituencyKind.LISTED, "Assemblea", cast.today
    )
    text = "email,name\nworker@prova.example,A\nignota@prova.example,B\n"
    assert (
        bring_in(cast, "people.list", "people", "cgil_officer", by_union.pk, text).state
        == ImportRun.State.DONE
    )
    assert platee.size(by_union, cast.today) == 2

    by_association = define_constituency(
        cast.who["association_officer"],
        cast.body["confindustria"],
        ConstituencyKind.LISTED,
        "Elenco",
        cast.today,
    )
    run = bring_in(cast, "people.list", "people", "association_officer", by_association.pk, text)
    assert run.state == ImportRun.State.FAILED
    assert platee.size(by_association, cast.today) == 0


@pytest.mark.parametrize(
    ("importer", "organisation", "allowed"),
    [
        ("people.firms", "confindustria", {"association_officer"}),
        ("people.workers", "officina", {"owner", "hr"}),
        ("people.union_members", "cgil", {"cgil_officer"}),
    ],
)
def test_who_may_open_an_import(cast: Cast, importer: str, organisation: str, allowed: set[str]) -> None:
    path = f"/lavori/importazioni/nuova/?importer={importer}&subject={cast.body[organisation].pk}"
    open_to = {who for who in cast.who if cast.client(who).get(path).status_code == 200}
    assert open_to == allowed


def test_the_right_is_asked_again_when_the_rows_are_saved(cast: Cast) -> None:
    text = "email,name\nada@prova.example,Ada\n"
    upload = services.Upload("people.csv", len(text), io.BytesIO(text.encode()))
    run = services.begin(
        IMPORTERS["people.workers"],
        {"people": upload},
        owner_id=cast.who["hr"].pk,
        subject_id=cast.body["officina"].pk,
    )
    jobs.run(run.check_job.pk, cast.territory.pk)
    Membership.objects.filter(account=cast.who["hr"]).update(ends_on=cast.today)
    run = services.confirm(run.pk)
    with pytest.raises(PermissionDenied):
        jobs.run(run.save_job.pk, cast.territory.pk)
    run.refresh_from_db()
    assert run.state == ImportRun.State.FAILED
    assert not Account.objects.filter(email="ada@prova.example").exists()
