"""Bring amendments to a text that has moved on, and put the agreed ones in first.

Nothing is guessed: what can be carried over word for word is carried over, what collides is handed back
with both wordings. No inserted word disappears: it is in the rebased amendment, in the text already, or in a
collision that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.collisions import Collision, collisions
from tavolo.agreements.text.deriving import derived
from tavolo.agreements.text.diff import Edit, edits, patch, shifted
from tavolo.agreements.text.markdown import normal_body, normal_line
from tavolo.agreements.text.model import Text
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


@dataclass(frozen=True)
class Rebased:
    """An amendment brought to a newer text.

    `amendment` holds what could be carried over, `held` the operations (of the old amendment) that collide
    or build on one that does, `collisions` why. `already` counts what the newer text says already.
    """

    amendment: Amendment
    held: tuple[Operation, ...] = ()
    collisions: tuple[Collision, ...] = ()
    already: int = 0

    @property
    def is_clean(self) -> bool:
        """Say whether nothing was held back."""
        return not self.held


@dataclass(frozen=True)
class Consolidated:
    """A new version with the agreed amendments in it, and the open ones brought to it."""

    text: Text
    agreed: tuple[str, ...]
    open: Mapping[str, Rebased] = field(default_factory=dict)


def rebase(text: Text, amendment: Amendment, applied: Sequence[Amendment]) -> Rebased:
    """Bring an amendment on `text` to the text in which the amendments `applied` are carried out."""
    return _rebase_all(text, [amendment], applied, apply(text, applied))[amendment.id]


def rebase_onto(old: Text, amendment: Amendment, new: Text) -> Rebased:
    """Bring an amendment on `old` to any other version of the text, by what differs between the two."""
    return _rebase_all(old, [amendment], [derived(old, new, id="", author="")], new)[amendment.id]


def consolidate(text: Text, agreed: Iterable[Amendment], still_open: Iterable[Amendment]) -> Consolidated:
    """Carry out what is agreed and bring what is open to the new text; raise TextError where agreed ones
    collide among themselves.

    Collisions are found in one pass over all amendments, so the cost grows with their number, not with the
    pairs.
    """
    chosen = sorted(agreed, key=lambda one: one.id)
    new = apply(text, chosen)
    ids = {one.id for one in chosen}
    rest = [one for one in still_open if one.id not in ids]
    return Consolidated(new, tuple(one.id for one in chosen), _rebase_all(text, rest, chosen, new))


def _rebase_all(
    text: Text, amendments: Sequence[Amendment], applied: Sequence[Amendment], new: Text
) -> dict[str, Rebased]:
    for amendment in amendments:
        check(text, amendment)
    done = _Done(applied, new)
    asked = {one.id for one in amendments}
    against: dict[str, list[Collision]] = {one.id: [] for one in amendments}
    others = [one for one in applied if one.id not in asked]
    in_text = {one.id for one in others}
    for one in collisions(text, [*amendments, *others]):
        if one.first in in_text and one.second in asked:
            against[one.second].append(one)
        elif one.second in in_text and one.first in asked:
            against[one.first].append(one)
    return {one.id: _rebase(text, one, done, tuple(against[one.id])) for one in amendments}


def _rebase(text: Text, amendment: Amendment, done: _Done, found: tuple[Collision, ...]) -> Rebased:
    colliding = {one.first_operation if one.first == amendment.id else one.second_operation for one in found}
    held = _with_dependents(amendment, colliding)
    carried = _Carrying(text, amendment, done)
    operations: list[Operation] = []
    already = 0
    for place, operation in enumerate(amendment.operations):
        if place in held:
            continue
        moved = carried.over(operation)
        if moved is None:
            already += 1
        else:
            operations.append(moved)
    kept = replace(amendment, base=text_hash(done.new), operations=tuple(operations))
    return Rebased(kept, tuple(amendment.operations[i] for i in sorted(held)), found, already)


def _with_dependents(amendment: Amendment, colliding: set[int]) -> set[int]:
    """Add the operations that build on a clause a colliding one would have inserted or moved."""
    held = set(colliding)
    while True:
        missing: set[str] = set()
        for place in held:
            operation = amendment.operations[place]
            if isinstance(operation, Insert):
                missing |= {below.id for clause in operation.clauses for below in clause.walk()}
            elif isinstance(operation, Move):
                missing.add(operation.clause)
        more = {
            place
            for place, operation in enumerate(amendment.operations)
            if place not in held
            and isinstance(operation, Insert | Move)
            and {operation.gap.parent, operation.gap.after} & missing
        }
        if not more:
            return held
        held |= more


class _Done:
    """What was carried out: edits by clause, blocks by gap, and the text they gave."""

    def __init__(self, applied: Sequence[Amendment], new: Text) -> None:
        self.new = new
        self.titles: dict[str, set[Edit]] = {}
        self.bodies: dict[str, set[Edit]] = {}
        self.blocks: dict[Gap, list[list[str]]] = {}
        for one in applied:
            own: dict[Gap, list[str]] = {}
            for operation in one.operations:
                if isinstance(operation, Replace):
                    self.titles.setdefault(operation.clause, set()).update(operation.title)
                    self.bodies.setdefault(operation.clause, set()).update(operation.body)
                elif isinstance(operation, Insert):
                    own.setdefault(operation.gap, []).extend(clause.id for clause in operation.clauses)
                elif isinstance(operation, Move):
                    own.setdefault(operation.gap, []).append(operation.clause)
            for gap, block in own.items():
                self.blocks.setdefault(gap, []).append(block)


class _Carrying:
    """One amendment on its way to the newer text."""

    def __init__(self, text: Text, amendment: Amendment, done: _Done) -> None:
        self.text = text
        self.new = done.new
        self.done = done
        self.first: dict[Gap, str] = {}
        for operation in amendment.operations:
            if isinstance(operation, Insert):
                self.first.setdefault(operation.gap, operation.clauses[0].id)
            elif isinstance(operation, Move):
                self.first.setdefault(operation.gap, operation.clause)

    def over(self, operation: Operation) -> Operation | None:
        """Return the operation on the newer text, or None where that text says it already."""
        match operation:
            case Replace():
                return self._reworded(operation)
            case Insert(gap, clauses):
                if clauses[0].id in self.new.clauses:
                    return None
                return Insert(self._gap(gap), clauses)
            case Delete(clause):
                return operation if clause in self.new.clauses else None
            case Move(clause, gap):
                here = self.done.blocks.get(gap, ())
                if any(clause in block for block in here):
                    return None
                return Move(clause, self._gap(gap))
            case Split():
                return None if operation.new_id in self.new.clauses else operation

    def _gap(self, gap: Gap) -> Gap:
        """Return the gap behind what others put there and what comes before by its key."""
        before = [block for block in self.done.blocks.get(gap, ()) if block[0] < self.first[gap]]
        return Gap(gap.parent, max(before)[-1]) if before else gap

    def _reworded(self, operation: Replace) -> Replace | None:
        old, new = self.text.clause(operation.clause), self.new.clause(operation.clause)
        done = self.done.titles.get(old.id, set()), self.done.bodies.get(old.id, set())
        title = _carried(old.title, new.title, operation.title, done[0], body=False)
        body = _carried(old.body, new.body, operation.body, done[1], body=True)
        topics = None if operation.topics == new.topics else operation.topics
        origin = operation.origin
        if origin is not None:
            origin = tuple(sorted({*origin, *new.origin}))
            origin = None if origin == new.origin else origin
        moved = Replace(operation.clause, title, body, topics, origin)
        return None if moved == Replace(operation.clause) else moved


def _carried(old: str, new: str, mine: tuple[Edit, ...], done: set[Edit], *, body: bool) -> tuple[Edit, ...]:
    """Return my edits at their places in the newer words."""
    still = [shifted(edit, done) for edit in mine if edit not in done]
    raw = patch(old, done)
    if raw == new:
        return tuple(still)
    # The newer words were brought to normal form after the others' edits: compare with what both give.
    both = patch(raw, still)
    return edits(new, normal_body(both) if body else normal_line(both))


def agreeing(text: Text, amendments: Iterable[Amendment]) -> tuple[list[Amendment], list[Collision]]:
    """Return the amendments that collide with no other, which may go in first, and all collisions."""
    asked = list(amendments)
    found = collisions(text, asked)
    involved = {one.first for one in found} | {one.second for one in found}
    return [one for one in asked if one.id not in involved], found
