# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does every morning: tell delegations of a mandate that is ending."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from tavolo.common.idempotency import once
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import mandates, telling
from tavolo.dialogue.delegations.models import Mandate
from tavolo.dialogue.models import Table

# Days left, the last day included: two weeks before, three days before, and the day after the end.
TOLD_AT = (14, 3, 0)


def tell_of_endings() -> int:
    """Tell those who act for a party that its mandate is ending; once each time. Returns how many."""
    told = 0
    for left in TOLD_AT:
        ends_on = standing.today() + timedelta(days=left)
        rows = Mandate.objects.filter(state=Mandate.State.LODGED, ends_on=ends_on)
        rows = rows.exclude(party__table__state=Table.State.CLOSED).select_related("party__table")
        for row in rows:
            if mandates.warning(row.party):
                told += _tell(row, left)
    return told


def _tell(row: Mandate, left: int) -> int:
    with once(f"{row.pk}:{left}", account_id=None, action="delegations.mandate_ending") as call:
        if call.again:
            return 0
        people = telling.acting_accounts([row.party])
        telling.tell(people, "delegations.mandate_ending", row.party.table)
        return 1


@app.periodic(cron="10 6 * * *")
@app.task(name="delegations.endings", queueing_lock="delegations.endings", queue="jobs")
def endings(timestamp: int) -> None:
    """Look through every territory for mandates that are ending."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            tell_of_endings()
