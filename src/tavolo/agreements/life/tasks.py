# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does every morning for agreements in force. No argument names a person."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from tavolo.agreements.life.connections import remind
from tavolo.agreements.standing import today
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory


@app.periodic(cron="30 6 * * *")
@app.task(name="life.remind", queueing_lock="life.remind", queue="jobs")
def send_reminders(timestamp: int) -> None:
    """Remind of near days in every territory, and close what silence closes."""
    close_old_connections()
    for territory in Territory.objects.all():
        with in_territory(territory):
            remind(today())
