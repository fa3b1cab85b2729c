# mypy: disable-error-code="attr-defined, arg-type, no-untyped-call, no-untyped-def"
"""Who signs on this site confirms who they are first: a code or a passkey, at most five minutes before."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tavolo.agreements.signing.models import Signature
from tavolo.people.models import Account, Membership
from tavolo.people.services.tokens import create_token
from tests.agreements.signing.conftest import Room
from tests.people.test_access import code_for

PASSWORD = "una frase lunga e tranquilla"
RECORDS = "account_authentication_methods"


@pytest.fixture
def cleared(small: Room) -> Iterator[Room]:
    """A text that waits for its signatures, where the second factor is asked for as in use."""
    small.initial()
    small.name()
    for key in ("cgil", "cisl", "imprese"):
        Membership.objects.create(
            territory=small.territory, account_id=small.people[key], role="delegate",
            organisation=small.parties[key].organisation, starts_on=timezone.localdate(),
        )  # fmt: skip
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        yield small


def with_app(room: Room, key: str = "cgil") -> tuple[Account, str]:
    """Return a head whose authenticator app is set up, and its secret."""
    account = Account.objects.get(pk=room.people[key])
    account.set_password(PASSWORD)
    account.save()
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    return account, secret


def browser(account: Account) -> Client:
    """Return a browser in which the person is signed in, long ago as far as confirming goes."""
    client = Client(headers={"accept-language": "it"})
    client.force_login(account)
    return client


def page_of(room: Room) -> str:
    return reverse("signing:sign", args=[room.agreement.pk])


def sign(client: Client, room: Room) -> str:
    """Send the signature's form and return the page that follows."""
    data = {"shown_hash": room.shown, "sure": "on", "idempotency_key": str(timezone.now())}
    return client.post(page_of(room), data, follow=True).content.decode()


def call(client: Client, room: Room, **headers: str) -> Any:
    return client.post(
        reverse("api-1.0.0:signing_sign", args=[room.agreement.pk]), {"shown_hash": room.shown},
        content_type="application/json", headers=headers,
    )  # fmt: skip


def aged(client: Client, seconds: int) -> None:
    """Make what was confirmed in this session older."""
    session = client.session
    session[RECORDS] = [{**one, "at": one["at"] - seconds} for one in session[RECORDS]]
    session.save()


def test_without_confirming_nothing_is_signed_and_the_page_leads_there(cleared: Room) -> None:
    account, _secret = with_app(cleared)
    client = browser(account)
    page = client.get(page_of(cleared)).content.decode()
    assert "Conferma con l&#x27;app di autenticazione" in page
    assert "Conferma con la passkey" not in page, "a factor the person does not have is not offered"
    assert "entro cinque minuti" in sign(client, cleared)
    answer = call(client, cleared)
    assert answer.status_code == 422
    assert not Signature.objects.exists()


def test_a_code_of_the_app_just_confirmed_signs_at_its_level(cleared: Room) -> None:
    account, secret = with_app(cleared)
    client = browser(account)
    link = re.search(r'href="([^"]*conferma[^"]*)"', client.get(page_of(cleared)).content.decode())
    assert link
    address = link.group(1).replace("&amp;", "&")
    wrong = client.post(address, {"code": "000000"})
    assert wrong.status_code == 200
    sign(client, cleared)
    assert not Signature.objects.exists(), "a wrong code confirms nothing"
    back = client.post(address, {"code": code_for(secret)})
    assert (back.status_code, back.headers["Location"]) == (302, page_of(cleared))
    sign(client, cleared)
    made = Signature.objects.get()
    assert made.facts == {"level": "simple_factor", "confirmed": ["totp"]}
    page = client.get(reverse("signing:agreement", args=[cleared.agreement.pk])).content.decode()
    assert "secondo fattore confermato" in page


def test_what_was_confirmed_more_than_five_minutes_ago_is_asked_anew(cleared: Room) -> None:
    account, secret = with_app(cleared)
    client = browser(account)
    client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})
    aged(client, 301)
    assert "entro cinque minuti" in sign(client, cleared)
    assert "Conferma con l&#x27;app" in client.get(page_of(cleared)).content.decode()
    assert not Signature.objects.exists()
    aged(client, -10)  # four minutes and fifty-one seconds ago
    sign(client, cleared)
    assert Signature.objects.count() == 1


