"""Take a party's edited copy apart into amendments that can be accepted one by one.

Operations belong together where one needs the other: a clause moved below a new one, what is put into one
gap in a certain order, a point saved from a clause that is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence

from tavolo.agreements.text.model import Text
from tavolo.agreements.text.operations import Delete, Gap, Insert, Move, Operation, Split


def separate(text: Text, operations: Sequence[Operation]) -> list[tuple[Operation, ...]]:
    """Return the operations in groups that stand alone, in the reading order of the text."""
    group = list(range(len(operations)))

    def leader(place: int) -> int:
        while group[place] != place:
            place = group[place]
        return place

    owner: dict[object, int] = {}
    for place, operation in enumerate(operations):
        for thing in _needs(text, operation, operations):
            if thing in owner:
                one, other = sorted((leader(owner[thing]), leader(place)))
                group[other] = one
            else:
                owner[thing] = place
    found: dict[int, list[Operation]] = {}
    for place, operation in enumerate(operations):
        found.setdefault(leader(place), []).append(operation)
    order = {clause: index for index, clause in enumerate(text.clauses)}
    return sorted((tuple(one) for one in found.values()), key=lambda one: order.get(_where(one[0]), 0))


def _needs(text: Text, operation: Operation, operations: Sequence[Operation]) -> list[object]:
    """Return what an operation touches that another of the same hand may touch too."""
    match operation:
        case Insert(gap, clauses):
            inside = [] if gap.parent in text.clauses else [gap.parent]
            return [gap, *inside, *(below.id for one in clauses for below in one.walk())]
        case Move(clause, gap):
            gone = {one.clause for one in operations if isinstance(one, Delete)}
            saved_from = [above for above in text.ancestors(clause) if above in gone]
            inside = [] if gap.parent in text.clauses else [gap.parent]
            return [gap, ("place", clause), *(("gone", above) for above in saved_from), *inside]
        case Delete(clause):
            return [("gone", clause), ("place", clause)]
        case Split(clause):
            return [("words", clause), ("place", clause), Gap(text.parents[clause], clause)]
    return [("words", operation.clause)]


def _where(operation: Operation) -> str:
    """Return the clause of the base by which an operation is put in reading order."""
    if isinstance(operation, Insert):
        return operation.gap.after or operation.gap.parent
    return operation.clause
