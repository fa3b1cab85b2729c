"""An agreement's text: a tree of titled clauses, each with an id that never changes.

The root carries the agreement's title and preamble. Ids are chosen once and never reused; numbers (Art. 1,
1.2) follow from the order and are not part of the text. Everything is frozen: a change makes a new text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.markdown import normal_body, normal_line

ROOT = "root"
ID_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
OriginKind = Literal["statement", "convergence", "overlap", "meeting", "platform", "text", "amendment"]
ORIGIN_KINDS: tuple[OriginKind, ...] = (
    "statement", "convergence", "overlap", "meeting", "platform", "text", "amendment",
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Origin:
    """Where a clause comes from: the kind of thing and its id in its own room."""

    kind: OriginKind
    reference: str

    def __post_init__(self) -> None:
        if self.kind not in ORIGIN_KINDS:
            raise TextError("unknown_origin", value=self.kind)


@dataclass(frozen=True)
class Clause:
    """One clause (articolo, punto): title on one line, body in the small Markdown, topics, origin, points.

    Title and body are brought to their normal form when the clause is made (see `markdown`), so that two
    clauses that read the same are the same. Topics and origins are sorted and each stands once.
    """

    id: str
    title: str = ""
    body: str = ""
    topics: tuple[str, ...] = ()
    origin: tuple[Origin, ...] = ()
    children: tuple[Clause, ...] = ()

    def __post_init__(self) -> None:
        if not ID_FORM.fullmatch(self.id):
            raise TextError("bad_id", value=self.id)
        object.__setattr__(self, "title", normal_line(self.title))
        object.__setattr__(self, "body", normal_body(self.body))
        object.__setattr__(self, "topics", tuple(sorted(set(self.topics))))
        object.__setattr__(self, "origin", tuple(sorted(set(self.origin))))
        object.__setattr__(self, "children", tuple(self.children))

    def walk(self) -> Iterator[Clause]:
        """Yield the clause and everything below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Text:
    """A whole agreement: the root clause, whose title is the agreement's and whose body is the preamble."""

    root: Clause

    def __post_init__(self) -> None:
        seen: set[str] = set()
        if self.root.id != ROOT:
            raise TextError("root_id", value=self.root.id)
        for clause in self.root.walk():
            if clause.id in seen:
                raise TextError("id_twice", value=clause.id)
            seen.add(clause.id)

    @classmethod
    def of(cls, title: str, clauses: tuple[Clause, ...] = (), preamble: str = "") -> Text:
        """Return a text with a title, a preamble and its clauses."""
        return cls(Clause(ROOT, title, preamble, children=tuple(clauses)))

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Return every clause by its id, in reading order, the root first."""
        return {clause.id: clause for clause in self.root.walk()}

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """Return the parent's id of every clause but the root."""
        return {child.id: clause.id for clause in self.root.walk() for child in clause.children}

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """Return the number of every clause but the root: "1", "1.2", "1.2.1"."""
        found: dict[str, str] = {}

        def count(clause: Clause, prefix: str) -> None:
            for position, child in enumerate(clause.children, start=1):
                found[child.id] = f"{prefix}{position}"
                count(child, f"{found[child.id]}.")

        count(self.root, "")
        return found

    def clause(self, clause_id: str) -> Clause:
        """Return a clause; raise TextError where the text has none with this id."""
        found = self.clauses.get(clause_id)
        if found is None:
            raise TextError("no_clause", value=clause_id)
        return found

    def depth(self, clause_id: str) -> int:
        """Return how deep a clause lies: 0 for the root, 1 for an article."""
        steps = 0
        while clause_id != ROOT:
            clause_id = self.parents[clause_id]
            steps += 1
        return steps

    def ancestors(self, clause_id: str) -> Iterator[str]:
        """Yield the ids above a clause, nearest first, the root last."""
        while clause_id != ROOT:
            clause_id = self.parents[clause_id]
            yield clause_id

    def with_clause(self, changed: Clause) -> Text:
        """Return the text in which a clause's own words are those of `changed`; its points stay."""

        def rebuilt(clause: Clause) -> Clause:
            children = tuple(rebuilt(child) for child in clause.children)
            if clause.id == changed.id:
                return replace(changed, children=children)
            return clause if children == clause.children else replace(clause, children=children)

        self.clause(changed.id)
        return Text(rebuilt(self.root))
