# mypy: disable-error-code="var-annotated, assignment"
"""What became of each statement, and how many marked it as important."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Consultation, Group, Side, Statement, StatementVersion


class Outcome(TerritoryRow):
    """One thing that became of a statement: where it was taken up, or why it was not."""

    class Kind(models.TextChoices):
        THEME = "theme", _("taken up at the table")
        MEETING = "meeting", _("discussed in a meeting")
        CLAUSE = "clause", _("entered the text of the agreement")
        COMMITMENT = "commitment", _("became a commitment")
        LATER = "later", _("put off")
        NOT_TAKEN = "not_taken", _("not taken up")

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.CharField(max_length=1000)
    link = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        ordering = ("written_on", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="voices_outcome_has_text"),
        )


class Told(TerritoryRow):
    """That the participants of a consultation were told that its outcomes can be read."""

    consultation = models.OneToOneField(Consultation, on_delete=models.CASCADE, related_name="+")
    told_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        constraints = TerritoryRow.Meta.constraints


class Importance(TerritoryRow):
    """How many of one group (or pool) voted on a version and marked it as important. Written at close."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(StatementVersion, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", null=True)
    voted = models.PositiveIntegerField()
    marked = models.PositiveIntegerField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["version", "side", "group"], nulls_distinct=False, name="voices_importance_once"
            ),
            models.CheckConstraint(condition=Q(marked__lte=F("voted")), name="voices_importance_fits"),
        )
