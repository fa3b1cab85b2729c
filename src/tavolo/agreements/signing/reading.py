# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who has done what on the frozen text. Questions only, no writes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement
from tavolo.agreements.signing import states
from tavolo.agreements.signing.models import (
    Copy,
    Declined,
    Deposit,
    Frozen,
    Initial,
    Naming,
    Reply,
    Sealed,
    Signature,
)
from tavolo.common.remembering import remembered
from tavolo.dialogue.models import Party


@remembered
def frozen_of(agreement: Agreement) -> Frozen | None:
    """Return what is frozen of an agreement; None, or a row without version, while nothing is."""
    return Frozen.objects.filter(agreement=agreement).select_related("version", "sheet").first()


def is_frozen(agreement: Agreement) -> bool:
    """Say whether a party's initials hold the text as it is."""
    return Frozen.objects.filter(agreement=agreement, version__isnull=False).exists()


@remembered
def initials(agreement: Agreement, frozen: Frozen | None) -> dict[uuid.UUID, Initial]:
    """Return the initials that stand, by party."""
    if frozen is None:
        return {}
    rows = Initial.objects.filter(agreement=agreement, round=frozen.round, withdrawal__isnull=True)
    return {row.party_id: row for row in rows}


@remembered
def replies(agreement: Agreement) -> dict[uuid.UUID, Reply]:
    """Return what the parties said after their members' vote, by party."""
    return {row.party_id: row for row in Reply.objects.filter(agreement=agreement).select_related("ballot")}


@remembered
def declined(agreement: Agreement, frozen: Frozen | None, step: str) -> dict[uuid.UUID, Declined]:
    """Return the parties that said they do not go along at a step."""
    if frozen is None:
        return {}
    rows = Declined.objects.filter(agreement=agreement, step=step, round=frozen.round)
    return {row.party_id: row for row in rows}


@remembered
def signatures(agreement: Agreement) -> dict[uuid.UUID, list[Signature]]:
    """Return the signatures given, by party."""
    found: dict[uuid.UUID, list[Signature]] = {}
    for row in Signature.objects.filter(agreement=agreement).select_related("copy__file", "file"):
        found.setdefault(row.party_id, []).append(row)
    return found


@remembered
def namings(agreement: Agreement) -> dict[uuid.UUID, Naming]:
    """Return who signs for each party."""
    rows = Naming.objects.filter(agreement=agreement).prefetch_related("people")
    return {row.party_id: row for row in rows}


def signed_by(
    given: Mapping[uuid.UUID, list[Signature]], named: Mapping[uuid.UUID, Naming]
) -> frozenset[object]:
    """Return the parties with as many signatures as they said it takes. A confirmed sheet counts whole."""
    return frozenset(
        party
        for party, rows in given.items()
        if any(row.kind == Signature.Kind.PAPER for row in rows)
        or len(rows) >= (named[party].needed if party in named else 1)
    )


@remembered
def standing_of(agreement: Agreement, frozen: Frozen | None = None) -> states.Standing:
    """Return what every contracting party has done, as the rules of the states know it."""
    frozen = frozen or frozen_of(agreement)
    own = initials(agreement, frozen)
    answers = replies(agreement)
    no = declined(agreement, frozen, "sign")
    return states.Standing(
        contractors=frozenset(party.pk for party in standing.contractors(agreement)),
        initialled=frozenset(own),
        reserve=frozenset(key for key, row in own.items() if row.reserve),
        lifted=frozenset(key for key, row in answers.items() if row.word == Reply.Word.LIFTED),
        rejected=frozenset(key for key, row in answers.items() if row.word == Reply.Word.REJECTED),
        signed=signed_by(signatures(agreement), namings(agreement)),
        declined=frozenset(no),
        separate=frozenset(frozen.separate) if frozen else frozenset(),
    )


@dataclass(frozen=True)
class Line:
    """One party's line on the page and in the documents: what it did, with what it said."""

    party: Party
    initial: Initial | None
    reply: Reply | None
    signatures: tuple[Signature, ...]
    declined: Declined | None
    naming: Naming | None
    signed: bool
    awaited: bool

    @property
    def statements(self) -> list[tuple[str, str]]:
        """Return the party's statements for the record, with who made each."""
        rows: list[Any] = [self.initial, self.reply, *self.signatures, self.declined]
        found = [(row.name, row.statement) for row in rows if row is not None and row.statement]
        return list(dict.fromkeys(found))


@remembered
def lines(agreement: Agreement) -> list[Line]:
    """Return one line for each contracting party, in the table's order."""
    frozen = frozen_of(agreement)
    own, answers = initials(agreement, frozen), replies(agreement)
    given, named = signatures(agreement), namings(agreement)
    no = declined(agreement, frozen, "initial") | declined(agreement, frozen, "sign")
    now = standing_of(agreement, frozen)
    return [
        Line(
            party, own.get(party.pk), answers.get(party.pk), tuple(given.get(party.pk, ())),
            no.get(party.pk), named.get(party.pk), party.pk in now.signed,
            party.pk in awaited(agreement.state, now),
        )
        for party in standing.contractors(agreement)
    ]  # fmt: skip


def awaited(state: str, now: states.Standing) -> frozenset[object]:
    """Return the parties that are to act in a state."""
    return {
        states.DRAFT: now.missing_initials,
        states.INITIALLED: now.missing_answers,
        states.VOTING: now.missing_answers,
        states.CLEARED: now.missing_signatures,
    }.get(state, frozenset())


def sealed_of(agreement: Agreement) -> Sealed | None:
    """Return the signed PDF and its bundle, once made."""
    return Sealed.objects.filter(agreement=agreement).select_related("pdf", "bundle").first()


def deposit_of(agreement: Agreement) -> Deposit | None:
    """Return the deposit, once recorded."""
    return Deposit.objects.filter(agreement=agreement).select_related("receipt").first()


def copies(agreement: Agreement) -> list[Copy]:
    """Return the scans of the signed sheet, the newest first."""
    return list(Copy.objects.filter(agreement=agreement).select_related("file").order_by("-made_at"))
