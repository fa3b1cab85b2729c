"""The marked view: one text with the changes of several amendments in it, each under its own name.

What goes stands where it was, what comes stands where it will be; a moved clause stands in both places. Only
amendments that do not collide can be shown in one view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tavolo.agreements.text.collisions import collisions
from tavolo.agreements.text.diff import Edit
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.operations import (
    Amendment,
    Delete,
    Gap,
    Insert,
    Move,
    Replace,
    Split,
    check,
)

Kind = Literal["same", "deleted", "inserted"]
Place = Literal["same", "deleted", "inserted", "moved_away", "moved_here"]


@dataclass(frozen=True)
class Mark:
    """A stretch of words and, where they are changed, the amendment that does it."""

    kind: Kind
    text: str
    amendment: str = ""


@dataclass(frozen=True)
class MarkedClause:
    """A clause in the marked view. `place` says what happens to it as a whole, `amendment` by whom."""

    id: str
    depth: int
    number: str
    title: tuple[Mark, ...]
    body: tuple[Mark, ...]
    place: Place = "same"
    amendment: str = ""

    @property
    def is_changed(self) -> bool:
        """Say whether anything of it is marked."""
        return self.place != "same" or any(mark.kind != "same" for mark in (*self.title, *self.body))


def marked(text: Text, amendments: Iterable[Amendment] = ()) -> list[MarkedClause]:
    """Return the clauses of the marked view in reading order, the root first.

    Raises TextError where an amendment does not fit the text or two collide.
    """
    asked = sorted(amendments, key=lambda one: one.id)
    for amendment in asked:
        check(text, amendment)
    found = collisions(text, asked)
    if found:
        raise TextError("collide", value=found[0].clause)
    return list(_View(text, asked).walk(ROOT, 0, "same", ""))


def marks(old: str, edits: Iterable[tuple[Edit, str]]) -> tuple[Mark, ...]:
    """Return words with the edits of several amendments marked in them; the same edit twice is one."""
    out: list[Mark] = []
    at = 0
    last: Edit | None = None
    for edit, amendment in sorted(edits):
        if edit == last:
            continue
        last = edit
        if edit.start > at:
            out.append(Mark("same", old[at : edit.start]))
        if edit.end > edit.start:
            out.append(Mark("deleted", old[edit.start : edit.end], amendment))
        if edit.text:
            out.append(Mark("inserted", edit.text, amendment))
        at = edit.end
    if at < len(old):
        out.append(Mark("same", old[at:]))
    return tuple(out)


class _View:
    """Everything by where it stands."""

    def __init__(self, text: Text, amendments: list[Amendment]) -> None:
        self.text = text
        self.own: dict[str, Clause] = dict(text.clauses)
        self.titles: dict[str, list[tuple[Edit, str]]] = defaultdict(list)
        self.bodies: dict[str, list[tuple[Edit, str]]] = defaultdict(list)
        self.gone: dict[str, str] = {}
        self.away: dict[str, str] = {}
        self.cut: dict[str, tuple[Split, str]] = {}
        blocks: dict[Gap, dict[str, list[tuple[str, Place, str]]]] = defaultdict(dict)
        placed: set[str] = set()
        for amendment in amendments:
            for operation in amendment.operations:
                match operation:
                    case Replace(clause, title, body):
                        self.titles[clause] += [(edit, amendment.id) for edit in title]
                        self.bodies[clause] += [(edit, amendment.id) for edit in body]
                    case Delete(clause):
                        self.gone.setdefault(clause, amendment.id)
                    case Split(clause):
                        self.cut.setdefault(clause, (operation, amendment.id))
                    case Insert(gap, clauses):
                        for one in clauses:
                            self.own.update((below.id, below) for below in one.walk())
                        fresh = [one.id for one in clauses if one.id not in placed]
                        placed.update(fresh)
                        here = blocks[gap].setdefault(amendment.id, [])
                        here += [(one, "inserted", amendment.id) for one in fresh]
                    case Move(clause, gap):
                        self.away.setdefault(clause, amendment.id)
                        if clause not in placed:
                            placed.add(clause)
                            here = blocks[gap].setdefault(amendment.id, [])
                            here.append((clause, "moved_here", amendment.id))
        self.gaps = {
            gap: [one for block in sorted(b for b in found.values() if b) for one in block]
            for gap, found in blocks.items()
        }

    def walk(self, clause_id: str, depth: int, place: Place, amendment: str) -> Iterator[MarkedClause]:
        """Yield a clause and what stands below it, as it is to be seen at this place."""
        clause = self.own[clause_id]
        title, body = self._words(clause, place, amendment)
        number = self.text.numbers.get(clause_id, "")
        yield MarkedClause(clause_id, depth, number, title, body, place, amendment)
        # What is put below a moved clause is shown where the clause comes to stand.
        stands = place in ("same", "moved_here", "inserted")
        if stands:
            yield from self._gap(Gap(clause_id), depth)
        for point in clause.children:
            yield from self._point(point.id, depth + 1, place, amendment)
            if stands:
                yield from self._gap(Gap(clause_id, point.id), depth)

    def _gap(self, gap: Gap, depth: int) -> Iterator[MarkedClause]:
        for clause_id, place, amendment in self.gaps.get(gap, ()):
            yield from self.walk(clause_id, depth + 1, place, amendment)

    def _point(self, point: str, depth: int, place: Place, amendment: str) -> Iterator[MarkedClause]:
        if point in self.away and place != "moved_away":
            yield from self.walk(point, depth, "moved_away", self.away[point])
        elif point in self.gone and place not in ("deleted", "moved_away"):
            yield from self.walk(point, depth, "deleted", self.gone[point])
        else:
            yield from self.walk(point, depth, place, amendment)
            if point in self.cut and place in ("same", "moved_here"):
                split, by = self.cut[point]
                old = self.text.clause(point)
                yield MarkedClause(
                    split.new_id, depth, "", marks("", [(Edit(0, 0, split.new_title), by)]),
                    (Mark("inserted", old.body[split.at :].strip(), by),), "inserted", by,
                )  # fmt: skip

    def _words(self, clause: Clause, place: Place, by: str) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        whole: dict[Place, Kind] = {
            "deleted": "deleted", "moved_away": "deleted", "inserted": "inserted", "moved_here": "inserted",
        }  # fmt: skip
        if place in whole:
            kind = whole[place]
            # A moved clause shows its new words where it comes to stand, its old ones where it stood.
            if place == "moved_here":
                kept = [
                    tuple(m for m in marks(words, edits) if m.kind != "deleted")
                    for words, edits in (
                        (clause.title, self.titles.get(clause.id, [])),
                        (clause.body, self._body_edits(clause)),
                    )
                ]
                title, body = ("".join(mark.text for mark in one) for one in kept)
            else:
                title, body = clause.title, clause.body
            return (
                (Mark(kind, title, by),) if title else (),
                (Mark(kind, body, by),) if body else (),
            )
        return marks(clause.title, self.titles.get(clause.id, ())), marks(
            clause.body, self._body_edits(clause)
        )

    def _body_edits(self, clause: Clause) -> list[tuple[Edit, str]]:
        """Return the edits of a clause's body; a split takes out what goes to the new clause."""
        found = list(self.bodies.get(clause.id, ()))
        if clause.id in self.cut:
            split, who = self.cut[clause.id]
            found.append((Edit(split.at, len(clause.body), ""), who))
        return found
