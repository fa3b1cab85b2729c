# mypy: disable-error-code="var-annotated, assignment"
"""Minutes: exact versions, what each party answered to a version, and the frozen end."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.dialogue.meetings.meeting_models import Meeting
from tavolo.dialogue.models import Party


class Minutes(TerritoryRow):
    """The minutes of a meeting (verbale di incontro), or a later correction of them (verbale di rettifica).

    Once closed neither row nor files ever change; what must be put right is a new act that points here.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being drafted")
        APPROVAL = "approval", _("waiting for the parties' approval")
        CLOSED = "closed", pgettext_lazy("minutes", "closed")

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("approved by all parties")
        DECLARED = "declared", _("closed with a statement for the record")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    current = models.ForeignKey(
        "meetings.MinutesVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approve_by = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    docx = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("created_at",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(corrects__isnull=True), name="meetings_minutes_one"
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=~Q(state="closed"), name="meetings_minutes_one_correction_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_at__isnull=False, pdf__isnull=False, docx__isnull=False, current__isnull=False)
                & ~Q(outcome=""),
                name="meetings_minutes_closed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "approval", "closed"]), name="meetings_minutes_state_known"
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")), name="meetings_minutes_not_itself"
            ),
        )


class MinutesVersion(TerritoryRow):
    """An exact version: everything the minutes say, as data, and the SHA-256 of its canonical form."""

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["minutes", "number"], name="meetings_version_number_once"),
        )


class Sending(TerritoryRow):
    """A version laid before the parties. What was never sent is a draft only its keepers read."""

    version = models.OneToOneField(MinutesVersion, on_delete=models.CASCADE, related_name="sending")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)


class Answer(TerritoryRow):
    """What a party answered to an exact version. Append-only: the latest of a party and version counts."""

    class Choice(models.TextChoices):
        APPROVE = "approve", _("approves")
        DECLARE = "declare", _("approves, with a statement for the record")
        CORRECT = "correct", _("asks for a correction")

    version = models.ForeignKey(MinutesVersion, on_delete=models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=12, choices=Choice.choices)
    text = models.TextField(blank=True)
    order = models.PositiveIntegerField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("order",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["version", "order"], name="meetings_answer_order_once"),
            models.CheckConstraint(
                condition=Q(choice="approve", text="") | (Q(choice__in=["declare", "correct"]) & ~Q(text="")),
                name="meetings_answer_says_why",
            ),
        )
