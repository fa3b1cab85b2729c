# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The signed agreement as files: a PDF that says who did what, and a bundle with the register's proofs.

The PDF carries, attached inside it: `canonical.json` (the exact text), `signatures.json` (who did what),
`seal.json` (the register's signature over both) and `register.tavolo` (the acts with their proof of
inclusion, for `tavolo verify`); its last line is the register's seal over all its bytes. The bundle holds
the PDF, text, signatures, the printed sheet, and a `register.tavolo` that also proves the act by which the
PDF itself was recorded with its SHA-256. Scans and files signed outside carry handwriting and tax codes:
they stay with the table, and the public files name their SHA-256. Both files are stored once and never
replaced.
"""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from tavolo.agreements.documents.paper import paper
from tavolo.agreements.models import Agreement, State
from tavolo.agreements.services.texts import locked, text_of
from tavolo.agreements.signing import attaching, reading, showing, voting
from tavolo.agreements.signing.models import Frozen, Sealed
from tavolo.agreements.signing.services.shared import OBJECT, record
from tavolo.agreements.signing.services.sheets import canonical_of, verify_address
from tavolo.common import files
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf
from tavolo.ledger.containers import write_zip
from tavolo.ledger.exports import write_extract
from tavolo.ledger.merkle import pages
from tavolo.ledger.merkle.agreement import CANONICAL, SIGNATURES, write_seal
from tavolo.ledger.merkle.bundle import origin_of
from tavolo.ledger.services import acts_on
from tavolo.ledger.signing import signing_key

SEALED = "signing.sealed"
FORMAT = "tavolo-signatures-1"
DONE = (State.SIGNED, State.DEPOSITED, State.ENDED)


@transaction.atomic
def seal(agreement: Agreement) -> Sealed | None:
    """Make and store the signed PDF and its bundle, once; nothing while the agreement is not signed."""
    agreement = locked(agreement)
    done = reading.sealed_of(agreement)
    frozen = reading.frozen_of(agreement)
    if done is not None or agreement.state not in DONE or frozen is None or frozen.version is None:
        return done
    with translation.override(agreement.language or "it"):
        beside = _beside(agreement, frozen)
        sums = {name: _digest(content) for name, content in beside.items()}
        said = {**facts_of(agreement, frozen), "sealed_pages": True, "files": sums}
        facts = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()
        data = attaching.with_files(pdf(signed_paper(agreement, frozen)), {
            **canonical_of(frozen),
            "signatures.json": (facts, _("Who initialled, signed, or did not, and how")),
            "seal.json": (_closed(agreement, frozen, facts), "tavolo-agreement/1 seal"),
            "register.tavolo": (proofs(agreement), _("The register's acts with their proofs of inclusion")),
        })  # fmt: skip
        data = pages.seal(data, origin_of(agreement.territory_id), frozen.hash, signing_key())
    stem = f"accordo-{frozen.hash[:12]}"
    stored = files.store(data, kind=SEALED, name=f"{stem}.pdf", owner_id=None, subject_id=agreement.pk)
    act_id = record(
        agreement, "sealed", None,
        {"hash": frozen.hash, "pdf": stored.sha256, "signatures": _digest(facts)}, "system",
    )  # fmt: skip
    bundle = files.store(
        write_bundle(agreement, frozen, data, facts, beside), kind=SEALED, name=f"{stem}.zip", owner_id=None,
        subject_id=agreement.pk,
    )  # fmt: skip
    return Sealed.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, version=frozen.version, hash=frozen.hash,
        pdf=stored, bundle=bundle, act_id=act_id, made_at=timezone.now(),
    )  # fmt: skip


def _closed(agreement: Agreement, frozen: Frozen, facts: bytes) -> bytes:
    """Return the register's signature over text and list: it proves the names in the PDF offline."""
    parts = {CANONICAL: frozen.version.canonical.encode(), SIGNATURES: facts}
    return write_seal(origin_of(agreement.territory_id), parts, signing_key())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def proofs(agreement: Agreement) -> bytes:
    """Return the acts on the agreement with their proofs, as an export of the register."""
    out = io.BytesIO()
    write_extract(out, act_ids(agreement))
    return out.getvalue()


def act_ids(agreement: Agreement) -> list[uuid.UUID]:
    """Return the ids of the acts recorded on the agreement's signature."""
    return [row.act_id for row in acts_on(OBJECT, agreement.pk)]


def write_bundle(
    agreement: Agreement, frozen: Frozen, data: bytes, facts: bytes, beside: Mapping[str, bytes]
) -> bytes:
    """Return the bundle in its one form, so that verification notices any byte that is not its own."""
    content = {
        "text.pdf": data, "canonical.json": frozen.version.canonical.encode(), "signatures.json": facts,
        "register.tavolo": proofs(agreement), **beside,
    }  # fmt: skip
    return write_zip(content)


def _beside(agreement: Agreement, frozen: Frozen) -> dict[str, bytes]:
    """Return what else lies in the bundle: the sheet, where one was printed, and what each file is."""
    found = {"LEGGIMI.txt": _readme(agreement, frozen).encode()}
    return found if frozen.sheet is None else {**found, "foglio.pdf": _stored(frozen.sheet)}


def _stored(stored: Any) -> bytes:
    with files.open_stored(stored) as source:
        return source.read()


