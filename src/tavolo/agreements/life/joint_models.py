# mypy: disable-error-code="var-annotated, assignment"
"""Tables of joint bodies: members, calendar, firms that apply, questions, what both sides say as one.

What was said is only ever added to; a joint text holds once a member of each side stands behind it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.models import Agreement, Version
from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Party, Side
from tavolo.people.models import Organisation


class BodyKind(models.TextChoices):
    """What a joint body is for."""

    COMMITTEE = "committee", _("bilateral committee")
    INTERPRETATION = "interpretation", _("joint committee on interpretation")
    OBSERVATORY = "observatory", _("joint observatory")


class JointBody(TerritoryRow):
    """A body of both sides that the agreement sets up."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="bodies")
    kind = models.CharField(max_length=16, choices=BodyKind.choices)
    name = models.CharField(max_length=160)
    tasks = models.TextField(blank=True)
    clause = models.CharField(max_length=80, blank=True)
    created_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        ordering = ("kind", "name")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=BodyKind.values), name="life_body_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="life_body_named"),
        )

    def __str__(self) -> str:
        return self.name


class Member(TerritoryRow):
    """A person named into a joint body by a party, from a day to another (not included)."""

    body = models.ForeignKey(JointBody, on_delete=models.CASCADE, related_name="members")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("starts_on", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["body", "account"], condition=Q(ends_on__isnull=True), name="life_member_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="life_member_days"
            ),
        )


class Sitting(TerritoryRow):
    """A day in a joint body's calendar."""

    body = models.ForeignKey(JointBody, on_delete=models.CASCADE, related_name="sittings")
    on = models.DateField()
    at = models.TimeField(null=True, blank=True)
    title = models.CharField(max_length=160)
    place = models.CharField(max_length=200, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta(TerritoryRow.Meta):
        ordering = ("on", "at", "id")
        constraints = TerritoryRow.Meta.constraints


class Application(TerritoryRow):
    """A firm applies the agreement (recepimento). `checklist`: item, firm, committee."""

    class Through(models.TextChoices):
        RSU = "rsu", _("signed with the firm's RSU or RSA")
        COMMITTEE = "committee", _("no workplace representation: opinion of the bilateral committee")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPLIES = "applies", _("applies the agreement")
        REFUSED = "refused", _("not applied")
        WITHDRAWN = "withdrawn", _("withdrawn")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="applications")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    through = models.CharField(max_length=12, choices=Through.choices)
    body = models.ForeignKey(JointBody, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    employees = models.PositiveIntegerField()
    starts_on = models.DateField()
    note = models.TextField(blank=True)
    checklist = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by_id = models.UUIDField()
    asked_on = models.DateField()
    opinion_by = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    signed_by_id = models.UUIDField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("asked_on", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["agreement", "firm"], condition=Q(state__in=["waiting", "applies"]),
                name="life_application_once",
            ),
            models.CheckConstraint(
                condition=Q(through="committee", body__isnull=False, opinion_by__isnull=False)
                | Q(through="rsu", body__isnull=True),
                name="life_application_way",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", closed_on__isnull=True)
                | (~Q(state="waiting") & Q(closed_on__isnull=False)),
                name="life_application_closed_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(through="rsu", state="applies") | Q(signed_by_id__isnull=False),
                name="life_application_with_rsu_is_signed",
            ),
        )  # fmt: skip


class Question(TerritoryRow):
    """A request of interpretation on a clause, put to a joint body by a party or a member of the body."""

    body = models.ForeignKey(JointBody, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveIntegerField()
    clause = models.CharField(max_length=80)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    asker_id = models.UUIDField()
    asked_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["body", "number"], name="life_question_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="life_question_has_text"),
        )


class SideAnswer(TerritoryRow):
    """What one side holds on a question, in its own words; the newest of a side counts."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="side_answers")
    side = models.CharField(max_length=12, choices=Side.choices)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    number = models.PositiveIntegerField()
    given_by_id = models.UUIDField()
    given_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["question", "number"], name="life_side_answer_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="life_side_answer_has_text"),
        )


class JointText(TerritoryRow):
    """What a joint body says as one: proposed by a member of one side, confirmed by one of the other."""

    class Kind(models.TextChoices):
        OPINION = "opinion", _("opinion")
        APPLICATION = "application", _("opinion on a firm that applies the agreement")
        INTERPRETATION = "interpretation", _("joint interpretation")

    class Outcome(models.TextChoices):
        NONE = "", _("no outcome")
        POSITIVE = "positive", _("positive")
        NEGATIVE = "negative", _("negative")

    body = models.ForeignKey(JointBody, on_delete=models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    text = models.TextField()
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions"
    )
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, null=True, blank=True, related_name="joint_answers"
    )
    proposed_side = models.CharField(max_length=12, choices=Side.choices)
    proposed_by_id = models.UUIDField()
    proposed_on = models.DateField()
    confirmed_side = models.CharField(max_length=12, choices=Side.choices, blank=True)
    confirmed_by_id = models.UUIDField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("proposed_on", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="life_joint_text_has_text"),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmed_side="", confirmed_by_id__isnull=True)
                | Q(confirmed_on__isnull=False, confirmed_by_id__isnull=False)
                & ~Q(confirmed_side="")
                & ~Q(confirmed_side=F("proposed_side")),
                name="life_joint_text_by_both_sides",
            ),
            models.CheckConstraint(
                condition=Q(kind="application", application__isnull=False, question__isnull=True)
                & ~Q(outcome="")
                | Q(kind="interpretation", application__isnull=True, question__isnull=False, outcome="")
                | Q(kind="opinion", application__isnull=True, question__isnull=True, outcome=""),
                name="life_joint_text_on_one_thing",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(confirmed_on__isnull=False),
                name="life_one_opinion_on_an_application",
            ),
            models.UniqueConstraint(
                fields=["question"], condition=Q(confirmed_on__isnull=False),
                name="life_one_joint_answer",
            ),
        )  # fmt: skip
