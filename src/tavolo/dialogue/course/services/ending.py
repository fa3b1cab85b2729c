# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""How a table ends: concluded, or without agreement with a record in which each party has its say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import documents, gate, rules
from tavolo.dialogue.course.models import Course, Interruption, NoAgreement, PartyStatement
from tavolo.dialogue.course.services.common import (
    LONGEST_TEXT,
    acting,
    alive,
    clean,
    digest,
    living,
    must_have,
    propose,
    record,
    tell,
)
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table

# A table is concluded when there is nothing left to agree on: after the signature, or in a course
# without one, from the phase that follows up.
CONCLUDES_FROM = (rules.SIGNATURE, rules.FOLLOW_UP)


@transaction.atomic
def propose_conclusion(table: Table, *, actor_id: uuid.UUID, text: str) -> JointDecision:
    """Propose to conclude the table. Consent of each side."""
    course = alive(table)
    content = {"text": clean(text, what=_("why the table can be concluded"), most=LONGEST_TEXT)}
    return propose(table, "course.concluded", content, actor_id=actor_id, subject_id=course.pk)


def may_conclude(course: Course) -> bool:
    """Say whether the table is in a phase from which it can be concluded."""
    passage = gate.current_passage(course)
    return passage is not None and passage.phase.kind in CONCLUDES_FROM


def check_conclusion(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse to conclude before there is anything to conclude."""
    if not may_conclude(must_have(table)):
        raise Problem(
            _("A table is concluded from its signature or its follow-up. Pass to that phase first, or open a "
              "record of no agreement.")
        )  # fmt: skip


def apply_conclusion(decision: JointDecision) -> None:
    """Conclude the table."""
    course = living(must_have(decision.table))
    check_conclusion(decision.table, decision.content)
    _close(course, Course.End.CONCLUDED, decision.content["text"])
    facts = {"decision": str(decision.pk), "text": digest(decision.content["text"])}
    record(course, "course.concluded", None, "promoters", facts)
    tell(course, "course.ended")


def _close(course: Course, end: str, text: str) -> None:
    """End a course: the last phase and what was still open end with it."""
    day = standing.today()
    course.passages.filter(left_on__isnull=True).update(left_on=day)
    for row in course.interruptions.filter(ends_on__isnull=True).exclude(kind=Interruption.Kind.DISPUTE):
        row.ends_on, row.end_text = max(day, row.starts_on), text
        row.save(update_fields=["ends_on", "end_text"])
    course.end, course.ended_on = end, day
    course.save(update_fields=["end", "ended_on"])
    Table.objects.filter(pk=course.table_id).update(state=Table.State.CLOSED)
    course.table.state = Table.State.CLOSED


# --- The record of no agreement ---------------------------------------------------------------------


@transaction.atomic
def open_no_agreement(table: Table, *, actor_id: uuid.UUID, points: str) -> NoAgreement:
    """Open a record of no agreement with the points on which the talks failed; again: the open one."""
    course = living(must_have(table))
    party = standing.acting_party(actor_id, table.pk)
    if party is None and not standing.is_secretary(actor_id, table.pk):
        raise Problem(_("Only the joint secretariat or a delegation of this table may open this record."))
    words = clean(points, what=_("the points on which no agreement was found"))
    found = NoAgreement.objects.filter(course=course).first()
    if found is not None:
        raise Problem(_("A record of no agreement is open already: write your party's statement into it."))
    row = NoAgreement.objects.create(
        territory_id=course.territory_id, course=course, points=words, opened_on=standing.today()
    )
    facts = {"record": str(row.pk), "points": digest(words), "party": str(party.pk) if party else None}
    role = "delegate" if party else "secretariat"
    record(course, "course.no_agreement_opened", actor_id, role, facts)
    tell(course, "course.interruption", party=str(party or _("joint secretariat")))
    return row


@transaction.atomic
def withdraw_no_agreement(table: Table, *, actor_id: uuid.UUID) -> None:
    """Take an open record back, because the talks go on: the secretariat or any party; nothing is kept."""
    course = living(must_have(table))
    party = standing.acting_party(actor_id, table.pk)
    if party is None and not standing.is_secretary(actor_id, table.pk):
        raise Problem(_("Only the joint secretariat or a delegation of this table may open this record."))
    row = _open_record(course)
    if row.statements.exclude(party=party).exists():
        raise Problem(
            _(
                "Other parties have written into this record: it is closed by consent of each side, or "
                "left open."
            )
        )
    row.statements.all().delete()
    row.delete()
    role = "delegate" if party else "secretariat"
    record(course, "course.no_agreement_withdrawn", actor_id, role, {"record": str(row.pk)})


@transaction.atomic
def lodge_statement(table: Table, *, actor_id: uuid.UUID, text: str) -> PartyStatement:
    """Write one's own party's statement into the open record, or replace it. The others see it at once."""
    course = living(must_have(table))
    party = acting(course, actor_id)
    row = _open_record(course)
    words = clean(text, what=_("your party's statement"))
    made, _new = PartyStatement.objects.update_or_create(
        territory_id=course.territory_id, record=row, party=party,
        defaults={"text": words, "lodged_on": standing.today()},
    )  # fmt: skip
    facts = {"party": str(party.pk), "record": str(row.pk), "text": digest(words)}
    record(course, "course.statement_lodged", actor_id, "delegate", facts)
    return made


def _open_record(course: Course) -> NoAgreement:
    found = NoAgreement.objects.filter(course=course, closed_on__isnull=True).first()
    if found is None:
        raise Problem(_("There is no open record of no agreement at this table."))
    return found


@transaction.atomic
def propose_no_agreement(table: Table, *, actor_id: uuid.UUID) -> JointDecision:
    """Propose to close the record: the table then ends without agreement. Consent of each side."""
    course = alive(table)
    content = {"record": str(_open_record(course).pk)}
    return propose(table, "course.no_agreement", content, actor_id=actor_id, subject_id=course.pk)


def check_no_agreement(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse to close a record that is not open."""
    if str(_open_record(must_have(table)).pk) != content["record"]:
        raise Problem(_("There is no open record of no agreement at this table."))


def apply_no_agreement(decision: JointDecision) -> None:
    """Close the record for good, with its documents, and end the table."""
    course = living(must_have(decision.table))
    check_no_agreement(decision.table, decision.content)
    row = _open_record(course)
    row.closed_on = standing.today()
    row.frozen = documents.frozen(course, row)
    row.pdf, row.docx = documents.store(row)
    row.save(update_fields=["closed_on", "frozen", "pdf", "docx"])
    _close(course, Course.End.NO_AGREEMENT, "")
    facts = {
        "decision": str(decision.pk), "record": str(row.pk), "pdf": row.pdf.sha256, "docx": row.docx.sha256,
    }  # fmt: skip
    record(course, "course.no_agreement_closed", None, "promoters", facts)
    tell(course, "course.ended")