def _readme(agreement: Agreement, frozen: Frozen) -> str:
    return (
        f"{agreement.title}\n\n"
        f"SHA-256 del testo (canonical.json): {frozen.hash}\n"
        f"Verifica: {verify_address(agreement)}\n\n"
        "Da controllare senza connessione: tavolo verify FILE (questo pacchetto, o text.pdf da solo)\n\n"
        "text.pdf         il testo con chi ha siglato, firmato o non firmato; porta con sé le prove\n"
        "canonical.json   il testo esatto, nella sua forma canonica\n"
        "signatures.json  chi ha fatto che cosa, quando, su quale testo, a quale livello\n"
        "register.tavolo  gli atti nel registro, con la prova di inclusione\n"
        "foglio.pdf       il foglio stampabile del testo congelato, se è stato stampato\n\n"
        "Le scansioni e i file firmati fuori da Tavolo restano alle parti: qui ne è scritta l'impronta.\n"
    )


def facts_of(agreement: Agreement, frozen: Frozen) -> dict[str, Any]:
    """Return who did what as plain data, the form of signatures.json. Names are of signatories."""
    return {
        "format": FORMAT, "agreement": str(agreement.pk), "title": agreement.title,
        "level": agreement.level, "version": frozen.version.number, "hash": frozen.hash,
        "frozen_at": frozen.frozen_at.isoformat(), "signed_on": _iso(frozen.signed_on),
        "separate": list(frozen.separate), "effect": frozen.effect,
        "consultations": [str(one.consultation_id) for one in voting.votes(agreement)],
        "verify": verify_address(agreement), "parties": [_party(line) for line in reading.lines(agreement)],
    }  # fmt: skip


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _party(line: reading.Line) -> dict[str, Any]:
    own, said = line.initial, line.reply
    return {
        "party": str(line.party.pk), "name": str(line.party), "side": line.party.side, "signed": line.signed,
        "initial": own and {
            "by": own.name, "office": own.office, "at": own.made_at.isoformat(), "hash": own.hash,
            "mandate": own.mandate, "reserve": own.reserve, "reserve_reason": own.reserve_reason,
            "reserve_due": _iso(own.reserve_due), "substance": own.substance, "statement": own.statement,
        },
        "reservation": said and {
            "word": said.word, "by": said.name, "at": said.made_at.isoformat(), "ground": said.ground,
            "hash": said.hash, "statement": said.statement,
        },
        "signatures": [
            {
                "id": str(row.pk), "kind": row.kind, "by": row.name, "office": row.office,
                "signed_on": _iso(row.signed_on), "at": row.made_at.isoformat(), "hash": row.hash,
                "mandate": row.mandate, "facts": row.facts, "statement": row.statement,
            }
            for row in line.signatures
        ],
        "declined": line.declined and {
            "by": line.declined.name, "at": line.declined.made_at.isoformat(), "step": line.declined.step,
            "statement": line.declined.statement, "hash": line.declined.hash,
        },
    }  # fmt: skip


def signed_paper(agreement: Agreement, frozen: Frozen) -> model.Document:
    """Return the signed agreement as a document: the text, then who did what, statements, how to verify."""
    lines = reading.lines(agreement)
    signed_on = formats.date_format(frozen.signed_on) if frozen.signed_on else ""
    absent = ", ".join(str(line.party) for line in lines if not line.signed)
    before = (
        model.Facts((
            (_("Signed on"), signed_on),
            (_("By"), ", ".join(str(line.party) for line in lines if line.signed)),
            *(((_("Not signed by"), absent),) if absent else ()),
            (_("Text (SHA-256)"), frozen.hash),
        )),
    )  # fmt: skip
    blocks: list[model.Block] = [
        model.PageBreak(),
        model.Heading(1, _("Who initialled, who signed, who did not")),
        model.Table(
            (_("Party"), _("Initials"), _("Reservation"), _("Signature")),
            tuple(
                (str(line.party), showing.initial_words(line), showing.reply_words(line),
                 showing.signature_words(line))
                for line in lines
            ),
        ),
    ]  # fmt: skip
    if frozen.effect:
        blocks += [model.Heading(2, _("For whom the text declares effect")), *model.paragraphs(frozen.effect)]
    blocks += _statements(lines)
    blocks += [
        model.Heading(2, _("How sure each signature is")),
        model.Bullets(tuple(dict.fromkeys(
            showing.level_words(row) for line in lines for row in line.signatures
        )) or (_("No signature."),)),
        model.Heading(2, _("How to verify")),
        model.Paragraph(
            _("The exact text and the register's proofs are attached inside this file. Whoever holds it can "
              "check it without asking anybody; the page below does the same.")
        ),
        model.Qr(verify_address(agreement), _("Leads to the public page that verifies this agreement.")),
        model.Paragraph(verify_address(agreement), small=True),
    ]  # fmt: skip
    return paper(
        text_of(frozen.version), language=agreement.language, subtitle=showing.unity(lines), before=before,
        after=tuple(blocks),
    )  # fmt: skip


def _statements(lines: list[reading.Line]) -> list[model.Block]:
    said: list[model.Block] = []
    for line in lines:
        for clause in line.initial.substance if line.initial else ():
            where = " ".join(part for part in (clause["number"], clause["title"]) if part)
            said.append(
                model.Quote(
                    _("%(party)s, reservation on substance on %(where)s") % {
                        "party": line.party, "where": where,
                    },
                    clause["text"],
                )
            )  # fmt: skip
        said += [model.Quote(f"{line.party} ({name})", text) for name, text in line.statements]
    return [model.Heading(2, _("Statements for the record")), *said] if said else []
