# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does for exercises at regular times. No argument names a person or a party."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.overlap.services import ending


@app.periodic(cron="*/5 * * * *")
@app.task(name="overlap.expire", queueing_lock="overlap.expire", queue="jobs")
def expire(timestamp: int) -> None:
    """End exercises whose last day has passed, and destroy keys a crash has left behind."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            ending.expire()
            ending.sweep()


@app.periodic(cron="10 7 * * *")
@app.task(name="overlap.remind", queueing_lock="overlap.remind", queue="jobs")
def remind(timestamp: int) -> None:
    """Remind everybody alike three days before the last day."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            ending.remind()
