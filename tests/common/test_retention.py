"""Nothing is kept longer than its period says."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tavolo.common import files, idempotency, jobs, limits, notices, retention, sniffing
from tavolo.common.models import (
    IdempotentRequest,
    ImportFile,
    ImportRun,
    Job,
    Notice,
    RateCount,
    StoredFile,
    Territory,
)

OWNER = uuid.uuid4()


def one_of_each(territory: Territory) -> None:
    """Make a row of every kind that is deleted one day."""
    idempotency.once("key", account_id=OWNER, action="x").run(lambda: 1)
    jobs.kind("test.retention")(_nothing)
    jobs.start("test.retention", owner_id=OWNER)
    notices.kind("test.retention", title="x", text="x", mail=False)
    notices.send([OWNER], "test.retention", {})
    files.kind("test.retention", types={sniffing.CSV})
    files.store_export(b"a,b\n", kind="test.retention", name="a.csv", owner_id=OWNER)
    upload = files.store(b"a,b\n", kind="test.retention", name="a.csv", owner_id=OWNER)
    run = ImportRun.objects.create(territory=territory, importer="x", owner_id=OWNER)
    ImportFile.objects.create(territory=territory, run=run, part="x", file=upload, name="a.csv")
    limits.limit("key", per=timedelta(minutes=1), count=5)


def _nothing(job: jobs.Running) -> None:
    """Do nothing."""


def test_finished_work_leaves_the_queue_and_waiting_work_stays(territory: Territory) -> None:
    with connection.cursor() as cursor:  # what tests that commit left in the queue is not this test's
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    for _ in range(2):
        jobs.kind("test.retention")(_nothing)
        jobs.start("test.retention", owner_id=OWNER)
    done = ProcrastinateJob.objects.order_by("id").first()
    assert done is not None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [done.pk])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [done.pk])
    assert retention.run()["common.queue"] == 0
    assert retention.run(timezone.now() + timedelta(days=3))["common.queue"] == 1
    assert ProcrastinateJob.objects.count() == 1


def test_ended_sessions_go(territory: Territory) -> None:
    ended = timezone.now() - timedelta(minutes=1)
    Session.objects.create(session_key="x", session_data="x", expire_date=ended)
    assert retention.run()["common.session"] == 1


MODELS = [IdempotentRequest, Job, Notice, StoredFile, ImportRun, ImportFile, RateCount]


def test_nothing_older_than_its_period_survives(
    territory: Territory, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_of_each(territory)
    assert all(model.objects.exists() for model in MODELS)
    retention.run()
    assert all(model.objects.exists() for model in MODELS), "nothing is deleted before its time"
    later = timezone.now() + max(rule.period for rule in retention.RULES.values()) + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    removed = retention.run()
    left = [model.__name__ for model in MODELS if model.objects.exists()]
    assert left == []
    assert removed["common.stored_file"] == 1


def test_bytes_go_with_their_rows(
    territory: Territory,
    storage: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    one_of_each(territory)
    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        retention.run()
    assert not [path for path in storage.rglob("*") if path.is_file()]


def test_a_kind_that_fails_is_raised_and_does_not_keep_the_others(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []

    def broken(before: object) -> int:
        raise RuntimeError("broken")

    rules = {
        "a": retention.Rule("a", timedelta(0), "", broken),
        "b": retention.Rule("b", timedelta(0), "", lambda before: ran.append(1) or 0),
    }
    monkeypatch.setattr(retention, "RULES", rules)
    with pytest.raises(RuntimeError, match="broken"):
        retention.run()
    assert ran == [1]


def test_every_rule_says_why(territory: Territory) -> None:
    assert all(str(rule.reason) for rule in retention.RULES.values())


def test_the_periods_can_be_listed_and_the_job_run_by_hand(
    territory: Territory, storage: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("retention")
    assert "common.notice: 180 days" in capsys.readouterr().out
    call_command("retention", "--run")
    assert "common.notice: 0" in capsys.readouterr().out
