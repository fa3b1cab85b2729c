# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Looking, when all agree: first what all accept; then, only if all agree again, the efficient packages.

Yeses to the look and to the packages are kept from everybody until the last one. The moment at which packages
appear is put on a grid of whole seconds, so that the time the computation took tells nothing of what was
lodged.
"""

from __future__ import annotations

import time
import uuid
from math import prod
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.overlap import seats
from tavolo.dialogue.overlap.models import Agreement, Exercise, Outcome
from tavolo.dialogue.overlap.payload import as_lodged, question
from tavolo.dialogue.overlap.services import steps
from tavolo.dialogue.overlap.services.ending import end
from tavolo.dialogue.overlap.services.listing import require_looks_left, sizes
from tavolo.dialogue.overlap.services.lodging import read_all
from tavolo.dialogue.overlap.solver.disclosure import Declared, disclose
from tavolo.dialogue.overlap.solver.packages import packages
from tavolo.dialogue.overlap.solver.question import Lodged, overlap

PACE = 2.0  # seconds: above what the solver needs for a full list on a slow machine


@transaction.atomic
def agree_to_look(exercise: Exercise, *, actor_id: uuid.UUID) -> bool:
    """Agree to look; the last yes shows what all accept. Returns whether it is shown."""
    exercise = steps.locked(exercise)
    party = seats.require_party(actor_id, exercise)
    if Outcome.objects.filter(exercise=exercise, stage=Outcome.Stage.OVERLAP).exists():
        return True
    if exercise.state != Exercise.State.READY:
        raise Problem(
            _("There is nothing to look at: not all parties have lodged, or the exercise has ended.")
        )
    if exercise.closes_on < standing.today():
        raise Problem(_("The last day of this exercise has passed."))
    steps.agree(exercise, party, Agreement.Step.LOOK)
    if not steps.all_agreed(exercise, Agreement.Step.LOOK):
        return False
    require_looks_left(exercise)
    _look(exercise)
    return True


def _look(exercise: Exercise) -> None:
    common = overlap(question(sizes(exercise)), lodged_by_place(exercise))
    _show(exercise, Outcome.Stage.OVERLAP, {"common": {key: list(found) for key, found in common.items()}})
    exercise.state, exercise.looked_on = Exercise.State.LOOKED, standing.today()
    exercise.save(update_fields=["state", "looked_on"])
    steps.act(exercise, "looked")
    steps.tell(exercise, "looked")
    if prod(len(found) for found in common.values() if found) == 1:
        # Nothing in common, or one way only: there is nothing to choose among, so nothing is kept.
        end(exercise, Exercise.State.FINISHED)


def lodged_by_place(exercise: Exercise) -> dict[str, Lodged]:
    """Return what the parties lodged, by their ids."""
    return {str(party): as_lodged(payload) for party, payload in read_all(exercise).items()}


@transaction.atomic
def agree_to_packages(exercise: Exercise, *, actor_id: uuid.UUID, paced: bool = True) -> bool:
    """Agree to see the packages; the last yes shows them and ends the exercise. Returns whether they show.

    `paced`: put the moment on the grid; only the demonstration and tests have no use for it.
    """
    began = time.monotonic()
    exercise = steps.locked(exercise)
    party = seats.require_party(actor_id, exercise)
    if Outcome.objects.filter(exercise=exercise, stage=Outcome.Stage.PACKAGES).exists():
        return True
    if exercise.state != Exercise.State.LOOKED:
        raise Problem(_("Packages come after the look, while what was lodged is still kept."))
    steps.agree(exercise, party, Agreement.Step.PACKAGES)
    if not steps.all_agreed(exercise, Agreement.Step.PACKAGES):
        return False
    lodged = lodged_by_place(exercise)
    declared = disclose(packages(question(sizes(exercise)), lodged), lodged)
    _show(exercise, Outcome.Stage.PACKAGES, as_json(declared))
    steps.act(exercise, "packages_shown")
    end(exercise, Exercise.State.FINISHED)
    if paced:
        _wait_for_the_grid(began)
    return True


def as_json(declared: Declared) -> dict[str, Any]:
    """Return what is shown as plain JSON."""
    return {
        "all_shown": declared.all_shown,
        "priorities": declared.priorities,
        "packages": [
            {
                "choice": dict(one.choice), "worst_off": one.worst_off, "nash": one.nash, "alike": one.alike,
                "views": [
                    {"party": v.party, "band": v.band, "grades": dict(v.grades)} for v in one.views
                ],
            }
            for one in declared.packages
        ],
    }  # fmt: skip


def _show(exercise: Exercise, stage: str, content: dict[str, Any]) -> None:
    Outcome.objects.create(
        territory_id=exercise.territory_id, exercise=exercise, stage=stage, content=content
    )


def _wait_for_the_grid(began: float) -> None:
    """Sleep until a whole number of paces has passed since the request began."""
    passed = time.monotonic() - began
    time.sleep(PACE * (int(passed / PACE) + 1) - passed)
