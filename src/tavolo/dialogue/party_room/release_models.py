# mypy: disable-error-code="var-annotated, assignment, attr-defined, arg-type"
"""What a room let out: the release as its sender keeps it, and a frozen copy in each receiver's room.

A receiver's copy lies behind the receiver's own wall. Author, other versions and the other receivers are
not in it, so that no query of theirs can reach them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tavolo.common.models import StoredFile
from tavolo.dialogue.party_room.room_models import (
    Draft,
    DraftVersion,
    Room,
    RoomFile,
    RoomRow,
    author_field,
)


class Release(RoomRow):
    """A text or file let out for good, as it stood. `to_rooms` are the receivers, sorted ids."""

    version = models.ForeignKey(DraftVersion, on_delete=models.PROTECT, null=True, related_name="releases")
    file = models.ForeignKey(RoomFile, on_delete=models.PROTECT, null=True, related_name="releases")
    kind = models.CharField(max_length=10, choices=Draft.Kind.choices, default=Draft.Kind.TEXT)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    to_rooms = models.JSONField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    author = author_field()
    released_at = models.DateTimeField(auto_now_add=True)
    act_id = models.UUIDField()

    class Meta(RoomRow.Meta):
        ordering = ("-released_at", "id")
        constraints = (
            *RoomRow.Meta.constraints,
            models.UniqueConstraint(fields=["version", "to_rooms"], name="party_room_version_let_out_once"),
            models.UniqueConstraint(fields=["file", "to_rooms"], name="party_room_file_let_out_once"),
            models.CheckConstraint(
                condition=Q(version__isnull=True) ^ Q(file__isnull=True), name="party_room_release_of_one"
            ),
        )


class Delivery(RoomRow):
    """The frozen copy in a receiver's room. `release_ref` is the same for all copies of one release."""

    release_ref = models.UUIDField()
    sender = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Draft.Kind.choices, default=Draft.Kind.TEXT)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    supersedes_ref = models.UUIDField(null=True)
    delivered_at = models.DateTimeField(auto_now_add=True)
    act_id = models.UUIDField()

    class Meta(RoomRow.Meta):
        ordering = ("-delivered_at", "id")
        constraints = (
            *RoomRow.Meta.constraints,
            models.UniqueConstraint(fields=["room", "release_ref"], name="party_room_delivered_once"),
        )
