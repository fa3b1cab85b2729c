# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does for polls: mails, and records nobody may approve any more.

The queue carries no argument that names a person.
"""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.polling.services import declaring, mailing


@app.periodic(cron="* * * * *")
@app.task(name="polling.mail", queueing_lock="polling.mail", queue="jobs")
def mail(timestamp: int) -> None:
    """Send the codes that wait, and the word about who carries on a list."""
    close_old_connections()
    for territory in Territory.objects.all():
        with in_territory(territory):
            mailing.deliver()
            mailing.deliver_news()


@app.periodic(cron="23 * * * *")
@app.task(name="polling.records", queueing_lock="polling.records", queue="jobs")
def records(timestamp: int) -> None:
    """Close records whose committee has ended on a day set in advance, or before this was known."""
    close_old_connections()
    for territory in Territory.objects.all():
        with in_territory(territory):
            declaring.settle_all()
