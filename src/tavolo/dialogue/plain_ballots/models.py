# mypy: disable-error-code="var-annotated, assignment"
"""Tables of plain ballots: the text voted on, its rule, its questions and their options.

Votes are not here: each question and option is a statement of the consultation, with versions, translations
and a slot in the sealed ballots. Once the consultation is open nothing of this changes (migration 0002).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.dialogue.models import Consultation, Statement


class PlainBallot(TerritoryRow):
    """What a consultation of kind "ballot" asks about, and by which dated rule it is counted.

    `terms` holds the parties' own rule where `rule_set` is "agreed". `text_hash` is the SHA-256 of the exact
    text voted on: of `text`, of the bytes of `file`, or of an agreement kept elsewhere (`text_link`).
    """

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="plain_ballot")
    rule_set = models.CharField(max_length=60, blank=True)
    rule_day = models.DateField(null=True, blank=True)
    terms = models.JSONField(null=True, blank=True)
    text_title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text_link = models.CharField(max_length=300, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(text_hash="") | Q(text_hash__regex=r"^[0-9a-f]{64}$"),
                name="plain_ballots_hash_form",
            ),
            models.CheckConstraint(
                condition=Q(rule_set="") | Q(rule_day__isnull=False), name="plain_ballots_rule_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(rule_set="agreed") | Q(terms__isnull=False),
                name="plain_ballots_agreed_has_terms",
            ),
        )

    def __str__(self) -> str:
        return str(self.consultation)


class Question(TerritoryRow):
    """One question of a plain ballot; its wording is the statement's current version."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("yes or no")
        SINGLE = "single", _("one option")
        APPROVAL = "approval", _("several options")

    ballot = models.ForeignKey(PlainBallot, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    most = models.PositiveSmallIntegerField(default=1)
    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="+")

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["ballot", "number"], name="plain_ballots_question_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["yes_no", "single", "approval"]),
                name="plain_ballots_question_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(most=1) | Q(kind="approval", most__gt=1), name="plain_ballots_question_most"
            ),
        )


class Option(TerritoryRow):
    """One option of a choice; its wording is the statement's current version."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveSmallIntegerField()
    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="+")

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["question", "number"], name="plain_ballots_option_once"),
        )
