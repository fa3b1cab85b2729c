# mypy: disable-error-code="var-annotated, assignment"
"""The record of the count (verbale di scrutinio) of one side of a consultation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.dialogue.models import Consultation, Side
from tavolo.dialogue.polling.committee_models import Way


class WayCount(TerritoryRow):
    """Voters of a side by way, written at close and only where each figure is large enough to be shown."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices)
    way = models.CharField(max_length=8, choices=Way.choices)
    voters = models.PositiveIntegerField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "side", "way"], name="polling_waycount_once"),
        )


class CountRecord(TerritoryRow):
    """A record: `facts` are drawn up anew until it is put to approval, then fixed with their digest.

    `declaration`: why it was closed without every member's approval, in a record that nobody may approve any
    more: {"on", "parties": [{"party", "left_on"}], "approved": [names], "not_approved": [names]}.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        APPROVAL = "approval", _("waiting for approval")
        FINAL = "final", _("approved by all")
        DECLARED = "declared", _("closed with a declaration")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    approved_on = models.DateField(null=True)
    declaration = models.JSONField(default=dict)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    docx = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "side"], name="polling_record_once"),
            models.CheckConstraint(
                condition=~Q(state="final")
                | Q(pdf__isnull=False, docx__isnull=False, approved_on__isnull=False),
                name="polling_record_final_has_files",
            ),
            models.CheckConstraint(
                condition=~Q(state="declared")
                | (Q(pdf__isnull=False, docx__isnull=False) & ~Q(declaration={})),
                name="polling_record_declared_has_files",
            ),
        )

    @property
    def is_closed(self) -> bool:
        """Say whether the record is fixed for good: approved by all, or closed with a declaration."""
        return self.state in CLOSED_STATES


CLOSED_STATES = (CountRecord.State.FINAL, CountRecord.State.DECLARED)


class Remark(TerritoryRow):
    """What a member put on record: an irregularity, a contested ballot with its decision, a statement."""

    class Kind(models.TextChoices):
        IRREGULARITY = "irregularity", _("irregularity")
        CONTESTED = "contested", _("contested ballot and decision")
        STATEMENT = "statement", _("statement for the record")

    record = models.ForeignKey(CountRecord, on_delete=models.PROTECT, related_name="remarks")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta(TerritoryRow.Meta):
        ordering = ("position",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["record", "position"], name="polling_remark_position_once"),
            models.CheckConstraint(condition=~Q(text=""), name="polling_remark_has_text"),
        )


class Approval(TerritoryRow):
    """A member's yes to the record as fixed under one digest."""

    record = models.ForeignKey(CountRecord, on_delete=models.PROTECT, related_name="approvals")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["record", "account", "digest"], name="polling_approval_once"),
        )
