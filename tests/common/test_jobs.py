"""Background work: progress, cancelling, resuming, and nothing personal in the queue."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tavolo.common import jobs
from tavolo.common.errors import Problem
from tavolo.common.models import Job, Territory

OWNER = uuid.uuid4()


@pytest.fixture
def kinds() -> Iterator[dict]:
    """The known kinds of job, restored afterwards."""
    before = dict(jobs.KINDS)
    yield jobs.KINDS
    jobs.KINDS.clear()
    jobs.KINDS.update(before)


def test_a_job_carries_only_opaque_ids_into_the_queue(territory: Territory, kinds: dict) -> None:
    jobs.kind("test.work")(lambda job: None)
    others = set(ProcrastinateJob.objects.values_list("id", flat=True))
    row = jobs.start("test.work", owner_id=OWNER, subject_id=uuid.uuid4())
    queued = ProcrastinateJob.objects.exclude(id__in=others).get()
    assert queued.args == {"job_id": str(row.pk), "territory_id": str(territory.pk)}


def test_a_job_vanishes_with_its_transaction(territory: Territory, kinds: dict) -> None:
    jobs.kind("test.work")(lambda job: None)
    others = set(ProcrastinateJob.objects.values_list("id", flat=True))
    with transaction.atomic():
        jobs.start("test.work", owner_id=OWNER)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not ProcrastinateJob.objects.exclude(id__in=others).exists()


def test_work_reports_progress_and_ends_done(territory: Territory, kinds: dict) -> None:
    seen = []

    @jobs.kind("test.work")
    def work(job: jobs.Running) -> None:
        for number in range(1, 4):
            job.progress(number, 3, message="counting")
            seen.append(Job.objects.get(pk=job.row.pk).done)

    row = jobs.start("test.work", owner_id=OWNER)
    jobs.run(row.pk, territory.pk)
    row.refresh_from_db()
    assert seen == [1, 2, 3]
    assert (row.state, row.done, row.total, row.message) == ("done", 3, 3, "counting")
    assert row.finished_at is not None


def test_interrupted_work_goes_on_from_its_cursor(territory: Territory, kinds: dict) -> None:
    steps: list[int] = []
    power = {"fails": True}

    @jobs.kind("test.work")
    def work(job: jobs.Running) -> None:
        for number in range(job.cursor or 0, 5):
            steps.append(number)
            job.progress(number + 1, 5, cursor=number + 1)
            if number == 2 and power["fails"]:
                raise SystemExit

    row = jobs.start("test.work", owner_id=OWNER)
    with pytest.raises(SystemExit):
        jobs.run(row.pk, territory.pk)
    power["fails"] = False
    jobs.run(row.pk, territory.pk)
    row.refresh_from_db()
    assert steps == [0, 1, 2, 3, 4]
    assert row.state == "done"


def test_a_problem_is_shown_and_an_error_is_not_spelled_out(territory: Territory, kinds: dict) -> None:
    @jobs.kind("test.problem")
    def problem(job: jobs.Running) -> None:
        raise Problem("the column is missing", file="a.csv", row=1)

    @jobs.kind("test.error")
    def error(job: jobs.Running) -> None:
        raise RuntimeError("password=12345")

    first, second = (jobs.start(name, owner_id=OWNER) for name in ("test.problem", "test.error"))
    jobs.run(first.pk, territory.pk)
    with pytest.raises(RuntimeError):
        jobs.run(second.pk, territory.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.problem) == ("failed", "a.csv, row 1: the column is missing")
    assert second.state == "failed"
    assert "12345" not in second.problem


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(
    territory: Territory, kinds: dict
) -> None:
    @jobs.kind("test.work")
    def work(job: jobs.Running) -> None:
        jobs.cancel(job.row.pk)
        job.progress(1, 2)
        raise AssertionError("not reached")

    waiting = jobs.start("test.work", owner_id=OWNER)
    assert jobs.cancel(waiting.pk).state == "cancelled"
    jobs.run(waiting.pk, territory.pk)
    running = jobs.start("test.work", owner_id=OWNER)
    jobs.run(running.pk, territory.pk)
    for row in (waiting, running):
        row.refresh_from_db()
        assert row.state == "cancelled"


def test_work_that_keeps_dying_is_given_up(territory: Territory, kinds: dict) -> None:
    @jobs.kind("test.work")
    def work(job: jobs.Running) -> None:
        raise SystemExit

    row = jobs.start("test.work", owner_id=OWNER)
    for _ in range(jobs.MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            jobs.run(row.pk, territory.pk)
    jobs.run(row.pk, territory.pk)
    row.refresh_from_db()
    assert row.state == "failed"


def test_a_finished_job_is_not_done_again(territory: Territory, kinds: dict) -> None:
    runs = []
    jobs.kind("test.work")(lambda job: runs.append(1))
    row = jobs.start("test.work", owner_id=OWNER)
    jobs.run(row.pk, territory.pk)
    jobs.run(row.pk, territory.pk)
    assert runs == [1]


def test_an_undeclared_kind_is_refused(territory: Territory) -> None:
    with pytest.raises(ValueError, match="no function"):
        jobs.start("test.nothing", owner_id=OWNER)


def test_two_functions_cannot_claim_one_kind(kinds: dict) -> None:
    jobs.kind("test.work")(lambda job: None)
    with pytest.raises(ValueError, match="two functions"):
        jobs.kind("test.work")(lambda job: None)
