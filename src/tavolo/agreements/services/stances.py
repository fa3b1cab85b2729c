# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Lodged stances, and the matrix of who says what of which words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements.models import Agreement, Amendment, Revision, Stance, StanceKind, Version
from tavolo.agreements.services.texts import current, locked, require_draft, text_of
from tavolo.agreements.standing import acting_party, contractors
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.model import Clause
from tavolo.common.errors import Problem
from tavolo.common.remembering import foresee, remembered, unforeseen
from tavolo.dialogue.models import Party
from tavolo.ledger.services import record_act


def next_number(agreement: Agreement) -> int:
    """Return the number of the next stance of a locked agreement."""
    return (Stance.objects.filter(agreement=agreement).aggregate(top=Max("number"))["top"] or 0) + 1


@transaction.atomic
def lodge_stance(
    agreement: Agreement, *, kind: str, actor_id: uuid.UUID, clause: str = "", shown_hash: str = "",
    revision: Revision | None = None, text: str = "", at: datetime | None = None,
) -> Stance:  # fmt: skip
    """Lodge a party's stance on a clause's exact words (`shown_hash`) or on an amendment's exact wording.

    Refused where the words are no longer those the party was shown: nobody accepts what they did not read.
    `at`: when it was said, where that was earlier than now (a stance taken over from minutes).
    """
    agreement = locked(agreement)
    require_draft(agreement)
    party = acting_party(actor_id, agreement)
    if party is None:
        raise Problem(_("Only a delegate of a contracting party may lodge its stance."))
    if kind not in StanceKind.values:
        raise Problem(_("Choose one of: accepts, accepts with reservation, rejects, abstains."))
    if kind == StanceKind.RESERVATION and not text.strip():
        raise Problem(_("A reservation needs its text: say what it is about."))
    now = current(agreement)
    if revision is not None:
        _require_current(revision, agreement)
        clause, own_hash = "", ""
    else:
        found = text_of(now).clauses.get(clause)
        if found is None or clause_hash(found) != shown_hash:
            raise Problem(_("These words have changed meanwhile: read them again, then lodge the stance."))
        own_hash = shown_hash
    stance = Stance.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, party=party, version=now, clause=clause,
        clause_hash=own_hash, revision=revision, kind=kind, text=text.strip(),
        number=next_number(agreement), lodged_by_id=actor_id, lodged_at=at or timezone.now(),
    )  # fmt: skip
    record_act(
        actor_id=actor_id, role="delegate", act="agreements.stance_lodged",
        object_type="agreements.agreement", object_id=agreement.pk,
        content={
            "party": str(party.pk), "kind": kind, "version": now.number,
            "clause": clause, "revision": str(revision.pk) if revision else "",
        },
    )  # fmt: skip
    return stance


def _require_current(revision: Revision, agreement: Agreement) -> None:
    row = revision.amendment
    last = row.revisions.order_by("-number").values_list("pk", flat=True).first()
    if row.agreement_id != agreement.pk or row.state != Amendment.State.OPEN:
        raise Problem(_("This amendment is no longer open."))
    if last != revision.pk:
        raise Problem(_("These words have changed meanwhile: read them again, then lodge the stance."))


@dataclass(frozen=True)
class Cell:
    """What a party said of a clause. `lapsed`: of former words; None and not lapsed: silent."""

    party: Party
    stance: Stance | None
    lapsed: bool
    fresh: bool


@dataclass(frozen=True)
class Row:
    """One clause of the current text with every contractor's cell."""

    clause: Clause
    number: str
    depth: int
    cells: list[Cell]

    @property
    def is_agreed(self) -> bool:
        """Say whether every party accepts these words, with or without a reservation."""
        good = (StanceKind.ACCEPTS, StanceKind.RESERVATION)
        return all(cell.stance and not cell.lapsed and cell.stance.kind in good for cell in self.cells)

    @property
    def is_reserved(self) -> bool:
        """Say whether a party that accepts these words does so with a reservation on substance."""
        kinds = [cell.stance.kind for cell in self.cells if cell.stance and not cell.lapsed]
        return StanceKind.RESERVATION in kinds


@dataclass(frozen=True)
class Matrix:
    """Parties by clauses, on one version."""

    version: Version
    parties: list[Party]
    rows: list[Row]


@remembered
def on_clauses(agreement: Agreement) -> list[Stance]:
    """Return the stances lodged on an agreement's clauses, the oldest first."""
    return list(Stance.objects.filter(agreement=agreement, revision__isnull=True).order_by("number"))


def foresee_on_clauses(agreements: Iterable[Agreement]) -> None:
    """Read the stances on the clauses of many agreements at once."""
    wanted = [args[0] for args in unforeseen(on_clauses, [(one,) for one in agreements])]
    if not wanted:
        return
    found: dict[uuid.UUID, list[Stance]] = {one.pk: [] for one in wanted}
    for stance in Stance.objects.filter(agreement__in=wanted, revision__isnull=True).order_by("number"):
        found[stance.agreement_id].append(stance)
    foresee(on_clauses, {(one,): found[one.pk] for one in wanted})


def matrix(agreement: Agreement, *, since: datetime | None = None) -> Matrix:
    """Return the lodged stances on every clause; `fresh` marks what was lodged after `since`."""
    now = current(agreement)
    text = text_of(now)
    parties = contractors(agreement)
    latest: dict[tuple[str, uuid.UUID], Stance] = {}
    for stance in on_clauses(agreement):
        latest[stance.clause, stance.party_id] = stance
    rows = []
    for clause in text.clauses.values():
        own = clause_hash(clause)
        cells = []
        for party in parties:
            found = latest.get((clause.id, party.pk))
            lapsed = found is not None and found.clause_hash != own
            fresh = bool(found and since and found.lodged_at > since)
            cells.append(Cell(party, found, lapsed, fresh))
        rows.append(Row(clause, text.numbers.get(clause.id, ""), text.depth(clause.id), cells))
    return Matrix(now, parties, rows)
