"""Signatures made elsewhere: a signed PDF (PAdES) or a signed envelope (CAdES, .p7m), no network.

What is checked: that each signature holds over the bytes it covers, and that these bytes are the frozen sheet
(or the canonical text). What is not: whom the certificate was issued by, whether it is qualified, expired or
revoked. Trust roots are not asked, and the page says so; the certificate's own words are shown as its own.

A signed PDF is the frozen sheet followed by appended changes (ISO 32000-2, 7.5.6): its first bytes must
be the sheet's, and what was appended no more than signatures and their fields (pyHanko's analysis).
"""

from __future__ import annotations

import base64
import hashlib
import io
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, x509

LARGEST = 30 * 1024 * 1024
MOST_SIGNATURES = 50
TEXT_NAME = "canonical.json"

PADES, CADES = "pades", "cades"


@dataclass(frozen=True)
class Signer:
    """What a signature's certificate says of itself, in its own words; `claimed_at` is the signer's clock."""

    name: str
    organisation: str
    issuer: str
    serial: str
    valid_from: str
    valid_to: str
    claimed_at: str
    qualified_statement: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as plain data."""
        return {
            "certificate_name": self.name, "issuer": self.issuer, "serial": self.serial,
            "valid_from": self.valid_from, "valid_to": self.valid_to, "claimed_at": self.claimed_at,
            "qualified_statement": self.qualified_statement,
        }  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What a file turned out to be. `content`: "sheet" or "text". `problem`: "" where it is accepted,
    else unreadable, unsigned, broken, other_text or changed. `text_inside`: the canonical text lies in the
    file, whatever its pages show."""

    kind: str
    signers: tuple[Signer, ...]
    content: str
    problem: str
    text_inside: bool = False

    @property
    def accepted(self) -> bool:
        """Say whether every signature holds, on exactly the frozen text."""
        return not self.problem


def check(data: bytes, sheet: bytes, canonical: bytes) -> Checked:
    """Return what a signed file is, against the frozen sheet's bytes and the canonical text's."""
    head = data[:1024].lstrip()
    if head.startswith(b"%PDF-"):
        return _pdf(data, sheet, canonical)
    return _envelope(data, sheet, canonical)


def _pdf(data: bytes, sheet: bytes, canonical: bytes) -> Checked:
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(data))
        signatures = list(reader.embedded_regular_signatures)[:MOST_SIGNATURES]
        inside = embedded_text(reader) == canonical
    except Exception:
        return Checked(PADES, (), "", "unreadable")
    if not signatures:
        return Checked(PADES, (), "", "unsigned", inside)
    try:
        holds = all(_holds(one) for one in signatures) and _covers_all(signatures[-1])
        signers = tuple(signer_of(one.signer_cert, one.self_reported_timestamp) for one in signatures)
    except Exception:
        return Checked(PADES, (), "", "broken", inside)
    if not holds:
        return Checked(PADES, signers, "", "broken", inside)
    if not data.startswith(sheet):
        return Checked(PADES, signers, "", "other_text", inside)
    return Checked(PADES, signers, "sheet", "" if _only_signatures(reader, sheet) else "changed", inside)


def _holds(signature: Any) -> bool:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.status import SignatureCoverageLevel as Level

    digest = signature.compute_digest()
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, expected_content_type="data", actual_digest=digest
    )
    return bool(intact and valid and signature.evaluate_signature_coverage() >= Level.ENTIRE_REVISION)


def _covers_all(signature: Any) -> bool:
    from pyhanko.sign.validation.status import SignatureCoverageLevel as Level

    return bool(signature.evaluate_signature_coverage() == Level.ENTIRE_FILE)


def _only_signatures(reader: Any, sheet: bytes) -> bool:
    """Say whether nothing but signatures was added after the sheet."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel
    from pyhanko.sign.diff_analysis.policy_api import SuspiciousModification

    try:
        base = PdfFileReader(io.BytesIO(sheet)).xrefs.total_revisions - 1
        found = DEFAULT_DIFF_POLICY.review_file(reader, base)
    except Exception:
        return False
    if isinstance(found, SuspiciousModification):
        return False
    return found.modification_level <= ModificationLevel.FORM_FILLING


def embedded_text(reader: Any) -> bytes | None:
    """Return the canonical text attached inside a PDF, if it carries one."""
    return attachment(reader, TEXT_NAME)


def attachment(reader: Any, name: str) -> bytes | None:
    """Return a file attached inside a PDF by its name; None if there is none."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return None
    for place in range(0, len(names) - 1, 2):
        spec = names[place + 1]
        if str(spec.get("/F", "")) == name or str(spec.get("/UF", "")) == name:
            return bytes(spec["/EF"]["/F"].data)
    return None


