# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Slips: printed shuffled, entered by whoever holds one, voided and replaced with a record.

Three walls keep used slips at or below those handed out: the database refuses more valid slips than people
who vote by slip; a slip that was never entered opens only while fewer slips of its group have been entered
than were handed over; a voided slip leaves the box together with its ballot. How many were entered stands
sealed in one row for all groups, so that not even the count of a group shows.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import keys, standing
from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling import codes
from tavolo.dialogue.polling.models import Batch, Entries, ListedVoter, OtherWay, Paper, Slip, Way
from tavolo.dialogue.polling.services import roll
from tavolo.dialogue.polling.services.members import require_handler
from tavolo.dialogue.sealing import Ballot, Seals
from tavolo.dialogue.services import ballot_box
from tavolo.ledger.services import record_act

MOST_AT_ONCE = 2_000


@dataclass(frozen=True)
class Entered:
    """What a code opens: a voter of a consultation."""

    consultation_id: uuid.UUID
    voter_id: uuid.UUID


@transaction.atomic
def print_slips(
    group: Group, number: int, *, language: str = "it", actor_id: uuid.UUID
) -> tuple[Batch, list[str]]:
    """Make slips in random order and return their codes, which exist nowhere else.

    Refused where there would be more valid slips than people of the group who vote by slip.
    """
    require_handler(actor_id, group)
    consultation = _open(group)
    batch = begin_batch(group, Batch.Kind.SLIP, number, language, actor_id)
    seals = keys.load(consultation.pk)
    secret = ballot_box.shuffled(codes.make() for _ in range(number))
    slips = [
        Slip(territory_id=group.territory_id, group=group, batch=batch, code_hash=seals.code_digest(code))
        for code in secret
    ]
    try:
        with transaction.atomic():
            Slip.objects.bulk_create(ballot_box.shuffled(slips), batch_size=1000)
    except IntegrityError:
        raise Problem(
            _(
                "There would be more slips than people who vote by slip. Choose slip as their way of voting "
                "first, or void slips that were lost."
            )
        ) from None
    _prepare_entries(consultation, seals)
    empty = Ballot.empty(group.number, consultation.capacity)
    ballot_box.change_box(consultation, add={slip.pk: empty for slip in slips})
    return batch, secret


def begin_batch(group: Group, kind: str, number: int, language: str, actor_id: uuid.UUID) -> Batch:
    """Write a batch with the next number and its act, in the caller's transaction."""
    if not 1 <= number <= MOST_AT_ONCE:
        raise Problem(_("Print between 1 and %(most)s at a time.") % {"most": MOST_AT_ONCE})
    last = Batch.objects.filter(group=group, kind=kind).aggregate(top=Max("number"))["top"] or 0
    batch = Batch.objects.create(
        territory_id=group.territory_id, group=group, kind=kind, number=last + 1, size=number,
        language=language[:8], printed_on=standing.today(),
    )  # fmt: skip
    record_act(
        actor_id=actor_id, role="member", act="polling.batch_printed", object_type="polling.committee",
        object_id=group.consultation_id,
        content={"group": str(group.pk), "kind": kind, "batch": batch.number, "size": number},
    )  # fmt: skip
    return batch


def _open(group: Group) -> Consultation:
    consultation = ballot_box.lock_box(group.consultation_id)
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("Slips are printed while the consultation is open: their secrets end with it."))
    return consultation


@transaction.atomic
def void_batch(batch: Batch, *, reason: str, actor_id: uuid.UUID) -> None:
    """Void a whole batch, for example a lost sheet; ballots cast with its slips leave the box.

    The answer is the same whether any of them had been used.
    """
    group = batch.group
    require_handler(actor_id, group)
    consultation = _open(group)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.void:
        return
    if not reason.strip():
        raise Problem(_("Say why the batch is voided: it stands in the record of the count."))
    if Paper.objects.filter(batch=batch, lot__isnull=False).exists():
        raise Problem(_("Ballots of this batch are in the box already: it can no longer be voided."))
    batch.void, batch.reason = True, reason.strip()[:300]
    batch.save(update_fields=["void", "reason"])
    gone = list(Slip.objects.filter(batch=batch, void=False).values_list("pk", flat=True))
    Slip.objects.filter(pk__in=gone).update(void=True)
    Paper.objects.filter(batch=batch).update(void=True)
    if gone:
        _take_out(consultation, group, gone)
    record_act(
        actor_id=actor_id, role="member", act="polling.batch_voided", object_type="polling.committee",
        object_id=consultation.pk,
        content={"group": str(group.pk), "kind": batch.kind, "batch": batch.number},
    )  # fmt: skip


