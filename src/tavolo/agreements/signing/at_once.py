# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Reading for many agreements at once what pages then ask of each: parties, what is frozen, who did what.

A page that lists agreements calls `read` first; the questions themselves (`standing`, `reading`, `voting`,
`texts`) stay as they are and find their answers in the memory of the request (`common.remembering`). The
number of questions to the database then does not grow with the agreements. Outside a request that reads this
does nothing.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement, Contractor, Version
from tavolo.agreements.services import texts
from tavolo.agreements.signing import reading, voting
from tavolo.agreements.signing.models import Declined, Frozen, Initial, Naming, Reply, Signature, Vote
from tavolo.common.remembering import foresee, is_reading, unforeseen


def read(agreements: Iterable[Agreement]) -> None:
    """Foresee parties, frozen text, initials, answers, refusals, signatures and votes of agreements."""
    rows = list(agreements) if is_reading() else []
    if not rows:
        return
    parties(rows)
    frozen = _frozen(rows)
    _by_round(reading.initials, rows, frozen, Initial.objects.filter(withdrawal__isnull=True))
    _declined(rows, frozen)
    _by_party(reading.replies, rows, Reply.objects.select_related("ballot"))
    _by_party(reading.namings, rows, Naming.objects.prefetch_related("people"))
    _signatures(rows)


def foresee_frozen(rows: Iterable[Frozen]) -> None:
    """Foresee what is frozen where the rows themselves were read, with version and sheet."""
    foresee(reading.frozen_of, {(row.agreement,): row for row in rows})


def votes(agreements: Iterable[Agreement]) -> None:
    """Foresee the votes tied to each agreement."""
    wanted = _unknown(voting.votes, agreements)
    if not wanted:
        return
    found = defaultdict(list)
    for row in voting.with_what_they_ask(Vote.objects.filter(agreement__in=wanted)):
        found[row.agreement_id].append(row)
    foresee(voting.votes, {(row,): found[row.pk] for row in wanted})


def parties(agreements: Iterable[Agreement]) -> None:
    """Foresee the parties that negotiate each agreement."""
    wanted = _unknown(standing.contractors, agreements)
    if not wanted:
        return
    # Other parts of the same page ask about the other agreements of these tables: read with them.
    tables = {row.table_id for row in wanted}
    found = Contractor.objects.filter(Q(agreement__in=wanted) | Q(agreement__table__in=tables))
    answers = {(row,): [] for row in wanted}
    rows = found.select_related("party__organisation", "agreement")
    for one in rows.order_by("party__position", "party_id"):
        answers.setdefault((one.agreement,), []).append(one.party)
    foresee(standing.contractors, answers)


def versions(agreements: Iterable[Agreement]) -> None:
    """Foresee the newest version of each agreement that has a text."""
    wanted = _unknown(texts.current, agreements)
    if not wanted:
        return
    rows = Version.objects.filter(agreement__in=wanted).order_by("agreement_id", "-number")
    newest = {row.agreement_id: row for row in rows.distinct("agreement_id")}
    foresee(texts.current, {(row,): newest[row.pk] for row in wanted if row.pk in newest})


def phases(agreements: Iterable[Agreement]) -> None:
    """Foresee how the members' votes on each agreement stand."""
    wanted = _unknown(voting.phase, agreements)
    if not wanted:
        return
    states = defaultdict(list)
    rows = Vote.objects.filter(agreement__in=wanted)
    for agreement_id, state in rows.values_list("agreement_id", "consultation__state"):
        states[agreement_id].append(state)
    foresee(voting.phase, {(row,): voting.phase_of(states[row.pk]) for row in wanted})


def _unknown(function: Callable[..., Any], agreements: Iterable[Agreement]) -> list[Agreement]:
    return [row for (row,) in unforeseen(function, [(row,) for row in agreements])]


def _frozen(rows: list[Agreement]) -> dict[uuid.UUID, Frozen | None]:
    """Foresee what is frozen of each; return it, also what was known before."""
    wanted = _unknown(reading.frozen_of, rows)
    if wanted:
        found = Frozen.objects.filter(agreement__in=wanted).select_related("version", "sheet")
        by_agreement = {row.agreement_id: row for row in found}
        foresee(reading.frozen_of, {(row,): by_agreement.get(row.pk) for row in wanted})
    return {row.pk: reading.frozen_of(row) for row in rows}


def _by_round(
    function: Callable[..., Any], rows: list[Agreement], frozen: dict[uuid.UUID, Frozen | None], found: Any
) -> None:
    """Foresee what belongs to the present round of each agreement, by party."""
    asked = [(row, frozen[row.pk]) for row in rows if frozen.get(row.pk) is not None]
    wanted = unforeseen(function, asked)
    if not wanted:
        return
    answers: dict[uuid.UUID, dict[uuid.UUID, Any]] = defaultdict(dict)
    rounds = {args[0].pk: args[1].round for args in wanted}
    for one in found.filter(agreement__in=list(rounds)):
        if one.round == rounds[one.agreement_id]:
            answers[one.agreement_id][one.party_id] = one
    foresee(function, {args: answers[args[0].pk] for args in wanted})


def _declined(rows: list[Agreement], frozen: dict[uuid.UUID, Frozen | None]) -> None:
    """Foresee who said at either step of the present round that it does not go along."""
    known = [(row, frozen[row.pk]) for row in rows if frozen.get(row.pk) is not None]
    steps = ("initial", "sign")
    wanted = unforeseen(reading.declined, [(*one, step) for one in known for step in steps])
    if not wanted:
        return
    rounds = {args[0].pk: args[1].round for args in wanted}
    answers: dict[tuple[uuid.UUID, str], dict[uuid.UUID, Declined]] = defaultdict(dict)
    for one in Declined.objects.filter(agreement__in=list(rounds)):
        if one.round == rounds[one.agreement_id]:
            answers[one.agreement_id, one.step][one.party_id] = one
    foresee(reading.declined, {args: answers[args[0].pk, args[2]] for args in wanted})


def _by_party(function: Callable[..., Any], rows: list[Agreement], found: Any) -> None:
    """Foresee rows of which each party has at most one for an agreement."""
    wanted = _unknown(function, rows)
    if not wanted:
        return
    answers: dict[uuid.UUID, dict[uuid.UUID, Any]] = defaultdict(dict)
    for one in found.filter(agreement__in=wanted):
        answers[one.agreement_id][one.party_id] = one
    foresee(function, {(row,): answers[row.pk] for row in wanted})


def _signatures(rows: list[Agreement]) -> None:
    wanted = _unknown(reading.signatures, rows)
    if not wanted:
        return
    answers: dict[uuid.UUID, dict[uuid.UUID, list[Signature]]] = defaultdict(dict)
    for one in Signature.objects.filter(agreement__in=wanted).select_related("copy__file", "file"):
        answers[one.agreement_id].setdefault(one.party_id, []).append(one)
    foresee(reading.signatures, {(row,): answers[row.pk] for row in wanted})
