# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Tables, consultations and statements by their words; the other parts bring their own finders."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tavolo.dialogue import standing
from tavolo.dialogue.hooks import Match
from tavolo.dialogue.models import Consultation, StatementVersion, Table
from tavolo.language.stemming import share_found, stems

# Statements looked through, the newest first: their stems are kept in this process's memory.
MOST_STATEMENTS = 5_000
MOST_FOUND = 30
LONGEST_QUERY = 200


def find(account_id: uuid.UUID | None, query: str) -> Iterable[Match]:
    """Return tables, consultations and statements this person sees that hold words of the query."""
    query = query[:LONGEST_QUERY]
    if not stems(query):
        return []
    found = [*_tables(account_id, query), *_consultations(account_id, query)]
    found += _statements(account_id, query)
    return sorted(found, key=lambda match: -match.rank)[:MOST_FOUND]


def _tables(account_id: uuid.UUID | None, query: str) -> Iterable[Match]:
    rows = standing.visible_tables(account_id) if account_id else Table.objects.none()
    for row in rows:
        rank = share_found(query, f"{row.title} {row.description}")
        if rank:
            link = reverse("dialogue:table", args=[row.pk])
            yield Match(_("Table"), row.title, row.description, link, rank, row.pk)


def _consultations(account_id: uuid.UUID | None, query: str) -> Iterable[Match]:
    # Ballots have pages and a finder of their own.
    for row in standing.visible_consultations(account_id).filter(kind=Consultation.Kind.STATEMENTS):
        rank = share_found(query, f"{row.title} {row.question} {row.introduction}")
        if rank:
            link = reverse("dialogue:consultation", args=[row.pk])
            yield Match(_("Consultation"), row.title, row.question, link, rank, row.table_id)


def _statements(account_id: uuid.UUID | None, query: str) -> Iterable[Match]:
    visible = standing.visible_consultations(account_id)
    rows = StatementVersion.objects.filter(consultation__in=visible, statement__withdrawn=False)
    rows = rows.select_related("consultation", "statement").order_by("-consultation__created_at", "slot")
    newest: dict[uuid.UUID, StatementVersion] = {}
    for row in rows[:MOST_STATEMENTS]:
        kept = newest.get(row.statement_id)
        if kept is None or kept.number < row.number:
            newest[row.statement_id] = row
    for row in newest.values():
        rank = share_found(query, row.text)
        if rank:
            name = "results" if row.consultation.has_results else "consultation"
            link = reverse(f"dialogue:{name}", args=[row.consultation_id])
            # A statement counts a little less than the thing it belongs to.
            yield Match(
                _("Statement"), row.text, row.consultation.title, link, rank * 0.9, row.consultation.table_id
            )
