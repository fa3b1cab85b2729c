# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does for moderators every morning. No argument names anything."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import standing
from tavolo.dialogue.voices import telling


@app.periodic(cron="40 6 * * *")
@app.task(name="voices.remind", queueing_lock="voices.remind", queue="jobs")
def remind(timestamp: int) -> None:
    """Tell moderators what waits for them."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            telling.remind(standing.today())
