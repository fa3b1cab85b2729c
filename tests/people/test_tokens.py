"""Keys for the API: shown once, kept as a hash, limited, revocable, and never a way around a policy."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tavolo.common.errors import Problem
from tavolo.people.models import ApiToken, Membership
from tavolo.people.services.tokens import create_token, revoke_token
from tests.people.conftest import Cast

ME = "/api/v1/people/me"


def key_of(cast: Cast, who: str, *scopes: str, days: int = 30) -> str:
    return create_token(cast.who[who], "prova", scopes or ("read",), days, timezone.now())[1]


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_a_key_stands_in_for_the_session(cast: Cast) -> None:
    answer = cast.client().get(ME, headers=bearer(key_of(cast, "cgil_delegate")))
    assert answer.status_code == 200
    assert answer.json()["email"] == "cgil_delegate@prova.example"
    assert [role["role"] for role in answer.json()["roles"]] == ["delegate"]


def test_the_database_keeps_only_a_hash_and_the_last_four_signs(cast: Cast) -> None:
    key = key_of(cast, "worker")
    row = ApiToken.objects.get()
    assert key not in str(vars(row))
    assert row.last_four == key[-4:]


def test_the_page_shows_a_key_once(cast: Cast) -> None:
    client = cast.client("worker")
    made = client.post("/profilo/chiavi/", {"name": "script", "scopes": ["read"], "days": 7}).content.decode()
    key = made.split('class="people-key">')[1].split("<")[0]
    assert cast.client().get(ME, headers=bearer(key)).status_code == 200
    assert key not in client.get("/profilo/chiavi/").content.decode()


@pytest.mark.parametrize("key", ["", "x", "tavolo_unknown", "' OR 1=1 --"])
def test_a_wrong_key_is_nobody_even_beside_a_session(cast: Cast, key: str) -> None:
    assert cast.client("worker").get(ME, headers=bearer(key)).status_code == 401


def test_an_expired_or_revoked_key_and_that_of_a_closed_account_open_nothing(cast: Cast) -> None:
    expired, revoked, closed = key_of(cast, "worker"), key_of(cast, "hr"), key_of(cast, "owner")
    ApiToken.objects.filter(account=cast.who["worker"]).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    revoke_token(cast.who["hr"], ApiToken.objects.get(account=cast.who["hr"]), timezone.now())
    cast.who["owner"].is_active = False
    cast.who["owner"].save()
    assert [cast.client().get(ME, headers=bearer(key)).status_code for key in (expired, revoked, closed)] == [
        401
    ] * 3


def test_a_key_that_reads_does_not_write(cast: Cast) -> None:
    path = f"/api/v1/people/organisations/{cast.body['cgil'].pk}/invitations"
    body = json.dumps({"email": "nuova@prova.example", "role": "delegate"})

    def post(key: str) -> int:
        client = cast.client(enforce_csrf_checks=True)
        return client.post(path, body, content_type="application/json", headers=bearer(key)).status_code

    assert post(key_of(cast, "cgil_officer", "read")) == 403
    assert post(key_of(cast, "cgil_officer", "read", "write")) == 201


def test_a_session_needs_its_csrf_token_on_the_api(cast: Cast) -> None:
    path = f"/api/v1/people/organisations/{cast.body['cgil'].pk}/invitations"
    body = json.dumps({"email": "nuova@prova.example", "role": "delegate"})
    client = cast.client("cgil_officer", enforce_csrf_checks=True)
    assert client.post(path, body, content_type="application/json").status_code == 403
    client.get("/profilo/")
    token = client.cookies["csrftoken"].value
    answer = client.post(path, body, content_type="application/json", headers={"x-csrftoken": token})
    assert answer.status_code == 201


def test_a_key_opens_the_api_and_no_page(cast: Cast) -> None:
    answer = cast.client().get("/profilo/", headers=bearer(key_of(cast, "worker")))
    assert answer.status_code == 302


def test_a_key_loses_what_its_owner_loses(cast: Cast) -> None:
    key = key_of(cast, "association_delegate")
    path = f"/api/v1/people/organisations/{cast.body['officina'].pk}"
    assert cast.client().get(path, headers=bearer(key)).status_code == 200
    Membership.objects.filter(account=cast.who["association_delegate"]).update(ends_on=cast.today)
    assert cast.client().get(path, headers=bearer(key)).status_code == 404


def test_a_forbidden_thing_and_a_missing_one_get_the_same_bytes(cast: Cast) -> None:
    client = cast.client("owner")
    forbidden = client.get(f"/api/v1/people/organisations/{cast.body['tessitura'].pk}")
    missing = client.get(f"/api/v1/people/organisations/{cast.who['owner'].pk}")
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.content == missing.content


def test_nobody_revokes_or_sees_the_key_of_another(cast: Cast) -> None:
    key_of(cast, "worker")
    row = ApiToken.objects.get()
    assert cast.client("hr").post(f"/profilo/chiavi/{row.pk}/revoca/").status_code == 404
    row.refresh_from_db()
    assert row.revoked_at is None


def test_a_key_has_a_name_a_right_and_an_end(cast: Cast) -> None:
    for name, scopes, days in (
        ("", ["read"], 1),
        ("x", [], 1),
        ("x", ["admin"], 1),
        ("x", ["read"], 0),
        ("x", ["read"], 999),
    ):
        with pytest.raises(Problem):
            create_token(cast.who["worker"], name, scopes, days, timezone.now())


def test_no_time_of_use_is_kept(cast: Cast) -> None:
    assert not [field.name for field in ApiToken._meta.fields if "use" in field.name or "seen" in field.name]
