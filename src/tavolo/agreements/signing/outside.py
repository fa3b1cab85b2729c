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
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from asn1crypto import cms, parser, x509

LARGEST = 30 * 1024 * 1024
MOST_SIGNATURES = 50
DEEPEST = 5  # envelopes one inside another
WEAK = ("md2", "md5", "sha1")  # two texts with the same digest can be made for these
TEXT_NAME = "canonical.json"

BOM = b"\xef\xbb\xbf"

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
    mark: str = ""  # the signature's own digest: the same signature in two files has the same

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as plain data."""
        return {
            "certificate_name": self.name, "issuer": self.issuer, "serial": self.serial,
            "valid_from": self.valid_from, "valid_to": self.valid_to, "claimed_at": self.claimed_at,
            "qualified_statement": self.qualified_statement, "signature_sha256": self.mark,
        }  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What a file turned out to be. `content`: "sheet" or "text". `problem`: "" where it is accepted,
    else unreadable, unsigned, broken, weak, no_certificate, other_text or changed. `text_inside`: the
    canonical text lies in the file, whatever its pages show."""

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
    """Return what a signed file is, against the frozen sheet's bytes and the canonical text's.

    An envelope may hold another, or a signed PDF: the signatures of all are counted.
    """
    return _check(data, sheet, canonical, DEEPEST)


def _check(data: bytes, sheet: bytes, canonical: bytes, deep: int) -> Checked:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return _pdf(data, sheet, canonical)
    return _envelope(data, sheet, canonical, deep)


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
        holds = all(_holds(one) for one in signatures) and _is_whole(signatures[-1], data)
        signers = tuple(
            signer_of(
                one.signer_cert, one.self_reported_timestamp, bytes(one.signer_info["signature"].native)
            )
            for one in signatures
        )
        weak = any(one.md_algorithm in WEAK for one in signatures)
    except Exception:
        return Checked(PADES, (), "", "broken", inside)
    if not holds or weak:
        return Checked(PADES, signers, "", "weak" if holds else "broken", inside)
    if not data.startswith(sheet):
        return Checked(PADES, signers, "", "other_text", inside)
    fine = _only_signatures(reader, sheet) and all(_allowed(one) for one in signatures)
    return Checked(PADES, signers, "sheet", "" if fine else "changed", inside)


def _holds(signature: Any) -> bool:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.status import SignatureCoverageLevel as Level

    digest = signature.compute_digest()
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, expected_content_type="data", actual_digest=digest
    )
    return bool(intact and valid and signature.evaluate_signature_coverage() >= Level.ENTIRE_REVISION)


def _is_whole(signature: Any, data: bytes) -> bool:
    """Say whether the last signature covers the file, save what proves it for the years to come.

    Time stamps and revocation data are appended after it (PAdES-LT and -LTA, ETSI EN 319 142-1).
    """
    from pyhanko.sign.diff_analysis import ModificationLevel

    if signature.evaluate_signature_coverage() != _entire_file() and (
        signature.reader.xrefs.total_revisions - 1 == signature.signed_revision
        or not data.rstrip().endswith(b"%%EOF")
    ):
        return False  # bytes without a revision of their own
    added = _added_after(signature)
    return added is not None and added <= int(ModificationLevel.LTA_UPDATES.value)


def _allowed(signature: Any) -> bool:
    """Say whether a certified PDF was treated as its certifying signature allows (DocMDP)."""
    level = signature.docmdp_level
    if level is None:
        return True
    added = _added_after(signature)
    return added is not None and added <= int(level.value)


def _added_after(signature: Any) -> int | None:
    """Return how much was appended after a signature (0: nothing … 3: notes); None for more than that."""
    from pyhanko.sign.diff_analysis.policy_api import SuspiciousModification

    if signature.evaluate_signature_coverage() == _entire_file():
        return 0
    try:
        found = _policy().review_file(
            signature.reader, signature.signed_revision,
            field_mdp_spec=signature.fieldmdp, doc_mdp=signature.docmdp_level,
        )  # fmt: skip
    except SuspiciousModification:
        return None
    return None if isinstance(found, SuspiciousModification) else int(found.modification_level.value)


def _entire_file() -> Any:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    return SignatureCoverageLevel.ENTIRE_FILE


