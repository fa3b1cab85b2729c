# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does for polls: mails codes. The queue carries no argument that names a person."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.polling.services import mailing


@app.periodic(cron="* * * * *")
@app.task(name="polling.mail", queueing_lock="polling.mail", queue="jobs")
def mail(timestamp: int) -> None:
    """Send the codes that wait."""
    close_old_connections()
    for territory in Territory.objects.all():
        with in_territory(territory):
            mailing.deliver()
