"""What the worker does for meetings every morning. No argument names anything."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.meetings.services.approving import remind


@app.periodic(cron="20 7 * * *")
@app.task(name="meetings.remind", queueing_lock="meetings.remind", queue="jobs")
def remind_parties(timestamp: int) -> None:
    """Remind parties that have not answered to minutes whose last day is near or past."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            remind()
