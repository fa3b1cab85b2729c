"""What every room stands on: territories and rows that belong to one."""

from __future__ import annotations

import uuid

from django.db import models
from django_scopes import ScopedManager


class Territory(models.Model):
    """A territory whose firms, unions and public bodies sit at the same tables."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    host = models.CharField(max_length=253, unique=True, null=True, blank=True)  # noqa: DJ001 - null keeps unique
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class TerritoryRow(models.Model):
    """Base of every scoped row: a random public id, and the territory it belongs to.

    The primary key is one UUID because a foreign key cannot point to a composite key; the unique pair
    with the territory keeps partitioning or a distributed PostgreSQL a choice of deployment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager(territory="territory")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["territory", "id"], name="%(app_label)s_%(class)s_territory_id")
        ]
