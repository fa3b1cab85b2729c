"""Signed agreements for tests, made without Django: a small register, its acts, the parts, a PDF."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from tavolo.agreements.text.canonical import canonical, text_hash
from tavolo.agreements.text.model import Clause, Text
from tavolo.ledger import containers
from tavolo.ledger.merkle import acts, agreement
from tests.ledger.merkle.registers import START, Recorded, Register

TEXT = Text.of(
    "Intesa sulla formazione",
    (
        Clause("ore", "Ore di formazione", "Ogni persona ha *24 ore* l'anno.", ("training",)),
        Clause("premio", "Premio", "Il premio si divide in parti uguali.", ("wages",)),
    ),
)


@dataclass
class Signed:
    """An agreement signed by two parties in a small register with other acts around it."""

    register: Register = field(default_factory=Register)
    text: Text = TEXT

    def __post_init__(self) -> None:
        self.register.record()
        self.register.checkpoint()
        self.held = self.register.notes[0]
        self.agreement = self.register.new_id()
        self.parties = [self.register.new_id(), self.register.new_id()]
        self.acts = [self.sign("signing.initialled", self.parties[0], "online")]
        self.acts += [self.sign("signing.signed", party, "online") for party in self.parties]
        self.register.record()
        self.register.checkpoint()

    def sign(self, name: str, party: UUID, level: str, text: str = "", **more: str) -> Recorded:
        """Record one act of signing."""
        said = acts.Statement(
            id=self.register.new_id(), territory=self.register.territory, actor=self.register.new_id(),
            role="delegate", act=name, object_type="agreements.agreement", object_id=self.agreement,
            at=START, content={
                "hash": text or text_hash(self.text), "party": str(party), "level": level, "kind": "online",
                "mandate": "m", "reserve": True, "version": 3,
                "signature": str(self.register.new_id()), **more,
            },
        ).as_dict()  # fmt: skip
        salt = self.register.random.randbytes(32)
        act = Recorded(UUID(said["id"]), salt, said, acts.commitment(salt, said))
        self.register.acts.append(act)
        return act

    def lines(self) -> dict[str, Any]:
        """Return what signatures.json says, before it is written."""
        names = {str(self.parties[0]): "CGIL Milano", str(self.parties[1]): "Associazione"}
        lines = []
        for act in self.acts:
            assert act.said is not None
            content = act.said["content"]
            step = "initial" if act.said["act"].endswith("initialled") else "sign"
            lines.append(
                {
                    "act": str(act.id), "step": step, "party": content["party"], "level": content["level"],
                    "party_name": names[content["party"]], "name": "Rosa Prova", "at": "2026-04-13",
                }
            )  # fmt: skip
        return {
            "agreement": str(self.agreement), "version": 3, "hash": text_hash(self.text),
            "signatures": lines, "not_signed": ["UIL Milano"],
        }  # fmt: skip

    def parts(self, *, seal: bool = True, **changed: Any) -> dict[str, bytes]:
        """Return the parts; `changed` overrides fields of signatures.json before it is sealed."""
        places = [self.register.acts.index(act) for act in self.acts]
        found = {
            agreement.CANONICAL: canonical(self.text),
            agreement.SIGNATURES: agreement.write_signatures({**self.lines(), **changed}),
            agreement.PROOF: self.register.extract(*places),
        }
        if seal:
            found[agreement.SEAL] = agreement.write_seal(self.register.origin, found, self.register.key)
        return found


def pdf_with(parts: dict[str, bytes]) -> bytes:
    """Return a small PDF with the parts attached, written by another program than Tavolo's own."""
    writer = PdfFileWriter(stream_xrefs=True)
    page = PageObject(
        contents=writer.add_object(StreamObject(stream_data=b"BT ET")), media_box=(0, 0, 99, 99)
    )
    writer.insert_page(page)
    for name, data in parts.items():
        attached = EmbeddedFileObject.from_file_data(
            writer, data, mime_type="application/json", compress=True
        )
        embed_file(writer, FileSpec(file_spec_string=name, file_name=name, embedded_data=attached))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zip_of(parts: dict[str, bytes]) -> bytes:
    """Return the bundle of parts."""
    return containers.write_zip(parts)
