# mypy: disable-error-code="attr-defined, union-attr"
"""The signed files as a visitor downloads them, checked without server or database and on the public page."""

from __future__ import annotations

import html
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tavolo.agreements.archive import papers
from tavolo.agreements.archive.models import Entry
from tavolo.agreements.models import Agreement
from tavolo.agreements.signing import reading
from tavolo.agreements.signing.models import Signature
from tavolo.common.territory import in_territory
from tavolo.demo.signing import EFFECT
from tavolo.ledger import audit, containers, signing
from tavolo.ledger.merkle.agreement import PAGES_SEAL as PAGES
from tavolo.ledger.merkle.agreement import AgreementReport, check_agreement
from tavolo.ledger.merkle.notes import read_checkpoint, write_checkpoint
from tests.world import World

pytestmark = pytest.mark.django_db
VERIFY = "/accordi/verifica/"
# As on a computer with nothing but the program: no Django, no database driver, no connection.
OFFLINE = """
import socket, sys
for name in ("django", "psycopg"):
    sys.modules[name] = None
def refuse(*rest, **more):
    raise RuntimeError("the check asked the network")
socket.socket.connect = socket.create_connection = refuse
sys.argv = ["tavolo verify", *sys.argv[1:]]
from tavolo.ledger.cli import verify
verify()
"""


@pytest.fixture
def place(world: World, db: None) -> Iterator[World]:
    with in_territory(world.territory):
        yield world


@pytest.fixture
def visitor(place: World) -> Client:
    return place.client("anonymous")


