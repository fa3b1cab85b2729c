"""Roles hold from a day to a day; only the right people give and end them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tavolo.ledger.models import ActContent
from tavolo.people import policies
from tavolo.people.models import Membership, Role
from tavolo.people.roles import active_roles, grantable_roles, holds, needs_second_factor
from tavolo.people.services.memberships import end_role, grant_role
from tests.people.conftest import Cast


def test_a_role_gives_nothing_before_it_begins_and_nothing_from_the_day_it_ends(cast: Cast) -> None:
    row = cast.give("stranger", "cgil", Role.DELEGATE, ends_on=cast.today + timedelta(days=10))
    account = cast.who["stranger"]
    days = {
        "before": row.starts_on - timedelta(days=1),
        "first": row.starts_on,
        "last": row.ends_on - timedelta(days=1),
        "end": row.ends_on,
    }
    held = {name: holds(account, Role.DELEGATE, day) for name, day in days.items()}
    assert held == {"before": False, "first": True, "last": True, "end": False}


def test_ending_a_role_ends_access_at_once(cast: Cast) -> None:
    officer = cast.who["association_officer"]
    client = cast.client("association_delegate")
    page = f"/organizzazioni/{cast.body['officina'].pk}/"
    assert client.get(page).status_code == 200
    row = Membership.objects.get(account=cast.who["association_delegate"])
    end_role(officer, row, cast.today)
    assert client.get(page).status_code == 404


def test_ending_twice_changes_nothing_and_records_one_act(cast: Cast) -> None:
    officer = cast.who["association_officer"]
    row = Membership.objects.get(account=cast.who["association_delegate"])
    first = end_role(officer, row, cast.today)
    again = end_role(officer, row, cast.today + timedelta(days=3))
    assert first.ends_on == again.ends_on == cast.today
    assert ActContent.objects.filter(act_name="membership_ended").count() == 1


def test_granting_twice_returns_the_same_role_and_records_one_act(cast: Cast) -> None:
    made = [
        grant_role(
            cast.who["cgil_officer"], cast.who["stranger"], cast.body["cgil"], Role.DELEGATE, cast.today
        )
        for _ in range(2)
    ]
    assert made[0].pk == made[1].pk
    assert ActContent.objects.filter(act_name="membership_granted").count() == 1


def test_a_role_given_and_ended_on_one_day_can_be_given_again(cast: Cast) -> None:
    give = (cast.who["cgil_officer"], cast.who["stranger"], cast.body["cgil"], Role.DELEGATE, cast.today)
    end_role(cast.who["cgil_officer"], grant_role(*give), cast.today)  # type: ignore[arg-type]
    assert grant_role(*give).ends_on is None


GRANTS = [
    ("owner", "officina", {"owner", "hr", "worker"}),
    ("hr", "officina", {"hr", "worker"}),
    ("rsu", "officina", {"rsu"}),
    ("worker", "officina", set()),
    ("other_owner", "officina", set()),
    ("association_officer", "officina", {"owner", "hr"}),
    ("association_officer", "tessitura", set()),
    ("association_delegate", "officina", set()),
    ("cgil_officer", "officina", {"rsu"}),
    ("cgil_delegate", "officina", set()),
    ("cgil_officer", "cgil", {"officer", "delegate", "secretary", "worker", "member"}),
    ("cgil_officer", "cisl", set()),
    ("operator", "cgil", set()),
    ("operator", "officina", set()),
    ("operator", "host", {"operator"}),
    ("stranger", "cgil", set()),
]


@pytest.mark.parametrize(("who", "organisation", "roles"), GRANTS)
def test_who_may_give_which_role(cast: Cast, who: str, organisation: str, roles: set[str]) -> None:
    assert grantable_roles(cast.who[who], cast.body[organisation], cast.today) == roles


def test_an_employer_never_decides_who_represents_its_workers(cast: Cast) -> None:
    rsu = Membership.objects.get(account=cast.who["rsu"])
    for key in ("owner", "hr", "association_officer"):
        with pytest.raises(PermissionDenied):
            end_role(cast.who[key], rsu, cast.today)
        with pytest.raises(PermissionDenied):
            grant_role(cast.who[key], cast.who["stranger"], cast.body["officina"], Role.RSU, cast.today)


def test_a_union_never_writes_into_a_firms_list_of_workers(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        grant_role(
            cast.who["cgil_officer"], cast.who["stranger"], cast.body["officina"], Role.WORKER, cast.today
        )


def test_the_host_names_the_first_officer_of_a_body_and_never_a_second(cast: Cast) -> None:
    new = cast.add_body("uil", "union", name="UIL Prova")
    operator = cast.who["operator"]
    assert grantable_roles(operator, new, cast.today) == {Role.OFFICER}
    grant_role(operator, cast.who["stranger"], new, Role.OFFICER, cast.today)
    assert grantable_roles(operator, new, cast.today) == set()


def test_everybody_may_give_up_a_role(cast: Cast) -> None:
    row = Membership.objects.get(account=cast.who["worker"])
    end_role(cast.who["worker"], row, cast.today)
    assert not active_roles(cast.who["worker"], cast.today)


def test_an_account_that_is_switched_off_holds_nothing(cast: Cast) -> None:
    account = cast.who["cgil_officer"]
    account.is_active = False
    account.save()
    assert not active_roles(account, cast.today)


def test_the_host_reads_nothing_of_the_parties(cast: Cast) -> None:
    operator = cast.who["operator"]
    assert set(policies.memberships_visible_to(operator, cast.today)) == set(
        Membership.objects.filter(account=operator)
    )
    assert not policies.constituencies_visible_to(operator, cast.today)
    assert not policies.invitations_visible_to(operator, cast.today)
    assert not policies.union_memberships_visible_to(operator, cast.today)
    assert not policies.organisations_visible_to(operator, cast.today).filter(kind="firm")


def test_a_firm_sees_no_other_firm(cast: Cast) -> None:
    seen = policies.organisations_visible_to(cast.who["owner"], cast.today).filter(kind="firm")
    assert list(seen) == [cast.body["officina"]]


@pytest.mark.parametrize(
    ("who", "needed"),
    [
        ("cgil_delegate", True),
        ("cgil_officer", True),
        ("operator", True),
        ("worker", False),
        ("owner", False),
    ],
)
def test_representatives_and_operators_need_a_second_factor(cast: Cast, who: str, needed: bool) -> None:
    assert needs_second_factor(cast.who[who], cast.today) is needed


def test_acts_hold_ids_and_no_names(cast: Cast) -> None:
    grant_role(cast.who["cgil_officer"], cast.who["stranger"], cast.body["cgil"], Role.DELEGATE, cast.today)
    content = ActContent.objects.get(act_name="membership_granted").content
    assert content["account"] == str(cast.who["stranger"].pk)
    assert "Stranger" not in str(content)
    assert "@" not in str(content)
