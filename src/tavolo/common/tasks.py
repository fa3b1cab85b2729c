"""The queue's door to background work. Arguments are opaque ids only: the queue's tables keep them."""

from __future__ import annotations

import uuid

from procrastinate.contrib.django import app

from tavolo.common import jobs


@app.task(name="common.run_job", queue="jobs")
def run_job(job_id: str, territory_id: str) -> None:
    """Run one job."""
    jobs.run(uuid.UUID(job_id), uuid.UUID(territory_id))
