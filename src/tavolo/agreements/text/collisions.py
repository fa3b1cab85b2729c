"""Where amendments collide: what each wants, and why both cannot stand.

Two amendments collide where the outcome would depend on their order, or where one takes away what the
other builds on. Two that want exactly the same do not collide. Amendments that only stand close (in the same
sentence or paragraph) are reported as neighbours: both can be carried out, but somebody should read them
together.

Cost: operations are grouped by the clause or gap they touch, so that m amendments on n clauses are compared
in O(m log m + m·d) for a tree of depth d, not pairwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from tavolo.agreements.text.diff import Edit, touch
from tavolo.agreements.text.model import ROOT, Text
from tavolo.agreements.text.operations import (
    Amendment,
    Delete,
    Gap,
    Insert,
    Move,
    Operation,
    Replace,
    Split,
)

Reason = Literal[
    "same_words", "deleted", "moved_apart", "same_place", "place_gone", "circle", "split", "topics"
]


@dataclass(frozen=True, order=True)
class Collision:
    """Two amendments that cannot both stand. The numbers are places of operations within each."""

    clause: str
    reason: Reason
    first: str
    second: str
    first_operation: int
    second_operation: int


@dataclass(frozen=True, order=True)
class Neighbours:
    """Two amendments that change the same paragraph without touching the same words."""

    clause: str
    first: str
    second: str


@dataclass(frozen=True)
class _Held:
    """One operation with where it comes from."""

    amendment: str
    place: int
    operation: Operation


def collisions(text: Text, amendments: Iterable[Amendment]) -> list[Collision]:
    """Return the collisions between amendments written on `text`, each pair of operations once, sorted."""
    held = [
        _Held(amendment.id, place, operation)
        for amendment in amendments
        for place, operation in enumerate(amendment.operations)
    ]
    index = _Index(text, held)
    found = {
        *index.words(), *index.deletions(), *index.places(), *index.anchors(), *index.moves(),
        *index.splits(), *index.circles(),
    }  # fmt: skip
    return sorted(found)


def neighbours(text: Text, amendments: Iterable[Amendment]) -> list[Neighbours]:
    """Return pairs of amendments that change one paragraph at different words."""
    by_paragraph: dict[tuple[str, int], set[str]] = defaultdict(set)
    for amendment in amendments:
        for operation in amendment.operations:
            if isinstance(operation, Replace):
                body = text.clause(operation.clause).body
                for edit in operation.body:
                    by_paragraph[operation.clause, body.count("\n", 0, edit.start)].add(amendment.id)
    pairs = {
        Neighbours(clause, first, second)
        for (clause, _paragraph), ids in by_paragraph.items()
        for first, second in combinations(sorted(ids), 2)
    }
    together = {(one.clause, one.first, one.second) for one in collisions(text, amendments)}
    return sorted(pair for pair in pairs if (pair.clause, pair.first, pair.second) not in together)


def _pair(clause: str, reason: Reason, one: _Held, other: _Held) -> Collision:
    a, b = sorted((one, other), key=lambda held: (held.amendment, held.place))
    return Collision(clause, reason, a.amendment, b.amendment, a.place, b.place)


def _differ(held: Sequence[_Held]) -> Iterable[tuple[_Held, _Held]]:
    """Yield the pairs of different amendments with different operations."""
    for one, other in combinations(held, 2):
        if one.amendment != other.amendment and one.operation != other.operation:
            yield one, other


class _Index:
    """Operations by what they touch."""

    def __init__(self, text: Text, held: Sequence[_Held]) -> None:
        self.text = text
        self.held = held
        self.by_clause: dict[str, list[_Held]] = defaultdict(list)
        self.by_gap: dict[Gap, list[_Held]] = defaultdict(list)
        for one in held:
            match one.operation:
                case Insert(gap):
                    self.by_gap[gap].append(one)
                case Move(clause, gap):
                    self.by_gap[gap].append(one)
                    self.by_clause[clause].append(one)
                case Replace(clause) | Delete(clause) | Split(clause):
                    self.by_clause[clause].append(one)

    def of(self, clause: str, *kinds: type) -> list[_Held]:
        return [one for one in self.by_clause.get(clause, ()) if isinstance(one.operation, kinds)]

    def words(self) -> Iterable[Collision]:
        """Edits of the same words; other topics by two hands."""
        for clause in list(self.by_clause):
            asked = self.of(clause, Replace)
            if len({one.amendment for one in asked}) < 2:
                continue
            for field in ("title", "body"):
                yield from self._touching(clause, asked, field)
            chosen = [one for one in asked if getattr(one.operation, "topics", None) is not None]
            for one, other in _differ(chosen):
                if one.operation.topics != other.operation.topics:  # type: ignore[union-attr]
                    yield _pair(clause, "topics", one, other)

    def _touching(self, clause: str, asked: list[_Held], field: str) -> Iterable[Collision]:
        """Sweep the edits by their beginnings; only those still open are compared."""
        flat: list[tuple[Edit, _Held]] = [(e, one) for one in asked for e in getattr(one.operation, field)]
        flat.sort(key=lambda item: item[0])
        still_open: list[tuple[Edit, _Held]] = []
        for edit, one in flat:
            still_open = [item for item in still_open if item[0].end >= edit.start]
            for before, other in still_open:
                if other.amendment != one.amendment and edit != before and touch(edit, before):
                    yield _pair(clause, "same_words", one, other)
            still_open.append((edit, one))

    def deletions(self) -> Iterable[Collision]:
        """Work on, below or into what another takes out."""
        gone = {clause: self.of(clause, Delete) for clause in self.by_clause}
        gone = {clause: found for clause, found in gone.items() if found}
        if not gone:
            return
        for one in self.held:
            for clause in self._builds_on(one.operation):
                for above in (clause, *(self.text.ancestors(clause) if clause in self.text.clauses else ())):
                    for other in gone.get(above, ()):
                        if other.amendment != one.amendment and not isinstance(one.operation, Delete):
                            yield _pair(above, "deleted", one, other)

    @staticmethod
    def _builds_on(operation: Operation) -> tuple[str, ...]:
        match operation:
            case Insert(gap):
                return (gap.parent,)
            case Move(clause, gap):
                return (clause, gap.parent)
            case Replace(clause) | Split(clause):
                return (clause,)
        return ()

    def places(self) -> Iterable[Collision]:
        """Two in one gap, unless both only insert: those stand side by side in a fixed order."""
        for gap, here in self.by_gap.items():
            for one, other in _differ(here):
                if not (isinstance(one.operation, Insert) and isinstance(other.operation, Insert)):
                    yield _pair(gap.after or gap.parent, "same_place", one, other)

    def anchors(self) -> Iterable[Collision]:
        """A gap behind a clause that another takes out, moves or splits."""
        for gap, here in self.by_gap.items():
            if gap.after is None:
                continue
            for other in self.of(gap.after, Delete, Move, Split):
                for one in here:
                    if one.amendment != other.amendment:
                        yield _pair(gap.after, "place_gone", one, other)

    def moves(self) -> Iterable[Collision]:
        """One clause to two places."""
        for clause in list(self.by_clause):
            for one, other in _differ(self.of(clause, Move)):
                yield _pair(clause, "moved_apart", one, other)

    def splits(self) -> Iterable[Collision]:
        """A split with other words, another split or a move of the same clause."""
        for clause in list(self.by_clause):
            for one in self.of(clause, Split):
                for other in self.of(clause, Replace, Split, Move):
                    if one.amendment == other.amendment or one.operation == other.operation:
                        continue
                    if isinstance(other.operation, Replace) and not other.operation.body:
                        continue
                    yield _pair(clause, "split", one, other)

    def circles(self) -> Iterable[Collision]:
        """Clauses moved below one another."""
        target = {
            one.operation.clause: one for one in self.held if isinstance(one.operation, Move)
        }  # fmt: skip
        for start, one in target.items():
            walked: list[_Held] = []
            seen: set[str] = set()
            clause = one.operation.gap.parent  # type: ignore[union-attr]
            while clause != ROOT and clause not in seen and clause in self.text.clauses:
                if clause == start:
                    yield from (
                        _pair(start, "circle", one, other)
                        for other in walked
                        if other.amendment != one.amendment
                    )
                    break
                seen.add(clause)
                moved = target.get(clause)
                if moved is not None:
                    walked.append(moved)
                clause = moved.operation.gap.parent if moved else self.text.parents[clause]  # type: ignore[union-attr]
