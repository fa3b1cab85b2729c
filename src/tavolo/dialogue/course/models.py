# mypy: disable-error-code="var-annotated, assignment"
"""Tables of a table's course: how it began, its phases and passages, its calendar, what interrupted it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.dialogue.table_models import Party, Table

MOST_REMIND_DAYS = 60


class Origin(models.TextChoices):
    """What a table begins from."""

    PLATFORM = "platform", _("the unions' platform")
    INVITATION = "invitation", _("an invitation to talks")
    JOINT_DECISION = "joint_decision", _("a joint decision")


class PhaseKind(models.TextChoices):
    """The kinds of phase; what each opens stands in `rules.OPENS`."""

    PREPARATION = "preparation", _("preparation")
    LISTENING = "listening", _("listening")
    POSITIONS = "positions", _("positions")
    CONVERGENCE = "convergence", _("convergence")
    DRAFTING = "drafting", _("drafting")
    TENTATIVE = "tentative_agreement", _("tentative agreement")
    MEMBERS_VOTE = "members_vote", _("vote of those who gave the mandate")
    SIGNATURE = "signature", _("signature")
    FOLLOW_UP = "follow_up", _("follow-up")


class Course(TerritoryRow):
    """The course of one table. A table without such a row opens every act (older tables)."""

    class End(models.TextChoices):
        UNDER_WAY = "under_way", _("under way")
        CONCLUDED = "concluded", _("concluded")
        NO_AGREEMENT = "no_agreement", _("ended without agreement")

    table = models.OneToOneField(Table, on_delete=models.PROTECT, related_name="course")
    blueprint = models.CharField(max_length=32)
    origin = models.CharField(max_length=20, choices=Origin.choices)
    reference = models.CharField(max_length=300)
    begun_by = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    begun_on = models.DateField()
    end = models.CharField(max_length=16, choices=End.choices, default=End.UNDER_WAY)
    ended_on = models.DateField(null=True, blank=True)
    remind_days = models.PositiveSmallIntegerField(default=7)
    # Grows with every change of phases: a decision taken on an older composition does not overwrite a newer.
    version = models.PositiveIntegerField(default=1)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="course_origin_known"),
            models.CheckConstraint(
                condition=Q(end="under_way", ended_on__isnull=True)
                | Q(end__in=["concluded", "no_agreement"], ended_on__isnull=False),
                name="course_end_has_day",
            ),
            models.CheckConstraint(
                condition=Q(remind_days__lte=MOST_REMIND_DAYS), name="course_remind_days_bounded"
            ),
        )


class Phase(TerritoryRow):
    """One phase of a course. `acts`: act -> roles; null means the usual acts of its kind.

    `dropped`: taken out of the composition; kept because the table went through it once.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=24, choices=PhaseKind.choices)
    title = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField()
    planned_from = models.DateField(null=True, blank=True)
    planned_to = models.DateField(null=True, blank=True)
    acts = models.JSONField(null=True, blank=True)
    dropped = models.BooleanField(default=False)

    class Meta(TerritoryRow.Meta):
        ordering = ("position", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=PhaseKind.values), name="course_phase_kind_known"),
            models.UniqueConstraint(
                fields=["course", "position"], condition=Q(dropped=False), name="course_phase_position_once"
            ),
            models.CheckConstraint(
                condition=Q(planned_from__isnull=True)
                | Q(planned_to__isnull=True)
                | Q(planned_to__gte=F("planned_from")),
                name="course_phase_days_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.title or str(PhaseKind(self.kind).label)


class Passage(TerritoryRow):
    """The table was in a phase from a day on; the one without an end is where it is now."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="passages")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="passages")
    number = models.PositiveSmallIntegerField()
    entered_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    decision_id = models.UUIDField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["course", "number"], name="course_passage_number_once"),
            models.UniqueConstraint(
                fields=["course"], condition=Q(left_on__isnull=True), name="course_passage_one_current"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("entered_on")),
                name="course_passage_days_in_order",
            ),
        )


class Invited(TerritoryRow):
    """An organisation asked to sit at a table; its party is made, or comes back, when it answers yes.

    `decision_id`: the joint decision that admits it to a table under way; none while a table is prepared.
    """

    class Answer(models.TextChoices):
        AWAITED = "awaited", _("no answer yet")
        ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "withdrawn")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="invited")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=16)
    as_rsu = models.BooleanField(default=False)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.AWAITED)
    reason = models.TextField(blank=True)
    party = models.OneToOneField(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    decision_id = models.UUIDField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["course", "organisation", "as_rsu"], name="course_invited_once"),
            models.CheckConstraint(
                condition=Q(answer="accepted", party__isnull=False)
                | (~Q(answer="accepted") & Q(party__isnull=True)),
                name="course_invited_accepted_has_party",
            ),
        )

    def __str__(self) -> str:
        return f"RSU {self.organisation}" if self.as_rsu else str(self.organisation)


class ProposedSecretary(TerritoryRow):
    """A person proposed for the joint secretariat; appointed when every party has confirmed the table."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="proposed_secretaries")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["course", "account"], name="course_proposed_secretary_once"),
        )