@transaction.atomic
def return_slip(group: Group, typed: str, *, actor_id: uuid.UUID, person: str = "") -> None:
    """Void one slip that came back, by its code; a vote cast with it is taken out of the box.

    With `person`, also note that this person no longer holds one. Whether it had been used stays untold.
    """
    require_handler(actor_id, group)
    consultation = _open(group)
    code = codes.read(typed)
    digest = keys.load(consultation.pk).code_digest(code) if code else b""
    slip = Slip.objects.select_for_update().filter(group=group, code_hash=digest, void=False).first()
    if slip is None:
        raise Problem(_("This is not a valid slip of this group: check the code."))
    slip.void = True
    slip.save(update_fields=["void"])
    _take_out(consultation, group, [slip.pk])
    if person:
        roll.note_returned(group, person)
    record_act(
        actor_id=actor_id, role="member", act="polling.slip_returned", object_type="polling.committee",
        object_id=consultation.pk, content={"group": str(group.pk)},
    )  # fmt: skip


def _take_out(consultation: Consultation, group: Group, slips: Sequence[uuid.UUID]) -> None:
    """Remove slips' ballots from the box, and their entries from the sealed counts, together."""
    seals = keys.load(consultation.pk)
    places = [seals.address(slip) for slip in slips]
    with connection.cursor() as cursor:
        ballot_box.lock_exclusive(cursor, consultation.pk)
        found = ballot_box.read_ballots(cursor, consultation.pk, seals, places)
        entered = sum(1 for _place, ballot in found if ballot.entered)
    row = Entries.objects.select_for_update().get(consultation=consultation)
    counts = _counts(seals, row)
    counts[group.number] -= entered
    _write_counts(seals, row, counts)
    ballot_box.change_box(consultation, remove=slips)


def _prepare_entries(consultation: Consultation, seals: Seals) -> None:
    if not Entries.objects.filter(consultation=consultation).exists():
        zero = [0] * consultation.groups.count()
        Entries.objects.create(
            territory_id=consultation.territory_id, consultation=consultation,
            sealed=seals.seal(b"entries", struct.pack(f">{len(zero)}I", *zero)),
        )  # fmt: skip


def _counts(seals: Seals, row: Entries) -> list[int]:
    plain = seals.unseal(b"entries", row.sealed)
    return list(struct.unpack(f">{len(plain) // 4}I", plain))


def _write_counts(seals: Seals, row: Entries, counts: Sequence[int]) -> None:
    row.sealed = seals.seal(b"entries", struct.pack(f">{len(counts)}I", *counts))
    row.save(update_fields=["sealed"])


def entered_count(consultation: Consultation, group: Group) -> int:
    """Return how many slips of a group have been entered. For checks and tests, never for a page."""
    row = Entries.objects.filter(consultation=consultation).first()
    return _counts(keys.load(consultation.pk), row)[group.number] if row else 0


def enter(typed: str) -> Entered | None:
    """Return what a typed or scanned code opens; None alike for an unknown, voided, closed or early one.

    Slips and mailed codes come in by the same door. The same slip may come in again until the close.
    """
    code = codes.read(typed)
    if code is None:
        return None
    for consultation in Consultation.objects.filter(
        state=Consultation.State.OPEN, pk__in=_with_codes()
    ).order_by("pk"):
        try:
            seals = keys.load(consultation.pk)
        except keys.NoKey:
            continue
        digest = seals.code_digest(code)
        slip = (
            Slip.objects.filter(group__consultation=consultation, code_hash=digest, void=False)
            .select_related("group")
            .first()
        )
        if slip is not None:
            return _enter_slip(consultation, seals, slip)
        listed = ListedVoter.objects.filter(
            group__consultation=consultation, code_hash=digest, way=Way.MAIL
        ).first()
        if listed is not None:
            return Entered(consultation.pk, listed.pk)
    return None


def _with_codes() -> list[uuid.UUID]:
    """Return the consultations that have slips or mailed codes."""
    slips = Batch.objects.filter(kind=Batch.Kind.SLIP).values_list("group__consultation_id", flat=True)
    mails = ListedVoter.objects.exclude(code_hash=b"").values_list("group__consultation_id", flat=True)
    return [*slips.distinct(), *mails.distinct()]


@transaction.atomic
def _enter_slip(consultation: Consultation, seals: Seals, slip: Slip) -> Entered | None:
    """Mark a slip's ballot as entered, once, if fewer slips of its group are in than were handed out."""
    place = seals.address(slip.pk)
    with connection.cursor() as cursor:
        ballot_box.lock_shared(cursor, consultation.pk)
        row = Entries.objects.select_for_update().filter(consultation=consultation).first()
        found = dict(ballot_box.read_ballots(cursor, consultation.pk, seals, [place]))
        if row is None or place not in found:
            return None
        counts = _counts(seals, row)
        if not found[place].entered:
            if counts[slip.group.number] >= _handed(slip.group):
                return None
            counts[slip.group.number] += 1
        # A slip that comes in again is written like a first one, so that the tables do not tell them apart.
        _write_counts(seals, row, counts)
        cursor.execute(
            "UPDATE dialogue_ballot SET sealed = %s WHERE consultation_id = %s AND address = %s",
            [seals.seal_ballot(found[place].marked_entered(), place), consultation.pk, place],
        )
    return Entered(consultation.pk, slip.pk)


def _handed(group: Group) -> int:
    listed = ListedVoter.objects.filter(group=group, way=Way.SLIP, handed=True).count()
    return listed + OtherWay.objects.filter(group=group, way=Way.SLIP, handed=True).count()
