"""A person's own pages: data handed out, account erased, language."""

from __future__ import annotations

import json

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from tavolo.ledger.models import ActContent
from tavolo.people import personal_data
from tavolo.people.models import Account, ApiToken, Membership, UnionMembership
from tavolo.people.services.accounts import erase_account
from tavolo.people.services.tokens import create_token
from tests.people.conftest import Cast


def test_my_data_is_everything_and_only_mine(cast: Cast) -> None:
    create_token(cast.who["worker"], "script", ["read"], 5, timezone.now())
    answer = cast.client("worker").get("/profilo/dati/")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = json.loads(answer.content)["people"]
    assert data["account"]["email"] == "worker@prova.example"
    assert data["roles"][0]["organisation"] == "Officina Rossi"
    assert data["union_memberships"][0]["union"] == "CGIL Prova"
    assert data["keys"][0]["name"] == "script"
    assert "weaver" not in answer.content.decode()


def test_the_language_is_kept_with_the_account(cast: Cast) -> None:
    client = cast.client("worker")
    answer = client.post("/profilo/", {"name": "Aldo Operaio", "language": "en"}, follow=True)
    assert '<html lang="en"' in answer.content.decode()
    cast.who["worker"].refresh_from_db()
    assert (cast.who["worker"].name, cast.who["worker"].language) == ("Aldo Operaio", "en")


def test_an_erased_account_names_nobody_and_opens_nothing(cast: Cast) -> None:
    account = cast.who["worker"]
    create_token(account, "script", ["read"], 5, timezone.now())
    client = cast.client("worker")
    assert client.post("/profilo/cancellazione/", {"word": "no"}).status_code == 200
    assert client.post("/profilo/cancellazione/", {"word": "cancella"}).status_code == 302
    row = Account.objects.get(pk=account.pk)
    assert "worker" not in row.email
    assert (row.name, row.is_active) == ("", False)
    assert row.erased_at is not None
    assert not EmailAddress.objects.filter(user=row).exists()
    assert not ApiToken.objects.filter(account=row).exists()
    assert not UnionMembership.objects.filter(account=row).exists()
    assert Membership.objects.get(account=row).ends_on == cast.today
    assert client.get("/profilo/").status_code == 302


def test_the_act_of_an_erasure_holds_no_personal_data(cast: Cast) -> None:
    erase_account(cast.who["worker"], cast.who["worker"], timezone.now())
    act = ActContent.objects.get(act_name="account_erased")
    assert act.content == {"reason": "data_subject_request"}


def test_erasing_twice_is_harmless(cast: Cast) -> None:
    for _ in range(2):
        erase_account(cast.who["worker"], cast.who["worker"], timezone.now())
    assert ActContent.objects.filter(act_name="account_erased").count() == 1


def test_nobody_erases_another(cast: Cast) -> None:
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        erase_account(cast.who["operator"], cast.who["worker"], timezone.now())


def test_rooms_above_join_in_what_is_read_and_erased(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_data, "ROOMS", dict(personal_data.ROOMS))
    erased = []
    personal_data.register(
        "above", read=lambda account: ["note"], erase=lambda account: erased.append(account.pk)
    )
    assert personal_data.everything(cast.who["worker"])["above"] == ["note"]
    erase_account(cast.who["worker"], cast.who["worker"], timezone.now())
    assert erased == [cast.who["worker"].pk]


def test_a_restored_backup_does_not_bring_an_erased_person_back(cast: Cast) -> None:
    from tavolo.common.backup import erasures

    account = cast.who["worker"]
    before = {field.attname: getattr(account, field.attname) for field in Account._meta.concrete_fields}
    erase_account(account, account, timezone.now())
    Account.objects.filter(pk=account.pk).update(**{**before, "id": account.pk})
    assert Account.objects.get(pk=account.pk).email == "worker@prova.example"
    assert (
        erasures.replay([pair for pair in erasures.read(erasures.list_path()) if pair[1] == str(account.pk)])
        == 1
    )
    assert Account.objects.get(pk=account.pk).erased_at is not None
    assert not Account.objects.filter(email="worker@prova.example").exists()


def test_an_account_is_read_and_erased_in_all_its_territories(cast: Cast) -> None:
    from django_scopes import scopes_disabled

    from tavolo.common.models import Territory

    with scopes_disabled():
        other = Territory.objects.create(slug="altrove", name="Altrove")
        union = type(cast.body["cgil"]).objects.create(
            territory=other, kind="union", name="Sindacato Altrove"
        )
        UnionMembership.objects.create(
            territory=other, account=cast.who["worker"], union=union, starts_on=cast.today
        )
    unions = personal_data.everything(cast.who["worker"])["people"]["union_memberships"]
    assert {row["union"] for row in unions} == {"CGIL Prova", "Sindacato Altrove"}
    erase_account(cast.who["worker"], cast.who["worker"], timezone.now())
    with scopes_disabled():
        assert not UnionMembership.objects.filter(account=cast.who["worker"]).exists()