class Entry(TerritoryRow):
    """A dated entry of the calendar, written by the secretariat (or by a party while there is none)."""

    class Kind(models.TextChoices):
        APPOINTMENT = "appointment", _("appointment")
        DEADLINE = "deadline", _("deadline")

    class Audience(models.TextChoices):
        TABLE = "table", _("the delegations and the secretariat")
        ASKED = "asked", _("everybody who sees the table, those consulted included")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    on = models.DateField()
    at = models.TimeField(null=True, blank=True)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.TABLE)
    remind_days = models.PositiveSmallIntegerField(default=7)
    withdrawn = models.BooleanField(default=False)
    changes = models.PositiveSmallIntegerField(default=0)

    class Meta(TerritoryRow.Meta):
        ordering = ("on", "at", "id")
        indexes = (models.Index(fields=["territory", "on"], name="course_entry_day"),)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=["appointment", "deadline"]), name="course_entry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["table", "asked"]), name="course_entry_audience_known"
            ),
            models.CheckConstraint(
                condition=Q(remind_days__lte=MOST_REMIND_DAYS), name="course_entry_remind_bounded"
            ),
        )


class Reminder(TerritoryRow):
    """A reminder that went out: one for each thing and day, so that a moved day is reminded anew."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    subject_id = models.UUIDField()
    on = models.DateField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["subject_id", "on"], name="course_reminder_once"),
        )


class Interruption(TerritoryRow):
    """What was recorded beside the talks. Texts are the parties' own; Tavolo records and never rules.

    `suspension`: the talks rest for all. `stepped_out`: one party rests its own participation. `dispute`: a
    union's party declares a state of agitation. `cooling_off`: the parties undertake, in their own words,
    what not to do from a day to another (both included); `pauses` says whether the talks rest meanwhile.
    For the others `ends_on` is the day from which it no longer holds.
    """

    class Kind(models.TextChoices):
        SUSPENSION = "suspension", _("suspension of the talks")
        STEPPED_OUT = "stepped_out", _("a party suspends its own participation")
        DISPUTE = "dispute", _("state of agitation")
        COOLING_OFF = "cooling_off", _("cooling-off period")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="interruptions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    pauses = models.BooleanField(default=False)
    end_text = models.TextField(blank=True)
    decision_id = models.UUIDField(null=True, blank=True)
    recorded_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        ordering = ("starts_on", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=["suspension", "cooling_off"])
                | Q(kind__in=["stepped_out", "dispute"], party__isnull=False),
                name="course_interruption_kind_and_party",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="course_interruption_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(kind="cooling_off") | Q(ends_on__isnull=False),
                name="course_cooling_off_has_end",
            ),
            models.UniqueConstraint(
                fields=["course"], condition=Q(kind="suspension", ends_on__isnull=True),
                name="course_one_suspension",
            ),
            models.UniqueConstraint(
                fields=["course", "party"], condition=Q(kind="stepped_out", ends_on__isnull=True),
                name="course_one_step_out",
            ),
            models.UniqueConstraint(
                fields=["course", "party"], condition=Q(kind="dispute", ends_on__isnull=True),
                name="course_one_dispute",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="course_interruption_has_text"),
        )  # fmt: skip


class NoAgreement(TerritoryRow):
    """The record of no agreement: opened with the points it failed on, closed with the statements made.

    `frozen` is the whole record as it was closed; a trigger refuses any later change.
    """

    course = models.OneToOneField(Course, on_delete=models.PROTECT, related_name="no_agreement")
    points = models.TextField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    frozen = models.JSONField(null=True, blank=True)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    docx = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(frozen__isnull=False),
                name="course_no_agreement_closed_is_frozen",
            ),
        )


class PartyStatement(TerritoryRow):
    """What a party has to say in the record of no agreement: its own words, replaceable until the close."""

    record = models.ForeignKey(NoAgreement, on_delete=models.PROTECT, related_name="statements")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    lodged_on = models.DateField()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["record", "party"], name="course_party_statement_once"),
            models.CheckConstraint(condition=~Q(text=""), name="course_party_statement_has_text"),
        )


class FeedKey(TerritoryRow):
    """The secret of a person's calendar address: only its hash is kept; a revoked one opens nothing."""

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
                name="course_feed_key_one_in_use",
            ),
        )  # fmt: skip
