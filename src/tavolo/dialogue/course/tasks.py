# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does for tables at regular times. No argument names a person."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import standing
from tavolo.dialogue.course.services.calendar import remind


@app.periodic(cron="12 * * * *")
@app.task(name="course.remind", queueing_lock="course.remind", queue="jobs")
def send_reminders(timestamp: int) -> None:
    """Remind delegations and secretariats of near days; each hour, so that a stopped worker loses none."""
    close_old_connections()
    for territory in Territory.objects.all():
        with in_territory(territory):
            remind(standing.today())
