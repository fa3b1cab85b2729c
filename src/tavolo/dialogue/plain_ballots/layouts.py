# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The layout of a plain ballot, read from its questions.

Once a consultation is open its questions never change (the database refuses), so votes keep the layout in
memory: the second vote of a process reads nothing beyond its own ballot.
"""

from __future__ import annotations

import uuid
from functools import lru_cache

from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.plain_ballots.models import Question
from tavolo.dialogue.plain_ballots.slots import Layout
from tavolo.dialogue.plain_ballots.slots import Question as Slots


@lru_cache(maxsize=1024)
def of_open(consultation_id: uuid.UUID) -> Layout | None:
    """Return the layout of an open consultation, or None where it asks statements, not a plain ballot."""
    kind = Consultation.objects.values_list("kind", flat=True).get(pk=consultation_id)
    return read(consultation_id) if kind == Consultation.Kind.BALLOT else None


def read(consultation_id: uuid.UUID) -> Layout:
    """Return the layout as it stands now; questions without a current version are left out."""
    current = StatementVersion.objects.filter(consultation_id=consultation_id, open_to_votes=True)
    slots = {row.statement_id: row.slot for row in current}
    asked = Question.objects.filter(ballot__consultation_id=consultation_id).prefetch_related("options")
    questions = tuple(
        Slots(
            slots[question.statement_id],
            tuple(slots[o.statement_id] for o in question.options.all() if o.statement_id in slots),
            question.most,
        )
        for question in asked
        if question.statement_id in slots
    )
    return Layout(questions, {row.pk: row.slot for row in current})
