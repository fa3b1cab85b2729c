# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does every morning: remind of deadlines. No argument names a person."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from tavolo.agreements.commitments.connections import remind
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory


@app.periodic(cron="20 6 * * *")
@app.task(name="commitments.remind", queueing_lock="commitments.remind", queue="jobs")
def send_reminders(timestamp: int) -> None:
    """Remind of near and passed deadlines in every territory."""
    close_old_connections()
    for territory in Territory.objects.all():
        with in_territory(territory):
            remind()
