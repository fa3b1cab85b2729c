"""Carry out amendments: all those named, on one base, at once. The order in which they are named is nothing.

A text of n clauses with m operations costs O(n + m log m): every clause is laid out once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.collisions import collisions
from tavolo.agreements.text.diff import Edit, patch
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import ROOT, Clause, Origin, Text
from tavolo.agreements.text.operations import (
    Amendment,
    Delete,
    Gap,
    Insert,
    Move,
    Operation,
    Replace,
    Split,
    check,
)


def apply(text: Text, amendments: Iterable[Amendment]) -> Text:
    """Return the text with the amendments carried out.

    All must have been written on this text (`rebase` brings others to it). Raises TextError where one does
    not fit the text, or where two collide: nothing is carried out then.
    """
    asked = sorted({one.id: one for one in amendments}.values(), key=lambda one: one.id)
    for amendment in asked:
        check(text, amendment)
    found = collisions(text, asked)
    if found:
        raise TextError("collide", value=found[0].clause)
    return _Layout(text, asked).build()


def amend(text: Text, operations: Sequence[Operation]) -> Text:
    """Return the text with the operations of one hand carried out, without the record of an amendment."""
    return apply(text, [Amendment("direct", "", text_hash(text), tuple(operations))])


class _Layout:
    """What stands where once everything is done, gap by gap."""

    def __init__(self, text: Text, amendments: Sequence[Amendment]) -> None:
        self.text = text
        self.own: dict[str, Clause] = {key: replace(one, children=()) for key, one in text.clauses.items()}
        self.points: dict[str, list[str]] = {
            key: [child.id for child in one.children] for key, one in text.clauses.items()
        }
        self.away: set[str] = set()
        self.gone: set[str] = set()
        self.behind: dict[str, str] = {}
        self.titles: dict[str, set[Edit]] = defaultdict(set)
        self.bodies: dict[str, set[Edit]] = defaultdict(set)
        self.origins: dict[str, set[Origin]] = defaultdict(set)
        self.placed: set[str] = set()
        blocks: dict[Gap, list[list[str]]] = defaultdict(list)
        for amendment in amendments:
            for gap, block in self._take(amendment).items():
                blocks[gap].append(block)
        # Blocks of different amendments in one gap: by the id of what each puts there first.
        self.gaps = {gap: [one for block in sorted(found) for one in block] for gap, found in blocks.items()}

    def _take(self, amendment: Amendment) -> dict[Gap, list[str]]:
        """Note what an amendment does; return what it puts into each gap, in its order."""
        blocks: dict[Gap, list[str]] = defaultdict(list)
        for operation in amendment.operations:
            match operation:
                case Replace():
                    self._reword(operation)
                case Insert(gap, clauses):
                    for clause in clauses:
                        self._add(clause)
                    self._put(blocks[gap], [clause.id for clause in clauses])
                case Delete(clause_id):
                    self.gone.add(clause_id)
                case Move(clause_id, gap):
                    self.away.add(clause_id)
                    self._put(blocks[gap], [clause_id])
                case Split():
                    self._split(operation)
        return {gap: block for gap, block in blocks.items() if block}

    def _put(self, block: list[str], clauses: list[str]) -> None:
        """Add to a block what nobody who wants exactly the same has put there already."""
        fresh = [one for one in clauses if one not in self.placed]
        self.placed.update(fresh)
        block += fresh

    def _add(self, clause: Clause) -> None:
        for one in clause.walk():
            self.own[one.id] = replace(one, children=())
            self.points[one.id] = [child.id for child in one.children]

    def _reword(self, operation: Replace) -> None:
        self.titles[operation.clause].update(operation.title)
        self.bodies[operation.clause].update(operation.body)
        if operation.topics is not None:
            self.own[operation.clause] = replace(self.own[operation.clause], topics=operation.topics)
        if operation.origin is not None:
            self.origins[operation.clause] |= set(operation.origin)

    def _split(self, operation: Split) -> None:
        self.behind[operation.clause] = operation.new_id
        old = self.text.clause(operation.clause)
        first, second = old.body[: operation.at], old.body[operation.at :]
        self.own[operation.clause] = replace(self.own[operation.clause], body=first)
        self.own[operation.new_id] = Clause(
            operation.new_id, operation.new_title, second, old.topics, old.origin
        )
        self.points[operation.new_id] = []

    def build(self) -> Text:
        """Return the text; raise TextError where something would be lost."""
        for clause_id in {*self.titles, *self.bodies, *self.origins}:
            old = self.own[clause_id]
            title = patch(old.title, self.titles.get(clause_id, ()))
            body = patch(old.body, self.bodies.get(clause_id, ()))
            origin = tuple(self.origins[clause_id]) if clause_id in self.origins else old.origin
            self.own[clause_id] = replace(old, title=title, body=body, origin=origin)
        made = Text(self._clause(ROOT))
        for clause_id in self.own:
            if clause_id not in made.clauses and not self._taken_out(clause_id):
                raise TextError("bad_place", value=clause_id)
        return made

    def _taken_out(self, clause_id: str) -> bool:
        """Say whether a clause went with something that was deleted."""
        while clause_id != ROOT:
            if clause_id in self.gone:
                return True
            if clause_id in self.away or clause_id not in self.text.parents:
                return False
            clause_id = self.text.parents[clause_id]
        return False

    def _clause(self, clause_id: str) -> Clause:
        return replace(self.own[clause_id], children=tuple(self._children(clause_id)))

    def _children(self, parent: str) -> Iterable[Clause]:
        yield from (self._clause(one) for one in self.gaps.get(Gap(parent), ()))
        for point in self.points[parent]:
            if point not in self.away and point not in self.gone:
                yield self._clause(point)
                if point in self.behind:
                    yield self._clause(self.behind[point])
            yield from (self._clause(one) for one in self.gaps.get(Gap(parent, point), ()))
