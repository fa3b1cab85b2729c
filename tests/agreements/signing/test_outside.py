"""Signatures made outside: whole ones are taken, tampering of every kind is found. No database or network."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from typing import Any

import pytest
from asn1crypto import keys, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tavolo.agreements.signing import attaching, outside
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf

CANONICAL = b'{"form":"tavolo-text-1","text":{"id":"root","title":"Prova"}}'


@pytest.fixture(scope="module")
def sheet() -> bytes:
    page = pdf(model.Document("Prova", "it", (model.Paragraph("Il testo."),)))
    return attaching.with_files(page, {"canonical.json": (CANONICAL, "il testo")})


@pytest.fixture(scope="module")
def signer() -> signers.SimpleSigner:
    key = rsa.generate_private_key(65537, 2048)
    name = certificates.Name([
        certificates.NameAttribute(NameOID.COMMON_NAME, "Anna Verdi"),
        certificates.NameAttribute(NameOID.ORGANIZATION_NAME, "Sindacato di prova"),
    ])  # fmt: skip
    made = (
        certificates.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(77)
        .not_valid_before(datetime(2026, 1, 1)).not_valid_after(datetime(2028, 1, 1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private), cert_registry=SimpleCertificateStore(),
    )  # fmt: skip


def pades(data: bytes, signer: signers.SimpleSigner, field: str = "Firma1") -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    how = signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES)
    return bytes(signers.sign_pdf(writer, how, signer=signer).getvalue())


def cades(data: bytes, signer: signers.SimpleSigner, *, detached: bool = False) -> bytes:
    made: Any = asyncio.run(signer.async_sign_general_data(data, "sha256", detached=detached))
    return bytes(made.dump())


def test_the_same_text_gives_the_same_sheet(sheet: bytes) -> None:
    page = pdf(model.Document("Prova", "it", (model.Paragraph("Il testo."),)))
    assert attaching.with_files(page, {"canonical.json": (CANONICAL, "il testo")}) == sheet


def test_a_signed_sheet_is_taken_with_its_certificates_words(
    sheet: bytes, signer: signers.SimpleSigner
) -> None:
    found = outside.check(pades(sheet, signer), sheet, CANONICAL)
    assert found.accepted
    assert found.kind == "pades"
    assert found.content == "sheet"
    assert found.text_inside
    one = found.signers[0]
    assert (one.name, one.organisation, one.valid_to) == ("Anna Verdi", "Sindacato di prova", "2028-01-01")
    assert not one.qualified_statement


def test_two_signatures_one_after_the_other_are_taken(sheet: bytes, signer: signers.SimpleSigner) -> None:
    twice = pades(pades(sheet, signer), signer, "Firma2")
    found = outside.check(twice, sheet, CANONICAL)
    assert found.accepted
    assert len(found.signers) == 2


def test_a_changed_byte_breaks_the_signature(sheet: bytes, signer: signers.SimpleSigner) -> None:
    data = bytearray(pades(sheet, signer))
    data[len(sheet) // 2] ^= 1
    assert outside.check(bytes(data), sheet, CANONICAL).problem in ("broken", "unreadable")


def test_a_signed_pdf_of_another_text_is_refused_even_with_our_text_inside(
    sheet: bytes, signer: signers.SimpleSigner
) -> None:
    other = pdf(model.Document("Altro", "it", (model.Paragraph("Altro testo."),)))
    forged = attaching.with_files(other, {"canonical.json": (CANONICAL, "il testo")})
    found = outside.check(pades(forged, signer), sheet, CANONICAL)
    assert found.text_inside
    assert found.problem == "other_text"


def test_a_page_changed_before_signing_is_found(sheet: bytes, signer: signers.SimpleSigner) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sheet))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    assert outside.check(pades(out.getvalue(), signer), sheet, CANONICAL).problem == "changed"


def test_something_appended_after_signing_is_found(sheet: bytes, signer: signers.SimpleSigner) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(pades(sheet, signer)))
    writer.root["/PageMode"] = generic.pdf_name("/FullScreen")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert not outside.check(out.getvalue(), sheet, CANONICAL).accepted


def test_an_envelope_around_the_sheet_or_the_text_is_taken(
    sheet: bytes, signer: signers.SimpleSigner
) -> None:
    assert outside.check(cades(sheet, signer), sheet, CANONICAL).content == "sheet"
    assert outside.check(cades(CANONICAL, signer), sheet, CANONICAL).content == "text"
    assert outside.check(cades(CANONICAL, signer, detached=True), sheet, CANONICAL).accepted


def test_envelopes_of_other_content_changed_or_unreadable_are_refused(
    sheet: bytes, signer: signers.SimpleSigner
) -> None:
    assert outside.check(cades(b"altro", signer), sheet, CANONICAL).problem == "other_text"
    data = bytearray(cades(sheet, signer))
    data[data.index(sheet[:20]) + 300] ^= 1
    assert outside.check(bytes(data), sheet, CANONICAL).problem == "broken"
    assert outside.check(b"niente", sheet, CANONICAL).problem == "unreadable"
    assert outside.check(sheet, sheet, CANONICAL).problem == "unsigned"
