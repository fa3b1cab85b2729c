# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who sees an exercise and for which party a person acts in it. Questions only, asked anew each time."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate, Party, Secretariat
from tavolo.dialogue.overlap.models import Exercise, Participant


def visible(account_id: uuid.UUID) -> QuerySet[Exercise]:
    """Return the exercises a person sees: as delegate of a participant (observers too) or as secretary."""
    day = standing.today()
    seats = Delegate.objects.active_on(day).filter(account_id=account_id).values("party_id")
    desks = Secretariat.objects.active_on(day).filter(account_id=account_id).values("table_id")
    taking_part = Participant.objects.filter(party_id__in=seats).values("exercise_id")
    return Exercise.objects.filter(pk__in=taking_part) | Exercise.objects.filter(table_id__in=desks)


def acting_for(account_id: uuid.UUID, exercise: Exercise) -> Party | None:
    """Return the participant a person may act for today, if any."""
    own = Participant.objects.filter(exercise=exercise).values("party_id")
    for party in standing.parties_of(account_id, exercise.table_id).filter(pk__in=own):
        if standing.may_act_for(account_id, party):
            return party
    return None


def require_party(account_id: uuid.UUID, exercise: Exercise) -> Party:
    """Return the participant a person acts for; raise where there is none."""
    party = acting_for(account_id, exercise)
    if party is None:
        raise Problem(
            _("Only a delegate of a party of this exercise may do this; ask the head of its delegation.")
        )
    return party


def parties(exercise: Exercise) -> list[Party]:
    """Return the parties of the exercise, in the order of the table."""
    rows = Participant.objects.filter(exercise=exercise).select_related("party__organisation")
    return [row.party for row in rows.order_by("party__position", "party_id")]


def people(exercise: Exercise, *, secretariat: bool = True) -> list[uuid.UUID]:
    """Return the accounts to be told: the parties' delegations of today, and the joint secretariat."""
    day = standing.today()
    own = Participant.objects.filter(exercise=exercise).values("party_id")
    found = list(
        Delegate.objects.active_on(day).filter(party_id__in=own).values_list("account_id", flat=True)
    )
    if secretariat:
        desks = Secretariat.objects.active_on(day).filter(table_id=exercise.table_id)
        found += list(desks.values_list("account_id", flat=True))
    return found
