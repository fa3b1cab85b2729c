# mypy: disable-error-code="var-annotated, assignment, attr-defined, arg-type"
"""Rooms, and what is worked on inside: notes, drafts with their versions, files, approvals.

A room itself holds no secret (each party has one, each side a joint one); every row that points to it
is guarded by row security. Rooms are made by the database when a party takes its seat.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tavolo.common.models import StoredFile, TerritoryRow
from tavolo.dialogue.models import Party, Side, Table


class Room(TerritoryRow):
    """A party's room, the joint room of a side (stanza unitaria), or the table's own tray.

    The tray holds only texts released to all; the joint room is entered where a side has two parties.
    """

    class Kind(models.TextChoices):
        PARTY = "party", _("party's room")
        SIDE = "side", _("joint room")
        TABLE = "table", _("on the table")

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="rooms")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    party = models.OneToOneField(Party, on_delete=models.CASCADE, null=True, related_name="room")
    side = models.CharField(max_length=16, choices=Side.choices, blank=True)

    class Meta(TerritoryRow.Meta):
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["table", "side"], condition=Q(kind="side"), name="party_room_one_joint_room"
            ),
            models.UniqueConstraint(fields=["table"], condition=Q(kind="table"), name="party_room_one_tray"),
            models.CheckConstraint(
                condition=Q(kind="party", party__isnull=False, side="")
                | Q(kind="side", party__isnull=True, side__in=Side.values)
                | Q(kind="table", party__isnull=True, side=""),
                name="party_room_room_shape",
            ),
        )

    def __str__(self) -> str:
        if self.kind == self.Kind.PARTY:
            return str(self.party)
        if self.kind == self.Kind.SIDE:
            return str(self.get_side_display())
        return str(_("all at the table"))


class RoomRow(TerritoryRow):
    """Base of what lies in a room. The pair of room and id lets other rows point to both at once."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True
        constraints = (
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["room", "id"], name="%(app_label)s_%(class)s_in_room"),
        )


def author_field() -> models.ForeignKey:
    """Return the field that keeps who wrote something; it stays inside the room."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class Draft(RoomRow):
    """A titled text with versions. A platform (piattaforma) is a joint room's opening demands."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        PLATFORM = "platform", _("platform")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    title = models.CharField(max_length=200)
    author = author_field()
    archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta(RoomRow.Meta):
        ordering = ("-changed_at", "id")
        constraints = (
            *RoomRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=["text", "platform"]), name="party_room_draft_kind_known"
            ),
        )


class DraftVersion(RoomRow):
    """An exact version of a draft; it never changes. `restored` names the older version it brings back."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    remark = models.CharField(max_length=300, blank=True)
    restored = models.PositiveIntegerField(null=True)
    author = author_field()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(RoomRow.Meta):
        ordering = ("-number",)
        constraints = (
            *RoomRow.Meta.constraints,
            models.UniqueConstraint(fields=["draft", "number"], name="party_room_version_number_once"),
        )


class Note(RoomRow):
    """A note in a room, on the room as a whole or beside a draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="notes")
    text = models.TextField()
    author = author_field()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(RoomRow.Meta):
        ordering = ("-created_at", "id")


class RoomFile(RoomRow):
    """A file in a room. Its real name stands here, behind the wall; the stored file has a neutral one."""

    stored = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    remark = models.CharField(max_length=300, blank=True)
    author = author_field()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(RoomRow.Meta):
        ordering = ("-created_at", "id")


class Approval(RoomRow):
    """A party's yes to an exact version, or to a file, in a joint room: all of them let it out together."""

    version = models.ForeignKey(DraftVersion, on_delete=models.CASCADE, null=True, related_name="approvals")
    file = models.ForeignKey(RoomFile, on_delete=models.CASCADE, null=True, related_name="approvals")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    author = author_field()
    act_id = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(RoomRow.Meta):
        ordering = ("created_at",)
        constraints = (
            *RoomRow.Meta.constraints,
            models.UniqueConstraint(fields=["version", "party"], name="party_room_approval_of_version_once"),
            models.UniqueConstraint(fields=["file", "party"], name="party_room_approval_of_file_once"),
            models.CheckConstraint(
                condition=Q(version__isnull=True) ^ Q(file__isnull=True), name="party_room_approval_of_one"
            ),
        )
