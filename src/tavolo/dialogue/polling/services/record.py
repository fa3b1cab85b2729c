# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The record of the count: drawn up, remarked upon, approved by each member, then fixed for good."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tavolo.common import files, notices
from tavolo.common.documents import docx, pdf
from tavolo.common.errors import Problem
from tavolo.common.models import StoredFile
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.polling import committee, record_document
from tavolo.dialogue.polling.models import (
    Approval,
    CommitteeMember,
    CommitteeRole,
    CountRecord,
    Remark,
)
from tavolo.dialogue.polling.services import facts
from tavolo.ledger.services import record_act

KIND = "polling.record"
LONGEST_REMARK = 4_000
MOST_REMARKS = 200


def _member(actor_id: uuid.UUID, consultation_id: uuid.UUID, side: str, *, signs: bool) -> CommitteeMember:
    found = committee.membership(actor_id, consultation_id)
    if found is None or found.side != side or (signs and found.role != CommitteeRole.MEMBER):
        raise Problem(_("Only the electoral committee writes and approves the record of the count."))
    return found


@transaction.atomic
def draw_up(consultation: Consultation, side: str, *, actor_id: uuid.UUID) -> CountRecord:
    """Begin the record of a closed consultation, or bring a draft's facts up to date."""
    _member(actor_id, consultation.pk, side, signs=False)
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.imported or not consultation.has_results:
        raise Problem(_("The record of the count is written after the close."))
    record, _made = CountRecord.objects.get_or_create(
        territory_id=consultation.territory_id, consultation=consultation, side=side
    )
    record = CountRecord.objects.select_for_update().get(pk=record.pk)
    if record.state == CountRecord.State.DRAFT:
        record.facts = facts.gather(consultation, side)
        record.save(update_fields=["facts"])
    return record


@transaction.atomic
def add_remark(record: CountRecord, *, kind: str, text: str, actor_id: uuid.UUID) -> Remark:
    """Put an irregularity, a contested ballot with its decision, or a statement on record. It stays."""
    _member(actor_id, record.consultation_id, record.side, signs=False)
    record = CountRecord.objects.select_for_update().get(pk=record.pk)
    if record.state != CountRecord.State.DRAFT:
        raise Problem(_("The record is put to approval: take it back to writing before adding anything."))
    words = text.strip()
    if kind not in Remark.Kind.values or not words or len(words) > LONGEST_REMARK:
        raise Problem(_("Write a remark of at most %(most)s characters.") % {"most": LONGEST_REMARK})
    number = record.remarks.count()
    if number >= MOST_REMARKS:
        raise Problem(_("The record holds at most %(most)s remarks.") % {"most": MOST_REMARKS})
    return Remark.objects.create(
        territory_id=record.territory_id, record=record, account_id=actor_id, kind=kind, text=words,
        position=number + 1,
    )  # fmt: skip


@transaction.atomic
def put_to_approval(record: CountRecord, *, actor_id: uuid.UUID) -> CountRecord:
    """Fix facts and remarks under one digest, and ask every member for their approval."""
    _member(actor_id, record.consultation_id, record.side, signs=True)
    record = CountRecord.objects.select_for_update().get(pk=record.pk)
    if record.state != CountRecord.State.DRAFT:
        raise Problem(_("The record is put to approval already."))
    record.facts = facts.gather(record.consultation, record.side)
    record.digest = facts.digest_of(record)
    record.state = CountRecord.State.APPROVAL
    record.save(update_fields=["facts", "digest", "state"])
    context = {
        "consultation": record.consultation.title, "consultation_id": str(record.consultation_id),
    }  # fmt: skip
    notices.send([row.account_id for row in signers(record)], "polling.record_to_approve", context)
    record_act(
        actor_id=actor_id, role="member", act="polling.record_proposed", object_type="polling.record",
        object_id=record.pk, content={"digest": record.digest},
    )  # fmt: skip
    return record


