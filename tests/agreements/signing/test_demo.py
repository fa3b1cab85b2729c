# mypy: disable-error-code="attr-defined"
"""The demonstration's two agreements, and their pages as each role reads them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing import attaching, outside, reading, showing  # noqa: F401
from tavolo.common import files
from tavolo.common.territory import in_territory
from tavolo.ledger.merkle.verify import verify
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(world: World, db: None) -> Any:
    with in_territory(world.territory):
        yield world


def row(place: World, name: str) -> Agreement:
    return Agreement.objects.get(pk=place.arguments[name])


def page(place: World, role: str, route: str, name: str = "initialled_id") -> tuple[int, str]:
    client: Client = place.client(role)
    answer = client.get(reverse(f"signing:{route}", args=[place.arguments[name]]))
    return answer.status_code, answer.content.decode() if answer.status_code == 200 else ""


def test_the_tentative_agreement_stands_under_its_reservation(place: World) -> None:
    found = row(place, "initialled_id")
    assert found.state == State.INITIALLED
    status, words = page(place, "union_delegate", "agreement")
    assert status == 200
    assert "regolamento comune sulla consultazione" in words
    assert "conciliazione degli orari" in words, "the reservation on substance is carried over"
    assert "Confindustria" in words, "the rule of the system is shown with its source"


def test_a_union_that_did_not_sign_reads_so_for_everybody(place: World) -> None:
    found = row(place, "signed_id")
    assert found.state == State.DEPOSITED
    for role in ("anonymous", "plain_worker", "employer_delegate"):
        status, words = page(place, role, "agreement", "signed_id")
        assert status == 200
        assert "La UIL condivide il metodo ma non firma" in words
        assert "senza esserne firmataria" in words
    by = {str(line.party): line for line in reading.lines(found)}
    uil = next(line for name, line in by.items() if "UIL" in name)
    assert not uil.signed
    assert uil.initial is not None


def test_scans_and_receipts_are_for_the_table(place: World) -> None:
    found = row(place, "signed_id")
    scan = reading.copies(found)[0].file
    deposit = reading.deposit_of(found)
    assert deposit is not None
    for stored in (scan, deposit.receipt):
        address = reverse("common:file", args=[stored.pk])
        assert place.client("union_delegate").get(address).status_code == 200
        assert place.client("plain_worker").get(address).status_code == 404


def test_the_signed_pdf_carries_text_facts_and_proof(place: World) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    found = row(place, "signed_id")
    sealed, frozen = reading.sealed_of(found), reading.frozen_of(found)
    assert sealed is not None
    assert frozen is not None
    assert frozen.version is not None
    with files.open_stored(sealed.pdf) as source:
        data = source.read()
    reader = PdfFileReader(io.BytesIO(data))
    assert outside.attachment(reader, "canonical.json") == frozen.version.canonical.encode()
    facts = json.loads(outside.attachment(reader, "signatures.json") or b"{}")
    assert facts["hash"] == frozen.hash
    assert sum(one["signed"] for one in facts["parties"]) == 3
    report = verify(io.BytesIO(outside.attachment(reader, "register.tavolo") or b""))
    assert report.outcome == 0


def test_the_bundle_proves_the_pdf_in_the_register(place: World) -> None:
    sealed = reading.sealed_of(row(place, "signed_id"))
    assert sealed is not None
    with files.open_stored(sealed.bundle) as source:
        archive = zipfile.ZipFile(io.BytesIO(source.read()))
    names = set(archive.namelist())
    assert {"text.pdf", "canonical.json", "signatures.json", "register.tavolo"} <= names
    proofs = archive.read("register.tavolo")
    assert verify(io.BytesIO(proofs)).outcome == 0
    assert sealed.pdf.sha256.encode() in proofs, "the act of sealing names the PDF's sum"
    broken = proofs.replace(sealed.pdf.sha256.encode(), b"0" * 64)
    assert verify(io.BytesIO(broken)).outcome != 0


@pytest.mark.parametrize(
    "route",
    ["agreement", "text", "initial", "decline", "separate", "vote", "reservation", "signatories", "sign",
     "copy", "confirm", "attach", "deposit"],
)  # fmt: skip
def test_each_page_opens_for_a_delegate_and_is_nobody_elses(place: World, route: str) -> None:
    assert page(place, "union_delegate", route)[0] == 200
    assert page(place, "stranger", route)[0] == 404
    assert page(place, "operator", route)[0] == 404
    assert page(place, "anonymous", route)[0] == 302


def test_the_sheet_is_one_file_that_never_changes(place: World) -> None:
    client = place.client("employer_delegate")
    address = reverse("signing:sheet", args=[place.arguments["initialled_id"]])
    first, second = (b"".join(client.get(address).streaming_content) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF-")


def test_what_waits_says_who_must_answer(place: World) -> None:
    from tavolo.dialogue import hooks

    for role in ("union_delegate", "employer_delegate"):
        waits = hooks.awaiting(place.people[role].pk)
        assert any(one.kind == "signing" and one.due is not None for one in waits)
    assert not any(one.kind == "signing" for one in hooks.awaiting(place.people["stranger"].pk))
