# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Entering commitments and following them: the only writers of this part.

A commitment is entered by a delegate or the joint secretariat and holds once a party of each side that signed
has said it is what the text says. How a period goes is said by one party and confirmed, or disputed, by a
party of another side.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.commitments import reading, telling
from tavolo.agreements.commitments.models import (
    Answer,
    Assent,
    Claim,
    Commitment,
    Condition,
    Evidence,
    Recurs,
    Who,
)
from tavolo.agreements.life import clauses
from tavolo.agreements.life.bodies import members_on
from tavolo.agreements.life.models import JointBody
from tavolo.agreements.models import Agreement, Version
from tavolo.agreements.standing import today
from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.dialogue.models import Party, Side
from tavolo.ledger.services import record_act

EVIDENCE_FILE = "commitments.evidence"
LONGEST = 4000
OBJECT = "commitments.commitment"


@dataclass(frozen=True)
class Actor:
    """Who owes or is owed: a kind and what it needs."""

    kind: str
    party: Party | None = None
    side: str = ""
    body: JointBody | None = None


@dataclass(frozen=True)
class Terms:
    """A commitment as it is entered."""

    title: str
    clause: str
    owed_by: Actor
    owed_to: Actor
    due_on: date
    starts_on: date | None = None
    text: str = ""
    indicator: str = ""
    unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    recurs: str = Recurs.ONCE
    until: date | None = None
    warn_days: int = 30


@transaction.atomic
def enter(agreement: Agreement, terms: Terms, *, actor_id: uuid.UUID) -> Commitment:
    """Enter a commitment of a signed text; the entering party assents to it at once."""
    party = standing.acting_party(actor_id, agreement)
    if party is None and not standing.is_secretary(actor_id, agreement):
        raise Problem(_("Only a delegate of a contracting party or the joint secretariat may do this."))
    if agreement.state not in standing.PUBLIC:
        raise Problem(_("Commitments are followed once the agreement is signed."))
    clause, version = _check(agreement, terms)
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    last = Commitment.objects.filter(agreement=agreement).aggregate(top=Max("number"))["top"] or 0
    row = Commitment.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, number=last + 1,
        version=version, clause=clause, title=terms.title.strip()[:200],
        text=terms.text.strip(), indicator=terms.indicator.strip()[:200], unit=terms.unit.strip()[:40],
        baseline=terms.baseline, target=terms.target, starts_on=terms.starts_on or min(today(), terms.due_on),
        due_on=terms.due_on, recurs=terms.recurs, until=terms.until, warn_days=terms.warn_days,
        entered_by_id=actor_id, entered_on=today(), **_actor("owed_by", terms.owed_by),
        **_actor("owed_to", terms.owed_to),
    )  # fmt: skip
    _record(row, "commitments.entered", actor_id, party, {"title": row.title, "clause": row.clause})
    if party is not None:
        _assent(row, party, actor_id)
    if row.holds_from is None:
        telling.tell(telling.delegates(agreement, but=party), "commitments.entered", row)
    return row


def _actor(role: str, who: Actor) -> dict[str, Any]:
    kind = who.kind
    return {
        f"{role}_kind": kind, f"{role}_party": who.party if kind == Who.PARTY else None,
        f"{role}_body": who.body if kind == Who.BODY else None,
        f"{role}_side": who.side if kind == Who.SIDE else "",
    }  # fmt: skip


def _check(agreement: Agreement, terms: Terms) -> tuple[str, Version]:
    """Return the clause and the version its words stand in; raise, naming the field, for what makes no sense.

    The clause is one in force today, in the words of what amends it, or one of the signed text.
    """
    if not terms.title.strip():
        raise Problem(_("Say in one line what is to be done."))
    found = clauses.chosen(agreement, today(), terms.clause)
    if found is None:
        raise Problem(_("Choose the clause of the text from which the commitment comes."))
    if terms.recurs not in Recurs.values:
        raise Problem(_("Choose how often the commitment falls due."))
    begins = terms.starts_on or min(today(), terms.due_on)
    if terms.due_on < begins:
        raise Problem(_("The deadline lies before the start: correct one of the two days."))
    if terms.until is not None and (terms.until < terms.due_on or terms.recurs == Recurs.ONCE):
        raise Problem(_("“Until” is for what recurs, and lies after the first deadline."))
    if terms.target is not None and not terms.indicator.strip():
        raise Problem(_("A target needs an indicator: say what is measured."))
    if max(len(terms.text), len(terms.indicator)) > LONGEST:
        raise Problem(_("This is too long: at most %(most)s characters.") % {"most": LONGEST})
    contracting = {party.pk for party in standing.contractors(agreement)}
    for who in (terms.owed_by, terms.owed_to):
        if who.kind not in Who.values or (who is terms.owed_by and who.kind == Who.WORKERS):
            raise Problem(_("Choose who owes the commitment and to whom."))
        if who.kind == Who.PARTY and (who.party is None or who.party.pk not in contracting):
            raise Problem(_("The party that owes, or is owed, is one that made this agreement."))
        if who.kind == Who.SIDE and who.side not in Side.values:
            raise Problem(_("Choose a side."))
        if who.kind == Who.BODY and (who.body is None or who.body.agreement_id != agreement.pk):
            raise Problem(_("Choose a joint body of this agreement."))
    return found


