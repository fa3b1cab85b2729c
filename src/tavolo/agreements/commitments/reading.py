# mypy: disable-error-code="union-attr, attr-defined, arg-type, no-any-return, var-annotated"
"""Commitments as pages and programs read them: periods with their status, warnings, who owes whom."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tavolo.agreements.commitments import rules
from tavolo.agreements.commitments.models import Claim, Commitment, Condition, Evidence, Who
from tavolo.agreements.life import clauses
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.clauses import Now
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.standing import today
from tavolo.dialogue.models import Side

AHEAD = timedelta(days=366)
SAME = Now("same")
RELATED = (
    "agreement__table", "version__agreement", "owed_by_party__organisation", "owed_to_party__organisation",
    "owed_by_body", "owed_to_body",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """One due day of a commitment: how it stands, what was said and brought, what to warn of."""

    due: date
    status: rules.Status
    claims: Sequence[Claim]
    evidence: Sequence[Evidence]
    value: Decimal | None
    warnings: Sequence[str]

    @property
    def waiting(self) -> Claim | None:
        """Return the claim that awaits the other side's word, if any."""
        last = self.claims[-1] if self.claims else None
        return last if last is not None and answer_of(last) is None else None

    @property
    def label(self) -> str:
        """Return how it stands in a few plain words."""
        return label_of(self.status)

    @property
    def colour(self) -> str:
        """Return the name of the colour that stands for it: a class of the style sheet."""
        if self.status.stage in ("none", "proposed"):
            return "overdue" if "overdue" in self.warnings else self.status.shared or "open"
        return "disputed" if self.status.stage == "disputed" else self.status.condition


@dataclass(frozen=True)
class Board:
    """A commitment with its periods; `now` is the one to speak of today."""

    row: Commitment
    periods: Sequence[Period]
    now: Period
    clause_number: str
    clause_title: str
    owed_by: str
    owed_to: str
    clause_now: Now = SAME
    # The amending agreement in whose words the clause stands, where it is not the agreement's own text.
    words_of: Agreement | None = None

    @property
    def clause_words(self) -> str:
        """Say what an amending agreement did to the clause since the commitment was entered, if anything."""
        by = self.clause_now.by
        if self.clause_now.state == "changed":
            if by is None:
                return _("The clause it comes from has been worded anew since.")
            return _("The clause it comes from has been worded anew by “%(title)s”.") % {"title": by.title}
        if self.clause_now.state == "removed":
            if by is None:
                return _("The clause it comes from is no longer in the text in force.")
            return _("The clause it comes from has been taken out by “%(title)s”.") % {"title": by.title}
        return ""

    @property
    def holds(self) -> bool:
        """Say whether both sides have confirmed that this is what the text says."""
        return self.row.holds_from is not None

    @property
    def warnings(self) -> list[str]:
        """Return what to warn of in the current period, in words."""
        return [str(warning_words(one)) for one in self.now.warnings] if self.holds else []


def label_of(status: rules.Status) -> str:
    """Return a period's status in plain words, with who has said it."""
    if status.stage == "none":
        return _("open: nothing said yet")
    words = str(Condition(status.condition).label)
    if status.stage == "confirmed":
        return words
    if status.stage == "proposed":
        return _("%(state)s, says one side; the other has not confirmed yet") % {"state": words}
    return _("disputed: one side says “%(state)s”, the other does not agree") % {"state": words}


def warning_words(kind: str) -> str:
    """Return a warning in words."""
    return {
        "due_soon": _("The deadline is near."),
        "overdue": _("The deadline has passed and the two sides have not closed it."),
        "no_evidence": _("No evidence has been brought yet."),
        "off_target": _("The measure is behind what the target asks by now."),
    }[kind]


def answer_of(claim: Claim) -> Any:
    """Return the other side's answer to a claim, None while it is awaited."""
    return getattr(claim, "answer", None)


