"""Background work of the register: placing acts every minute, signing every ten."""

from __future__ import annotations

import structlog
from django.db import close_old_connections
from procrastinate.contrib.django import app

from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.ledger import checkpoints
from tavolo.ledger.sequencer import sequence

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="ledger.sequence", queue="jobs", queueing_lock="ledger.sequence")
def place_acts(timestamp: int) -> None:
    """Give waiting acts their place, territory by territory."""
    close_old_connections()
    for territory in Territory.objects.all():
        with in_territory(territory):
            sequence()


@app.periodic(cron="*/10 * * * *")
@app.task(name="ledger.checkpoint", queue="jobs", queueing_lock="ledger.checkpoint")
def sign_checkpoints(timestamp: int) -> None:
    """Sign a checkpoint wherever the tree has grown; a damaged tree is reported and not signed."""
    close_old_connections()
    for territory in Territory.objects.all():
        with in_territory(territory):
            try:
                checkpoints.sign()
            except Problem as problem:
                log.error("register_not_signed", territory=territory.slug, reason=str(problem))
