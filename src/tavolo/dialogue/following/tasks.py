# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Digests go out in the morning."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.following.digests import send_digests


@app.periodic(cron="30 5 * * *")
@app.task(name="following.digests", queueing_lock="following.digests", queue="jobs")
def digests(timestamp: int) -> None:
    """Send what the day's digests hold."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            send_digests(timezone.localdate())
