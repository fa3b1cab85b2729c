"""The register's pages and API: hashes for everybody, words only where their room allows."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tavolo.common.models import Territory
from tavolo.ledger import checkpoints, readers
from tavolo.ledger.merkle.notes import read_checkpoint, read_key
from tavolo.ledger.merkle.proofs import verify_consistency, verify_inclusion
from tavolo.ledger.merkle.verify import PROVED, verify
from tavolo.ledger.models import HeldCheckpoint
from tests.ledger.test_record import record

UNION = uuid.uuid4()


@pytest.fixture
def anna(territory: Territory) -> Any:
    """A delegate of a union."""
    return get_user_model().objects.create_user("anna@prova.example", name="Anna")


@pytest.fixture
def browser(anna: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Anna's browser."""
    client = Client(headers={"accept-language": "it"})
    client.force_login(anna)
    monkeypatch.setattr(
        readers, "_holders", [lambda request: {UNION: "FIOM"} if request.user.pk == anna.pk else {}]
    )
    return client


@pytest.fixture
def stranger(territory: Territory) -> Client:
    """Somebody signed in without any role."""
    client = Client()
    client.force_login(get_user_model().objects.create_user("ugo@prova.example", name="Ugo"))
    return client


@pytest.fixture
def words_for_anna(anna: Any) -> Iterator[None]:
    """Acts of the tests may be read by Anna."""
    readers.readable("dialogue.table", before := readers.READERS.get("dialogue.table") or _nobody)
    readers.readable("dialogue.table", lambda request, key: request.user.pk == anna.pk)
    yield
    readers.readable("dialogue.table", before)


def _nobody(request: object, key: object) -> bool:
    return False


def body(answer: Any) -> bytes:
    """Return an answer's bytes, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_everybody_can_download_a_checkpoint(territory: Territory) -> None:
    record()
    signed = checkpoints.sign()
    page = Client().get(reverse("ledger:register"))
    assert reverse("ledger:checkpoint", args=[signed.pk]).encode() in page.content
    answer = Client().get(reverse("ledger:checkpoint", args=[signed.pk]))
    assert read_checkpoint(answer.content.decode()).size == signed.size
    assert answer["Content-Disposition"].startswith("attachment")
    assert Client().get(reverse("ledger:checkpoint", args=[uuid.uuid4()])).status_code == 404


def test_a_delegate_holds_a_checkpoint_for_the_union(
    territory: Territory, browser: Client, stranger: Client
) -> None:
    signed = checkpoints.sign()
    address = reverse("ledger:hold", args=[signed.pk])
    assert b"FIOM" in browser.get(reverse("ledger:register")).content
    answer = browser.post(address, {"organisation": str(UNION)})
    assert answer.content.decode() == signed.note
    assert HeldCheckpoint.objects.get().organisation_id == UNION
    for wrong in ({"organisation": str(uuid.uuid4())}, {"organisation": "x"}, {}):
        assert browser.post(address, wrong).status_code == 404
    assert stranger.post(address, {"organisation": str(UNION)}).status_code == 404
    assert Client().post(address, {"organisation": str(UNION)}).status_code == 302
    assert HeldCheckpoint.objects.count() == 1


def test_words_are_shown_only_where_the_room_allows(
    territory: Territory, browser: Client, stranger: Client, words_for_anna: None
) -> None:
    act = record(content={"title": "<script>Segreto</script>"})
    checkpoints.sign()
    address = reverse("ledger:act", args=[act])
    page = browser.get(address).content
    assert b"&lt;script&gt;Segreto" in page
    for other in (stranger, Client()):
        assert b"Segreto" not in other.get(address).content
        assert b"Segreto" not in other.get(reverse("ledger:register")).content
    extract = reverse("ledger:extract", args=[act])
    full, bare = body(browser.get(extract)), body(stranger.get(extract))
    assert b"Segreto" in full
    assert b"Segreto" not in bare
    for data in (full, bare):
        assert verify(io.BytesIO(data)).outcome == PROVED


def test_an_act_without_a_place_yet_has_its_page(territory: Territory, browser: Client) -> None:
    act = record()
    assert browser.get(reverse("ledger:act", args=[act])).status_code == 200
    assert verify(io.BytesIO(body(browser.get(reverse("ledger:extract", args=[act]))))).outcome == PROVED


def test_all_hashes_can_be_downloaded_and_hold_no_words(territory: Territory, stranger: Client) -> None:
    record()
    data = body(stranger.get(reverse("ledger:hashes")))
    assert b"Impresa" not in data
    assert verify(io.BytesIO(data)).outcome == PROVED
    assert Client().get(reverse("ledger:hashes")).status_code == 302


def test_a_monitor_can_check_everything_over_the_api(territory: Territory) -> None:
    acts = [record() for _ in range(3)]
    checkpoints.sign()
    record()
    checkpoints.sign()
    client = Client()
    notes = [entry["note"] for entry in client.get(reverse("api-1.0.0:ledger_checkpoints")).json()]
    old, new = (read_checkpoint(note) for note in notes)
    key = read_key(client.get(reverse("api-1.0.0:ledger_key")).json()[-1])
    assert old.signed_by(key)
    assert new.signed_by(key)
    found = client.get(reverse("api-1.0.0:ledger_proof", args=[acts[1]]), {"size": old.size}).json()
    path = [bytes.fromhex(value) for value in found["path"]]
    assert verify_inclusion(found["index"], old.size, bytes.fromhex(found["leaf_hash"]), path, old.root)
    between = client.get(reverse("api-1.0.0:ledger_consistency"), {"old": old.size, "new": new.size}).json()
    path = [bytes.fromhex(value) for value in between["path"]]
    assert verify_consistency(old.size, old.root, new.size, new.root, path)
    leaves = client.get(reverse("api-1.0.0:ledger_leaves"), {"start": 1}).json()
    assert [leaf["index"] for leaf in leaves] == [1, 2, 3, 4]
    assert set(leaves[0]) == {"index", "id", "commitment"}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("consistency", {"old": 5, "new": 2}),
        ("consistency", {"old": 10**30, "new": 2}),
        ("consistency", {}),
        ("leaves", {"start": 10**30}),
        ("leaves", {"start": "x"}),
        ("checkpoints", {"after": -(10**30)}),
    ],
)
def test_wrong_questions_get_an_answer(territory: Territory, name: str, query: dict) -> None:
    assert Client().get(reverse(f"api-1.0.0:ledger_{name}"), query).status_code == 422


def test_a_proof_for_an_act_that_is_not_covered_is_refused(territory: Territory) -> None:
    checkpoints.sign()
    act = record()
    assert Client().get(reverse("api-1.0.0:ledger_proof", args=[act])).status_code == 404
