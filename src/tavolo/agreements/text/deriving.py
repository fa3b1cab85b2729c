"""What turns one text into another: the operations, found by the clauses' ids.

Clauses that stay below the same parent keep their place along a longest increasing run of their old order
(Schensted 1961), so that as few as possible count as moved. The words of a clause are compared word by word.
`amend(old, derive(old, new))` is `new`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.diff import edits
from tavolo.agreements.text.model import Clause, Text
from tavolo.agreements.text.operations import Amendment, Delete, Gap, Insert, Move, Operation, Replace


def derive(old: Text, new: Text) -> tuple[Operation, ...]:
    """Return the operations that turn `old` into `new`."""
    return (*_reworded(old, new), *_deleted(old, new), *_placed(old, new))


def derived(old: Text, new: Text, *, id: str, author: str, reason: str = "") -> Amendment:
    """Return the whole difference between two texts as one amendment on the first."""
    return Amendment(id, author, text_hash(old), derive(old, new), reason)


def _reworded(old: Text, new: Text) -> Iterator[Operation]:
    for clause_id, before in old.clauses.items():
        after = new.clauses.get(clause_id)
        if after is None:
            continue
        operation = Replace(
            clause_id,
            edits(before.title, after.title),
            edits(before.body, after.body),
            None if before.topics == after.topics else after.topics,
            None if before.origin == after.origin else after.origin,
        )
        if operation != Replace(clause_id):
            yield operation


def _deleted(old: Text, new: Text) -> Iterator[Operation]:
    for clause_id, parent in old.parents.items():
        if clause_id not in new.clauses and parent in new.clauses:
            yield Delete(clause_id)


def _placed(old: Text, new: Text) -> Iterator[Operation]:
    for parent in new.clauses:
        yield from _points(old, new, new.clause(parent))


def _points(old: Text, new: Text, parent: Clause) -> Iterator[Operation]:
    """Yield what brings the points of one clause into their new order."""
    fresh_parent = parent.id not in old.clauses
    staying = set() if fresh_parent else _staying(old, parent)
    after: str | None = None
    batch: list[Clause] = []
    for child in parent.children:
        if child.id in staying or (fresh_parent and child.id not in old.clauses):
            if batch:
                yield Insert(Gap(parent.id, after), tuple(batch))
                batch = []
            after = child.id
        elif child.id not in old.clauses:
            batch.append(_only_new(old, child))
        else:
            if batch:
                yield Insert(Gap(parent.id, after), tuple(batch))
                batch = []
            yield Move(child.id, Gap(parent.id, after))
    if batch:
        yield Insert(Gap(parent.id, after), tuple(batch))


def _only_new(old: Text, clause: Clause) -> Clause:
    """Return a new clause with those points below it that are new as well."""
    below = tuple(_only_new(old, child) for child in clause.children if child.id not in old.clauses)
    return replace(clause, children=below)


def _staying(old: Text, parent: Clause) -> set[str]:
    """Return the points of a clause that keep their order: a longest increasing run of old positions."""
    before = {child.id: position for position, child in enumerate(old.clause(parent.id).children)}
    kept = [child.id for child in parent.children if child.id in before]
    tails: list[int] = []  # positions, increasing
    ends: list[int] = []  # index in `kept` of the last of each run
    previous: list[int] = []
    for index, clause_id in enumerate(kept):
        place = bisect_left(tails, before[clause_id])
        previous.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(before[clause_id])
            ends.append(index)
        else:
            tails[place] = before[clause_id]
            ends[place] = index
    run: set[str] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        run.add(kept[at])
        at = previous[at]
    return run
