# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Asking for an exercise: it is off until every party of the table has asked."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.models import Party, Table
from tavolo.dialogue.overlap import seats
from tavolo.dialogue.overlap.models import ENDED, Agreement, Exercise, Participant
from tavolo.dialogue.overlap.services import steps
from tavolo.dialogue.overlap.solver.question import MOST_PARTIES

DAYS = 30


@transaction.atomic
def ask(table: Table, *, title: str, actor_id: uuid.UUID) -> Exercise:
    """Ask for an exercise for the party a person acts for; the parties seated today are its parties."""
    table = Table.objects.select_for_update().get(pk=table.pk)
    party = standing.acting_party(actor_id, table.pk)
    if party is None:
        raise Problem(_("Only a delegate of a party of this table may do this."))
    gate.require(table, rules.OVERLAP, party)
    if not title.strip():
        raise Problem(_("Say in a few words what the exercise is about."))
    if Exercise.objects.filter(table=table).exclude(state__in=ENDED).exists():
        raise Problem(_("This table has an unfinished exercise already: finish or stop it first."))
    present = list(standing.seated_parties(table.pk).order_by("position", "pk"))
    if not 2 <= len(present) <= MOST_PARTIES:
        raise Problem(
            _("An exercise needs from 2 to %(most)s parties at the table.") % {"most": MOST_PARTIES}
        )
    day = standing.today()
    exercise = Exercise.objects.create(
        territory=table.territory, table=table, title=title.strip(), asked_on=day,
        closes_on=day + timedelta(days=DAYS),
    )  # fmt: skip
    Participant.objects.bulk_create(
        Participant(territory=table.territory, exercise=exercise, party=one) for one in present
    )
    _ask(exercise, party, actor_id)
    steps.tell(exercise, "asked")
    return exercise


@transaction.atomic
def join(exercise: Exercise, *, actor_id: uuid.UUID) -> bool:
    """Ask for an exercise another party asked for; return whether all have asked now."""
    exercise = steps.locked(exercise)
    party = seats.require_party(actor_id, exercise)
    if exercise.state != Exercise.State.ASKED:
        if party.pk in steps.agreed(exercise, Agreement.Step.ASK):
            return True
        raise Problem(_("This exercise is not waiting for requests any more."))
    _ask(exercise, party, actor_id)
    if not steps.all_agreed(exercise, Agreement.Step.ASK):
        return False
    exercise.state = Exercise.State.LISTING
    exercise.save(update_fields=["state"])
    steps.tell(exercise, "all_asked")
    return True


def _ask(exercise: Exercise, party: Party, actor_id: uuid.UUID) -> None:
    if steps.agree(exercise, party, Agreement.Step.ASK):
        steps.act(exercise, "asked", actor_id=actor_id, role="delegate", content={"party": str(party.pk)})
