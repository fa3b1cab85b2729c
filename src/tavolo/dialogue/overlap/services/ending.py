# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The end of an exercise: by packages, by a party that stops, by its last day. What was lodged is destroyed.

Order, so that a crash at any point is repaired by repeating: (1) one transaction deletes the sealed rows and
marks the end; (2) after its commit the key is destroyed, and with it every copy of the rows in backups; (3)
`sweep`, run by the worker, destroys keys that a crash between the two left behind.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.overlap import keys, seats
from tavolo.dialogue.overlap.models import ENDED, Exercise, Lodging
from tavolo.dialogue.overlap.services import steps

WARNING = timedelta(days=3)


def end(exercise: Exercise, state: str) -> None:
    """End an exercise in the caller's transaction, for good."""
    lodged = Lodging.objects.filter(exercise=exercise).exists()
    Lodging.objects.filter(exercise=exercise).delete()
    exercise.state = state
    exercise.ended_on = standing.today()
    exercise.save(update_fields=["state", "ended_on"])
    if lodged:
        # Which end it was is told by the state; the act names nobody.
        steps.act(exercise, "destroyed")
        pk = exercise.pk
        transaction.on_commit(lambda: keys.destroy(pk))
    steps.tell(exercise, "ended")


@transaction.atomic
def stop(exercise: Exercise, *, actor_id: uuid.UUID) -> None:
    """Stop before the look, by any party: everything lodged is destroyed, nothing shown, nobody named."""
    exercise = steps.locked(exercise)
    seats.require_party(actor_id, exercise)
    if exercise.state == Exercise.State.STOPPED:
        return
    if exercise.ended or exercise.state == Exercise.State.LOOKED:
        raise Problem(_("This exercise has been looked at or has ended: there is nothing left to stop."))
    end(exercise, Exercise.State.STOPPED)


@transaction.atomic
def decline_packages(exercise: Exercise, *, actor_id: uuid.UUID) -> None:
    """End after the look without packages, by any party: nobody is named."""
    exercise = steps.locked(exercise)
    seats.require_party(actor_id, exercise)
    if exercise.state == Exercise.State.FINISHED:
        return
    if exercise.state != Exercise.State.LOOKED:
        raise Problem(_("Packages come after the look: there is nothing to decline now."))
    end(exercise, Exercise.State.FINISHED)


def expire() -> int:
    """End the exercises of the current territory whose last day has passed; return how many."""
    done = 0
    due = Exercise.objects.exclude(state__in=ENDED).filter(closes_on__lt=standing.today())
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            exercise = Exercise.objects.select_for_update().select_related("table").get(pk=pk)
            if exercise.ended:
                continue
            looked = exercise.state == Exercise.State.LOOKED
            end(exercise, Exercise.State.FINISHED if looked else Exercise.State.EXPIRED)
            done += 1
    return done


@transaction.atomic
def remind() -> int:
    """Tell everybody alike, whoever has lodged, that the last day is near; return of how many exercises."""
    day = standing.today() + WARNING
    near = Exercise.objects.exclude(state__in=ENDED).filter(closes_on=day).select_related("table")
    for exercise in near:
        steps.tell(exercise, "last_days")
    return len(near)


def sweep() -> int:
    """Destroy keys of ended exercises of the current territory that a crash left behind."""
    left = [
        pk for pk in Exercise.objects.filter(state__in=ENDED).values_list("pk", flat=True) if keys.exists(pk)
    ]
    for pk in left:
        keys.destroy(pk)
    return len(left)
