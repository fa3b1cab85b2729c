# mypy: disable-error-code="var-annotated, assignment"
"""Open points, meetings, who is called to them, what is on the agenda, who came, what was decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Party, Table


class Point(TerritoryRow):
    """An open point (punto aperto) of a table. `owner` is the party that brings it; none: the table's own."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("point", "open")
        SETTLED = "settled", pgettext_lazy("point", "settled")
        DROPPED = "dropped", pgettext_lazy("point", "dropped")

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="points")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    origin_kind = models.CharField(max_length=40, blank=True)
    origin_id = models.UUIDField(null=True, blank=True)
    origin_label = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["table", "number"], name="meetings_point_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "settled", "dropped"]), name="meetings_point_state_known"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Kind(models.TextChoices):
    """What kind of meeting it is: it decides who may know that it exists."""

    PLENARY = "plenary", _("plenary")
    RESTRICTED = "restricted", _("restricted meeting")
    PARTY = "party", _("party meeting")


class Meeting(TerritoryRow):
    """A meeting. Only plenaries carry a number: a gap in a count would tell of meetings one must not know of.

    `keeper` writes the minutes of restricted and party meetings; those of a plenary are the secretariat's.
    """

    class State(models.TextChoices):
        CONVENED = "convened", pgettext_lazy("meeting", "convened")
        HELD = "held", pgettext_lazy("meeting", "held")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    minutes_long = models.PositiveSmallIntegerField(default=120)
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CONVENED)
    urgent_reason = models.CharField(max_length=300, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    wants_minutes = models.BooleanField(default=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    convener = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)

    class Meta(TerritoryRow.Meta):
        ordering = ("-starts_at",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["table", "number"], name="meetings_meeting_number_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="meetings_meeting_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="plenary", number__isnull=False, keeper__isnull=True)
                | Q(kind__in=["restricted", "party"], number__isnull=True, keeper__isnull=False),
                name="meetings_meeting_numbered_or_kept",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["convened", "held", "cancelled"]), name="meetings_meeting_state_known"
            ),
        )

    def __str__(self) -> str:
        return self.title


class MeetingParty(TerritoryRow):
    """A party called to a meeting, as the parties stood when it was convened: these approve the minutes."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="called")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

    class Meta(TerritoryRow.Meta):
        ordering = ("party__position", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "party"], name="meetings_party_once"),
        )


class Named(TerritoryRow):
    """A person named for a restricted meeting, for the party they sit for: only these know of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="named")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "account"], name="meetings_named_once"),
        )


class AgendaItem(TerritoryRow):
    """A point of the order of the day: free words, an open point, or a reference by id and label."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    point = models.ForeignKey(Point, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.UUIDField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("position",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "position"], name="meetings_item_position_once"),
        )


class Attendance(TerritoryRow):
    """Who was expected and who came: name, party and role as of the day, frozen. Guests have no account."""

    class Status(models.TextChoices):
        PRESENT = "present", _("present")
        REMOTE = "remote", _("present at a distance")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=150)
    party_name = models.CharField(max_length=220, blank=True)
    role = models.CharField(max_length=24)
    status = models.CharField(max_length=12, choices=Status.choices)

    class Meta(TerritoryRow.Meta):
        ordering = ("party__position", "name", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "account"], name="meetings_attendance_once"),
            models.CheckConstraint(
                condition=Q(status__in=["present", "remote", "excused", "absent"]),
                name="meetings_attendance_status_known",
            ),
        )


class Decision(TerritoryRow):
    """Something decided in a meeting, with an id that agreements cite as the origin of a clause."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    point = models.ForeignKey(Point, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["meeting", "number"], name="meetings_decision_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="meetings_decision_has_text"),
        )