def test_a_password_alone_confirms_nothing(cleared: Room) -> None:
    account, _secret = with_app(cleared)
    client = browser(account)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert any(one["method"] == "password" for one in client.session[RECORDS])
    sign(client, cleared)
    assert not Signature.objects.exists()


def test_a_key_cannot_sign_not_even_beside_a_confirmed_session(cleared: Room) -> None:
    account, secret = with_app(cleared)
    client = browser(account)
    client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})
    _row, text = create_token(account, "prova", ["read", "write"], 30, timezone.now())
    answer = call(client, cleared, Authorization=f"Bearer {text}")
    assert answer.status_code == 422, answer.content
    assert not Signature.objects.exists()
    assert call(client, cleared).status_code == 200, "the session alone signs"
    assert Signature.objects.get().facts["confirmed"] == ["totp"]


def test_who_has_no_factor_is_led_to_set_one_up(cleared: Room) -> None:
    from tavolo.agreements.signing.views_signing import ways_to_confirm

    client = browser(Account.objects.get(pk=cleared.people["cisl"]))
    answer = client.get(page_of(cleared))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index"))
    request = answer.wsgi_request
    assert [link for link, _words in ways_to_confirm(request)] == [reverse("mfa_index")]


# A passkey, by an authenticator made of the same pieces as a real one.


class Passkey:
    """A software authenticator: a key pair for one site that signs challenges (WebAuthn level 2)."""

    def __init__(self, host: str = "testserver") -> None:
        self.key, self.id, self.count, self.host = ec.generate_private_key(ec.SECP256R1()), b"k" * 32, 0, host

    def add_to(self, account: Account) -> None:
        """Register the passkey as a browser's answer to the ceremony would."""
        public = ES256.from_cryptography_key(self.key.public_key())
        known = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        found = AttestationObject.create("none", self._data(0x45, bytes(known)), {})
        client = CollectedClientData.create("webauthn.create", b"c" * 32, f"https://{self.host}")
        said = {"attestationObject": b64(bytes(found)), "clientDataJSON": b64(bytes(client))}
        webauthn.WebAuthn.add(account, "Passkey", self._answer(said))

    def answer(self, challenge: str) -> str:
        """Return the credential a browser sends for a challenge (base64url)."""
        self.count += 1
        raw = base64.urlsafe_b64decode(challenge + "==")
        client = bytes(CollectedClientData.create("webauthn.get", raw, f"https://{self.host}"))
        data = bytes(self._data(0x05))
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"authenticatorData": data, "clientDataJSON": client, "signature": signature}
        return json.dumps(self._answer({name: b64(value) for name, value in said.items()}))

    def _data(self, flags: int, known: bytes = b"") -> AuthenticatorData:
        site = hashlib.sha256(self.host.encode()).digest()
        return AuthenticatorData.create(site, AuthenticatorData.FLAG(flags), self.count, known)

    def _answer(self, said: dict[str, str]) -> dict[str, Any]:
        own = b64(self.id)
        return {"id": own, "rawId": own, "type": "public-key", "response": said, "clientExtensionResults": {}}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def challenged(client: Client) -> str:
    """Open the page that asks for the passkey and return its challenge."""
    page = client.get(reverse("mfa_reauthenticate_webauthn")).content.decode()
    found = re.search(r'"challenge":\s*"([^"]+)"', page)
    assert found, page
    return found.group(1)


def test_a_passkey_that_answers_the_sites_challenge_signs(cleared: Room) -> None:
    account = Account.objects.get(pk=cleared.people["cgil"])
    passkey, other = Passkey(), Passkey()
    passkey.add_to(account)
    assert Authenticator.objects.get(user=account).type == "webauthn"
    client = browser(account)
    assert "Conferma con la passkey" in client.get(page_of(cleared)).content.decode()
    address = f"{reverse('mfa_reauthenticate_webauthn')}?next={page_of(cleared)}"
    for refused in (other.answer(challenged(client)), passkey.answer(b64(b"x" * 32))):
        client.post(address, {"credential": refused})
        sign(client, cleared)
        assert not Signature.objects.exists(), "another key, or an answer to another challenge"
    back = client.post(address, {"credential": passkey.answer(challenged(client))})
    assert (back.status_code, back.headers["Location"]) == (302, page_of(cleared))
    sign(client, cleared)
    assert Signature.objects.get().facts == {"level": "simple_factor", "confirmed": ["webauthn"]}
    aged(client, 301)
    assert "Conferma con la passkey" in client.get(page_of(cleared)).content.decode()
