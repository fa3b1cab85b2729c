# mypy: disable-error-code="var-annotated, assignment, attr-defined"
"""Acts, their leaves, the tree above them, and the checkpoints organisations hold.

`Act`, `Leaf`, `Node`, `Checkpoint` and `RegisterKey` are append-only: a trigger refuses UPDATE, DELETE and
TRUNCATE to everyone, and the application's database role lacks those rights. They hold hashes and random
ids only. What an act says stands in `ActContent`, which can be erased without touching the tree.
"""

from __future__ import annotations

import uuid

from django.db import models
from django_scopes import ScopedManager

from tavolo.common.models import Territory, TerritoryRow


class Act(TerritoryRow):
    """A formal act as the tree sees it: a random id and a commitment to its content."""

    commitment = models.BinaryField(max_length=32)


class ActContent(models.Model):
    """What an act says, and the salt that binds it to the commitment. Erasable, never changeable."""

    act = models.OneToOneField(Act, primary_key=True, on_delete=models.PROTECT, related_name="content")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    actor_id = models.UUIDField(null=True)
    role = models.CharField(max_length=60)
    act_name = models.CharField(max_length=100)
    object_type = models.CharField(max_length=100)
    object_id = models.UUIDField()
    recorded_at = models.DateTimeField()
    content = models.JSONField()
    salt = models.BinaryField(max_length=32)

    objects = ScopedManager(territory="territory")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "act"], name="ledger_content_territory_act")
        ]
        indexes = [
            models.Index(fields=["territory", "object_type", "object_id"], name="ledger_content_object"),
            models.Index(fields=["territory", "actor_id"], name="ledger_content_actor"),
        ]


class PendingAct(models.Model):
    """An act that waits for its leaf index. Written with the act, removed by the sequencer."""

    act = models.OneToOneField(Act, primary_key=True, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    objects = ScopedManager(territory="territory")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "act"], name="ledger_pending_territory_act")
        ]
        indexes = [models.Index(fields=["territory", "since", "act"], name="ledger_pending_order")]


class Leaf(models.Model):
    """The place of an act in the tree."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", db_index=False)
    index = models.BigIntegerField()
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="leaf")
    hash = models.BinaryField(max_length=32)

    objects = ScopedManager(territory="territory")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "index"], name="ledger_leaf_territory_index"),
            models.CheckConstraint(condition=models.Q(index__gte=0), name="ledger_leaf_index_not_negative"),
        ]


class Node(models.Model):
    """The root of a complete subtree of 256, 65,536, ... leaves, kept so that proofs stay cheap."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    objects = ScopedManager(territory="territory")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "level", "index"], name="ledger_node_territory_place"
            ),
        ]


class Checkpoint(TerritoryRow):
    """A signed statement of the tree's size and root."""

    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        constraints = [
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["territory", "size"], name="ledger_checkpoint_territory_size"),
        ]


class HeldCheckpoint(TerritoryRow):
    """An organisation has downloaded a checkpoint and so can prove what stood before it."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="held_by")
    organisation_id = models.UUIDField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta(TerritoryRow.Meta):
        constraints = [
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["territory", "organisation_id", "checkpoint"], name="ledger_held_checkpoint_once"
            ),
        ]


class RegisterKey(TerritoryRow):
    """A public key the register signs or once signed with; kept, so that old checkpoints stay checkable."""

    public = models.BinaryField(max_length=32)
    since = models.DateTimeField()

    class Meta(TerritoryRow.Meta):
        constraints = [
            *TerritoryRow.Meta.constraints,
            models.UniqueConstraint(fields=["territory", "public"], name="ledger_register_key_once"),
        ]
