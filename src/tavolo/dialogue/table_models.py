# mypy: disable-error-code="var-annotated, assignment"
"""Tables, themes, parties with their delegates, and the joint secretariat."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.people.dated import DateSpan, dated_constraints, dated_manager

LONGEST_NOTICE = 60  # days
SMALLEST_GROUP = 3  # nobody may set the release threshold of a table below this


class Side(models.TextChoices):
    """The side of the table a party sits on."""

    WORKERS = "workers", _("workers' side")
    EMPLOYERS = "employers", _("employers' side")
    PUBLIC = "public", _("public bodies")


class Table(TerritoryRow):
    """A table: parties, themes, consultations. `minimum_group` is the smallest group any figure may show.

    `notice_plenary`, `notice_restricted`: days between the notice of a meeting and the meeting.
    """

    class State(models.TextChoices):
        PREPARATION = "preparation", _("in preparation")
        OPEN = "open", _("under way")
        CLOSED = "closed", _("concluded")

    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.PREPARATION)
    minimum_group = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(SMALLEST_GROUP)]
    )
    notice_plenary = models.PositiveSmallIntegerField(default=5)
    notice_restricted = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(notice_plenary__lte=LONGEST_NOTICE, notice_restricted__lte=LONGEST_NOTICE),
                name="dialogue_table_notice_bounded",
            ),
            models.CheckConstraint(
                condition=Q(minimum_group__gte=SMALLEST_GROUP), name="dialogue_table_minimum_group"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["preparation", "open", "closed"]), name="dialogue_table_state_known"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Theme(TerritoryRow):
    """A subject of the table."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TerritoryRow.Meta):
        ordering = ("position", "name")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["table", "name"], name="dialogue_theme_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class Party(TerritoryRow):
    """An organisation at a table. `as_rsu`: the workplace union representation inside the firm named.

    `ends_on`: the day from which it no longer sits there, where it left; its rows stay.
    """

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=16, choices=Side.choices)
    as_rsu = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    ends_on = models.DateField(null=True, blank=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("position", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["table", "organisation", "as_rsu"], name="dialogue_party_once"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="dialogue_party_side_known"),
            models.CheckConstraint(
                condition=Q(as_rsu=False) | Q(side=Side.WORKERS), name="dialogue_party_rsu_is_workers_side"
            ),
        )

    def __str__(self) -> str:
        return f"RSU {self.organisation}" if self.as_rsu else str(self.organisation)


class DelegateRole(models.TextChoices):
    """What a person does in a delegation."""

    HEAD = "head", _("head of delegation")
    MEMBER = "member", _("member of the delegation")
    SUBSTITUTE = "substitute", _("substitute")
    OBSERVER = "observer", _("observer")


class Delegate(TerritoryRow):
    """A person who sits at the table for a party, for a span of days; one head at a time."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="delegates")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=DelegateRole.choices, default=DelegateRole.MEMBER)
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(role__in=DelegateRole.values), name="dialogue_delegate_role_known"
            ),
            models.CheckConstraint(
                condition=Q(in_place_of__isnull=True) | (Q(role="substitute") & ~Q(in_place_of=F("account"))),
                name="dialogue_delegate_substitute_of_another",
            ),
            *dated_constraints("dialogue_delegate", "party", "account"),
            ExclusionConstraint(
                name="dialogue_delegate_one_head",
                expressions=[
                    ("party", RangeOperators.EQUAL),
                    (DateSpan(F("starts_on"), F("ends_on"), Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(role="head"),
            ),
        )


class Secretariat(TerritoryRow):
    """A person of the joint secretariat of a table, appointed for a span of days."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="secretaries")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = dated_manager()

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            *dated_constraints("dialogue_secretariat", "table", "account"),
        )
