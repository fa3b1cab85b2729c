# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part gives to the register of acts and to the pages that gather from all parts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.agreements import standing
from tavolo.agreements.commitments import feed, policies, reading, telling
from tavolo.agreements.commitments.models import Assent, Commitment
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.signing import at_once
from tavolo.dialogue import hooks
from tavolo.dialogue.models import Statement
from tavolo.dialogue.voices import outcomes
from tavolo.language.folding import fold
from tavolo.ledger import readers

ACTS = {
    "commitments.entered": gettext_lazy("A commitment was entered"),
    "commitments.assented": gettext_lazy("A party said that a commitment is what the text says"),
    "commitments.holds": gettext_lazy("A commitment holds for both sides"),
    "commitments.claimed": gettext_lazy("A party said how a commitment goes"),
    "commitments.confirmed": gettext_lazy("The state of a commitment was confirmed by the other side"),
    "commitments.disputed": gettext_lazy("The state of a commitment was disputed by the other side"),
    "commitments.evidence_brought": gettext_lazy("Evidence was brought for a commitment"),
}


def connect() -> None:
    """Register everything; called once the application is ready."""
    readers.name_acts(ACTS)
    readers.readable("commitments.commitment", _reads)
    hooks.door(door)
    hooks.waiting(waiting)
    hooks.event(events)
    hooks.finder("commitments", find)
    outcomes.source(outcomes_of)


def _reads(request: HttpRequest, commitment_id: uuid.UUID) -> bool:
    return policies.sees(request, {"commitment_id": commitment_id})


def door(request: HttpRequest, table: Any) -> hooks.Door | None:
    """Return the entry to the table's commitments once it has a signed agreement."""
    if not policies.at_table(request, {"table_id": table.pk}):
        return None
    if not Agreement.objects.filter(table=table, state__in=standing.PUBLIC).exists():
        return None
    return hooks.Door(
        title=_("Commitments"), text=_("Who owes what to whom, by when, and how it goes."),
        link=reverse("commitments:of_table", args=[table.pk]), order=85,
    )  # fmt: skip


def _followed(account_id: uuid.UUID) -> list[reading.Board]:
    followed = feed.followed_by(account_id)
    at_once.parties(followed)
    found = reading.boards(Commitment.objects.filter(agreement__in=followed)) if followed else []
    assents = Prefetch("assents", queryset=Assent.objects.select_related("party"))
    prefetch_related_objects([board.row for board in found if not board.holds], assents)
    return found


def waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Yield what awaits this person's party: a word on a commitment, an answer, a near deadline it owes."""
    for board in _followed(account_id):
        row = board.row
        party = standing.acting_party(account_id, row.agreement)
        if party is None:
            continue
        link = reverse("commitments:commitment", args=[row.pk])
        at = {"agreement": row.agreement.title}
        if not board.holds:
            if all(one.party.side != party.side for one in row.assents.all()):
                yield hooks.Waiting(
                    "commitments.assent", row.title,
                    _("Say whether this commitment is what “%(agreement)s” says.") % at, link, None,
                    row.agreement.table_id,
                )  # fmt: skip
            continue
        said = board.now.waiting
        if said is not None and said.side != party.side:
            yield hooks.Waiting(
                "commitments.answer", row.title,
                _("The other side has said how it goes: confirm it, or dispute it."), link, board.now.due,
                row.agreement.table_id,
            )  # fmt: skip
        elif said is None and board.now.warnings and board.now.status.stage != "disputed":
            yield hooks.Waiting(
                "commitments.due", row.title, " ".join(board.warnings), link, board.now.due,
                row.agreement.table_id,
            )  # fmt: skip


