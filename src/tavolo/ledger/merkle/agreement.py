"""Checking a signed agreement offline: its exact text, who signed it, and the register's proof.

A signed agreement travels as a zip bundle, or as a PDF with the same parts attached. The register's proof is
called proof.json or register.tavolo; a bundle may hold text.pdf, whose SHA-256 the act of sealing names:

    canonical.json    the exact text: canonical JSON (RFC 8785), named by its SHA-256
    signatures.json   canonical JSON: which acts signed it (format below)
    proof.json        an extract of the register with those acts (see `bundle`)
    seal.json         optional: the register's key over the SHA-256 of the first two

signatures.json:

    {"format":"tavolo-agreement/1","agreement":id,"version":n,"hash":hex,
     "signatures":[{"act":id,"step":"initial"|"sign","party":id,"party_name":...,"name":...,
                    "level":...,"at":...}],
     "not_signed":["name", ...]}

Or, as signing writes it ("tavolo-signatures-1"):

    {"agreement":..,"version":..,"hash":..,"parties":[{"party":..,"name":..,"signed":..,
     "initial":{..}|null,"signatures":[{"id":..,"kind":..,"by":..,"hash":..,"mandate":..}]}]}

where the act is found by party, text and the id of the signature. Two more fields say what else is sealed
with them: "sealed_pages" that the PDF carries a seal over its pages (see `pages`), "files" the SHA-256 of
what else the bundle holds, by name.

A signature counts only where the register's own statement of that act speaks of this agreement, this text
and this party; every other field the statement has too must be the same. What only signatures.json says is
proved by the seal, or not at all, and the report says which.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tavolo.ledger.merkle import bundle, pages
from tavolo.ledger.merkle.acts import canonical
from tavolo.ledger.merkle.notes import Checkpoint, Malformed, PublicKey, read_key
from tavolo.ledger.merkle.verify import PROVED, Finding, Report, verify

FORMAT = "tavolo-agreement/1"
TEXT_FORM = "tavolo-text-1"
CANONICAL, SIGNATURES, PROOF, SEAL = "canonical.json", "signatures.json", "proof.json", "seal.json"
SIGNING_FORMAT, REGISTER, PAGES = "tavolo-signatures-1", "register.tavolo", "text.pdf"
# What containers add and no file can bring along: the seal over a PDF's pages, what else lies in a zip, and
# what of the zip's own bytes (names, times, comments) is not as the register writes it.
PAGES_SEAL, OTHERS, CONTAINER = "(pages)", "(others)", "(container)"
SEALED = "signing.sealed"
PARTS = frozenset({CANONICAL, SIGNATURES, PROOF, REGISTER, SEAL, PAGES})
NEEDED = (CANONICAL, SIGNATURES, PROOF)
DEEPEST = 20
# Acts that count as initialling and as signing; a stance or a comment on the same text never does.
STEPS: Mapping[str, frozenset[str]] = {
    "initial": frozenset({"signing.initialled"}),
    "sign": frozenset({"signing.signed", "signing.copy_confirmed", "signing.signature_attached"}),
}
# What one line says without being a claim about the signature itself.
_FRAME = frozenset({"act", "step"})


@dataclass
class AgreementReport(Report):
    """A report on an agreement, with what was read: the text's hash and title, and the proved signatures."""

    hash: str = ""
    title: str = ""
    agreement: str = ""
    version: int = 0
    signatures: list[dict[str, Any]] = field(default_factory=list)
    text: dict[str, Any] = field(default_factory=dict)
    sealed: bool = False
    pages: bool = False


def write_signatures(data: Mapping[str, Any]) -> bytes:
    """Return signatures.json for the fields above, `format` filled in."""
    return canonical({**data, "format": FORMAT})


def seal_message(origin: str, text: str, signatures: str) -> bytes:
    """Return the bytes the seal signs, from two SHA-256 in hexadecimal."""
    return f"{FORMAT} seal\n{origin}\n{text}\n{signatures}\n".encode()


