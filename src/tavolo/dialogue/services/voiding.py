# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Ending votes without result: sealed ballots are destroyed unread, and nothing of them is ever counted.

`polling.services.departures` says when; here is only what happens to the box. A crash between the commit and
the destruction of the key is repaired as after a close (`closing.finish_closings`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from tavolo.dialogue import keys, standing
from tavolo.dialogue.models import Consultation, Sheet
from tavolo.dialogue.services import ballot_box


@transaction.atomic
def destroy_votes(consultation: Consultation, sides: Iterable[str]) -> bool:
    """Destroy the sealed ballots of these sides; return whether the whole consultation ends with them.

    Where another side is asked too, its ballots stay and are mixed anew. Else the consultation becomes void
    and its key is destroyed. Raises Problem unless it is open.
    """
    gone = set(sides)
    groups = list(consultation.groups.all())
    if any(group.side not in gone for group in groups) and _others_remain(consultation, gone):
        ballot_box.drop_groups(consultation, {group.number for group in groups if group.side in gone})
        return False
    locked = ballot_box.lock_box(consultation.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dialogue_ballot WHERE consultation_id = %s", [locked.pk])
        cursor.execute("DELETE FROM dialogue_change WHERE consultation_id = %s", [locked.pk])
    Sheet.objects.filter(consultation=locked).delete()
    locked.state, locked.closed_on, locked.participation = Consultation.State.VOID, standing.today(), 0
    locked.save(update_fields=["state", "closed_on", "participation"])
    transaction.on_commit(lambda: keys.destroy(locked.pk))
    return True


def _others_remain(consultation: Consultation, gone: set[str]) -> bool:
    """Say whether a promoter of another side, whose vote has not ended, still sits at the table."""
    seated = standing.seated_parties(consultation.table_id)
    others = consultation.groups.exclude(side__in=gone).filter(party__in=seated)
    return bool(others.exists())
