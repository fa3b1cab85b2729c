"""Rows that hold for a span of days: from `starts_on` up to, but not including, `ends_on`.

The end is exclusive so that ending something today ends access today, and so that two spans that touch
do not overlap. An open end means "until further notice".
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django_scopes import ScopedManager


class DateSpan(Func):
    """The SQL range `daterange(starts_on, ends_on, '[)')`."""

    function = "DATERANGE"
    output_field = DateRangeField()


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with a first day and, perhaps, a day from which they no longer hold."""

    def active_on(self, day: date) -> DatedQuerySet:
        """Keep the rows that hold on `day`."""
        return self.filter(active_q(day))


def active_q(day: date, prefix: str = "") -> Q:
    """Return the condition "holds on `day`", reached through `prefix` (as `membership__`)."""
    starts = Q(**{f"{prefix}starts_on__lte": day})
    open_end = Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gt": day})
    return starts & open_end


def dated_manager() -> Any:
    """Return a scoped manager whose querysets know `active_on`."""
    return ScopedManager(models.Manager.from_queryset(DatedQuerySet), territory="territory")


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name=f"{name}_ends_after_start"
    )


def large_dated_constraints(name: str, *same: str) -> list[models.BaseConstraint]:
    """Return the constraints of a dated table with very many rows, most of them without an end.

    Two rows without an end always overlap: a unique index refuses them. What involves an end is left to
    a trigger of the room's migration. So lists of many thousand people are written with btree indexes
    alone, without the index an exclusion constraint over ids needs.
    """
    return [
        _ends_after_start(name),
        models.UniqueConstraint(fields=same, condition=Q(ends_on__isnull=True), name=f"{name}_open_once"),
    ]


def dated_constraints(name: str, *same: str) -> list[models.BaseConstraint]:
    """Return the constraints of a dated table: no end before its start, no overlap where `same` agree."""
    span = DateSpan(F("starts_on"), F("ends_on"), Value("[)"))
    return [
        _ends_after_start(name),
        ExclusionConstraint(
            name=f"{name}_no_overlap",
            expressions=[
                *[(field, RangeOperators.EQUAL) for field in same],
                (span, RangeOperators.OVERLAPS),
            ],
        ),
    ]
