# mypy: disable-error-code="var-annotated, assignment, attr-defined, arg-type"
"""Points of a table and what each party holds on them: in private, and as lodged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import TerritoryRow
from tavolo.dialogue.models import Party, Table, Theme
from tavolo.dialogue.party_room.room_models import Room, RoomRow, author_field


class Kind(models.TextChoices):
    """What a party holds on a point."""

    ACCEPT = "accept", _("accepts")
    ACCEPT_IF = "accept_if", _("accepts if")
    REJECT = "reject", _("rejects")
    OPEN = "open", _("open")


class Point(TerritoryRow):
    """A point parties take positions on: a theme of the table, or one of their own making.

    A point with a `room` is that party's alone (guarded) until it is brought to the table.
    """

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="position_points")
    theme = models.OneToOneField(Theme, on_delete=models.CASCADE, null=True, related_name="point")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    proposer = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        ordering = ("number", "created_at", "id")
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(theme__isnull=False, room__isnull=True) | (Q(theme__isnull=True) & ~Q(title="")),
                name="party_room_point_shape",
            ),
        )

    def __str__(self) -> str:
        if self.theme is None:
            return self.title
        return self.theme.name[:1].upper() + self.theme.name[1:]


class PointAsked(TerritoryRow):
    """A party has been asked for its position on a point: from then on its silence is silence."""

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="asked")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    by_party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    asked_on = models.DateField()
    due_on = models.DateField(null=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["point", "party"], name="party_room_asked_once"),
        )


class Position(RoomRow):
    """What a party holds on a point, among itself. Each change is a new row; the last one stands."""

    point = models.ForeignKey(Point, on_delete=models.CASCADE, related_name="positions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    condition = models.TextField(blank=True)
    motivation = models.TextField(blank=True)
    author = author_field()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(RoomRow.Meta):
        ordering = ("-number",)
        constraints = (
            *RoomRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["room", "point", "number"], name="party_room_position_number_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="party_room_position_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="accept_if") | ~Q(condition=""), name="party_room_position_condition"
            ),
        )


class LodgedPosition(TerritoryRow):
    """What a party told the table on a point: added, never changed; the last one stands."""

    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="lodged")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    condition = models.TextField(blank=True)
    lodged_at = models.DateTimeField(auto_now_add=True)
    act_id = models.UUIDField()

    class Meta(TerritoryRow.Meta):
        ordering = ("-number",)
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["point", "party", "number"], name="party_room_lodged_number_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="party_room_lodged_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="accept_if") | ~Q(condition=""), name="party_room_lodged_condition"
            ),
        )
