"""The register's signing key: its private half stays in the key store, outside the database."""

from __future__ import annotations

import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone
from django_scopes import get_scope

from tavolo.common import paths
from tavolo.common.keys.store import KeyStore
from tavolo.common.keys.uses import signing_key as stored_signing_key
from tavolo.ledger.merkle.bundle import origin_of
from tavolo.ledger.merkle.notes import PublicKey
from tavolo.ledger.models import RegisterKey
from tavolo.ledger.services import record_act

KEY_NAME = "ledger"
KEY_INTRODUCED = "ledger.key_introduced"
REGISTER_TYPE = "ledger.register"


def signing_key() -> Ed25519PrivateKey:
    """Return the private key in force: the newest version of the key `ledger`, made at first use."""
    return stored_signing_key(KeyStore(paths.keys()), KEY_NAME)


def public_half(territory_id: uuid.UUID, key: Ed25519PrivateKey) -> PublicKey:
    """Return the public half under the name of a territory's register."""
    return PublicKey(origin_of(territory_id), key.public_key().public_bytes_raw())


def known_keys() -> list[PublicKey]:
    """Return every key the register in scope has signed with, the oldest first."""
    territory = get_scope()["territory"]
    rows = RegisterKey.objects.order_by("since", "id").values_list("public", flat=True)
    return [PublicKey(origin_of(territory.pk), bytes(raw)) for raw in rows]


@transaction.atomic
def introduce(key: Ed25519PrivateKey) -> PublicKey:
    """Make a key known before its first signature; the change of key is itself a formal act."""
    territory = get_scope()["territory"]
    public = public_half(territory.pk, key)
    before = known_keys()
    if public in before:
        return public
    RegisterKey.objects.create(territory=territory, public=public.raw, since=timezone.now())
    record_act(
        actor_id=None,
        role="system",
        act=KEY_INTRODUCED,
        object_type=REGISTER_TYPE,
        object_id=territory.pk,
        content={"key": public.text(), "before": before[-1].text() if before else None},
    )
    return public
