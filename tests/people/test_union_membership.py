"""Union membership is special-category data: no employer sees or infers it, in no byte of any answer.

The canary: the one difference between two worlds is that a worker belongs to a union. Whatever anybody
but that union's officers and the worker receives must be the same in both, byte for byte.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tavolo.ledger.models import ActContent
from tavolo.people import policies
from tavolo.people.models import Membership, UnionMembership
from tests.people.conftest import Cast

OTHERS = [
    "owner", "hr", "rsu", "other_worker", "other_owner", "association_officer", "association_delegate",
    "cisl_officer", "cgil_delegate", "city_officer", "operator", "stranger",
]  # fmt: skip
# What changes from one answer to the next whatever was asked.
NOISE = re.compile(rb'(name="csrfmiddlewaretoken" value="|name="idempotency_key" value=")[^"]*')


def everything_received(cast: Cast, who: str) -> dict[str, tuple[int, bytes]]:
    """Return every page and operation of this room as `who` receives it, without one-time tokens."""
    client = cast.client(who)
    paths = [
        "/organizzazioni/",
        "/organizzazioni/?q=worker",
        "/organizzazioni/?q=prova",
        "/api/v1/people/me",
        "/api/v1/people/organisations",
        "/profilo/",
        "/profilo/dati/",
    ]
    for key in ("officina", "cgil", "cisl", "confindustria"):
        organisation = cast.body[key]
        for name in ("organisation", "members", "union_members", "constituencies", "firms", "edit"):
            paths.append(reverse(f"people:{name}", kwargs={"organisation_id": organisation.pk}))
        paths += [f"{paths[-5]}?q=Worker", f"{paths[-4]}?q=worker@prova.example"]
        for name in ("memberships", "invitations", "constituencies"):
            paths.append(f"/api/v1/people/organisations/{organisation.pk}/{name}")
    answers = {}
    for path in paths:
        answer = client.get(path)
        answers[path] = (answer.status_code, NOISE.sub(rb"\1", answer.content))
    return answers


@pytest.mark.parametrize("who", OTHERS)
def test_nothing_anybody_else_receives_depends_on_a_union_membership(cast: Cast, who: str) -> None:
    with_membership = everything_received(cast, who)
    UnionMembership.objects.filter(account=cast.who["worker"]).delete()
    without = everything_received(cast, who)
    assert {path for path in without if without[path] != with_membership[path]} == set()


def test_the_unions_officer_and_the_worker_do_see_it(cast: Cast) -> None:
    page = reverse("people:union_members", kwargs={"organisation_id": cast.body["cgil"].pk})
    assert "Worker" in cast.client("cgil_officer").get(page).content.decode()
    assert "CGIL Prova" in cast.client("worker").get("/profilo/").content.decode()
    assert "CGIL Prova" in cast.client("worker").get("/profilo/dati/").content.decode()


@pytest.mark.parametrize("who", [*OTHERS, "worker"])
def test_a_members_page_answers_like_a_page_that_does_not_exist(cast: Cast, who: str) -> None:
    client = cast.client(who)
    real = reverse("people:union_members", kwargs={"organisation_id": cast.body["cgil"].pk})
    missing = reverse("people:union_members", kwargs={"organisation_id": cast.who["stranger"].pk})
    first, second = client.get(real), client.get(missing)
    assert first.status_code == second.status_code == 404
    assert clean(first.content, real) == clean(second.content, missing)


def clean(body: bytes, path: str) -> bytes:
    """Return a page without one-time tokens and without its own address (in the language form)."""
    return NOISE.sub(rb"\1", body).replace(path.encode(), b"")


def test_the_officer_of_one_union_sees_nothing_of_another(cast: Cast) -> None:
    seen = policies.union_memberships_visible_to(cast.who["cgil_officer"], cast.today)
    assert {row.account for row in seen} == {cast.who["worker"]}


def test_ending_somebodys_membership_is_refused_to_everybody_else(cast: Cast) -> None:
    row = UnionMembership.objects.get(account=cast.who["worker"])
    for who in OTHERS:
        for union in ("cgil", "cisl"):
            arguments = {"organisation_id": cast.body[union].pk, "union_membership_id": row.pk}
            answer = cast.client(who).post(reverse("people:end_union_membership", kwargs=arguments))
            assert answer.status_code == 404, who
    row.refresh_from_db()
    assert row.ends_on is None


def test_the_worker_ends_it_alone(cast: Cast) -> None:
    row = UnionMembership.objects.get(account=cast.who["worker"])
    answer = cast.client("worker").post(reverse("people:leave_union", kwargs={"union_membership_id": row.pk}))
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.ends_on == cast.today


def test_union_membership_leaves_no_act_in_the_register(cast: Cast) -> None:
    client = cast.client("cgil_officer")
    organisation_id = cast.body["cgil"].pk
    row = UnionMembership.objects.get(account=cast.who["worker"])
    invite = reverse("people:invite", kwargs={"organisation_id": organisation_id})
    assert client.post(invite, {"email": "nuova@prova.example", "role": "member"}).status_code == 302
    end = {"organisation_id": organisation_id, "union_membership_id": row.pk}
    assert client.post(reverse("people:end_union_membership", kwargs=end)).status_code == 302
    assert not ActContent.objects.exists()


def test_the_role_of_member_in_a_union_never_becomes_an_ordinary_role(cast: Cast) -> None:
    from tavolo.people.services.memberships import grant_role

    grant_role(cast.who["cgil_officer"], cast.who["stranger"], cast.body["cgil"], "member", cast.today)
    assert UnionMembership.objects.filter(account=cast.who["stranger"]).count() == 1
    assert not Membership.objects.filter(account=cast.who["stranger"]).exists()
