"""Work in progress over the API."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from tavolo.common import policies
from tavolo.common.models import Job

router = Router(tags=["common"])


class JobOut(Schema):
    """How far a piece of work is."""

    id: uuid.UUID
    state: str
    done: int
    total: int | None
    message: str
    problem: str
    result_file_id: uuid.UUID | None


@router.get("/jobs/{uuid:job_id}", response=JobOut, url_name="common_job", summary="How far a job is")
def job(request: HttpRequest, job_id: uuid.UUID) -> Job:
    """Return the state and progress of a job its caller started."""
    return get_object_or_404(policies.jobs_visible_to(request.user), pk=job_id)