@transaction.atomic
def take_back(record: CountRecord, *, actor_id: uuid.UUID) -> None:
    """Take a record back to writing; approvals given so far count for nothing."""
    _member(actor_id, record.consultation_id, record.side, signs=True)
    record = CountRecord.objects.select_for_update().get(pk=record.pk)
    if record.state != CountRecord.State.APPROVAL:
        raise Problem(_("Only a record that waits for approval can be taken back to writing."))
    record.state, record.digest = CountRecord.State.DRAFT, ""
    record.save(update_fields=["state", "digest"])
    record_act(
        actor_id=actor_id, role="member", act="polling.record_taken_back", object_type="polling.record",
        object_id=record.pk, content={},
    )  # fmt: skip


@transaction.atomic
def approve(record: CountRecord, *, digest: str, actor_id: uuid.UUID) -> bool:
    """Approve the record under exactly this digest; the last member's yes makes it final."""
    _member(actor_id, record.consultation_id, record.side, signs=True)
    record = CountRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.state == CountRecord.State.FINAL and record.digest == digest:
        return True
    if record.state != CountRecord.State.APPROVAL or record.digest != digest:
        raise Problem(_("The record has changed since you read it: read it again and approve that."))
    if not record.approvals.filter(account_id=actor_id, digest=digest).exists():
        act_id = record_act(
            actor_id=actor_id, role="member", act="polling.record_approved", object_type="polling.record",
            object_id=record.pk, content={"digest": digest},
        )  # fmt: skip
        try:
            with transaction.atomic():
                Approval.objects.create(
                    territory_id=record.territory_id, record=record, account_id=actor_id, digest=digest,
                    act_id=act_id,
                )  # fmt: skip
        except IntegrityError:  # pragma: no cover - the record is locked
            pass
    if waiting_for(record):
        return False
    _finish(record)
    return True


def signers(record: CountRecord) -> list[CommitteeMember]:
    """Return the members whose approval the record needs: all who serve today."""
    found = (
        committee.serving(record.consultation, record.side)
        .filter(role=CommitteeRole.MEMBER)
        .select_related("account", "party__organisation")
        .order_by("account__name")
    )
    standing.foresee_people(row.account_id for row in found)
    return [row for row in found if committee.may_hold(row)]


def waiting_for(record: CountRecord) -> list[CommitteeMember]:
    """Return the members who have not approved the record as it stands."""
    given = set(record.approvals.filter(digest=record.digest).values_list("account_id", flat=True))
    return [row for row in signers(record) if row.account_id not in given]


def awaits(record: CountRecord, account_id: uuid.UUID | None) -> bool:
    """Say whether a record waits for this person.

    Also for who has approved already, where those still missing have left the committee: somebody has to
    make it final.
    """
    if record.state != CountRecord.State.APPROVAL:
        return False
    missing = {row.account_id for row in waiting_for(record)}
    return account_id in (missing or {row.account_id for row in signers(record)})


def keep_files(record: CountRecord) -> tuple[StoredFile, StoredFile]:
    """Write the record as it stands to PDF and Word; the caller saves it."""
    document = record_document.document(record, signers(record))
    name = f"verbale-scrutinio-{record.consultation.title}"[:100]
    record.pdf = files.store(
        pdf.pdf(document), kind=KIND, name=f"{name}.pdf", owner_id=None, subject_id=record.pk
    )
    record.docx = files.store(
        docx.docx(document), kind=KIND, name=f"{name}.docx", owner_id=None, subject_id=record.pk
    )
    return record.pdf, record.docx


def _finish(record: CountRecord) -> None:
    record.approved_on = standing.today()
    keep_files(record)
    record.state = CountRecord.State.FINAL
    record.save(update_fields=["approved_on", "pdf", "docx", "state"])
    record_act(
        actor_id=None, role="member", act="polling.record_final", object_type="polling.record",
        object_id=record.pk,
        content={
            "digest": record.digest, "pdf_sha256": record.pdf.sha256, "docx_sha256": record.docx.sha256,
            "approvals": record.approvals.filter(digest=record.digest).count(),
        },
    )  # fmt: skip
