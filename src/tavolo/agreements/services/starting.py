# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The first draft: from chosen convergences, from a platform or any text, or from an empty sheet."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.agreements import gates
from tavolo.agreements.models import Agreement, Contractor, Level, Version
from tavolo.agreements.services.texts import add_version, said
from tavolo.agreements.standing import today
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.markdown import escaped
from tavolo.agreements.text.model import Clause, Origin, Text
from tavolo.agreements.text.reading import read_plain
from tavolo.agreements.text.topics import check_topics
from tavolo.common.errors import Problem
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Party, Side, Table
from tavolo.ledger.services import record_act

LONGEST_TEXT = 2_000_000


@dataclass(frozen=True)
class Found:
    """One convergence, or other finding, from which a clause grows."""

    kind: str
    reference: str
    words: str
    title: str = ""
    topics: tuple[str, ...] = ()


def clause_id() -> str:
    """Return a fresh id for a clause."""
    return f"c{uuid.uuid4().hex[:12]}"


def text_from_findings(title: str, findings: Iterable[Found], preamble: str = "") -> Text:
    """Return a first text with one article for each finding, in their order."""
    clauses = []
    for one in findings:
        origin = (Origin(one.kind, one.reference),)  # type: ignore[arg-type]
        clauses.append(Clause(clause_id(), one.title, escaped(one.words), one.topics, origin))
    return Text.of(title, tuple(clauses), preamble)


def text_from_plain(title: str, source: str) -> Text:
    """Return the text that pasted lines write, with headings such as "Art. 3 Premio" as clauses."""
    if len(source) > LONGEST_TEXT:
        raise Problem(_("This text is too long: at most two million characters."))
    read = read_plain(source, clause_id)
    if title:
        read = read.with_clause(Clause(read.root.id, title, read.root.body))
    return read


@transaction.atomic
def start_agreement(
    table: Table, *, title: str, text: Text, actor_id: uuid.UUID, level: str = Level.TERRITORIAL,
    system: str = "", contractors: Sequence[Party] = (), amends: Agreement | None = None,
) -> Agreement:  # fmt: skip
    """Open an agreement with its first draft, by the joint secretariat or a delegate of a party.

    Without `contractors` all parties of the workers' and employers' sides are.
    """
    role = _role(actor_id, table)
    gates.require_proposing(table, seats.acting_party(actor_id, table.pk))
    if not title.strip():
        raise Problem(_("Give the agreement a title."))
    try:
        for clause in text.clauses.values():
            check_topics(clause.topics)
    except TextError as error:
        raise said(error) from error
    agreement = Agreement.objects.create(
        territory_id=table.territory_id, table=table, title=title.strip()[:300], level=level, system=system,
        amends=amends, created_on=today(), created_by_id=actor_id,
    )  # fmt: skip
    chosen = list(contractors) or list(Party.objects.filter(table=table).exclude(side=Side.PUBLIC))
    if len({party.pk for party in chosen}) < 2 or any(party.table_id != table.pk for party in chosen):
        raise Problem(_("An agreement needs at least two parties of this table."))
    Contractor.objects.bulk_create(
        Contractor(territory_id=table.territory_id, agreement=agreement, party=party) for party in chosen
    )
    version = add_version(agreement, text, made=Version.Made.START, actor_id=actor_id)
    record_act(
        actor_id=actor_id, role=role, act="agreements.started", object_type="agreements.agreement",
        object_id=agreement.pk, content={"title": agreement.title, "version": 1, "hash": version.hash},
    )  # fmt: skip
    return agreement


def _role(actor_id: uuid.UUID, table: Table) -> str:
    if seats.is_secretary(actor_id, table.pk):
        return "secretariat"
    if seats.acting_party(actor_id, table.pk) is None:
        raise Problem(_("Only the joint secretariat or a delegate of a party of this table may do this."))
    return "delegate"
