# mypy: disable-error-code="no-any-return, attr-defined"
"""Long work in the background, with progress, cancelling and resuming.

A room declares a kind of job and starts one in its own transaction:

    @jobs.kind("people.census")
    def census(job: Running) -> None:
        for number, part in enumerate(parts, start=1):
            ...
            job.progress(number, len(parts), cursor=number)

    jobs.start("people.census", owner_id=account.pk, subject_id=organisation.pk)

The queue keeps the job's id and its territory's id and nothing else; what the work is about stands in the
`Job` row. Work is restarted after a crash, so it reads `job.cursor` and goes on from there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.common.models import Job, StoredFile, Territory
from tavolo.common.territory import in_territory

KINDS: dict[str, Callable[[Running], None]] = {}
# What a page calls a kind of work; a kind without a title is called by the general words.
TITLES: dict[str, Any] = {}
FINAL = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)
MOST_ATTEMPTS = 5


class Cancelled(Exception):
    """The person who started the job asked for it to stop."""


class Running:
    """The handle a job's function works with."""

    def __init__(self, row: Job) -> None:
        self.row = row

    @property
    def subject_id(self) -> uuid.UUID | None:
        """Return the id of what the job is about."""
        return self.row.subject_id

    @property
    def owner_id(self) -> uuid.UUID | None:
        """Return the account that started the job."""
        return self.row.owner_id

    @property
    def cursor(self) -> Any:
        """Return what the last `progress` before an interruption stored, or None at the first start."""
        return self.row.cursor

    def progress(
        self, done: int, total: int | None = None, *, message: str | None = None, cursor: Any = None
    ) -> None:
        """Store how far the work is; raise Cancelled where its owner wants it stopped."""
        row = self.row
        row.done = done
        row.total = total if total is not None else row.total
        row.message = message if message is not None else row.message
        row.cursor = cursor if cursor is not None else row.cursor
        row.save(update_fields=["done", "total", "message", "cursor"])
        if Job.objects.filter(pk=row.pk, cancel_requested=True).exists():
            raise Cancelled

    def result(self, stored: StoredFile) -> None:
        """Attach the file the job has made."""
        self.row.result_file = stored
        self.row.save(update_fields=["result_file"])


def kind(name: str, *, title: Any = "") -> Callable[[Callable[[Running], None]], Callable[[Running], None]]:
    """Declare the function that does one kind of job, and what a page calls it."""

    def declare(function: Callable[[Running], None]) -> Callable[[Running], None]:
        if KINDS.get(name, function) is not function:
            raise ValueError(f"two functions claim the job {name}")
        KINDS[name] = function
        TITLES[name] = title
        return function

    return declare


def start(name: str, *, owner_id: uuid.UUID | None, subject_id: uuid.UUID | None = None) -> Job:
    """Put a job into the queue in the caller's transaction: if that rolls back there is no job."""
    from tavolo.common.tasks import run_job

    if name not in KINDS:
        raise ValueError(f"no function is declared for the job {name}")
    territory = get_scope()["territory"]
    with transaction.atomic():
        row = Job.objects.create(territory=territory, kind=name, owner_id=owner_id, subject_id=subject_id)
        run_job.configure(lock=str(row.pk)).defer(job_id=str(row.pk), territory_id=str(territory.pk))
    return row


@transaction.atomic
def cancel(job_id: uuid.UUID) -> Job:
    """Ask a job to stop: at once if it waits, at its next progress if it runs."""
    row = Job.objects.select_for_update().get(pk=job_id)
    if row.state not in FINAL:
        row.cancel_requested = True
        if row.state == Job.State.WAITING:
            row.state = Job.State.CANCELLED
            row.finished_at = timezone.now()
        row.save(update_fields=["cancel_requested", "state", "finished_at"])
    return row


def run(job_id: uuid.UUID, territory_id: uuid.UUID) -> None:
    """Do a job's work and store how it ended. Called by the worker, again after a crash."""
    with in_territory(Territory.objects.get(pk=territory_id)):
        row = _claim(job_id)
        if row is None:
            return
        try:
            KINDS[row.kind](Running(row))
        except Cancelled:
            _finish(row, Job.State.CANCELLED)
        except Problem as problem:
            _finish(row, Job.State.FAILED, str(problem))
        except Exception:
            _finish(
                row, Job.State.FAILED, _("An unexpected error stopped the work. Try again or ask for help.")
            )
            raise
        else:
            _finish(row, Job.State.DONE)


@transaction.atomic
def _claim(job_id: uuid.UUID) -> Job | None:
    row = Job.objects.select_for_update().filter(pk=job_id).first()
    if row is None or row.state in FINAL:
        return None
    if row.kind not in KINDS:
        raise LookupError(f"no function is declared for the job {row.kind}")
    row.attempts += 1
    row.state = Job.State.RUNNING
    if row.attempts > MOST_ATTEMPTS:
        # Work that takes the whole process down with it must not do so for ever.
        _finish(row, Job.State.FAILED, _("The work was interrupted too often and is given up."))
        return None
    row.save(update_fields=["attempts", "state"])
    return row


def _finish(row: Job, state: str, problem: str = "") -> None:
    row.state = state
    row.problem = problem
    row.finished_at = timezone.now()
    row.save(update_fields=["state", "problem", "finished_at", "attempts"])
