# mypy: disable-error-code="var-annotated, assignment"
"""Communiqués, the documents of tables and meetings, and what the search looks through."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.dialogue.meetings.meeting_models import Meeting
from tavolo.dialogue.models import Party, Side, Table


class Communique(TerritoryRow):
    """A communiqué: joint (no party; every party approves the exact text) or a party's own."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being drafted")
        PUBLISHED = "published", pgettext_lazy("communiqué", "published")

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="communiques")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    current = models.ForeignKey(
        "meetings.CommuniqueVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("-created_at",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False, pdf__isnull=False, current__isnull=False),
                name="meetings_communique_whole",
            ),
        )


class CommuniqueVersion(TerritoryRow):
    """An exact wording of a communiqué."""

    communique = models.ForeignKey(Communique, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["communique", "number"], name="meetings_communique_version_once"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(title=""), name="meetings_communique_has_text"),
        )


class CommuniqueApproval(TerritoryRow):
    """A party's approval of an exact wording; a new wording needs new ones."""

    version = models.ForeignKey(CommuniqueVersion, on_delete=models.CASCADE, related_name="approvals")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["version", "party"], name="meetings_communique_approval_once"),
        )


class Document(TerritoryRow):
    """A document of a table or of a meeting. Its bytes are in versions; `audience` says who may see it."""

    class Audience(models.TextChoices):
        TABLE = "table", _("everybody at the table")
        SIDE = "side", _("my side only")
        PARTIES = "parties", _("the parties named")
        MEETING = "meeting", _("only the people of the meeting")

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="documents")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    title = models.CharField(max_length=200)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    side = models.CharField(max_length=16, choices=Side.choices, blank=True)
    parties = models.ManyToManyField(Party, related_name="+")
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("-created_at",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(audience="table", side="")
                | (Q(audience="side") & ~Q(side=""))
                | Q(audience="parties", side="")
                | Q(audience="meeting", side="", meeting__isnull=False),
                name="meetings_document_audience_whole",
            ),
        )

    def __str__(self) -> str:
        return self.title


class DocumentVersion(TerritoryRow):
    """One version of a document: a stored file that stays as it is."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("-number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["document", "number"], name="meetings_document_version_once"),
        )


class Entry(TerritoryRow):
    """What the search looks through: the words of one thing, and the thing whose visibility it shares."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    object_id = models.UUIDField()
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    words = SearchVectorField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "object_id"], name="meetings_entry_once"),
        )
        indexes = (GinIndex(fields=["words"], name="meetings_entry_words"),)
