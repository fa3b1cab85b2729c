"""Signatures made outside: whole ones are taken, tampering of every kind is found. No database or network."""

from __future__ import annotations

import asyncio
import base64
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
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation.dss import DocumentSecurityStore
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


def certified(data: bytes, signer: signers.SimpleSigner, allowed: MDPPerm) -> bytes:
    how = signers.PdfSignatureMetadata(
        field_name="Autore", subfilter=SigSeedSubFilter.PADES, certify=True, docmdp_permissions=allowed
    )
    return bytes(signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), how, signer=signer).getvalue())


def test_a_certified_sheet_is_taken_and_signed_again_only_where_it_allows_that(
    sheet: bytes, signer: signers.SimpleSigner
) -> None:
    for allowed in MDPPerm:
        assert outside.check(certified(sheet, signer, allowed), sheet, CANONICAL).accepted
    twice = pades(certified(sheet, signer, MDPPerm.FILL_FORMS), signer)
    assert len(outside.check(twice, sheet, CANONICAL).signers) == 2


def test_what_proves_a_signature_for_years_may_follow_it(sheet: bytes, signer: signers.SimpleSigner) -> None:
    file = io.BytesIO(pades(sheet, signer))
    DocumentSecurityStore.add_dss(file, sig_contents=None, certs=[signer.signing_cert])
    found = outside.check(file.getvalue(), sheet, CANONICAL)
    assert (found.problem, len(found.signers)) == ("", 1)
    assert outside.check(file.getvalue() + b"altro", sheet, CANONICAL).problem == "broken"


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


def test_an_envelope_may_hold_another_or_a_signed_pdf_and_all_signatures_count(
    sheet: bytes, signer: signers.SimpleSigner
) -> None:
    once = cades(sheet, signer)
    for inner in (once, base64.encodebytes(once), pades(sheet, signer)):
        found = outside.check(cades(inner, signer), sheet, CANONICAL)
        assert (found.kind, found.content, found.problem, len(found.signers)) == ("cades", "sheet", "", 2)
    assert outside.check(cades(cades(b"altro", signer), signer), sheet, CANONICAL).problem == "other_text"
    broken = bytearray(once)
    broken[broken.index(sheet[:20]) + 300] ^= 1
    assert outside.check(cades(bytes(broken), signer), sheet, CANONICAL).problem == "broken"


def test_envelopes_are_read_as_signing_tools_write_them(sheet: bytes, signer: signers.SimpleSigner) -> None:
    once = cades(sheet, signer)
    lines = base64.encodebytes(once)
    pem = b"-----BEGIN PKCS7-----\r\n" + lines.replace(b"\n", b"\r\n") + b"-----END PKCS7-----\r\n"
    for data in (once + b"\r\n", lines, pem, b"\xef\xbb\xbf" + pem):
        assert outside.check(data, sheet, CANONICAL).accepted
    assert outside.check(once + b"altro", sheet, CANONICAL).problem == "unreadable"


def test_a_digest_that_can_be_forged_or_a_missing_certificate_is_told_as_such(
    sheet: bytes, signer: signers.SimpleSigner
) -> None:
    weak: Any = asyncio.run(signer.async_sign_general_data(sheet, "sha1"))
    assert outside.check(bytes(weak.dump()), sheet, CANONICAL).problem == "weak"
    bare: Any = asyncio.run(signer.async_sign_general_data(sheet, "sha256"))
    bare["content"]["certificates"] = []
    assert outside.check(bytes(bare.dump(force=True)), sheet, CANONICAL).problem == "no_certificate"


def test_envelopes_of_other_content_changed_or_unreadable_are_refused(
    sheet: bytes, signer: signers.SimpleSigner
) -> None:
    assert outside.check(cades(b"altro", signer), sheet, CANONICAL).problem == "other_text"
    data = bytearray(cades(sheet, signer))
    data[data.index(sheet[:20]) + 300] ^= 1
    assert outside.check(bytes(data), sheet, CANONICAL).problem == "broken"
    assert outside.check(b"niente", sheet, CANONICAL).problem == "unreadable"
    assert outside.check(sheet, sheet, CANONICAL).problem == "unsigned"