def events(account_id: uuid.UUID | None, table: Any) -> Iterable[hooks.Event]:
    """Yield the deadlines of the table's commitments, past and of the coming year, for who sits there."""
    if account_id is None:
        return
    found = [one for one in feed.followed_by(account_id) if one.table_id == table.pk]
    rows = Commitment.objects.filter(agreement__in=found, holds_from__isnull=False)
    for board in reading.boards(rows) if found else ():
        link = reverse("commitments:commitment", args=[board.row.pk])
        for period in board.periods:
            title = _("Deadline: %(what)s") % {"what": board.row.title}
            yield hooks.Event(period.due, "commitments.due", title, link, period.label)


def find(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Yield commitments whose words hold all words of the query: own tables', and public ones."""
    wanted = fold(query).split()
    if not wanted:
        return
    own = {one.pk for one in feed.followed_by(account_id)} if account_id else set()
    rows = Commitment.objects.filter(agreement__state__in=standing.PUBLIC).select_related("agreement")
    for row in rows:
        if row.agreement_id not in own and row.holds_from is None:
            continue
        head, body = fold(row.title), fold(f"{row.text} {row.indicator}")
        if not all(word in head or word in body for word in wanted):
            continue
        link = (
            reverse("commitments:commitment", args=[row.pk])
            if row.agreement_id in own
            else reverse("commitments:public", args=[row.agreement_id]) + f"#impegno-{row.number}"
        )
        rank = sum(1.0 if word in head else 0.4 for word in wanted) / len(wanted)
        yield hooks.Match(
            "commitments", row.title, row.indicator or row.agreement.title, link, rank, row.agreement.table_id
        )


def outcomes_of(consultation: Any) -> Iterable[outcomes.Link]:
    """Yield the commitments that grew out of statements of a consultation, as everybody may read them.

    The trail: a statement is the origin of a clause of a signed text, and the clause holds a commitment.
    """
    rows = Commitment.objects.filter(
        agreement__table_id=consultation.table_id, agreement__state__in=standing.PUBLIC,
        holds_from__isnull=False,
    ).select_related("version")  # fmt: skip
    known: set[str] | None = None
    for row in rows:
        clause = text_of(row.version).clauses.get(row.clause)
        references = {one.reference for one in clause.origin if one.kind == "statement"} if clause else set()
        if not references:
            continue
        if known is None:
            found = Statement.objects.filter(consultation=consultation).values_list("pk", flat=True)
            known = {str(key) for key in found}
        if not references & known:
            continue
        board = reading.board_of(row)
        _colour, words = reading.public_line(board)
        link = reverse("commitments:public", args=[row.agreement_id]) + f"#impegno-{row.number}"
        for reference in sorted(references & known):
            text = _("Commitment “%(what)s”: %(state)s.") % {"what": row.title, "state": words}
            yield outcomes.Link(uuid.UUID(reference), "commitment", text, link, _answered_on(board))


def _answered_on(board: reading.Board) -> date | None:
    """Return the day on which the other side last confirmed or disputed how a commitment goes."""
    given = [reading.answer_of(claim) for period in board.periods for claim in period.claims]
    days = [timezone.localdate(answer.given_at) for answer in given if answer is not None]
    return max(days, default=None)


def remind(days: Iterable[int] = (30, 7, 0, -1)) -> int:
    """Tell delegations and secretariats of near and passed deadlines, once each; return how many times."""
    from tavolo.common.idempotency import once

    today, told = standing.today(), 0
    rows = Commitment.objects.filter(holds_from__isnull=False, agreement__state__in=standing.PUBLIC)
    for board in reading.boards(rows):
        for period in board.periods:
            left = (period.due - today).days
            if period.status.closed or left not in {*days, board.row.warn_days}:
                continue
            key = f"{board.row.pk}:{period.due.isoformat()}:{left}"
            with once(key, account_id=None, action="commitments.remind") as call:
                if not call.again:
                    kind = "commitments.due" if left >= 0 else "commitments.overdue"
                    people = telling.everybody(board.row.agreement)
                    telling.tell(people, kind, board.row, f"{period.due:%d/%m/%Y}")
                    told += 1
    return told
