# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Lodging what a party could accept, and replacing it until all have agreed to look.

Lodging leaves no act, no time, no note against double sending and no count: doing it again writes the same
row with new sealed bytes of the same length. All rows are sealed anew together, so that not even the row that
changed can be told from the others.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.overlap import keys, seats
from tavolo.dialogue.overlap.models import Exercise, Lodging
from tavolo.dialogue.overlap.payload import Payload
from tavolo.dialogue.overlap.services import steps
from tavolo.dialogue.overlap.services.listing import sizes

OPEN = (Exercise.State.LODGING, Exercise.State.READY)


@transaction.atomic
def lodge(
    exercise: Exercise, *, accepts: Sequence[Sequence[bool]], points: Sequence[Sequence[int]] | None = None,
    weights: Sequence[int] | None = None, actor_id: uuid.UUID,
) -> None:  # fmt: skip
    """Lodge for the party a person acts for, by places of the list: replaces what it lodged before."""
    exercise = steps.locked(exercise)
    party = seats.require_party(actor_id, exercise)
    if exercise.state not in OPEN:
        raise Problem(_("Nothing can be lodged now: this exercise is not open, or has been looked at."))
    wanted = sizes(exercise)
    given = [accepts] if points is None else [accepts, points]
    if any([len(row) for row in rows] != wanted for rows in given) or (
        weights is not None and len(weights) != len(wanted)
    ):
        raise Problem(_("Answer every option of the list, and none besides."))
    try:
        payload = Payload(
            True, tuple(tuple(row) for row in accepts),
            tuple(tuple(row) for row in points) if points is not None else None,
            tuple(weights) if weights is not None else (1,) * len(wanted),
        )  # fmt: skip
        payload.encode()
    except ValueError as error:
        raise Problem(_("Points and weights are whole numbers from 0 to 10.")) from error
    held = read_all(exercise) | {party.pk: payload}
    _write_all(exercise, held)
    if exercise.state == Exercise.State.LODGING and all(one.lodged for one in held.values()):
        exercise.state = Exercise.State.READY
        exercise.save(update_fields=["state"])
        steps.tell(exercise, "ready")


def read_all(exercise: Exercise) -> dict[uuid.UUID, Payload]:
    """Open every party's payload. For services only: no page shows another party's."""
    wanted = sizes(exercise)
    return {
        row.party_id: Payload.decode(keys.open_for(exercise.pk, row.party_id, row.sealed), wanted)
        for row in Lodging.objects.filter(exercise=exercise)
    }


def _write_all(exercise: Exercise, held: dict[uuid.UUID, Payload]) -> None:
    rows = list(Lodging.objects.filter(exercise=exercise).order_by("pk"))
    for row in rows:
        row.sealed = keys.seal_for(exercise.pk, row.party_id, held[row.party_id].encode())
    Lodging.objects.bulk_update(rows, ["sealed"])


def own_lodging(exercise: Exercise, *, actor_id: uuid.UUID) -> Payload | None:
    """Return what the party a person acts for has lodged; None before it has, and after the look's end."""
    party = seats.require_party(actor_id, exercise)
    row = Lodging.objects.filter(exercise=exercise, party=party).first()
    if row is None or not keys.exists(exercise.pk):
        return None
    payload = Payload.decode(keys.open_for(exercise.pk, party.pk, row.sealed), sizes(exercise))
    return payload if payload.lodged else None
