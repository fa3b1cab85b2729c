"""Constituencies (platee): who is asked, who may ask them, how fast seventy thousand are found."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tavolo.common.errors import Problem
from tavolo.people import constituencies as platee
from tavolo.people import policies
from tavolo.people.models import (
    Account,
    Affiliation,
    Constituency,
    ConstituencyKind,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    UnionMembership,
)
from tavolo.people.services.constituencies import define_constituency, retire_constituency, set_list
from tests.people.conftest import Cast


def define(cast: Cast, who: str, owner: str, kind: str, subject: str | None = None) -> Constituency:
    about = cast.body[subject] if subject else None
    return define_constituency(cast.who[who], cast.body[owner], kind, f"{kind} {subject}", cast.today, about)


def people(cast: Cast, row: Constituency) -> set[str]:
    ids = platee.account_ids(row, cast.today)
    assert len(ids) == len(set(ids)) == platee.size(row, cast.today)
    return {key for key, account in cast.who.items() if account.pk in ids}


def test_workers_of_an_associations_member_firms(cast: Cast) -> None:
    row = define(cast, "cgil_officer", "cgil", ConstituencyKind.WORKERS_OF_MEMBER_FIRMS, "confindustria")
    assert people(cast, row) == {"worker", "other_worker"}
    assert platee.contains(row, cast.who["worker"].pk, cast.today)
    assert not platee.contains(row, cast.who["weaver"].pk, cast.today)


def test_firms_vote_through_their_owners(cast: Cast) -> None:
    row = define(cast, "association_officer", "confindustria", ConstituencyKind.FIRMS_OF_ASSOCIATION)
    assert people(cast, row) == {"owner"}


def test_members_of_a_union(cast: Cast) -> None:
    row = define(cast, "cgil_delegate", "cgil", ConstituencyKind.MEMBERS_OF_UNION)
    assert people(cast, row) == {"worker"}


def test_workers_of_one_firm_asked_by_a_union_or_by_its_rsu(cast: Cast) -> None:
    by_union = define(cast, "cgil_officer", "cgil", ConstituencyKind.WORKERS_OF_FIRM, "officina")
    by_rsu = define(cast, "rsu", "officina", ConstituencyKind.WORKERS_OF_FIRM)
    assert people(cast, by_union) == people(cast, by_rsu) == {"worker", "other_worker"}
    assert by_rsu.held_by_rsu


def test_it_follows_the_roles_of_the_day(cast: Cast) -> None:
    row = define(cast, "cgil_officer", "cgil", ConstituencyKind.WORKERS_OF_MEMBER_FIRMS, "confindustria")
    Membership.objects.filter(account=cast.who["other_worker"]).update(ends_on=cast.today)
    assert people(cast, row) == {"worker"}
    Affiliation.objects.filter(firm=cast.body["officina"]).update(ends_on=cast.today)
    assert people(cast, row) == set()


def test_a_person_with_two_roles_is_counted_once(cast: Cast) -> None:
    cast.give("worker", "tessitura", Role.WORKER)
    Affiliation.objects.create(
        territory=cast.territory,
        firm=cast.body["tessitura"],
        association=cast.body["confindustria"],
        starts_on=cast.today,
    )
    row = define(cast, "cgil_officer", "cgil", ConstituencyKind.WORKERS_OF_MEMBER_FIRMS, "confindustria")
    assert people(cast, row) == {"worker", "other_worker", "weaver"}


def test_a_closed_account_is_left_out(cast: Cast) -> None:
    Account.objects.filter(pk=cast.who["worker"].pk).update(is_active=False)
    row = define(cast, "cgil_officer", "cgil", ConstituencyKind.WORKERS_OF_FIRM, "officina")
    assert people(cast, row) == {"other_worker"}


@pytest.mark.parametrize(
    "who", ["owner", "hr", "association_officer", "city_officer", "operator", "cisl_officer"]
)
def test_an_employer_never_defines_nor_sees_a_constituency_of_workers(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        define(cast, who, "officina", ConstituencyKind.WORKERS_OF_FIRM)
    by_rsu = define(cast, "rsu", "officina", ConstituencyKind.WORKERS_OF_FIRM)
    by_union = define(cast, "cgil_officer", "cgil", ConstituencyKind.WORKERS_OF_FIRM, "officina")
    assert not policies.constituencies_visible_to(cast.who[who], cast.today)
    for row in (by_rsu, by_union):
        assert cast.client(who).get(f"/platee/{row.pk}/").status_code == 404
    answer = cast.client(who).get(f"/organizzazioni/{cast.body['officina'].pk}/platee/")
    assert answer.status_code == 404


def test_an_association_may_not_ask_workers(cast: Cast) -> None:
    with pytest.raises(Problem):
        define(
            cast,
            "association_officer",
            "confindustria",
            ConstituencyKind.WORKERS_OF_MEMBER_FIRMS,
            "confindustria",
        )


def test_an_association_lists_its_own_firms_people_only(cast: Cast) -> None:
    row = define(cast, "association_officer", "confindustria", ConstituencyKind.LISTED)
    officer = cast.who["association_officer"]
    assert set_list(officer, row, [cast.who["owner"].pk, cast.who["hr"].pk], cast.today) == 2
    for key in ("worker", "other_owner", "stranger"):
        with pytest.raises(Problem):
            set_list(officer, row, [cast.who[key].pk], cast.today)
    assert people(cast, row) == {"owner", "hr"}


def test_a_list_is_replaced_whole(cast: Cast) -> None:
    row = define(cast, "cgil_officer", "cgil", ConstituencyKind.LISTED)
    for keys in (["worker", "weaver"], ["weaver", "stranger"]):
        set_list(cast.who["cgil_officer"], row, [cast.who[key].pk for key in keys], cast.today)
        assert people(cast, row) == set(keys)


def test_a_retired_constituency_frees_its_name(cast: Cast) -> None:
    row = define(cast, "cgil_officer", "cgil", ConstituencyKind.MEMBERS_OF_UNION)
    with pytest.raises(Problem):
        define(cast, "cgil_officer", "cgil", ConstituencyKind.MEMBERS_OF_UNION)
    retire_constituency(cast.who["cgil_officer"], row, timezone.now())
    define(cast, "cgil_officer", "cgil", ConstituencyKind.MEMBERS_OF_UNION)


def test_the_page_defines_a_constituency_and_counts_it(cast: Cast) -> None:
    client = cast.client("cgil_officer")
    path = f"/organizzazioni/{cast.body['cgil'].pk}/platee/"
    body = {
        "kind": ConstituencyKind.WORKERS_OF_MEMBER_FIRMS,
        "name": "Metalmeccanici",
        "subject": str(cast.body["confindustria"].pk),
    }
    answer = client.post(path, body, follow=True)
    assert "Metalmeccanici" in answer.content.decode()
    assert "<dd>2</dd>" in answer.content.decode()


def test_the_page_offers_a_few_firms_finds_the_others_and_takes_any_of_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tavolo.people.views_constituencies.MOST_FIRMS", 1)
    client = cast.client("cgil_officer")
    path = f"/organizzazioni/{cast.body['cgil'].pk}/platee/"
    first, *_rest, last = Organisation.objects.filter(kind=OrganisationKind.FIRM).order_by("sort_key")
    option = 'value="{}"'.format
    plain = client.get(path).content.decode()
    assert option(first.pk) in plain
    assert option(last.pk) not in plain
    assert option(last.pk) in client.get(path, {"impresa": last.name}).content.decode()
    body = {"kind": ConstituencyKind.WORKERS_OF_FIRM, "name": "", "subject": str(last.pk)}
    refused = client.post(path, body).content.decode()
    assert f"{option(last.pk)} selected" in refused
    answer = client.post(path, body | {"name": "Reparto"}, follow=True)
    assert "Reparto" in answer.content.decode()


@pytest.mark.slow
def test_seventy_thousand_workers_are_found_by_one_query_in_a_moment(cast: Cast) -> None:
    fill(cast, firms=300, workers=70_000)
    row = define(cast, "cgil_officer", "cgil", ConstituencyKind.WORKERS_OF_MEMBER_FIRMS, "confindustria")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_membership, people_affiliation, people_account")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        start = time.perf_counter()
        ids = platee.account_ids(row, cast.today)
        seconds = time.perf_counter() - start
    assert len(ids) == 70_002
    assert len(queries) == 1
    assert seconds < 5, f"{seconds:.2f} s"


FILL = (
    """
    INSERT INTO people_organisation (id, territory_id, kind, name, short_name, sort_key, partita_iva,
        codice_fiscale, ateco, municipality, created_at)
    SELECT gen_random_uuid(), %(territory)s, 'firm', 'Impresa ' || n, '', n::text, '', '', '', '', now()
    FROM generate_series(1, %(firms)s) AS n
    """,
    """
    INSERT INTO people_affiliation (id, territory_id, firm_id, association_id, starts_on)
    SELECT gen_random_uuid(), %(territory)s, id, %(association)s, %(today)s
    FROM people_organisation WHERE name LIKE 'Impresa %%'
    """,
    """
    INSERT INTO people_account (id, password, email, name, language, is_active, created_at)
    SELECT gen_random_uuid(), '!', n || '@molti.example', '', 'it', true, now()
    FROM generate_series(1, %(workers)s) AS n
    """,
    "ANALYZE people_organisation, people_account",
    """
    INSERT INTO people_membership (id, territory_id, account_id, organisation_id, role, starts_on)
    SELECT gen_random_uuid(), %(territory)s, account.id, firm.id, 'worker', %(today)s
    FROM people_account AS account JOIN people_organisation AS firm
        ON firm.sort_key = (1 + split_part(account.email, '@', 1)::int %% %(firms)s)::text
    WHERE account.email LIKE '%%@molti.example' AND firm.name LIKE 'Impresa %%'
    """,
)


def fill(cast: Cast, firms: int, workers: int) -> None:
    """Write many firms and workers inside the database."""
    values = {"firms": firms, "workers": workers, "today": cast.today}
    values |= {"territory": cast.territory.pk, "association": cast.body["confindustria"].pk}
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, values)


def test_union_members_are_never_derived_from_roles(cast: Cast) -> None:
    row = define(cast, "cgil_officer", "cgil", ConstituencyKind.MEMBERS_OF_UNION)
    UnionMembership.objects.all().delete()
    assert people(cast, row) == set()