def boards(rows: QuerySet[Commitment] | Iterable[Commitment], day: date | None = None) -> list[Board]:
    """Return commitments with their periods as of a day, today unless given."""
    day = day or today()
    found = list(rows.select_related(*RELATED)) if isinstance(rows, QuerySet) else list(rows)
    ids = [row.pk for row in found]
    claims = Claim.objects.filter(commitment_id__in=ids).select_related(
        "answer__party", "party__organisation"
    )
    evidence = Evidence.objects.filter(commitment_id__in=ids).select_related("file", "party__organisation")
    by_claims, by_evidence = _by_period(claims), _by_period(evidence)
    changed = clauses.amended({row.agreement_id for row in found})
    rows = {row.agreement_id: row.agreement for row in found if row.agreement_id in changed}
    force = {pk: life.in_force(agreement, day) for pk, agreement in rows.items()}
    return [_board(row, day, by_claims, by_evidence, force.get(row.agreement_id)) for row in found]


def board_of(row: Commitment, day: date | None = None) -> Board:
    """Return one commitment with its periods."""
    return boards(Commitment.objects.filter(pk=row.pk), day)[0]


def _by_period(rows: Iterable[Any]) -> dict[tuple[uuid.UUID, date], list[Any]]:
    found: dict[tuple[uuid.UUID, date], list[Any]] = {}
    for row in rows:
        found.setdefault((row.commitment_id, row.period), []).append(row)
    return found


def due_days(row: Commitment, day: date | None = None) -> list[date]:
    """Return the days a commitment falls due, those of the coming year included."""
    return rules.due_days(row.due_on, row.recurs, row.until, (day or today()) + AHEAD)


def _board(
    row: Commitment, day: date, claims: Any, evidence: Any, force: life.InForce | None = None
) -> Board:
    days = due_days(row, day)
    starts = [row.starts_on, *days[:-1]]
    periods = [
        _period(row, begins, due, day, claims.get((row.pk, due), []), evidence.get((row.pk, due), []))
        for begins, due in zip(starts, days, strict=True)
    ]
    now = rules.current_period(days, [one.due for one in periods if one.status.closed], day)
    text = text_of(row.version)
    clause = text.clauses.get(row.clause)
    return Board(
        row, periods, next(one for one in periods if one.due == now), text.numbers.get(row.clause, ""),
        clauses.title_of(clause) if clause else "", actor_words(row, "owed_by"), actor_words(row, "owed_to"),
        clauses.now(force, row.version, row.clause) if force is not None else SAME,
        row.version.agreement if row.version.agreement_id != row.agreement_id else None,
    )  # fmt: skip


def _period(
    row: Commitment, begins: date, due: date, day: date, claims: list[Claim], evidence: list[Evidence]
) -> Period:
    said = [
        rules.Said(one.number, one.condition, answer_of(one).confirms if answer_of(one) else None)
        for one in claims
    ]
    status = rules.status_of(said)
    measures = sorted(
        (one for one in evidence if one.value is not None), key=lambda one: (one.measured_on, one.brought_at)
    )
    value = measures[-1].value if measures else None
    warned = rules.warnings(
        day, starts=begins, due=due, warn_days=row.warn_days, status=status, has_evidence=bool(evidence),
        baseline=row.baseline, target=row.target, value=value,
    )  # fmt: skip
    return Period(due, status, claims, evidence, value, warned if row.holds_from else [])


def actor_words(row: Commitment, role: str) -> str:
    """Return who owes (`owed_by`) or is owed (`owed_to`) in words."""
    kind = getattr(row, f"{role}_kind")
    if kind == Who.PARTY:
        return str(getattr(row, f"{role}_party"))
    if kind == Who.BODY:
        return str(getattr(row, f"{role}_body"))
    if kind == Who.SIDE:
        return str(Side(getattr(row, f"{role}_side")).label)
    return str(Who(kind).label)


def public_boards(agreement_id: uuid.UUID) -> list[Board]:
    """Return the commitments of an agreement that everybody may read about: those both sides confirmed."""
    rows = Commitment.objects.filter(agreement_id=agreement_id, holds_from__isnull=False)
    return boards(rows)


def public_line(board: Board) -> tuple[str, str]:
    """Return (colour, words) of what the public reads of a commitment: only what is confirmed or disputed."""
    status = board.now.status
    if status.stage == "disputed":
        return "disputed", _("the two sides do not agree on how it went")
    closed = [one for one in board.periods if one.status.shared]
    if not closed:
        return "open", _("not verified yet")
    last = closed[-1]
    words = str(Condition(last.status.shared).label)
    if len(board.periods) > 1:
        return last.status.shared, _("%(state)s (period to %(day)s)") % {
            "state": words, "day": f"{last.due:%d/%m/%Y}",
        }  # fmt: skip
    return last.status.shared, words
