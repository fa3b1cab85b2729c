"""What an installation sets up by itself: the first operator, single sign-on, shared counters, retention."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.utils import timezone
from django_scopes import scopes_disabled

from tavolo.common import retention
from tavolo.ledger.models import ActContent
from tavolo.people.adapters import SESSION_KEY, SocialAccountAdapter
from tavolo.people.models import Account, Invitation, Membership, Role, UnionMembership
from tavolo.people.oidc import providers
from tavolo.people.services.invitations import invite, renew_token
from tests.people.conftest import Cast

PASSWORD = "una frase lunga e tranquilla"
ONE = {
    "TAVOLO_OIDC_ISSUER": "https://id.prova.example",
    "TAVOLO_OIDC_CLIENT_ID": "tavolo",
    "TAVOLO_OIDC_SECRET": "segreto",
}


@pytest.mark.django_db
def test_the_first_operator_comes_from_the_command_line_and_only_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tavolo.people.management.commands.first_operator.getpass", lambda _: PASSWORD)
    call_command("first_operator", "capo@prova.example", "--name", "Capo", "--territory", "Valle")
    account = Account.objects.get(email="capo@prova.example")
    with scopes_disabled():
        assert Membership.objects.get(account=account).role == Role.OPERATOR
        assert ActContent.objects.get().act_name == "first_operator_named"
    with pytest.raises(CommandError, match="already"):
        call_command("first_operator", "due@prova.example", "--name", "Due", "--territory", "Valle")
    assert not Account.objects.filter(email="due@prova.example").exists()


@pytest.mark.django_db
def test_a_weak_password_sets_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tavolo.people.management.commands.first_operator.getpass", lambda _: "corta")
    with pytest.raises(CommandError):
        call_command("first_operator", "capo@prova.example", "--name", "Capo", "--territory", "Valle")
    assert not Account.objects.exists()


def test_without_settings_there_is_no_single_sign_on() -> None:
    assert providers({}) == {}


def test_one_provider_from_the_environment() -> None:
    app = providers(ONE)["openid_connect"]["APPS"][0]
    assert (app["provider_id"], app["client_id"], app["secret"]) == ("oidc", "tavolo", "segreto")
    assert app["settings"]["server_url"] == "https://id.prova.example"


def test_several_providers_and_a_secret_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("dal file\n")
    apps = providers(
        {
            "TAVOLO_OIDC_PROVIDERS": "spid,city",
            "TAVOLO_OIDC_SPID_ISSUER": "https://spid.example",
            "TAVOLO_OIDC_SPID_CLIENT_ID": "a",
            "TAVOLO_OIDC_SPID_SECRET_FILE": str(tmp_path / "secret"),
            "TAVOLO_OIDC_CITY_ISSUER": "https://city.example",
            "TAVOLO_OIDC_CITY_CLIENT_ID": "b",
            "TAVOLO_OIDC_CITY_SECRET": "c",
        }
    )["openid_connect"]["APPS"]
    assert [(app["provider_id"], app["secret"]) for app in apps] == [("spid", "dal file"), ("city", "c")]


@pytest.mark.parametrize("missing", list(ONE)[1:])
def test_half_a_provider_is_refused_by_name(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        providers({name: value for name, value in ONE.items() if name != missing})


def test_single_sign_on_opens_a_new_account_only_with_an_invitation(cast: Cast) -> None:
    login = SocialLogin(
        user=Account(email="nuova@prova.example"), account=SocialAccount(provider="oidc", uid="1")
    )
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    adapter = SocialAccountAdapter()
    assert not adapter.is_open_for_signup(request, login)
    made = invite(
        cast.who["cgil_officer"], cast.body["cgil"], "nuova@prova.example", Role.DELEGATE, timezone.now()
    )
    renewed = renew_token(made.pk, timezone.now())
    assert renewed
    request.session[SESSION_KEY] = renewed[1]
    assert adapter.is_open_for_signup(request, login)


def test_lock_outs_are_counted_where_all_processes_see_them() -> None:
    backend = settings.CACHES["default"]["BACKEND"]
    assert backend not in {
        "django.core.cache.backends.locmem.LocMemCache",
        "django.core.cache.backends.dummy.DummyCache",
    }


def test_what_has_ended_goes_after_its_time(cast: Cast) -> None:
    invite(cast.who["cgil_officer"], cast.body["cgil"], "nuova@prova.example", Role.DELEGATE, timezone.now())
    UnionMembership.objects.filter(account=cast.who["worker"]).update(ends_on=cast.today)
    soon, late = timezone.now() + timedelta(days=60), timezone.now() + timedelta(days=500)
    retention.run(soon)
    assert Invitation.objects.count() == 1
    assert UnionMembership.objects.count() == 2
    retention.run(late)
    assert not Invitation.objects.exists()
    assert {row.account for row in UnionMembership.objects.all()} == {cast.who["weaver"]}