def write_seal(origin: str, parts: Mapping[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """Return seal.json: the register's signature over text and signatures."""
    text, signed = (hashlib.sha256(parts[name]).hexdigest() for name in (CANONICAL, SIGNATURES))
    public = PublicKey(origin, key.public_key().public_bytes_raw())
    signature = key.sign(seal_message(origin, text, signed))
    return canonical({"key": public.id.hex(), "signature": base64.b64encode(signature).decode()})


def check_agreement(
    parts: Mapping[str, bytes], held: Sequence[Checkpoint] = (), key: PublicKey | None = None
) -> AgreementReport:
    """Check the parts of an agreement; never raises for what stands in them."""
    report = AgreementReport()
    if PROOF not in parts and REGISTER in parts:
        parts = {**parts, PROOF: parts[REGISTER]}
    missing = [name for name in NEEDED if name not in parts]
    if missing:
        report.unreadable.append(Finding("parts_missing", {"names": ", ".join(missing)}))
        return report
    try:
        _Check(parts, report).run(held, key)
    except (
        bundle.Damaged,
        Malformed,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ) as error:
        report.faults.append(Finding("agreement_damaged", {"reason": str(error)[:200]}))
    return report


def plain_text(report: AgreementReport) -> str:
    """Return the proved text as lines of Markdown: what to read, whatever the pages of a PDF show."""
    return "\n\n".join(_lines(report.text, "", 0)) + "\n"


def _lines(clause: Mapping[str, Any], number: str, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    head = " ".join(one for one in (number, str(clause.get("title", ""))) if one)
    if head:
        yield f"{'#' * min(depth + 1, 6)} {head}"
    if clause.get("body"):
        yield str(clause["body"])
    for place, child in enumerate(clause.get("children", ()), start=1):
        yield from _lines(child, f"{number}.{place}" if number else str(place), depth + 1)


class _Check:
    """One reading of an agreement's parts."""

    def __init__(self, parts: Mapping[str, bytes], report: AgreementReport) -> None:
        self.parts, self.report = parts, report
        self.statements: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, PublicKey] = {}

    def fault(self, code: str, **values: Any) -> None:
        """Note that something is wrong."""
        self.report.faults.append(Finding(code, values))

    def run(self, held: Sequence[Checkpoint], key: PublicKey | None) -> None:
        """Read the register's proof first, then hold text and signatures against it."""
        proof = verify(io.BytesIO(self.parts[PROOF]), held, key)
        report = self.report
        report.origin, report.size, report.at = proof.origin, proof.size, proof.at
        report.faults += proof.faults
        report.unreadable += proof.unreadable
        self._text()
        said = _read_signatures(self.parts[SIGNATURES])
        report.agreement, report.version = str(UUID(said["agreement"])), int(said["version"])
        if said["hash"] != report.hash:
            self.fault("text_changed", found=report.hash, wanted=str(said["hash"])[:64])
        if not proof.faults and (not proof.unreadable or proof.uncompared):
            self._read_proof()
            self._seal()
            self._sealing_act()
            self._pages(said)
            self._others(said)
            self._container()
            if said["format"] == SIGNING_FORMAT:
                said = self._lines_of(said)
            self._signatures(said)
        if report.outcome == PROVED or report.uncompared:
            self._say(said, proof)

    def _text(self) -> None:
        """Read the text in its one form; its hash is that of the bytes."""
        data = bundle.read_line(self.parts[CANONICAL])
        if data.get("form") != TEXT_FORM or not isinstance(data.get("text"), dict):
            raise bundle.Damaged(f"{CANONICAL} is not the text of an agreement")
        self.report.hash = hashlib.sha256(self.parts[CANONICAL]).hexdigest()
        self.report.text = data["text"]
        self.report.title = str(data["text"].get("title", ""))

    def _read_proof(self) -> None:
        """Collect what proved acts say, and the register's keys."""
        for line in self.parts[PROOF].splitlines():
            data = json.loads(line)
            if data["line"] == "key":
                key = read_key(data["key"])
                self.keys[key.id.hex()] = key
            elif "statement" in data:
                self.statements[data["id"]] = data["statement"]

    def _seal(self) -> None:
        if SEAL not in self.parts:
            return
        seal = bundle.read_line(self.parts[SEAL])
        key = self.keys.get(seal["key"])
        text, signed = (hashlib.sha256(self.parts[name]).hexdigest() for name in (CANONICAL, SIGNATURES))
        try:
            signature = base64.b64decode(seal["signature"], validate=True)
        except binascii.Error:
            raise bundle.Damaged(f"{SEAL} cannot be read") from None
        message = seal_message(self.report.origin, text, signed)
        if key is None or not key.accepts(signature, message):
            self.fault("agreement_seal_broken")
        else:
            self.report.sealed = True

    def _sealing_act(self) -> None:
        """Hold signatures and pages against the act by which the register sealed them, where it is proved."""
        digest = hashlib.sha256(self.parts[SIGNATURES]).hexdigest()
        for act in self.statements.values():
            content = act["content"]
            if act["act"] != SEALED or content.get("hash") != self.report.hash:
                continue
            if content.get("signatures") != digest:
                self.fault("agreement_seal_broken")
            elif PAGES in self.parts and content.get("pdf") != hashlib.sha256(self.parts[PAGES]).hexdigest():
                self.fault("pages_changed")
            else:
                self.report.sealed = True
                self.report.pages = PAGES in self.parts

    def _pages(self, said: Mapping[str, Any]) -> None:
        """Hold the pages of a PDF against the register's seal over them, where they carry one."""
        found = self.parts.get(PAGES_SEAL)
        if found:
            if pages.holds(found, self.report.origin, self.report.hash, self.keys):
                self.report.pages = True
            else:
                self.fault("pages_changed")
        elif found is not None and said.get("sealed_pages"):
            self.fault("pages_changed")

    def _others(self, said: Mapping[str, Any]) -> None:
        """Hold what else lies in a bundle against the sums that were sealed with the signatures."""
        known = said.get("files", {})
        for name, digest in json.loads(self.parts.get(OTHERS, b"{}")).items():
            if known.get(name) != digest:
                self.fault("file_changed" if name in known else "file_added", name=name[:80])

    def _container(self) -> None:
        """Say of a zip whether anything in its own bytes is not as the register writes a bundle."""
        for what in json.loads(self.parts.get(CONTAINER, b"[]")):
            self.fault("bundle_changed", what=str(what["what"]), name=str(what["name"])[:80])

    def _lines_of(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return what signing wrote party by party as lines, each with the act that proves it."""
        lines, absent = [], []
        for party in said["parties"]:
            own = {"party": party["party"], "party_name": party["name"]}
            if party["initial"]:
                one = party["initial"]
                act = self._act("initial", party=party["party"], hash=one["hash"])
                kept = {name: one[name] for name in ("hash", "mandate", "reserve")}
                lines.append({**own, **kept, "act": act, "step": "initial", "name": one["by"]})
            for one in party["signatures"]:
                act = self._act("sign", signature=one["id"])
                kept = {name: one[name] for name in ("hash", "mandate", "kind")}
                if one["facts"].get("level"):
                    kept["level"] = one["facts"]["level"]
                own_line = {**own, **kept, "act": act, "step": "sign", "name": one["by"]}
                lines.append({**own_line, "signature": one["id"], "version": said["version"]})
            if party["signed"] and not party["signatures"]:
                self.fault("signature_without_act", who=_who(own))
            if not party["signed"]:
                absent.append(party["name"])
        return {**said, "signatures": lines, "not_signed": absent}

    def _act(self, step: str, **wanted: Any) -> str:
        """Return the id of the newest proved act of a step with these facts, or nothing."""
        found = [
            act_id
            for act_id, act in self.statements.items()
            if act["act"] in STEPS[step]
            and all(act["content"].get(name) == value for name, value in wanted.items())
        ]
        return found[-1] if found else ""

    def _signatures(self, said: Mapping[str, Any]) -> None:
        """Hold every line against its act, and every act that signs this text against the lines."""
        seen: set[str] = set()
        for line in said["signatures"]:
            if line["act"] in seen:
                self.fault("signature_twice", who=_who(line))
            seen.add(line["act"])
            self._signature(line, said)
        for act_id, act in self.statements.items():
            content = act["content"]
            if act["act"] in STEPS["sign"] and act_id not in seen and content.get("hash") == self.report.hash:
                self.fault("signature_left_out", act=act_id)

    def _signature(self, line: Mapping[str, Any], said: Mapping[str, Any]) -> None:
        act = self.statements.get(line["act"])
        who = _who(line)
        if act is None or act["act"] not in STEPS.get(line["step"], frozenset()):
            self.fault("signature_without_act", who=who)
            return
        content = act["content"]
        if said["agreement"] not in (act["object"]["id"], content.get("agreement")):
            self.fault("signature_of_another_agreement", who=who)
        elif content.get("hash") != self.report.hash:
            self.fault("signature_on_another_text", who=who)
        elif content.get("party") != line["party"]:
            self.fault("signature_of_another_party", who=who)
        else:
            for name in sorted(set(line) & set(content) - _FRAME):
                if line[name] != content[name]:
                    self.fault("signature_field_changed", who=who, field=name)
            recorded = {name: line[name] for name in set(line) & (set(content) | _FRAME)}
            own = {"recorded_at": act["at"], "proved": sorted(recorded)}
            self.report.signatures.append({**dict(line), **own})

    def _say(self, said: Mapping[str, Any], proof: Report) -> None:
        report = self.report
        values = {"title": report.title or "–", "hash": report.hash}
        report.proved.append(Finding("agreement_text", values))
        for line in report.signatures:
            code = "initialled_by" if line["step"] == "initial" else "signed_by"
            report.proved.append(
                Finding(code, {"who": _who(line), "at": line["recorded_at"], "level": _level(line)})
            )
        if not report.signatures:
            report.not_proved.append(Finding("nobody_signed"))
        if said.get("not_signed"):
            names = ", ".join(str(name) for name in said["not_signed"])
            report.proved.append(Finding("did_not_sign", {"names": names}))
        if report.sealed:
            report.proved.append(Finding("agreement_sealed"))
        elif any(set(line["proved"]) < set(line) - {"recorded_at", "proved"} for line in report.signatures):
            report.not_proved.append(Finding("names_not_proved"))
        report.proved += proof.proved
        report.not_proved += [one for one in proof.not_proved if one.code != "truth"]
        report.not_proved.append(Finding("who_held_the_pen"))
        (report.proved if report.pages else report.not_proved).append(
            Finding("pages_proved" if report.pages else "pages")
        )
        if CONTAINER in self.parts:
            report.proved.append(Finding("bundle_exact"))
        report.not_proved.append(Finding("agreement_validity"))


def _level(line: Mapping[str, Any]) -> str:
    """Return how a line was signed; of one made outside its kind says more, initials name none."""
    level = line.get("level")
    own = level if level and level != "outside" else line.get("kind")
    return str(own or ("initial" if line["step"] == "initial" else "–"))


def _who(line: Mapping[str, Any]) -> str:
    names = [str(line[name]) for name in ("party_name", "name") if line.get(name)]
    return ", ".join(names)[:300] or str(line.get("party", "–"))[:80]


def _read_signatures(data: bytes) -> dict[str, Any]:
    """Return signatures.json: in its one form, or as signing writes it, where no name may stand twice."""
    found = json.loads(data, object_pairs_hook=_once)
    if found["format"] == FORMAT:
        return bundle.read_line(data)
    if found["format"] != SIGNING_FORMAT:
        raise bundle.Damaged(f"{SIGNATURES} is of another format")
    return dict(found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _value in pairs}) != len(pairs):
        raise bundle.Damaged(f"a name stands twice in {SIGNATURES}")
    return dict(pairs)
