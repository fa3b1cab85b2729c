# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The deposit of a signed agreement: what to hand in, the thirty days, the receipt kept."""

from __future__ import annotations

import uuid
from datetime import date
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement, Level, State
from tavolo.agreements.signing import reading, states, telling
from tavolo.agreements.signing.models import Deposit, Frozen
from tavolo.agreements.signing.services.shared import acting, begin, frozen_row, move, record
from tavolo.agreements.signing.services.sheets import verify_address
from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.dialogue.course import gate

RECEIPT = "signing.receipt"


@transaction.atomic
def record_deposit(
    agreement: Agreement, *, actor_id: uuid.UUID, deposited_on: date, office: str, reference: str,
    source: BinaryIO | bytes, name: str,
) -> Deposit:  # fmt: skip
    """Record that the signed agreement was deposited, and keep the receipt. Secretariat or a party."""
    done = reading.deposit_of(agreement)
    if done is not None:
        return done
    agreement = begin(agreement, "deposit")
    secretary = standing.is_secretary(actor_id, agreement)
    if not secretary:
        acting(agreement, actor_id, "deposit")
    else:
        gate.require(agreement.table, states.RULES["deposit"].act, "secretariat")
    frozen = frozen_row(agreement)
    if not office.strip() or not reference.strip():
        raise Problem(_("Write where it was deposited and the number on the receipt."))
    if deposited_on > standing.today() or (frozen.signed_on and deposited_on < frozen.signed_on):
        raise Problem(_("The day of deposit lies between the signature and today: correct it."))
    stored = files.store(source, kind=RECEIPT, name=name, owner_id=None, subject_id=agreement.pk)
    made = Deposit.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, deposited_on=deposited_on,
        office=office.strip()[:200], reference=reference.strip()[:200], receipt=stored,
        recorded_by_id=actor_id, made_at=timezone.now(),
    )  # fmt: skip
    record(
        agreement, "deposited", actor_id,
        {"hash": frozen.hash, "on": deposited_on.isoformat(), "reference": made.reference,
         "receipt": stored.sha256},
        "secretariat" if secretary else "delegate",
    )  # fmt: skip
    move(agreement, states.DEPOSITED, actor_id)
    return made


def data_sheet(agreement: Agreement) -> list[tuple[str, str]]:
    """Return what is asked for at the deposit, as far as Tavolo knows it: label and value."""
    frozen = reading.frozen_of(agreement)
    lines = reading.lines(agreement)
    sealed = reading.sealed_of(agreement)
    signed = [str(line.party) for line in lines if line.signed]
    return [
        (_("Title"), agreement.title),
        (_("Kind of agreement"), str(Level(agreement.level).label)),
        (_("Signed on"), frozen.signed_on.isoformat() if frozen and frozen.signed_on else ""),
        (_("Deposit by"), frozen.deposit_due.isoformat() if frozen and frozen.deposit_due else ""),
        (_("Signed by"), "; ".join(signed)),
        (_("Not signed by"), "; ".join(str(line.party) for line in lines if not line.signed)),
        (_("Text (SHA-256)"), frozen.hash if frozen else ""),
        (_("File to deposit (SHA-256)"), sealed.pdf.sha256 if sealed else ""),
        (_("Public page"), verify_address(agreement)),
    ]


def remind() -> int:
    """Send the reminders of today: reservations whose term is near or past, deposits; return how many."""
    today, sent = standing.today(), 0
    waiting = Frozen.objects.filter(reserve_due__isnull=False).select_related("agreement__table")
    for frozen in waiting.filter(agreement__state__in=[State.INITIALLED, State.VOTING]):
        now = reading.standing_of(frozen.agreement, frozen)
        for line in reading.lines(frozen.agreement):
            due = line.initial.reserve_due if line.initial else None
            if line.party.pk in now.missing_answers and due and states.remind_on(due, today):
                telling.parties([line.party], "reserve_due", frozen.agreement, due=telling.day(due))
                sent += 1
    signed = Frozen.objects.filter(agreement__state=State.SIGNED, deposit_due__isnull=False)
    for frozen in signed.select_related("agreement__table"):
        if states.remind_on(frozen.deposit_due, today):
            telling.table(frozen.agreement, "deposit_due", due=telling.day(frozen.deposit_due))
            sent += 1
    return sent