@transaction.atomic
def assent(row: Commitment, *, actor_id: uuid.UUID) -> bool:
    """Say for one's party that the commitment is what the text says; return whether it holds now."""
    row, party = _locked(row), _party(row, actor_id)
    if row.holds_from is not None or row.assents.filter(party=party).exists():
        raise Problem(_("Your party's word is not needed here: it was given already, or both sides agree."))
    _assent(row, party, actor_id)
    return row.holds_from is not None


def _assent(row: Commitment, party: Party, actor_id: uuid.UUID) -> None:
    Assent.objects.create(
        territory_id=row.territory_id, commitment=row, party=party, given_by_id=actor_id, given_on=today()
    )
    said = {one.party.side for one in row.assents.select_related("party")}
    needed = {one.side for one in standing.contractors(row.agreement)}
    _record(row, "commitments.assented", actor_id, party, {})
    if needed <= said:
        row.holds_from = today()
        row.save(update_fields=["holds_from"])
        _record(row, "commitments.holds", actor_id, party, {"title": row.title})
        telling.tell(telling.delegates(row.agreement), "commitments.holds", row)


def may_bring(row: Commitment, account_id: uuid.UUID) -> Party | None:
    """Return the party for which a person may bring evidence: it owes, or is of the side that does.

    For a joint body its members bring it, for firms the employers' side, whose association speaks for them.
    """
    party = standing.acting_party(account_id, row.agreement)
    if row.owed_by_kind == Who.BODY:
        held = members_on(today())
        seat = held.filter(body=row.owed_by_body, account_id=account_id).first()
        return seat.party if seat else None
    if party is None:
        return None
    owing = {
        Who.PARTY: party.pk == row.owed_by_party_id, Who.SIDE: party.side == row.owed_by_side,
        Who.FIRMS: party.side == Side.EMPLOYERS,
    }  # fmt: skip
    return party if owing.get(Who(row.owed_by_kind), False) else None


@transaction.atomic
def bring_evidence(
    row: Commitment, *, actor_id: uuid.UUID, period: date, text: str, value: Decimal | None = None,
    measured_on: date | None = None, file: tuple[str, BinaryIO | bytes] | None = None,
) -> Evidence:  # fmt: skip
    """Bring evidence for a period: words, perhaps a measure and a file."""
    row = _locked(row)
    party = may_bring(row, actor_id)
    if party is None:
        raise Problem(_("Evidence is brought by who owes the commitment."))
    _check_period(row, period)
    if not text.strip() or len(text) > LONGEST:
        raise Problem(_("Say in a few words what this shows, at most 4,000 characters."))
    if value is not None and not row.indicator:
        raise Problem(_("This commitment has no indicator: leave the measure empty."))
    day = measured_on or today()
    if day > today():
        raise Problem(_("The day of the measure lies in the future."))
    stored = None
    if file is not None:
        stored = files.store(file[1], kind=EVIDENCE_FILE, name=file[0], owner_id=actor_id, subject_id=row.pk)
    made = Evidence.objects.create(
        territory_id=row.territory_id, commitment=row, period=period, text=text.strip(), value=value,
        measured_on=day, file=stored, party=party, brought_by_id=actor_id, brought_at=timezone.now(),
    )  # fmt: skip
    _record(
        row, "commitments.evidence_brought", actor_id, party,
        {"period": period.isoformat(), "file": stored.sha256 if stored else ""},
    )  # fmt: skip
    telling.tell(telling.delegates(row.agreement, but=party), "commitments.evidence", row)
    return made


