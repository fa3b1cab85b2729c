"""How long each kind of data is kept, and the one job that deletes what is older.

The table stands in code: each room registers its kinds at import. A test with a moved clock checks that
nothing older survives.

    retention.register("common.notice", period=timedelta(days=180), reason=_lazy("..."),
                       delete=lambda before: Notice.objects.filter(created_at__lt=before).delete()[0])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from tavolo.common import files, limits
from tavolo.common.models import IdempotentRequest, ImportRun, Job, Notice, StoredFile, Territory

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rule:
    """One kind of data: how long it is kept, why, and what deletes rows older than a moment."""

    name: str
    period: timedelta
    reason: Any
    delete: Callable[[datetime], int]


RULES: dict[str, Rule] = {}


def register(name: str, *, period: timedelta, reason: Any, delete: Callable[[datetime], int]) -> None:
    """Declare a kind of data. `delete` is called in one transaction, for all territories at once."""
    RULES[name] = Rule(name, period, reason, delete)


def run(now: datetime | None = None) -> dict[str, int]:
    """Delete what is older than its period; return how many rows of each kind went.

    A kind that cannot be deleted is logged and does not keep the others from being deleted; the error is
    raised at the end.
    """
    moment = now or timezone.now()
    removed: dict[str, int] = {}
    failure: Exception | None = None
    for rule in RULES.values():
        try:
            with scopes_disabled(), transaction.atomic():
                removed[rule.name] = int(rule.delete(moment - rule.period))
        except Exception as error:
            log.error("retention_failed", kind=rule.name, error=type(error).__name__)
            failure = error
    if failure is not None:
        raise failure
    return removed


def _delete_files(before: datetime) -> int:
    """Delete files whose life is over or that were used up, row and bytes."""
    expired = StoredFile.objects.filter(expires_at__lt=before)
    used = StoredFile.objects.filter(used=True, created_at__lt=before)
    rows = [*expired, *used.exclude(pk__in=[row.pk for row in expired])]
    for row in rows:
        files.remove(row)
    return len(rows)


def _delete_imports(before: datetime) -> int:
    """Delete imports with their uploads and the rows still waiting."""
    runs = list(ImportRun.objects.filter(created_at__lt=before))
    for found in runs:
        uploads = StoredFile.objects.filter(pk__in=found.files.values("file_id"))
        for upload in uploads:
            files.remove(upload)
        found.delete()
    return len(runs)


def _sweep_files(before: datetime) -> int:
    """Delete bytes without a row."""
    age = timezone.now() - before
    return sum(files.sweep(territory.pk, older_than=age) for territory in Territory.objects.all())


_FINISHED_IN_QUEUE = """
    DELETE FROM procrastinate_jobs j
    WHERE j.status = ANY ('{succeeded,failed,cancelled,aborted}'::procrastinate_job_status[])
      AND NOT EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= %s)
"""


def _delete_from_queue(before: datetime) -> int:
    """Delete finished work from the queue, which keeps arguments and times of everything it did."""
    with connection.cursor() as cursor:
        cursor.execute(_FINISHED_IN_QUEUE, [before])
        return int(cursor.rowcount)


def _delete_old(model: Any) -> Callable[[datetime], int]:
    return lambda before: model.objects.filter(created_at__lt=before).delete()[0]


register(
    "common.idempotent_request",
    period=timedelta(days=14),
    reason=_("A retry must get the first answer; nobody retries after two weeks."),
    delete=_delete_old(IdempotentRequest),
)
register(
    "common.notice",
    period=timedelta(days=180),
    reason=_("Messages stay readable for half a year; what they speak of is kept elsewhere."),
    delete=_delete_old(Notice),
)
register(
    "common.import",
    period=timedelta(days=30),
    reason=_("An upload and its list of problems are needed until the import is done or corrected."),
    delete=_delete_imports,
)
register(
    "common.job",
    period=timedelta(days=30),
    reason=_("The outcome of long work can be looked up for a month."),
    delete=_delete_old(Job),
)
register(
    "common.stored_file",
    period=timedelta(hours=1),
    reason=_("Exports are made for one download; used or expired ones are deleted within the hour."),
    delete=_delete_files,
)
register(
    "common.file_without_row",
    period=timedelta(days=1),
    reason=_("Bytes left by a crash in the middle of an upload."),
    delete=_sweep_files,
)
register(
    "common.queue",
    period=timedelta(days=2),
    reason=_("The queue of background work is read only when something has just gone wrong."),
    delete=_delete_from_queue,
)
register(
    "common.session",
    period=timedelta(0),
    reason=_("A session that has ended says when somebody signed in."),
    delete=lambda before: Session.objects.filter(expire_date__lt=before).delete()[0],
)
register(
    "common.rate_count",
    period=timedelta(0),
    reason=_("Counts against abuse end with their window of time."),
    delete=lambda _before: limits.forget_expired(),
)
