# mypy: disable-error-code="var-annotated, assignment"
"""Tables of an agreement's life: terms, notices of termination, who joined, where it applies, bodies.

Terms and joint texts hold once both sides have agreed to them; what was said is only ever added to.
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


class Continued(models.TextChoices):
    """What holds after the agreement has expired or was ended by notice (ultrattività)."""

    NONE = "none", _("nothing: its effects stop")
    UNTIL_RENEWED = "until_renewed", _("its rules go on until a new agreement replaces it")
    MONTHS = "months", _("its rules go on for some months")


class NoticeEnds(models.TextChoices):
    """For whom a notice of termination ends the agreement."""

    EVERYBODY = "everybody", _("for everybody")
    GIVER = "giver", _("only for the party that gives it")


class Yields(models.TextChoices):
    """How the agreement stands to another level of bargaining (cedevolezza)."""

    PREVAILS = "prevails", _("this agreement prevails")
    YIELDS = "yields", _("this agreement yields to it")
    BETTER = "better", _("the rule more favourable to workers holds")
    ADDS = "adds", _("the two add up")
    UNSAID = "unsaid", _("the text does not say")


class Joining(models.TextChoices):
    """Who must consent before a later party has joined."""

    FREE = "free", _("nobody: who declares it has joined")
    EACH_SIDE = "each_side", _("at least one signatory of each side")
    ALL = "all", _("all signatories")


class Terms(TerritoryRow):
    """The terms of an agreement as data; the highest number that both sides have assented to holds."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    renewal_months = models.PositiveSmallIntegerField(default=0)
    notice_days = models.PositiveSmallIntegerField(default=90)
    notice_ends = models.CharField(max_length=12, choices=NoticeEnds.choices, default=NoticeEnds.EVERYBODY)
    continued = models.CharField(max_length=16, choices=Continued.choices, default=Continued.NONE)
    continued_months = models.PositiveSmallIntegerField(default=0)
    continued_text = models.TextField(blank=True)
    to_national = models.CharField(max_length=12, choices=Yields.choices, default=Yields.UNSAID)
    to_national_text = models.TextField(blank=True)
    to_company = models.CharField(max_length=12, choices=Yields.choices, default=Yields.UNSAID)
    to_company_text = models.TextField(blank=True)
    joining = models.CharField(max_length=12, choices=Joining.choices, default=Joining.EACH_SIDE)
    opinion_days = models.PositiveSmallIntegerField(default=30)
    silence_applies = models.BooleanField(default=False)
    checklist = models.JSONField(default=list)
    proposed_by_id = models.UUIDField()
    proposed_on = models.DateField()
    holds_from = models.DateField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "number"], name="life_terms_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="life_terms_days"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=False) | Q(renewal_months=0), name="life_renewal_needs_an_end"
            ),
            models.CheckConstraint(
                condition=~Q(continued="months") | Q(continued_months__gte=1), name="life_continued_months"
            ),
            models.CheckConstraint(condition=Q(continued__in=Continued.values), name="life_continued_known"),
        )


class TermsAssent(TerritoryRow):
    """A party's word that the terms as written are those of the signed text."""

    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="assents")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    given_by_id = models.UUIDField()
    given_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["terms", "party"], name="life_terms_assent_once"),
        )


class Termination(TerritoryRow):
    """A notice of termination (disdetta) by a signatory: its text, its day, the day from which it counts."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="terminations")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    given_on = models.DateField()
    effect_on = models.DateField()
    given_by_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        ordering = ("given_on", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "party"], name="life_termination_once"),
            models.CheckConstraint(condition=~Q(text=""), name="life_termination_has_text"),
            models.CheckConstraint(condition=Q(effect_on__gte=F("given_on")), name="life_termination_days"),
        )


class Accession(TerritoryRow):
    """A later party that joins (adesione), through an officer of its organisation."""

    class State(models.TextChoices):
        ASKED = "asked", _("waiting for the signatories")
        JOINED = "joined", _("joined")
        REFUSED = "refused", _("refused")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="accessions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=Side.choices)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by_id = models.UUIDField()
    asked_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("asked_on", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["agreement", "organisation"], condition=Q(state__in=["asked", "joined"]),
                name="life_accession_once",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", closed_on__isnull=True)
                | Q(state__in=["joined", "refused"], closed_on__isnull=False),
                name="life_accession_closed_has_day",
            ),
        )  # fmt: skip


class AccessionAnswer(TerritoryRow):
    """A signatory's word on a later party."""

    accession = models.ForeignKey(Accession, on_delete=models.PROTECT, related_name="answers")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    consents = models.BooleanField()
    text = models.TextField(blank=True)
    given_by_id = models.UUIDField()
    given_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["accession", "party"], name="life_accession_answer_once"),
            models.CheckConstraint(
                condition=Q(consents=True) | ~Q(text=""), name="life_accession_refusal_has_reason"
            ),
        )


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
