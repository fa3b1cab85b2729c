# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Paper ballots: printed, keyed by two people each for themselves, compared, and put into the box.

What was keyed is sealed at once with the consultation's key. A lot enters the box only when both have keyed
every ballot found and all agree; then what was keyed is deleted and the ballots are mixed with the others.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import keys
from tavolo.dialogue.models import Consultation, Group
from tavolo.dialogue.polling import committee, paper_form
from tavolo.dialogue.polling.models import Batch, Keying, Lot, Paper
from tavolo.dialogue.polling.services.members import require_handler
from tavolo.dialogue.polling.services.slips import begin_batch
from tavolo.dialogue.services import ballot_box
from tavolo.ledger.services import record_act

Marks = Mapping[int, int]


@dataclass(frozen=True)
class Difference:
    """A ballot number on which the two do not agree yet: only one keyed it, or they read it differently."""

    number: int
    missing: bool


@transaction.atomic
def print_papers(
    group: Group, number: int, *, language: str = "it", actor_id: uuid.UUID
) -> tuple[Batch, list[int]]:
    """Make paper ballots and return their numbers, drawn at random, in random order."""
    require_handler(actor_id, group)
    consultation = ballot_box.lock_box(group.consultation_id)
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("Paper ballots are printed while the consultation is open."))
    batch = begin_batch(group, Batch.Kind.PAPER, number, language, actor_id)
    taken = set(Paper.objects.filter(group=group).values_list("number", flat=True))
    free = [n for n in range(10_000, 100_000) if n not in taken]
    numbers = ballot_box.random.sample(free, number)
    try:
        with transaction.atomic():
            Paper.objects.bulk_create(
                [Paper(territory_id=group.territory_id, group=group, batch=batch, number=n) for n in numbers]
            )
    except IntegrityError:
        raise Problem(
            _(
                "There would be more paper ballots than people who vote on paper. Choose paper as their way "
                "of voting first, or void ballots that were lost."
            )
        ) from None
    return batch, numbers


@transaction.atomic
def begin_lot(group: Group, found: int, *, actor_id: uuid.UUID) -> Lot:
    """Begin keying the ballots of one urn: `found` were in it. Refused beyond those handed out."""
    if not committee.counts(actor_id, group):
        raise Problem(_("Only the electoral committee counts paper ballots."))
    consultation = Consultation.objects.select_for_update().get(pk=group.consultation_id)
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("Paper ballots go into the box before the consultation closes."))
    if found < 1:
        raise Problem(_("Count the ballots in the urn first: at least one."))
    last = Lot.objects.filter(group=group).aggregate(top=Max("number"))["top"] or 0
    try:
        with transaction.atomic():
            lot = Lot.objects.create(
                territory_id=group.territory_id, group=group, number=last + 1, found=found
            )
    except IntegrityError:
        raise Problem(
            _("More ballots were found than were handed out: note it in the record and count again.")
        ) from None
    record_act(
        actor_id=actor_id, role="member", act="polling.lot_begun", object_type="polling.committee",
        object_id=consultation.pk, content={"group": str(group.pk), "lot": lot.number, "found": found},
    )  # fmt: skip
    return lot


def _working(lot: Lot, actor_id: uuid.UUID) -> Lot:
    """Return the locked lot if this person keys in it; the first two who come are the two.

    Who has left the committee with their keying unfinished leaves the place to whoever comes next.
    """
    lot = Lot.objects.select_for_update(of=("self",)).select_related("group").get(pk=lot.pk)
    if not committee.counts(actor_id, lot.group):
        raise Problem(_("Only the electoral committee counts paper ballots."))
    if lot.state != Lot.State.KEYING:
        raise Problem(_("These ballots are in the box already."))
    if actor_id in (lot.first_id, lot.second_id):
        return lot
    _free_places(lot, actor_id)
    if lot.first_id is None:
        lot.first_id = actor_id
    elif lot.second_id is None:
        lot.second_id = actor_id
    else:
        raise Problem(_("Two others key these ballots already."))
    lot.save(update_fields=["first", "second"])
    return lot


