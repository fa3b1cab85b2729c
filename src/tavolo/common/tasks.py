"""The queue's door to background work. Arguments are opaque ids only: the queue's tables keep them."""

from __future__ import annotations

import uuid

from django.db import close_old_connections
from procrastinate import JobContext
from procrastinate.contrib.django import app

from tavolo.common import jobs, notices, retention
from tavolo.common.imports import services as _imports  # noqa: F401 - declares its kinds of job


@app.task(name="common.run_job", queue="jobs")
def run_job(job_id: str, territory_id: str) -> None:
    """Run one job."""
    # A worker lives long: a connection that died with the database must not fail the next job.
    close_old_connections()
    jobs.run(uuid.UUID(job_id), uuid.UUID(territory_id))


@app.periodic(cron="* * * * *")
@app.task(name="common.send_mail", queue="jobs", queueing_lock="common.send_mail")
def send_mail(timestamp: int) -> None:
    """Send the mail that waits in the outbox."""
    close_old_connections()
    notices.deliver()


@app.periodic(cron="17 * * * *")
@app.task(name="common.retention", queue="jobs", queueing_lock="common.retention")
def delete_old_data(timestamp: int) -> None:
    """Delete what is older than its period."""
    close_old_connections()
    retention.run()


@app.periodic(cron="*/2 * * * *")
@app.task(name="common.rescue", queue="jobs", queueing_lock="common.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Put jobs whose worker died back into the queue; they go on from where they were."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.retry_job(stalled)
