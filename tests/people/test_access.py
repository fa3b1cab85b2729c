"""Signing in: password, lock-out, second factor, sessions."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from tavolo.people.models import Account
from tests.people.conftest import Cast

PASSWORD = "una frase lunga e tranquilla"
LOGIN = "/accesso/accedi/"


def with_password(cast: Cast, who: str) -> Account:
    account = cast.who[who]
    account.set_password(PASSWORD)
    account.save()
    return account


def sign_in(client: Client, account: Account, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post(LOGIN, {"login": account.email, "password": password})


def code_of(account: Account) -> str:
    """Return the present code of an account's authenticator app."""
    secret = Authenticator.objects.get(user=account, type="totp").wrap().instance.data["secret"]
    from tavolo.people.adapters import MFAAdapter

    return code_for(MFAAdapter().decrypt(secret))


def code_for(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_passwords_are_kept_with_argon2(cast: Cast) -> None:
    assert with_password(cast, "worker").password.startswith("argon2$argon2id")


def test_sign_in_and_out_with_a_new_session_key(cast: Cast) -> None:
    account = with_password(cast, "worker")
    client = cast.client()
    client.get(LOGIN)
    before = client.session.session_key
    assert sign_in(client, account).status_code == 302
    assert client.session.session_key != before
    assert client.get("/profilo/").status_code == 200
    client.post("/accesso/esci/")
    assert client.get("/profilo/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast: Cast) -> None:
    account = with_password(cast, "worker")
    texts = []
    for email in (account.email, "nessuno@prova.example"):
        page = cast.client().post(LOGIN, {"login": email, "password": "sbagliata ma lunga"}).content.decode()
        texts.append(re.findall(r'class="errorlist[^>]*>(.*?)</ul>', page, re.S))
    assert texts[0] == texts[1] != []


def test_guessing_locks_the_address_out_even_for_the_right_password(cast: Cast) -> None:
    account = with_password(cast, "worker")
    for _ in range(6):
        sign_in(cast.client(), account, "sbagliata ma lunga")
    client = cast.client()
    sign_in(client, account)
    assert client.get("/profilo/").status_code == 302


def test_a_forgotten_password_sends_mail_only_to_known_addresses_with_one_answer(cast: Cast) -> None:
    with_password(cast, "worker")
    answers = [
        cast.client().post("/accesso/password/nuova/", {"email": email})
        for email in ("worker@prova.example", "nessuno@prova.example")
    ]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (302, "/accesso/password/nuova/inviata/")
    }
    assert [message.to for message in mail.outbox] == [["worker@prova.example"]]


def test_the_mail_of_a_forgotten_password_sets_a_new_one(cast: Cast) -> None:
    account = with_password(cast, "worker")
    client = cast.client()
    client.post("/accesso/password/nuova/", {"email": account.email})
    link = re.search(r"(/accesso/password/nuova/[0-9A-Za-z]+-[^/\s]+/)", mail.outbox[0].body)
    assert link
    form = client.get(link.group(1), follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "tutta un'altra frase", "password2": "tutta un'altra frase"})
    assert sign_in(cast.client(), account, "tutta un'altra frase").status_code == 302


@pytest.mark.parametrize(
    "next_page", ["https://altrove.example/", "//altrove.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_elsewhere(cast: Cast, next_page: str) -> None:
    account = with_password(cast, "worker")
    answer = cast.client().post(LOGIN, {"login": account.email, "password": PASSWORD, "next": next_page})
    assert answer.headers["Location"] == "/"


ELEVATED = ["/profilo/", "/organizzazioni/", "/profilo/chiavi/", "/api/v1/people/me"]


@override_settings(SECOND_FACTOR_REQUIRED=True)
@pytest.mark.parametrize(
    "who", ["cgil_delegate", "cgil_officer", "operator", "association_officer", "city_officer"]
)
def test_without_a_second_factor_a_representative_opens_nothing(cast: Cast, who: str) -> None:
    client = cast.client(who)
    answers = {path: client.get(path) for path in ELEVATED}
    assert {path: answer.status_code for path, answer in answers.items()} == {
        "/profilo/": 302,
        "/organizzazioni/": 302,
        "/profilo/chiavi/": 302,
        "/api/v1/people/me": 403,
    }
    assert answers["/profilo/"].headers["Location"] == "/accesso/fattore/"
    assert client.get("/accesso/fattore/").status_code == 200


@override_settings(SECOND_FACTOR_REQUIRED=True)
@pytest.mark.parametrize("who", ["worker", "owner", "stranger"])
def test_a_worker_or_a_firm_is_not_asked_for_one(cast: Cast, who: str) -> None:
    assert cast.client(who).get("/profilo/").status_code == 200


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_a_representative_sets_up_an_app_and_signs_in_with_its_code(cast: Cast) -> None:
    account = with_password(cast, "cgil_delegate")
    client = cast.client()
    sign_in(client, account)
    assert client.get("/accesso/fattore/app/attiva/").headers["Location"].startswith("/accesso/conferma/")
    client.post("/accesso/conferma/", {"password": PASSWORD})
    page = client.get("/accesso/fattore/app/attiva/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{16,})"', page)
    assert secret, page[page.index("<main") :]
    assert client.post("/accesso/fattore/app/attiva/", {"code": code_for(secret.group(1))}).status_code == 302
    assert client.get("/profilo/").status_code == 200

    again = cast.client()
    assert sign_in(again, account).headers["Location"] == "/accesso/fattore/codice/"
    assert again.get("/profilo/").status_code == 302
    assert "_auth_user_id" not in again.session


def test_secrets_of_factors_are_encrypted_and_no_time_of_use_is_kept(cast: Cast) -> None:
    account = cast.who["cgil_delegate"]
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    row = Authenticator.objects.get(user=account)
    assert secret not in str(row.data)
    row.record_usage()
    row.refresh_from_db()
    assert row.last_used_at is None
    assert code_of(account) == code_for(secret)


def test_settings_of_a_real_installation_ask_for_the_factor() -> None:
    source = (settings.HERE / "settings.py").read_text()
    assert 'SECOND_FACTOR_REQUIRED = MODE not in ("demo", "test")' in source


def test_sign_in_pages_run_no_inline_script(cast: Cast) -> None:
    pages = [(None, LOGIN), (None, "/accesso/password/nuova/"), ("worker", "/accesso/fattore/")]
    pages += [("worker", "/accesso/email/"), ("worker", "/accesso/fattore/app/attiva/")]
    for who, path in pages:
        page = cast.client(who).get(path).content.decode()
        for tag in re.findall(r"<script\b[^>]*>", page):
            assert "src=" in tag or 'type="application/json"' in tag, (path, tag)
        assert not re.findall(r"<style|\sstyle=|\son\w+=", page), path
