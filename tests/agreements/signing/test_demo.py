# mypy: disable-error-code="attr-defined"
"""The demonstration's agreements in every state, and their pages as each role reads them."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import formats

from tavolo.agreements import standing
from tavolo.agreements.commitments.models import Answer, Claim
from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing import outside, reading, voting
from tavolo.common import files
from tavolo.common.territory import in_territory
from tavolo.demo.agreements import TITLE as DRAFT_TITLE
from tavolo.demo.life import TITLE as KEPT_TITLE
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


def test_a_draft_with_live_amendments_can_still_change(place: World) -> None:
    found = Agreement.objects.get(title=DRAFT_TITLE)
    assert found.state == State.DRAFT
    assert found.amendments.filter(state="open").count() >= 3
    words = place.client("union_delegate").get(reverse("signing:agreement", args=[found.pk]))
    assert "La prima sigla lo congela" in words.content.decode()
    assert "restano fuori dal testo siglato" in words.content.decode()


def test_the_tentative_agreement_stands_under_its_reservation_while_its_members_vote(place: World) -> None:
    found = row(place, "initialled_id")
    assert found.state == State.VOTING
    frozen = reading.frozen_of(found)
    assert frozen is not None
    (vote,) = voting.votes(found)
    assert vote.consultation.plain_ballot.text_hash == frozen.hash, "the vote asks about this exact text"
    assert {str(group.party) for group in vote.consultation.groups.all()} == {"CGIL", "CISL", "UIL"}
    status, words = page(place, "union_delegate", "agreement")
    assert status == 200
    assert "regolamento comune sulla consultazione" in words
    assert "conciliazione degli orari" in words, "the reservation on substance is carried over"
    assert formats.date_format(frozen.reserve_due) in words, "the term"
    assert reverse("plain_ballots:ballot", args=[vote.consultation_id]) in words


def test_the_rules_of_the_system_are_cited_and_warn_and_declare_nothing(place: World) -> None:
    for name in ("initialled_id", "signed_id"):
        _status, words = page(place, "union_delegate", "agreement", name)
        rules = words[words.index("Che cosa chiedono le regole interconfederali") :]
        rules = html.unescape(rules[: rules.index("<h2>", 10)])
        assert "Confindustria" in rules, "the rule of the system is shown with its source"
        assert "Approvazione degli organi di ciascun sindacato" in rules
        assert "Nessuna legge o accordo generale fissa una maggioranza" in rules
        assert "Prassi della contrattazione territoriale" in rules, "the source"
        assert "non dichiara la validità di un voto o di un accordo" in rules
        assert not re.search(r"è valid|sono valid|efficace erga omnes", rules)


def test_what_all_signed_months_ago_is_deposited_with_its_receipt(place: World) -> None:
    found = Agreement.objects.get(title=KEPT_TITLE)
    frozen, deposit = reading.frozen_of(found), reading.deposit_of(found)
    assert found.state == State.DEPOSITED
    assert frozen is not None
    assert frozen.signed_on is not None
    assert deposit is not None
    assert frozen.signed_on <= deposit.deposited_on <= frozen.deposit_due < standing.today()
    assert all(line.signed and line.initial for line in reading.lines(found))
    claims = Claim.objects.filter(commitment__agreement=found)
    assert {one.condition for one in claims} == {"kept", "on_track", "late", "not_kept", "changed"}
    assert set(Answer.objects.filter(claim__in=claims).values_list("confirms", flat=True)) == {True, False}
    assert claims.filter(answer__isnull=True).exists(), "one waits for the other side's word"
    answer = place.client("anonymous").get(reverse("signing:agreement", args=[found.pk])).content.decode()
    assert "Unitario: firmato da tutte le parti." in answer


def test_a_union_that_did_not_sign_reads_so_for_everybody(place: World) -> None:
    found = row(place, "signed_id")
    assert found.state == State.DEPOSITED
    for role in ("anonymous", "plain_worker", "employer_delegate"):
        status, words = page(place, role, "agreement", "signed_id")
        assert status == 200
        assert "La UIL condivide il metodo ma non firma" in words
        assert "senza esserne firmataria" in words
        assert re.search(r"Accordo separato: firmato da [^;]*; non firmato da UIL\.", words)
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