def places_to_free(lot: Lot) -> list[str]:
    """Return which of the two places is held by somebody who left the committee and is not done with it.

    A finished reading of somebody who was in the committee stands, unless the two differ: then only a person
    with the ballots in hand can say which is right.
    """
    open_still = not (lot.first_done and lot.second_done) or bool(differences(lot))
    agreed = lot.first_done and lot.second_done
    return [
        place
        for place in ("first", "second")
        if (holder := getattr(lot, f"{place}_id")) is not None
        and open_still
        and (agreed or not getattr(lot, f"{place}_done"))
        and not committee.counts(holder, lot.group)
    ]


def _free_places(lot: Lot, actor_id: uuid.UUID) -> None:
    for place in places_to_free(lot):
        Keying.objects.filter(lot=lot, account_id=getattr(lot, f"{place}_id")).delete()
        setattr(lot, f"{place}_id", None)
        setattr(lot, f"{place}_done", False)
        record_act(
            actor_id=actor_id, role="member", act="polling.keying_begun_anew",
            object_type="polling.committee", object_id=lot.group.consultation_id,
            content={"group": str(lot.group_id), "lot": lot.number},
        )  # fmt: skip
    lot.save(update_fields=["first", "second", "first_done", "second_done"])


@transaction.atomic
def key_paper(lot: Lot, number: int, marks: Marks | None, *, actor_id: uuid.UUID) -> None:
    """Write down what one ballot says: slot -> value, or None for a spoiled one. Keying again corrects."""
    lot = _working(lot, actor_id)
    consultation = Consultation.objects.get(pk=lot.group.consultation_id)
    paper = Paper.objects.filter(group=lot.group, number=number, void=False, lot__isnull=True).first()
    if paper is None:
        raise Problem(_("No valid ballot of this group has the number %(number)s.") % {"number": number})
    elsewhere = Keying.objects.filter(number=number, lot__group=lot.group).exclude(lot=lot)
    if elsewhere.exists():
        raise Problem(_("This ballot was keyed in another lot."))
    if marks is not None:
        paper_form.filled(consultation, lot.group.number, marks)
    text = json.dumps(None if marks is None else sorted(marks.items())).encode()
    # One length for all, so that a sealed row does not show how much was ticked.
    width = 16 * (consultation.capacity + 2)
    sealed = keys.load(consultation.pk).seal(b"paper", text.ljust(width), _place(lot, actor_id, number))
    Keying.objects.update_or_create(
        territory_id=lot.territory_id, lot=lot, account_id=actor_id, number=number,
        defaults={"sealed": sealed},
    )  # fmt: skip
    _reopen(lot, actor_id)


def _place(lot: Lot, account_id: uuid.UUID, number: int) -> bytes:
    return lot.pk.bytes + account_id.bytes + number.to_bytes(4, "big")


def _reopen(lot: Lot, actor_id: uuid.UUID) -> None:
    """A correction takes the person's own "done" back."""
    field = "first_done" if actor_id == lot.first_id else "second_done"
    if getattr(lot, field):
        setattr(lot, field, False)
        lot.save(update_fields=[field])


@transaction.atomic
def forget_paper(lot: Lot, number: int, *, actor_id: uuid.UUID) -> None:
    """Take back a ballot keyed under a wrong number."""
    lot = _working(lot, actor_id)
    Keying.objects.filter(lot=lot, account_id=actor_id, number=number).delete()
    _reopen(lot, actor_id)


def own_numbers(lot: Lot, account_id: uuid.UUID) -> list[int]:
    """Return the ballot numbers a person has keyed in a lot."""
    found = Keying.objects.filter(lot=lot, account_id=account_id)
    return list(found.order_by("number").values_list("number", flat=True))


def own_marks(lot: Lot, account_id: uuid.UUID, number: int) -> dict[int, int] | str | None:
    """Return what a person keyed for a ballot: marks, None for a spoiled one, "" where nothing."""
    row = Keying.objects.filter(lot=lot, account_id=account_id, number=number).first()
    return "" if row is None else _open(lot, row)


def _open(lot: Lot, row: Keying) -> dict[int, int] | None:
    seals = keys.load(lot.group.consultation_id)
    plain = seals.unseal(b"paper", row.sealed, _place(lot, row.account_id, row.number))
    found = json.loads(plain)
    return None if found is None else {int(slot): int(value) for slot, value in found}


