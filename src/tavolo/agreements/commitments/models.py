# mypy: disable-error-code="var-annotated, assignment"
"""Tables of commitments: who owes what to whom, how it goes in each period, and what each side says of it.

States, answers and evidence are only ever added: a period's history is what was said, in its order.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.life.models import JointBody
from tavolo.agreements.models import Agreement, Version
from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.dialogue.models import Party, Side


class Who(models.TextChoices):
    """Who can owe, or be owed, a commitment."""

    PARTY = "party", _("a party")
    SIDE = "side", _("a side")
    BODY = "body", _("a joint body")
    FIRMS = "firms", _("the firms that apply the agreement")
    WORKERS = "workers", _("the workers concerned")


class Recurs(models.TextChoices):
    """How often a commitment falls due."""

    ONCE = "once", _("once")
    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every three months")
    HALF_YEARLY = "half_yearly", _("every six months")
    YEARLY = "yearly", _("every year")


class Condition(models.TextChoices):
    """How a commitment stands, as a party says it and the other side confirms or disputes it."""

    ON_TRACK = "on_track", _("on track")
    KEPT = "kept", _("kept")
    LATE = "late", _("late")
    NOT_KEPT = "not_kept", _("not kept")
    CHANGED = "changed", _("changed by agreement")


def _one(role: str) -> Q:
    """Return the condition that exactly what the kind of `role` (owed_by, owed_to) needs is named."""
    kind, party, body, side = (f"{role}_{name}" for name in ("kind", "party__isnull", "body__isnull", "side"))
    return (
        Q(**{kind: "party", party: False, body: True, side: ""})
        | Q(**{kind: "body", party: True, body: False, side: ""})
        | Q(**{kind: "side", party: True, body: True, f"{side}__in": ["workers", "employers", "public"]})
        | Q(**{f"{kind}__in": ["firms", "workers"], party: True, body: True, side: ""})
    )


class Commitment(TerritoryRow):
    """A commitment as a clause of a version of the agreement states it; it holds once both sides said so."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="commitments")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    owed_by_kind = models.CharField(max_length=8, choices=Who.choices)
    owed_by_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owed_by_side = models.CharField(max_length=12, choices=Side.choices, blank=True)
    owed_by_body = models.ForeignKey(
        JointBody, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owed_to_kind = models.CharField(max_length=8, choices=Who.choices)
    owed_to_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owed_to_side = models.CharField(max_length=12, choices=Side.choices, blank=True)
    owed_to_body = models.ForeignKey(
        JointBody, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    indicator = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    baseline = models.DecimalField(max_digits=16, decimal_places=3, null=True, blank=True)
    target = models.DecimalField(max_digits=16, decimal_places=3, null=True, blank=True)
    starts_on = models.DateField()
    due_on = models.DateField()
    recurs = models.CharField(max_length=12, choices=Recurs.choices, default=Recurs.ONCE)
    until = models.DateField(null=True, blank=True)
    warn_days = models.PositiveSmallIntegerField(default=30)
    entered_by_id = models.UUIDField()
    entered_on = models.DateField()
    holds_from = models.DateField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "number"], name="commitments_number_once"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(clause=""), name="commitments_titled"),
            models.CheckConstraint(condition=_one("owed_by"), name="commitments_owed_by_one"),
            models.CheckConstraint(condition=_one("owed_to"), name="commitments_owed_to_one"),
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="commitments_days"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("due_on")), name="commitments_until"
            ),
            models.CheckConstraint(
                condition=~Q(recurs="once") | Q(until__isnull=True), name="commitments_once_has_no_until"
            ),
            models.CheckConstraint(condition=Q(recurs__in=Recurs.values), name="commitments_recurs_known"),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(indicator=""), name="commitments_target_of_something"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Assent(TerritoryRow):
    """A party's word that the commitment as entered is the one in the text."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="assents")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    given_by_id = models.UUIDField()
    given_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["commitment", "party"], name="commitments_assent_once"),
        )


class Claim(TerritoryRow):
    """What a party says of a period of a commitment; the newest of a period is the one to answer."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveIntegerField()
    period = models.DateField()
    condition = models.CharField(max_length=10, choices=Condition.choices)
    text = models.TextField(blank=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=Side.choices)
    made_by_id = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["commitment", "number"], name="commitments_claim_number_once"),
            models.CheckConstraint(
                condition=Q(condition__in=Condition.values), name="commitments_condition_known"
            ),
            models.CheckConstraint(
                condition=Q(condition__in=["on_track", "kept"]) | ~Q(text=""),
                name="commitments_bad_news_has_text",
            ),
        )


class Answer(TerritoryRow):
    """The other side's word on a claim: it confirms, or disputes with a text. A trigger checks sides."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="answer")
    confirms = models.BooleanField()
    text = models.TextField(blank=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=Side.choices)
    given_by_id = models.UUIDField()
    given_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(confirms=True) | ~Q(text=""), name="commitments_dispute_has_text"
            ),
        )


class Evidence(TerritoryRow):
    """What who owes brings to show how it goes: words, a measure, a file."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="evidence")
    period = models.DateField()
    text = models.TextField()
    value = models.DecimalField(max_digits=16, decimal_places=3, null=True, blank=True)
    measured_on = models.DateField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    brought_by_id = models.UUIDField()
    brought_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        ordering = ("brought_at", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="commitments_evidence_has_text"),
        )


class FeedKey(TerritoryRow):
    """The secret of a person's address of deadlines: only its hash is kept; a revoked one opens nothing."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    last_four = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["account", "territory"], condition=Q(revoked_at__isnull=True),
                name="commitments_feed_key_one_in_use",
            ),
        )  # fmt: skip
