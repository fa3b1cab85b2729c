# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does for signatures: reminders each morning, signed files that are not made yet."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tavolo.agreements.models import Agreement, State
from tavolo.agreements.signing.services.depositing import remind
from tavolo.agreements.signing.services.sealing import seal
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory


@app.periodic(cron="25 7 * * *")
@app.task(name="signing.remind", queueing_lock="signing.remind", queue="jobs")
def remind_parties(timestamp: int) -> None:
    """Remind of the terms of reservations and deposits."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            remind()


@app.periodic(cron="*/5 * * * *")
@app.task(name="signing.seal", queueing_lock="signing.seal", queue="jobs")
def seal_signed(timestamp: int) -> None:
    """Make the files of agreements that were signed but whose files are not there (a crash in between)."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            for row in Agreement.objects.filter(
                state__in=[State.SIGNED, State.DEPOSITED], frozen__isnull=False, sealed__isnull=True
            ):
                seal(row)