def _envelope(data: bytes, sheet: bytes, canonical: bytes) -> Checked:
    try:
        signed = _signed_data(data)
        content = signed["encap_content_info"]["content"].native
        certificates = [one.chosen for one in signed["certificates"] if one.name == "certificate"]
        infos = list(signed["signer_infos"])[:MOST_SIGNATURES]
    except Exception:
        return Checked(CADES, (), "", "unreadable")
    if not infos:
        return Checked(CADES, (), "", "unsigned")
    candidates = {"sheet": sheet, "text": canonical}
    if content is not None:
        return _over(bytes(content), infos, certificates, _name_of(bytes(content), candidates))
    # A detached signature: whichever of the two it holds over.
    found = [_over(one, infos, certificates, name) for name, one in candidates.items()]
    return next((one for one in found if one.accepted), found[0])


def _name_of(content: bytes, candidates: dict[str, bytes]) -> str:
    return next((name for name, one in candidates.items() if one == content), "")


def _over(content: bytes, infos: list[Any], certificates: list[Any], name: str) -> Checked:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    signers = []
    for info in infos:
        try:
            certificate = _certificate_of(info, certificates)
            digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, content).digest()
            intact, valid = validate_sig_integrity(
                info, certificate, expected_content_type="data", actual_digest=digest
            )
            signers.append(signer_of(certificate, _claimed(info)))
        except Exception:
            return Checked(CADES, tuple(signers), "", "broken")
        if not (intact and valid):
            return Checked(CADES, tuple(signers), "", "broken")
    return Checked(CADES, tuple(signers), name, "" if name else "other_text")


def _signed_data(data: bytes) -> Any:
    """Read a CMS envelope, in DER, PEM or bare base64, as Italian signing tools write it."""
    if not data.startswith(b"\x30"):
        lines = [line for line in data.split(b"\n") if not line.startswith(b"-----")]
        data = base64.b64decode(b"".join(lines), validate=False)
    info = cms.ContentInfo.load(data, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("not signed data")
    return info["content"]


def _certificate_of(info: Any, certificates: list[Any]) -> Any:
    sid = info["sid"]
    for one in certificates:
        if sid.name == "issuer_and_serial_number":
            if one.serial_number == sid.chosen["serial_number"].native and one.issuer == sid.chosen["issuer"]:
                return one
        elif one.key_identifier == sid.chosen.native:
            return one
    raise ValueError("the signer's certificate is not in the envelope")


def _claimed(info: Any) -> Any:
    for attribute in info["signed_attrs"] or []:
        if attribute["type"].native == "signing_time":
            return attribute["values"][0].native
    return None


def signer_of(certificate: x509.Certificate, claimed_at: Any = None) -> Signer:
    """Return what a certificate says of its holder."""
    subject = certificate.subject.native
    valid = certificate["tbs_certificate"]["validity"]
    return Signer(
        name=_word(subject.get("common_name") or " ".join(
            _word(subject.get(key)) for key in ("given_name", "surname") if subject.get(key)
        )),
        organisation=_word(subject.get("organization_name")),
        issuer=certificate.issuer.human_friendly[:300],
        serial=format(certificate.serial_number, "x"),
        valid_from=valid["not_before"].native.date().isoformat(),
        valid_to=valid["not_after"].native.date().isoformat(),
        claimed_at=claimed_at.isoformat() if claimed_at is not None else "",
        # The certificate's own statement (ETSI EN 319 412-5); whether its issuer may make it is not checked.
        qualified_statement=_says_qualified(certificate),
    )  # fmt: skip


def _says_qualified(certificate: x509.Certificate) -> bool:
    for extension in certificate["tbs_certificate"]["extensions"] or []:
        if extension["extn_id"].dotted == "1.3.6.1.5.5.7.1.3":
            # id-etsi-qcs-QcCompliance, 0.4.0.1862.1.1, as it stands in DER
            return bytes.fromhex("0604008e4601 01".replace(" ", "")) in extension["extn_value"].contents
    return False


def _word(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value or "").strip()[:200]
