# mypy: disable-error-code="var-annotated, assignment"
"""Published rules, moderators and guarantors, participants' proposals and what was decided about them.

A proposal names no person and holds no time: its author is an HMAC under a key outside the database, its
words and the reasons given are sealed under the same key. docs/decisions/0064 says why.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Consultation, Party, Statement, StatementVersion, Table
from tavolo.people.dated import dated_constraints, dated_manager


class RuleBook(TerritoryRow):
    """One edition of a table's rules of moderation, put in force by a joint decision; old ones stay."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="rule_books")
    number = models.PositiveSmallIntegerField()
    in_force = models.BooleanField(default=True)
    decision_id = models.UUIDField()
    introduction = models.TextField(blank=True)
    days_to_decide = models.PositiveSmallIntegerField(default=5)
    days_to_appeal = models.PositiveSmallIntegerField(default=10)
    per_day = models.PositiveSmallIntegerField(default=3)
    per_person = models.PositiveSmallIntegerField(default=5)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("-number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["table", "number"], name="voices_rule_book_number_once"),
            models.UniqueConstraint(
                fields=["table"], condition=Q(in_force=True), name="voices_rule_book_one_in_force"
            ),
        )


class Rule(TerritoryRow):
    """One reason for which a proposal may be refused."""

    book = models.ForeignKey(RuleBook, on_delete=models.CASCADE, related_name="rules")
    code = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    text = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TerritoryRow.Meta):
        ordering = ("position",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["book", "code"], name="voices_rule_code_once"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Moderator(TerritoryRow):
    """A person a party names to decide on proposals, beside the joint secretariat."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            *dated_constraints("voices_moderator", "table", "account"),
        )


class Guarantor(TerritoryRow):
    """A person outside delegations and secretariat who hears appeals, named by a joint decision."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True)
    decision_id = models.UUIDField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            *dated_constraints("voices_guarantor", "table", "account"),
        )


class Proposal(TerritoryRow):
    """A statement somebody on the roll proposes. Its text exists only sealed until it is accepted."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a decision")
        DOUBTED = "doubted", _("a refusal waits for a second person")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        APPEALED = "appealed", _("refused, an appeal is pending")
        UPHELD = "upheld", _("refused, also by the guarantors")
        REINSTATED = "reinstated", _("accepted by the guarantors")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="proposals")
    book = models.ForeignKey(RuleBook, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    author = models.BinaryField()
    request = models.BinaryField()
    language = models.CharField(max_length=8, default="it")
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proposed_on = models.DateField()
    due_on = models.DateField()
    decided_on = models.DateField(null=True)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, null=True, related_name="+")
    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, null=True, related_name="proposal")

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        indexes = [models.Index(fields=["consultation", "author"], name="voices_proposal_author")]
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["consultation", "number"], name="voices_proposal_number_once"),
            models.UniqueConstraint(fields=["consultation", "request"], name="voices_proposal_request_once"),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "reinstated"], statement__isnull=False)
                | Q(state__in=["waiting", "doubted"], statement__isnull=True, decided_on__isnull=True)
                | Q(
                    state__in=["refused", "appealed", "upheld"], statement__isnull=True,
                    rule__isnull=False, decided_on__isnull=False,
                ),
                name="voices_proposal_state_fits",
            ),
        )  # fmt: skip


class Review(TerritoryRow):
    """What one moderator decided about a proposal. Words of a refusal are sealed: they may quote the text."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="reviews")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=16, blank=True)
    accepts = models.BooleanField()
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField()
    second = models.BooleanField(default=False)
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        ordering = ("second",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["proposal", "moderator"], name="voices_review_once_each"),
            models.UniqueConstraint(fields=["proposal", "second"], name="voices_review_two_at_most"),
            models.CheckConstraint(
                condition=Q(accepts=True) | Q(rule__isnull=False), name="voices_review_refusal_has_rule"
            ),
        )


class Appeal(TerritoryRow):
    """The author's appeal to the guarantors, and their answer. Words are sealed."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="appeal")
    sealed = models.BinaryField()
    lodged_on = models.DateField()
    guarantor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.BinaryField(default=bytes)
    answered_on = models.DateField(null=True)

    class Meta(TerritoryRow.Meta):
        constraints = TerritoryRow.Meta.constraints


class WaitingSeed(TerritoryRow):
    """A promoters' wording written while voting is under way: it opens when each asking side has said yes."""

    version = models.OneToOneField(StatementVersion, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta(TerritoryRow.Meta):
        constraints = TerritoryRow.Meta.constraints


class SeedYes(TerritoryRow):
    """A party's formal yes to a wording written while voting is under way."""

    seed = models.ForeignKey(WaitingSeed, on_delete=models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["seed", "party"], name="voices_seed_yes_once"),
        )