@transaction.atomic
def claim(row: Commitment, *, actor_id: uuid.UUID, period: date, condition: str, text: str = "") -> Claim:
    """Say for one's party how a period goes; the other side then confirms or disputes."""
    row = _locked(row)
    party = _party(row, actor_id)
    if row.holds_from is None:
        raise Problem(_("Both sides must first confirm that this commitment is what the text says."))
    _check_period(row, period)
    if condition not in Condition.values:
        raise Problem(_("Choose how it goes."))
    if condition not in (Condition.ON_TRACK, Condition.KEPT) and not text.strip():
        raise Problem(_("Say why, in a few words: the other side and the record need it."))
    if len(text) > LONGEST:
        raise Problem(_("This is too long: at most %(most)s characters.") % {"most": LONGEST})
    before = Claim.objects.filter(commitment=row, period=period).order_by("-number").first()
    if before is not None and reading.answer_of(before) is None and before.side != party.side:
        raise Problem(
            _("The other side's word waits for your answer: confirm it, or dispute it with a text.")
        )
    last = Claim.objects.filter(commitment=row).aggregate(top=Max("number"))["top"] or 0
    made = Claim.objects.create(
        territory_id=row.territory_id, commitment=row, number=last + 1, period=period, condition=condition,
        text=text.strip(), party=party, side=party.side, made_by_id=actor_id, made_at=timezone.now(),
    )  # fmt: skip
    _record(
        row, "commitments.claimed", actor_id, party,
        {"period": period.isoformat(), "condition": condition, "claim": str(made.pk)},
    )  # fmt: skip
    telling.tell(telling.delegates(row.agreement, but=party, other_side=True), "commitments.claimed", row)
    return made


@transaction.atomic
def answer(made: Claim, *, actor_id: uuid.UUID, confirms: bool, text: str = "") -> Answer:
    """Confirm or dispute, for one's party, what a party of another side said; a dispute carries its text."""
    row = _locked(made.commitment)
    party = _party(row, actor_id)
    if party.side == made.side:
        raise Problem(_("What your own side said is confirmed or disputed by the other side."))
    newest = Claim.objects.filter(commitment=row, period=made.period).order_by("-number")[0]
    if newest.pk != made.pk or Answer.objects.filter(claim=made).exists():
        raise Problem(_("This was answered already, or something newer was said: read the page again."))
    if not confirms and not text.strip():
        raise Problem(_("To dispute, write your side's text: both are shown side by side."))
    if len(text) > LONGEST:
        raise Problem(_("This is too long: at most %(most)s characters.") % {"most": LONGEST})
    given = Answer.objects.create(
        territory_id=row.territory_id, claim=made, confirms=confirms, text=text.strip(), party=party,
        side=party.side, given_by_id=actor_id, given_at=timezone.now(),
    )  # fmt: skip
    _record(
        row, "commitments.confirmed" if confirms else "commitments.disputed", actor_id, party,
        {"period": made.period.isoformat(), "condition": made.condition, "claim": str(made.pk)},
    )  # fmt: skip
    kind = "commitments.confirmed" if confirms else "commitments.disputed"
    telling.tell(telling.delegates(row.agreement, but=party), kind, row)
    return given


def _locked(row: Commitment) -> Commitment:
    found = Commitment.objects.select_for_update(of=("self",)).select_related("agreement__table")
    return found.get(pk=row.pk)


def _party(row: Commitment, actor_id: uuid.UUID) -> Party:
    party = standing.acting_party(actor_id, row.agreement)
    if party is None:
        raise Problem(_("Only a delegate of a contracting party may do this."))
    return party


def _check_period(row: Commitment, period: date) -> None:
    if period not in reading.due_days(row):
        raise Problem(_("This commitment does not fall due on that day: choose one of its periods."))


def _record(
    row: Commitment, act: str, actor_id: uuid.UUID, party: Party | None, content: dict[str, Any]
) -> None:
    record_act(
        actor_id=actor_id, role="delegate" if party else "secretariat", act=act, object_type=OBJECT,
        object_id=row.pk,
        content={
            "agreement": str(row.agreement_id), "number": row.number,
            "party": str(party.pk) if party else "", **content,
        },
    )  # fmt: skip