@transaction.atomic
def finish_keying(lot: Lot, *, actor_id: uuid.UUID) -> bool:
    """Say that all ballots found are keyed; return whether both have said so and agree on all."""
    lot = _working(lot, actor_id)
    keyed = len(own_numbers(lot, actor_id))
    if keyed != lot.found:
        raise Problem(
            _("%(found)s ballots were found in the urn and %(keyed)s are keyed: look for the difference.")
            % {"found": lot.found, "keyed": keyed}
        )
    setattr(lot, "first_done" if actor_id == lot.first_id else "second_done", True)
    lot.save(update_fields=["first_done", "second_done"])
    return lot.first_done and lot.second_done and not differences(lot)


@transaction.atomic
def correct_found(lot: Lot, found: int, *, actor_id: uuid.UUID) -> None:
    """Correct how many ballots were in the urn, as long as nothing is sealed."""
    lot = _working(lot, actor_id)
    if found < 1:
        raise Problem(_("Count the ballots in the urn first: at least one."))
    lot.found, lot.first_done, lot.second_done = found, False, False
    try:
        with transaction.atomic():
            lot.save(update_fields=["found", "first_done", "second_done"])
    except IntegrityError:
        raise Problem(
            _("More ballots were found than were handed out: note it in the record and count again.")
        ) from None


def differences(lot: Lot) -> list[Difference]:
    """Return the ballots on which the two do not agree, once both have finished; never what either read.

    Each takes the ballot in hand again and corrects their own reading until they are equal.
    """
    if not (lot.first_done and lot.second_done):
        return []
    read: dict[int, list[object]] = {}
    for row in Keying.objects.filter(lot=lot):
        read.setdefault(row.number, []).append(_open(lot, row))
    return [
        Difference(number, missing=len(both) < 2)
        for number, both in sorted(read.items())
        if len(both) < 2 or both[0] != both[1]
    ]


def _sealing(lot: Lot, actor_id: uuid.UUID) -> Lot:
    """Return the locked lot for one of the two who keyed it; for a third where one of them has left."""
    found = Lot.objects.select_for_update(of=("self",)).select_related("group").get(pk=lot.pk)
    if waits_for_a_third(found) and committee.counts(actor_id, found.group):
        return found
    return _working(lot, actor_id)


def waits_for_a_third(lot: Lot) -> bool:
    """Say whether two equal readings are finished, and one of the two who made them has left."""
    if lot.state != Lot.State.KEYING or not (lot.first_done and lot.second_done) or differences(lot):
        return False
    return not all(committee.counts(one, lot.group) for one in (lot.first_id, lot.second_id))


@transaction.atomic
def seal_lot(lot: Lot, *, actor_id: uuid.UUID) -> int:
    """Put a lot's ballots into the box with the others; return how many were valid. Cannot be undone."""
    consultation = ballot_box.lock_box(lot.group.consultation_id)
    lot = _sealing(lot, actor_id)
    if not (lot.first_done and lot.second_done):
        raise Problem(_("Both must have finished keying first."))
    if differences(lot):
        raise Problem(_("The two readings differ: only ballots read alike by both are counted."))
    read = {row.number: _open(lot, row) for row in Keying.objects.filter(lot=lot, account_id=lot.first_id)}
    papers = {paper.number: paper for paper in Paper.objects.filter(group=lot.group, number__in=read)}
    valid = {
        papers[number].pk: paper_form.filled(consultation, lot.group.number, marks)
        for number, marks in read.items()
        if marks is not None
    }
    ballot_box.change_box(consultation, add=valid)
    Paper.objects.filter(pk__in=[paper.pk for paper in papers.values()]).update(lot=lot)
    Keying.objects.filter(lot=lot).delete()
    lot.state, lot.spoiled = Lot.State.SEALED, len(read) - len(valid)
    lot.save(update_fields=["state", "spoiled"])
    record_act(
        actor_id=actor_id, role="member", act="polling.lot_sealed", object_type="polling.committee",
        object_id=consultation.pk,
        content={"group": str(lot.group_id), "lot": lot.number, "found": lot.found, "spoiled": lot.spoiled},
    )  # fmt: skip
    return len(valid)
