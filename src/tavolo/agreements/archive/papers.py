# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The parts of a signed agreement, made from what the database holds now, and their check.

These are the parts that the signed PDF and the bundle carry (docs/maths/verification.md): the public page
checks them with the same code as `tavolo verify`. Signing may use `parts_of` for its PDF and bundle too.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from typing import Any

from django.apps import apps

from tavolo.agreements.archive.indexing import frozen_version
from tavolo.agreements.models import Agreement, Version
from tavolo.common.models import StoredFile
from tavolo.ledger import checkpoints, containers, exports, signing
from tavolo.ledger.merkle import agreement as pure
from tavolo.ledger.merkle.agreement import AgreementReport, check_agreement
from tavolo.ledger.merkle.bundle import origin_of
from tavolo.ledger.merkle.notes import Checkpoint, Malformed, read_checkpoint
from tavolo.ledger.merkle.verify import Finding
from tavolo.ledger.models import ActContent, HeldCheckpoint, Leaf
from tavolo.ledger.services import acts_on

ADDED = ("archive.added", "archive.corrected")
_STEP = {act: step for step, names in pure.STEPS.items() for act in names}


def acts_of(agreement: Agreement, version: Version) -> list[ActContent]:
    """Return the acts that initial, sign or bring this exact text, in the order of the register."""
    rows = [*acts_on("signing.agreement", agreement.pk), *acts_on("archive.agreement", agreement.pk)]
    wanted = {*_STEP, *ADDED}
    withdrawn = {
        row.content.get("party"): row.recorded_at for row in rows if row.act_name == "signing.withdrawn"
    }
    return [
        row
        for row in rows
        if row.act_name in wanted and row.content.get("hash") == version.hash
        and not (
            _STEP.get(row.act_name) == "initial"
            and withdrawn.get(row.content.get("party"), row.recorded_at) > row.recorded_at
        )
    ]  # fmt: skip


def covered(acts: list[ActContent]) -> bool:
    """Say whether every act stands below a checkpoint that is signed already."""
    top = checkpoints.latest()
    if top is None or not acts:
        return False
    ids = {row.act_id for row in acts}
    return Leaf.objects.filter(act_id__in=ids, index__lt=top.size).count() == len(ids)


def signature_lines(agreement: Agreement, version: Version) -> dict[str, Any]:
    """Return what signatures.json says: one line for each act of initialling or signing."""
    from tavolo.dialogue.models import Party

    acts = acts_of(agreement, version)
    named = {
        str(row.pk): row for row in Party.objects.filter(pk__in=_parties(acts)).select_related("organisation")
    }
    people = _people(agreement)
    lines = []
    for row in acts:
        if row.act_name not in _STEP:
            continue
        party = row.content["party"]
        line = {
            "act": str(row.act_id), "step": _STEP[row.act_name], "party": party,
            "party_name": named[party].organisation.name if party in named else "",
            "name": people.get(str(row.content.get("signature", "")), ""),
            "at": row.recorded_at.date().isoformat(),
        }  # fmt: skip
        for name in ("kind", "level"):
            if row.content.get(name):
                line[name] = row.content[name]
        lines.append(line)
    signed = {line["party"] for line in lines if line["step"] == "sign"}
    return {
        "agreement": str(agreement.pk), "version": version.number, "hash": version.hash,
        "signatures": lines, "not_signed": _absent(agreement, signed) if signed else [],
    }  # fmt: skip


def _parties(acts: list[ActContent]) -> list[str]:
    return [row.content["party"] for row in acts if row.content.get("party")]


def _absent(agreement: Agreement, signed: set[str]) -> list[str]:
    from tavolo.agreements.standing import contractors

    return [party.organisation.name for party in contractors(agreement) if str(party.pk) not in signed]


def _people(agreement: Agreement) -> dict[str, str]:
    """Return the names under signatures, by the signature's id."""
    if not apps.is_installed("tavolo.agreements.signing"):
        return {}
    from tavolo.agreements.signing.models import Signature

    rows = Signature.objects.filter(agreement=agreement).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def parts_of(agreement: Agreement, *, sign: bool = False) -> dict[str, bytes] | None:
    """Return the parts of an agreement, or None while the register has no checkpoint over its acts.

    With `sign` a checkpoint is signed first where needed; a page that is only read never does.
    """
    version = frozen_version(agreement)
    acts = acts_of(agreement, version)
    if not acts or not (sign or covered(acts)):
        return None
    out = io.BytesIO()
    exports.write_extract(out, {row.act_id for row in acts})
    parts = {
        pure.CANONICAL: version.canonical.encode(),
        pure.SIGNATURES: pure.write_signatures(signature_lines(agreement, version)),
        pure.PROOF: out.getvalue(),
    }
    parts[pure.SEAL] = pure.write_seal(origin_of(agreement.territory_id), parts, signing.signing_key())
    return parts


def check_here(agreement: Agreement) -> AgreementReport | None:
    """Check what this site holds of an agreement as anybody would offline; None while nothing is provable."""
    parts = parts_of(agreement)
    return check_agreement(parts) if parts is not None else None


def check_upload(data: bytes, held: list[Checkpoint]) -> AgreementReport:
    """Check an uploaded PDF or bundle; a file that cannot be opened becomes a finding, never an error."""
    try:
        parts = containers.read_parts(data)
    except containers.BadContainer as error:
        report = AgreementReport()
        report.unreadable.append(Finding("bad_container", {"reason": str(error)}))
        return report
    return check_agreement(parts, held)


def read_held(data: bytes) -> Checkpoint | None:
    """Return the checkpoint in an uploaded text, or None where it is not one."""
    try:
        return read_checkpoint(data.decode("utf-8").replace("\r\n", "\n"))
    except (Malformed, UnicodeDecodeError):
        return None


def kept_here(data: bytes, agreement: Agreement) -> bool:
    """Say whether these are, byte for byte, the signed PDF or bundle that is kept for the agreement."""
    return digest(data) in _digests(agreement)


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _digests(agreement: Agreement) -> set[str]:
    if not apps.is_installed("tavolo.agreements.signing"):
        return set()
    from tavolo.agreements.signing.models import Sealed

    rows = Sealed.objects.filter(agreement=agreement).values_list("pdf_id", "bundle_id")
    ids = [pk for row in rows for pk in row]
    return set(StoredFile.objects.filter(pk__in=ids).values_list("sha256", flat=True))


def holders(act_ids: list[uuid.UUID]) -> list[tuple[str, int]]:
    """Return which organisations hold a checkpoint over these acts, with its size, by name."""
    places = list(Leaf.objects.filter(act_id__in=act_ids).values_list("index", flat=True))
    if len(places) < len(act_ids) or not places:
        return []
    from tavolo.people.models import Organisation

    rows = HeldCheckpoint.objects.filter(checkpoint__size__gt=max(places)).select_related("checkpoint")
    sizes: dict[uuid.UUID, int] = {}
    for row in rows:
        sizes[row.organisation_id] = max(sizes.get(row.organisation_id, 0), row.checkpoint.size)
    names = Organisation.objects.filter(pk__in=sizes).order_by("sort_key")
    return [(str(one), sizes[one.pk]) for one in names]


def bundle(parts: dict[str, bytes]) -> bytes:
    """Return the parts as the bundle that `tavolo verify` reads."""
    return containers.write_zip(parts)
