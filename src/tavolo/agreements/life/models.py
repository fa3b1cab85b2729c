# mypy: disable-error-code="var-annotated, assignment"
"""Tables of an agreement's life: terms, notices of termination, who joined; joint bodies in `joint_models`.

Terms hold once both sides have agreed to them; what was said is only ever added to.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tavolo.agreements.life.joint_models import (
    Application,
    BodyKind,
    JointBody,
    JointText,
    Member,
    Question,
    SideAnswer,
    Sitting,
)
from tavolo.agreements.models import Agreement
from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Party, Side
from tavolo.people.models import Organisation

__all__ = [
    "Accession",
    "AccessionAnswer",
    "Application",
    "BodyKind",
    "Continued",
    "Joining",
    "JointBody",
    "JointText",
    "Member",
    "NoticeEnds",
    "Question",
    "SideAnswer",
    "Sitting",
    "Termination",
    "Terms",
    "TermsAssent",
    "Yields",
]


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
