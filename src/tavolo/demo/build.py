"""Build the demonstration territory once, and know whether it stands already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.demo import dialogue, invent, society, walk

NAME = "Milano"
SLUG = "milano-demo"


@dataclass(frozen=True)
class Size:
    """How large the demonstration is; the same numbers give the same territory."""

    firms: int = 3_000
    workers: int = 70_000
    voters: int = 6_000
    seed: int = 20260413


def stands() -> bool:
    """Say whether the demonstration has been built in this database."""
    return Territory.objects.filter(slug=SLUG).exists()


def build(size: Size, step: Callable[[str], None]) -> society.Society:
    """Build everything in one transaction: a stop in the middle leaves nothing half-written."""
    population = invent.invent(size.firms, size.workers, size.seed)
    with transaction.atomic():
        territory = Territory.objects.create(slug=SLUG, name=NAME)
        with in_territory(territory):
            written = society.write(population, territory, size.seed, step)
            analyse()
            seated = dialogue.hold(written, size.voters, size.seed, step)
            walk.build(seated, written, step)
    analyse()
    return written


def analyse() -> None:
    """Tell the planner how many rows there are now; it would otherwise join as if there were none."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
