# mypy: disable-error-code="var-annotated, assignment, attr-defined, no-any-return"
"""What every room stands on: territories and rows that belong to one."""

from __future__ import annotations

import uuid

from django.db import models
from django_scopes import ScopedManager


class Territory(models.Model):
    """A territory whose firms, unions and public bodies sit at the same tables."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    host = models.CharField(max_length=253, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class TerritoryRow(models.Model):
    """Base of every scoped row: a random public id, and the territory it belongs to.

    The primary key is one UUID because a foreign key cannot point to a composite key; the unique pair
    with the territory keeps partitioning or a distributed PostgreSQL a choice of deployment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager(territory="territory")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["territory", "id"], name="%(app_label)s_%(class)s_territory_id")
        ]


class StoredFile(TerritoryRow):
    """A file in private storage. The bytes have no address of their own: a view asks the policy each time."""

    kind = models.CharField(max_length=60)
    owner_id = models.UUIDField(null=True, db_index=True)
    subject_id = models.UUIDField(null=True, db_index=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True)
    single_use = models.BooleanField(default=False)
    used = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)


class IdempotentRequest(TerritoryRow):
    """The first answer to a state-changing request, given again to a retry."""

    account_id = models.UUIDField()
    action = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta(TerritoryRow.Meta):
        constraints = [
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["territory", "account_id", "action", "key_hash"],
                name="common_idempotent_request_once",
            ),
        ]


class Job(TerritoryRow):
    """Long work in the background, with its progress. The queue itself carries only this row's id."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=100)
    owner_id = models.UUIDField(null=True, db_index=True)
    subject_id = models.UUIDField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    cancel_requested = models.BooleanField(default=False)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=60, blank=True)
    problem = models.TextField(blank=True)
    cursor = models.JSONField(null=True)
    result_file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    finished_at = models.DateTimeField(null=True)


class ImportRun(TerritoryRow):
    """One upload on its way into the database: checked, shown, confirmed, then saved whole or not at all."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKING = "checking"
        REFUSED = "refused"
        READY = "ready"
        IMPORTING = "importing"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    importer = models.CharField(max_length=100)
    owner_id = models.UUIDField(db_index=True)
    subject_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    rows = models.BigIntegerField(default=0)
    problem_count = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    check_job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    save_job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)


class ImportFile(TerritoryRow):
    """One uploaded file of an import, and how far it has been read."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="files")
    part = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    rows_read = models.BigIntegerField(default=0)
    complete = models.BooleanField(default=False)

    class Meta(TerritoryRow.Meta):
        constraints = [
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["run", "part"], name="common_import_file_part_once"),
        ]


class ImportChunk(TerritoryRow):
    """Rows read and found right, waiting for confirmation. Gone when the import ends."""

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta(TerritoryRow.Meta):
        constraints = [
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["file", "number"], name="common_import_chunk_number_once"),
        ]


class Notice(TerritoryRow):
    """A message to one person: listed in the application, sent by mail where its kind says so.

    No time of reading is kept, only whether it still counts as new.
    """

    class Mail(models.TextChoices):
        NONE = "none"
        WAITING = "waiting"
        DIGEST = "digest"
        SENT = "sent"
        FAILED = "failed"

    account_id = models.UUIDField()
    kind = models.CharField(max_length=100)
    context = models.JSONField(default=dict)
    new = models.BooleanField(default=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.NONE)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta(TerritoryRow.Meta):
        indexes = [
            models.Index(fields=["territory", "account_id", "-created_at"], name="common_notice_list"),
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(mail="waiting"), name="common_notice_outbox"
            ),
        ]


class RateCount(models.Model):
    """How often something happened in one window of time, counted by all workers together."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)
