# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the worker does for open consultations at regular times. No argument names a person."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.services import ballot_box
from tavolo.dialogue.services.closing import finish_closings


@app.periodic(cron="* * * * *")
@app.task(name="dialogue.count", queueing_lock="dialogue.count", queue="jobs")
def count(timestamp: int) -> None:
    """Add queued changes to the running counts, and destroy keys a crash has left behind."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            finish_closings()
            for consultation in Consultation.objects.filter(state=Consultation.State.OPEN):
                ballot_box.drain(consultation)


@app.periodic(cron="7,27,47 * * * *")
@app.task(name="dialogue.reshuffle", queueing_lock="dialogue.reshuffle", queue="jobs")
def reshuffle(timestamp: int) -> None:
    """Rewrite the ballots of open consultations in random order."""
    for territory in Territory.objects.all():
        with in_territory(territory):
            for consultation in Consultation.objects.filter(state=Consultation.State.OPEN):
                ballot_box.reshuffle(consultation)
