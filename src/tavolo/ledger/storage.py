"""The tree in the database: leaves and complete subtrees by level."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max

from tavolo.ledger.merkle.tree import TILE, Tree, tile_root
from tavolo.ledger.models import Leaf, Node


class DatabaseSource:
    """The stored hashes of the territory in scope (see `merkle.tree.Source`)."""

    def hashes(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return the stored hashes of a run; rows out of place count as missing."""
        rows = Node.objects.filter(level=level) if level else Leaf.objects.all()
        found = rows.filter(index__gte=start, index__lt=stop).order_by("index").values_list("index", "hash")
        return [bytes(value) for at, (index, value) in enumerate(found, start=start) if index == at]


def size() -> int:
    """Return how many leaves the register has."""
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else int(last) + 1


def tree(of_size: int | None = None) -> Tree:
    """Return the tree over the first leaves, by default over all."""
    return Tree(DatabaseSource(), size() if of_size is None else of_size)


def store_nodes(territory_id: object, before: int, after: int) -> int:
    """Store the roots of subtrees that became complete as the tree grew; return how many."""
    source, level, stored = DatabaseSource(), 0, 0
    while (first := before // TILE) < (last := after // TILE):
        runs = [source.hashes(level, at * TILE, (at + 1) * TILE) for at in range(first, last)]
        Node.objects.bulk_create(
            [
                Node(territory_id=territory_id, level=level + 8, index=at, hash=tile_root(run))
                for at, run in zip(range(first, last), runs, strict=True)
            ]
        )
        stored += last - first
        before, after, level = first, last, level + 8
    return stored
