# mypy: disable-error-code="var-annotated, assignment"
"""Tables of blind overlap: lodged in secret, shown only where all accept.

No row says when or whether a party lodged: every party's row is written at one moment, with a sealed payload
of one length, and the flag that it lodged is inside. Only days are kept, and only of what everybody knows.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Party, Table


class Exercise(TerritoryRow):
    """One blind overlap at a table, from the first party's request to the destruction of what was lodged.

    `version` counts the texts of the list of issues; `closes_on` is the last day, part of what the parties
    agree to. A table has one unfinished exercise at most: parallel ones would tell more than each alone.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for, not by all")
        LISTING = "listing", _("list of issues in preparation")
        LODGING = "lodging", _("parties are lodging")
        READY = "ready", _("all have lodged")
        LOOKED = "looked", _("overlap shown")
        FINISHED = "finished", _("finished")
        STOPPED = "stopped", _("stopped before the look")
        EXPIRED = "expired", _("expired before the look")

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="overlaps")
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)
    version = models.PositiveSmallIntegerField(default=0)
    closes_on = models.DateField()
    asked_on = models.DateField()
    looked_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("-asked_on", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "asked", "listing", "lodging", "ready", "looked", "finished", "stopped", "expired",
                    ]
                ),
                name="overlap_exercise_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["finished", "stopped", "expired"]) | Q(ended_on__isnull=False),
                name="overlap_exercise_ended_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["looked", "finished"]) | Q(looked_on__isnull=False),
                name="overlap_exercise_looked_has_day",
            ),
            models.UniqueConstraint(
                fields=["table"],
                condition=Q(state__in=["asked", "listing", "lodging", "ready", "looked"]),
                name="overlap_exercise_one_unfinished",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def ended(self) -> bool:
        """Say whether nothing can happen any more."""
        return self.state in ENDED


ENDED = (Exercise.State.FINISHED, Exercise.State.STOPPED, Exercise.State.EXPIRED)


class Participant(TerritoryRow):
    """A party of the exercise: those seated when it was first asked for, and nobody later."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="participants")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

    class Meta(TerritoryRow.Meta):
        ordering = ("party__position", "party_id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["exercise", "party"], name="overlap_participant_once"),
        )


class Issue(TerritoryRow):
    """An issue of the list, as the secretariat wrote it."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="issues")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)

    class Meta(TerritoryRow.Meta):
        ordering = ("position",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["exercise", "position"], name="overlap_issue_position_once"),
        )


class Option(TerritoryRow):
    """One way to settle an issue."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=240)

    class Meta(TerritoryRow.Meta):
        ordering = ("position",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["issue", "position"], name="overlap_option_position_once"),
        )


class Agreement(TerritoryRow):
    """A party's yes to a step. Yeses to look and to packages are told to nobody before the last one."""

    class Step(models.TextChoices):
        ASK = "ask", _("asks for the exercise")
        LIST = "list", _("agrees to the list")
        LOOK = "look", _("agrees to look")
        PACKAGES = "packages", _("agrees to see packages")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="agreements")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=8, choices=Step.choices)
    version = models.PositiveSmallIntegerField(default=0)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["exercise", "party", "step", "version"], name="overlap_agreement_once"
            ),
            models.CheckConstraint(
                condition=Q(step__in=["ask", "list", "look", "packages"]), name="overlap_agreement_step_known"
            ),
        )


class Lodging(TerritoryRow):
    """What a party lodged, sealed under the exercise's key: see `payload`. Gone when the exercise ends."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="lodgings")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["exercise", "party"], name="overlap_lodging_once"),
        )


class Outcome(TerritoryRow):
    """What was shown, for good: the overlap, and the packages where all agreed again. Never changed."""

    class Stage(models.TextChoices):
        OVERLAP = "overlap", _("what all accept")
        PACKAGES = "packages", _("efficient packages")

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="outcomes")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    content = models.JSONField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["exercise", "stage"], name="overlap_outcome_once"),
        )
