# mypy: disable-error-code="var-annotated, assignment"
"""Joint decisions of a table, and what each party answered."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow


class Needs(models.TextChoices):
    """Whose consent a joint decision waits for."""

    EACH_SIDE = "each_side", _("one party of each side")
    EACH_PARTY = "each_party", _("every party")


class JointDecision(TerritoryRow):
    """Something the parties of a table decide together; its content never changes after it was proposed.

    `party` is the party that proposed it; none means the joint secretariat. `subject_id` names the thing
    it speaks of, where a part of the room wants no two open decisions on the same thing.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting for consents")
        IN_FORCE = "in_force", _("in force")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed: a party left the table")

    table = models.ForeignKey("dialogue.Table", on_delete=models.PROTECT, related_name="joint_decisions")
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    subject_id = models.UUIDField(null=True)
    needs = models.CharField(max_length=12, choices=Needs.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    party = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("-proposed_at", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(needs__in=Needs.values), name="delegations_decision_needs_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state__in=["in_force", "refused", "withdrawn", "lapsed"], closed_at__isnull=False),
                name="delegations_decision_state_known",
            ),
            models.UniqueConstraint(
                fields=["table", "kind", "subject_id"],
                condition=Q(state="open", subject_id__isnull=False),
                name="delegations_decision_open_once",
            ),
        )
        indexes = (models.Index(fields=["table", "state", "-proposed_at"], name="delegations_decision_list"),)

    def __str__(self) -> str:
        return self.title


class Answer(TerritoryRow):
    """What a party said to a joint decision, once and for good, through which person."""

    class Word(models.TextChoices):
        CONSENT = "consent", _("consents")
        REFUSE = "refuse", _("refuses")

    decision = models.ForeignKey(JointDecision, on_delete=models.PROTECT, related_name="answers")
    party = models.ForeignKey("dialogue.Party", on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=8, choices=Word.choices)
    reason = models.TextField(blank=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    act_id = models.UUIDField()
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("given_at", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["decision", "party"], name="delegations_answer_once"),
            models.CheckConstraint(
                condition=Q(word="consent") | (Q(word="refuse") & ~Q(reason="")),
                name="delegations_answer_refusal_has_reason",
            ),
        )
