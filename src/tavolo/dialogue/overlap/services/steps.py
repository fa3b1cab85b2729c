# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the steps of an exercise share: the lock, the yeses, acts and notices. Nothing here holds content."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from tavolo.common import notices
from tavolo.dialogue.models import Party
from tavolo.dialogue.overlap import seats
from tavolo.dialogue.overlap.models import Agreement, Exercise
from tavolo.ledger.services import record_act

OBJECT = "overlap.exercise"


def locked(exercise: Exercise) -> Exercise:
    """Return the exercise as it is now, locked until the end of the transaction."""
    return Exercise.objects.select_for_update().select_related("table").get(pk=exercise.pk)


def agree(exercise: Exercise, party: Party, step: str, version: int = 0) -> bool:
    """Write a party's yes to a step; return whether it is new."""
    _row, new = Agreement.objects.get_or_create(
        territory_id=exercise.territory_id, exercise=exercise, party=party, step=step, version=version
    )
    return new


def agreed(exercise: Exercise, step: str, version: int = 0) -> set[uuid.UUID]:
    """Return the parties that have said yes to a step."""
    rows = Agreement.objects.filter(exercise=exercise, step=step, version=version)
    return set(rows.values_list("party_id", flat=True))


def all_agreed(exercise: Exercise, step: str, version: int = 0) -> bool:
    """Say whether every party of the exercise has said yes to a step."""
    return {party.pk for party in seats.parties(exercise)} <= agreed(exercise, step, version)


def act(
    exercise: Exercise, name: str, *, actor_id: uuid.UUID | None = None, role: str = "parties",
    content: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Record a formal act on the exercise. `actor_id` None: the act is of all parties together."""
    record_act(
        actor_id=actor_id, role=role, act=f"overlap.{name}", object_type=OBJECT, object_id=exercise.pk,
        content=dict(content or {}),
    )  # fmt: skip


def tell(exercise: Exercise, kind: str, *, secretariat: bool = True) -> None:
    """Send everybody concerned the same notice."""
    context = {
        "table": exercise.table.title, "title": exercise.title, "exercise_id": str(exercise.pk),
    }  # fmt: skip
    notices.send(seats.people(exercise, secretariat=secretariat), f"overlap.{kind}", context)