def fetch(client: Client, place: World, route: str) -> bytes:
    answer = client.get(reverse(f"signing:{route}", args=[place.arguments["signed_id"]]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.fixture
def pdf(visitor: Client, place: World) -> bytes:
    return fetch(visitor, place, "signed_pdf")


@pytest.fixture
def bundle(visitor: Client, place: World) -> bytes:
    return fetch(visitor, place, "bundle")


def offline(tmp_path: Path, data: bytes, *options: str) -> tuple[int, str]:
    """Return exit code and words of `tavolo verify FILE` in a process of its own."""
    file = tmp_path / "accordo"
    file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(file), *options], capture_output=True, text=True, check=False,
        cwd=tmp_path, env={"PYTHONPATH": ":".join(sys.path), "PATH": ""},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def upload(client: Client, data: bytes, **more: Any) -> str:
    """Return what the public page says of a file, as plain words."""
    answer = client.post(VERIFY, {"file": SimpleUploadedFile("accordo.pdf", data), **more})
    assert answer.status_code == 200
    page = answer.content.decode()
    return html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def checked(data: bytes) -> AgreementReport:
    """Return the report on a file's bytes."""
    try:
        return check_agreement(containers.read_parts(data))
    except containers.BadContainer:
        report = AgreementReport()
        report.unreadable.append(None)  # type: ignore[arg-type]
        return report


SAID = (
    "VERIFICATO: testo, firme e registro tornano.",
    "Siglato da UIL",
    "Firmato da CGIL",
    "Firmato da CISL, Segretario generale CISL",
    "UIL",
    "Nomi, livelli ed elenco delle firme sono chiusi dal sigillo del registro.",
    "Il PDF, pagine comprese, è byte per byte quello che il registro ha sigillato.",
    "Non è provato",
    "valido o ancora in vigore",
)


@pytest.mark.parametrize("which", ["pdf", "bundle"])
def test_offline_and_the_public_page_say_the_same_of_the_downloaded_file(
    which: str, request: pytest.FixtureRequest, visitor: Client, tmp_path: Path
) -> None:
    data = request.getfixturevalue(which)
    code, words = offline(tmp_path, data)
    assert code == 0, words
    page = upload(visitor, data)
    for one in SAID:
        assert one in words, one
        assert one in page, one
    assert "byte per byte, quello conservato qui" in page
    assert re.search(rf"sigillo di {seen_by(data)} atti|{seen_by(data)} atti", words), "by which checkpoint"


def test_the_text_written_out_offline_is_the_one_that_was_signed(pdf: bytes, tmp_path: Path) -> None:
    out = tmp_path / "testo.md"
    assert offline(tmp_path, pdf, "--text", str(out))[0] == 0
    assert "Nulla è concordato finché tutto non è concordato." in out.read_text()


def test_a_held_checkpoint_proves_the_history_and_exposes_another(
    place: World, visitor: Client, pdf: bytes, tmp_path: Path
) -> None:
    """A checkpoint downloaded from the register, and one of a register with another past."""
    delegate = place.client("union_delegate")
    page = delegate.get(reverse("ledger:register")).content.decode()
    link = re.search(r'href="([^"]*sigilli/[^"]*\.txt)"', page)
    assert link
    held = b"".join(delegate.get(link.group(1)))
    file = tmp_path / "sigillo.txt"
    file.write_bytes(held)
    note = read_checkpoint(held.decode())
    entry = Entry.objects.get(agreement_id=place.arguments["signed_id"])
    fresh = b"".join(visitor.get(reverse("archive:download", args=[entry.key, "zip"])))
    code, words = offline(tmp_path, pdf, "--checkpoint", str(file))
    if note.size > seen_by(pdf):
        assert (code, "più recente di questo file" in words) == (2, True), (
            "older than the checkpoint: no fault"
        )
    code, words = offline(tmp_path, fresh, "--checkpoint", str(file))
    assert code == 0, words
    assert f"Rispetto al sigillo conservato da te ({note.size} atti" in words, "by which checkpoint"
    assert "VERIFICATO" in upload(visitor, fresh, checkpoint=SimpleUploadedFile("sigillo.txt", held))
    # The same size and key, another root: what a register with two histories would show.
    other = write_checkpoint(
        origin=note.origin, size=note.size, root=bytes(32), at=datetime.fromisoformat(note.at),
        key=signing.signing_key(),
    )  # fmt: skip
    file.write_text(other)
    code, words = offline(tmp_path, fresh, "--checkpoint", str(file))
    assert (code, "riscritta, o ne esistono due" in words) == (1, True), words


def seen_by(data: bytes) -> int:
    """Return how many acts the checkpoint in a file covers."""
    return checked(data).size


def test_one_flipped_byte_anywhere_in_the_pdf_is_told(pdf: bytes, visitor: Client, tmp_path: Path) -> None:
    places = [*range(0, len(pdf), len(pdf) // 150), *range(len(pdf) - 130, len(pdf))]
    for at in places:
        data = bytearray(pdf)
        data[at] ^= 1
        assert checked(bytes(data)).outcome != 0, at
    middle = bytearray(pdf)
    middle[pdf.index(b"stream") + 40] ^= 1
    code, words = offline(tmp_path, bytes(middle))
    assert code == 1
    assert "MANOMESSO" in words
    assert "dopo la chiusura è stato cambiato almeno un byte" in words
    page = upload(visitor, bytes(middle))
    assert "dopo la chiusura è stato cambiato almeno un byte" in page


def test_something_added_to_the_pdf_or_its_seal_taken_away_is_told(pdf: bytes) -> None:
    from tavolo.ledger.merkle.pages import MARK

    for data in (pdf + b"\n% more", pdf + pdf[pdf.rindex(MARK) :], pdf[: pdf.rindex(MARK)]):
        report = checked(data)
        assert {one.code for one in report.faults} == {"pages_changed"}
    other = containers.read_parts(pdf)
    assert check_agreement({**other, PAGES: b""}).outcome == 1


def test_one_flipped_byte_in_the_bundle_is_told(bundle: bytes, visitor: Client, tmp_path: Path) -> None:
    for at in range(0, len(bundle), len(bundle) // 150):
        data = bytearray(bundle)
        data[at] ^= 1
        assert checked(bytes(data)).outcome != 0, at
    broken = bytearray(bundle)
    broken[len(bundle) // 2] ^= 1
    code, words = offline(tmp_path, bytes(broken))
    assert code == 2
    assert "scaricato da Tavolo, così com'è" in words
    assert "scaricato da Tavolo, così com'è" in upload(visitor, bytes(broken))


def test_a_bundle_packed_anew_with_other_content_is_told_file_by_file(bundle: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    for name, told in (
        ("text.pdf", "Il PDF non è quello sigillato"), ("LEGGIMI.txt", "«LEGGIMI.txt» del pacchetto non è"),
        ("canonical.json", "non è quello firmato"), ("signatures.json", "sono stati cambiati"),
        ("verbale.txt", "«verbale.txt» del pacchetto non era fra quelli sigillati"),
    ):  # fmt: skip
        old = whole.get(name, b"prima")
        changed = {"text.pdf": old + b" ", "LEGGIMI.txt": old + b" "}.get(name, old.replace(b"mese", b"anno"))
        if name == "signatures.json":
            changed = old.replace(b"Segretario generale CISL", b"Segretaria generale CISL")
        assert (name == "verbale.txt") == (changed == old)
        code, words = offline(tmp_path, containers.write_zip({**whole, name: changed}))
        assert code == 1, (name, words)
        assert told in words, (name, words)


def test_no_handwriting_and_no_certificate_leaves_the_table_in_the_public_files(
    place: World, pdf: bytes, bundle: bytes
) -> None:
    found = Agreement.objects.get(pk=place.arguments["signed_id"])
    scan = reading.copies(found)[0].file
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert set(archive.namelist()) <= {
            "LEGGIMI.txt", "canonical.json", "foglio.pdf", "register.tavolo", "signatures.json", "text.pdf",
        }  # fmt: skip
        assert scan.sha256 in archive.read("signatures.json").decode(), "its sum is named"
    assert EFFECT[:40] in containers.read_parts(pdf)["signatures.json"].decode()


CHANGES = {
    "the name under a signature": "UPDATE signing_signature SET name = 'Altri' WHERE agreement_id = %s",
    "who signed": "UPDATE signing_signature SET kind = 'online', copy_id = NULL WHERE agreement_id = %s",
    "a signature taken away": "DELETE FROM signing_signature WHERE agreement_id = %s AND kind = 'paper'",
    "the hash of initials": "UPDATE signing_initial SET hash = repeat('0', 64) WHERE agreement_id = %s",
    "the words of who did not sign": "UPDATE signing_declined SET statement = 'Sì' WHERE agreement_id = %s",
    "the receipt's number": "UPDATE signing_deposit SET reference = 'X' WHERE agreement_id = %s",
    "the files": "UPDATE signing_sealed SET hash = repeat('0', 64) WHERE agreement_id = %s",
    "the text": "UPDATE agreements_version SET canonical = replace(canonical, 'mese', 'anno')"
                " WHERE agreement_id = %s",
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_the_database_refuses_to_change_what_was_signed(place: World, what: str) -> None:
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGES[what], [str(place.arguments["signed_id"])])


def forced(statement: str, agreement: Agreement) -> None:
    """Change rows as who owns the database can: with every rule of the table switched off."""
    table = re.search(r"(?:UPDATE|FROM) (\w+)", statement)
    assert table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table[1]} DISABLE TRIGGER USER")
        cursor.execute(statement, [agreement.pk])
        assert cursor.rowcount
        cursor.execute(f"ALTER TABLE {table[1]} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreements_version SET canonical = replace(canonical, 'mese', 'a') WHERE agreement_id = %s",
        'UPDATE ledger_actcontent SET content = content || \'{"level": "x"}\' WHERE object_id = %s',
        "UPDATE ledger_actcontent SET actor_id = gen_random_uuid() WHERE object_id = %s",
    ],
)
def test_rows_changed_by_who_owns_the_database_no_longer_meet_the_register(
    place: World, statement: str
) -> None:
    found = Agreement.objects.get(pk=place.arguments["signed_id"])
    honest = papers.check_here(found)
    assert honest is not None
    assert honest.outcome == 0
    point = transaction.savepoint()
    forced(statement, found)
    report = papers.check_here(found)
    assert report is not None
    assert report.outcome == 1 or list(audit.faults())
    transaction.savepoint_rollback(point)


def test_a_signature_deleted_from_the_rows_is_still_proved_by_the_register(place: World) -> None:
    found = Agreement.objects.get(pk=place.arguments["signed_id"])
    point = transaction.savepoint()
    forced("DELETE FROM signing_signature WHERE agreement_id = %s AND kind = 'paper'", found)
    assert Signature.objects.filter(agreement=found).count() == 2
    report = papers.check_here(found)
    assert report is not None
    assert sum(line["step"] == "sign" for line in report.signatures) == 3
    transaction.savepoint_rollback(point)