@cache
def _policy() -> Any:
    """Return pyHanko's rules of what may be appended, with the mark of a certifying signature among it."""
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
    from pyhanko.sign.diff_analysis.policies import StandardDiffPolicy
    from pyhanko.sign.diff_analysis.rules.file_structure_rules import CatalogModificationRule

    rules = [
        CatalogModificationRule({*rule.ignored_keys, "/Perms"})
        if isinstance(rule, CatalogModificationRule) else rule
        for rule in DEFAULT_DIFF_POLICY.global_rules
    ]  # fmt: skip
    return StandardDiffPolicy(
        rules, DEFAULT_DIFF_POLICY.form_rule,
        reject_object_freeing=DEFAULT_DIFF_POLICY.reject_object_freeing,
        ignore_orphaned_objects=DEFAULT_DIFF_POLICY.ignore_orphaned_objects,
    )  # fmt: skip


def _only_signatures(reader: Any, sheet: bytes) -> bool:
    """Say whether nothing but signatures was added after the sheet."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.diff_analysis.policy_api import SuspiciousModification

    try:
        base = PdfFileReader(io.BytesIO(sheet)).xrefs.total_revisions - 1
        found = _policy().review_file(reader, base)
    except Exception:
        return False
    if isinstance(found, SuspiciousModification):
        return False
    return bool(found.modification_level <= ModificationLevel.FORM_FILLING)


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


def _envelope(data: bytes, sheet: bytes, canonical: bytes, deep: int) -> Checked:
    try:
        signed = _signed_data(data)
        content = signed["encap_content_info"]["content"].native
        certificates = [one.chosen for one in signed["certificates"] or () if one.name == "certificate"]
        infos = list(signed["signer_infos"])[:MOST_SIGNATURES]
    except Exception:
        return Checked(CADES, (), "", "unreadable")
    if not infos:
        return Checked(CADES, (), "", "unsigned")
    candidates = {"sheet": sheet, "text": canonical}
    if content is not None:
        content = bytes(content)
        found = _over(content, infos, certificates, _name_of(content, candidates))
        if found.problem != "other_text" or deep <= 1:
            return found
        return _with_inside(found, _check(content, sheet, canonical, deep - 1))
    # A detached signature: whichever of the two it holds over.
    tried = [_over(one, infos, certificates, name) for name, one in candidates.items()]
    return next((one for one in tried if one.accepted), tried[0])


def _with_inside(found: Checked, inside: Checked) -> Checked:
    """Return what an envelope around a signed file is: the signatures of both, the inner file's verdict."""
    if inside.problem in ("unreadable", "unsigned"):
        return found  # what was signed is simply another file
    return replace(inside, kind=CADES, signers=(*inside.signers, *found.signers))


def _name_of(content: bytes, candidates: dict[str, bytes]) -> str:
    return next((name for name, one in candidates.items() if one == content), "")


def _over(content: bytes, infos: list[Any], certificates: list[Any], name: str) -> Checked:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    signers: list[Signer] = []
    for info in infos:
        try:
            certificate = _certificate_of(info, certificates)
            if certificate is None:
                return Checked(CADES, tuple(signers), "", "no_certificate")
            algorithm = info["digest_algorithm"]["algorithm"].native
            digest = hashlib.new(algorithm, content).digest()
            intact, valid = validate_sig_integrity(
                info, certificate, expected_content_type="data", actual_digest=digest
            )
            signers.append(signer_of(certificate, _claimed(info), bytes(info["signature"].native)))
        except Exception:
            return Checked(CADES, tuple(signers), "", "broken")
        if not (intact and valid):
            return Checked(CADES, tuple(signers), "", "broken")
        if algorithm in WEAK:
            return Checked(CADES, tuple(signers), "", "weak")
    return Checked(CADES, tuple(signers), name, "" if name else "other_text")


def _signed_data(data: bytes) -> Any:
    """Read a CMS envelope, in DER, PEM or bare base64, as Italian signing tools write it."""
    if not data.startswith(b"\x30"):
        lines = [line for line in data.removeprefix(BOM).split(b"\n") if not line.startswith(b"-----")]
        data = base64.b64decode(b"".join(lines), validate=False)
    end = parser.peek(data)
    if data[end:].strip(b"\r\n\t \0"):
        raise ValueError("bytes after the envelope")
    info = cms.ContentInfo.load(data[:end], strict=True)
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
    return None  # the signer's certificate is not in the envelope


def _claimed(info: Any) -> Any:
    for attribute in info["signed_attrs"] or []:
        if attribute["type"].native == "signing_time":
            return attribute["values"][0].native
    return None


def signer_of(certificate: x509.Certificate, claimed_at: Any = None, signature: bytes = b"") -> Signer:
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
        mark=hashlib.sha256(signature).hexdigest() if signature else "",
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
