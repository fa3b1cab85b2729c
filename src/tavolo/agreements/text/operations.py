"""What an amendment does: operations on the clauses of one version, all meant at once.

Every operation of an amendment speaks of the same base. A place (`parent`, `after`) is the gap just behind
the clause `after` (None: before the first) among the points of `parent`, as they stand in the base, or as
the amendment itself inserts them. What two amendments put into one gap stands in the order of their keys,
so that the result does not depend on who comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from tavolo.agreements.text.canonical import as_data, from_data, text_hash
from tavolo.agreements.text.diff import Edit, edits, patch
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import ROOT, Clause, Origin, Text


@dataclass(frozen=True)
class Gap:
    """A place among the points of a clause."""

    parent: str
    after: str | None = None


@dataclass(frozen=True)
class Replace:
    """Other words for a clause: edits of its title and body; other topics, other origins where not None."""

    clause: str
    title: tuple[Edit, ...] = ()
    body: tuple[Edit, ...] = ()
    topics: tuple[str, ...] | None = None
    origin: tuple[Origin, ...] | None = None


@dataclass(frozen=True)
class Insert:
    """New clauses, in this order, into a gap. Their ids must be new."""

    gap: Gap
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Delete:
    """Take a clause out, with the points below it that the same amendment does not move elsewhere."""

    clause: str


@dataclass(frozen=True)
class Move:
    """Put a clause, with all below it, into another gap."""

    clause: str
    gap: Gap


@dataclass(frozen=True)
class Split:
    """Cut a clause's body at a character: what follows becomes a new clause right behind it."""

    clause: str
    at: int
    new_id: str
    new_title: str = ""


Operation: TypeAlias = Replace | Insert | Delete | Move | Split


@dataclass(frozen=True)
class Amendment:
    """A party's proposal on one version: who, on which base (its hash), what, and why."""

    id: str
    author: str
    base: str
    operations: tuple[Operation, ...]
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is left to do: all of it stands in the text already."""
        return not self.operations

    def clauses(self) -> tuple[str, ...]:
        """Return the ids of the base's clauses the amendment touches, the parents of new ones included."""
        found: dict[str, None] = {}
        for operation in self.operations:
            match operation:
                case Insert(gap):
                    found[gap.after or gap.parent] = None
                case Move(clause, gap):
                    found |= {clause: None, gap.parent: None}
                case Replace(clause) | Delete(clause) | Split(clause):
                    found[clause] = None
        return tuple(found)


def reworded(
    text: Text, clause_id: str, *, title: str | None = None, body: str | None = None,
    topics: Iterable[str] | None = None,
) -> Replace:  # fmt: skip
    """Return the operation that gives a clause these words: only the differences, word by word."""
    old = text.clause(clause_id)
    wanted = Clause(
        clause_id,
        old.title if title is None else title,
        old.body if body is None else body,
        old.topics if topics is None else tuple(topics),
    )
    return Replace(
        clause_id,
        edits(old.title, wanted.title),
        edits(old.body, wanted.body),
        None if wanted.topics == old.topics else wanted.topics,
    )


def split_at_words(text: Text, clause_id: str, words: str, new_id: str, new_title: str = "") -> Split:
    """Return the operation that cuts a clause before the first place where `words` stand in its body."""
    place = text.clause(clause_id).body.find(words)
    if not words or place <= 0:
        raise TextError("bad_edit", value=clause_id)
    return Split(clause_id, place, new_id, new_title)


def check(text: Text, amendment: Amendment) -> None:
    """Raise TextError unless every operation speaks of clauses and places of this text, and none undoes
    another of the same amendment."""
    if amendment.base != text_hash(text):
        raise TextError("other_base", value=amendment.id)
    new = _new_ids(text, amendment)
    for operation in amendment.operations:
        match operation:
            case Insert(gap):
                _check_gap(text, gap, new)
            case Move(clause_id, gap):
                _check_clause(text, clause_id)
                _check_gap(text, gap, new)
            case Delete(clause_id):
                _check_clause(text, clause_id)
            case Split(clause_id, at):
                _check_clause(text, clause_id)
                if not 0 < at < len(text.clause(clause_id).body):
                    raise TextError("bad_edit", value=clause_id)
            case Replace(clause_id, title, body):
                old = text.clause(clause_id)
                patch(old.title, title)
                patch(old.body, body)
    _check_once(text, amendment)


def _new_ids(text: Text, amendment: Amendment) -> set[str]:
    """Return the ids an amendment brings; raise TextError where one is taken or comes twice."""
    new: set[str] = set()
    for operation in amendment.operations:
        match operation:
            case Insert(_, clauses):
                ids = [below.id for clause in clauses for below in clause.walk()]
            case Split():
                ids = [operation.new_id]
            case _:
                continue
        for one in ids:
            if one in text.clauses or one in new:
                raise TextError("id_twice", value=one)
            new.add(one)
    return new


def _check_once(text: Text, amendment: Amendment) -> None:
    """Raise TextError where one clause is changed twice, or something is built on what is taken out."""
    seen: set[tuple[type, str]] = set()
    gone = {op.clause for op in amendment.operations if isinstance(op, Delete)}
    moved = {op.clause for op in amendment.operations if isinstance(op, Move)}
    split = {op.clause for op in amendment.operations if isinstance(op, Split)}
    for operation in amendment.operations:
        if isinstance(operation, Insert):
            place = operation.gap.parent
        else:
            place = operation.clause
            if (type(operation), place) in seen:
                raise TextError("bad_edit", value=place)
            seen.add((type(operation), place))
            if isinstance(operation, Move):
                place = operation.gap.parent
            elif isinstance(operation, Replace) and operation.body and place in split:
                raise TextError("bad_edit", value=place)
        while not isinstance(operation, Delete) and place in text.clauses and place != ROOT:
            if place in gone:
                raise TextError("no_clause", value=place)
            if place in moved:
                break
            place = text.parents[place]


def _check_clause(text: Text, clause_id: str) -> None:
    if clause_id == ROOT:
        raise TextError("root_stays")
    text.clause(clause_id)


def _check_gap(text: Text, gap: Gap, new: set[str]) -> None:
    if gap.parent not in new:
        text.clause(gap.parent)
    if gap.after is None or gap.after in new:
        return
    if text.parents.get(gap.after) != gap.parent:
        raise TextError("bad_place", value=gap.after)


def operation_data(operation: Operation) -> dict[str, Any]:
    """Return an operation as plain JSON data."""
    match operation:
        case Replace(clause, title, body, topics, origin):
            data: dict[str, Any] = {"do": "replace", "clause": clause}
            if title:
                data["title"] = [[e.start, e.end, e.text] for e in title]
            if body:
                data["body"] = [[e.start, e.end, e.text] for e in body]
            if topics is not None:
                data["topics"] = list(topics)
            if origin is not None:
                data["origin"] = [[one.kind, one.reference] for one in origin]
            return data
        case Insert(gap, clauses):
            place = {"parent": gap.parent, "after": gap.after}
            return {"do": "insert", **place, "clauses": [as_data(clause) for clause in clauses]}
        case Delete(clause):
            return {"do": "delete", "clause": clause}
        case Move(clause, gap):
            return {"do": "move", "clause": clause, "parent": gap.parent, "after": gap.after}
        case Split(clause, at, new_id, new_title):
            return {"do": "split", "clause": clause, "at": at, "new_id": new_id, "new_title": new_title}


def operation_from(data: Any) -> Operation:
    """Return the operation `operation_data` wrote; raise TextError on anything else."""
    try:
        match data["do"]:
            case "replace":
                return Replace(
                    data["clause"], _edits(data.get("title", ())), _edits(data.get("body", ())),
                    None if data.get("topics") is None else tuple(data["topics"]),
                    None if data.get("origin") is None else tuple(Origin(*one) for one in data["origin"]),
                )  # fmt: skip
            case "insert":
                clauses = tuple(from_data(one) for one in data["clauses"])
                return Insert(Gap(data["parent"], data["after"]), clauses)
            case "delete":
                return Delete(data["clause"])
            case "move":
                return Move(data["clause"], Gap(data["parent"], data["after"]))
            case "split":
                return Split(data["clause"], int(data["at"]), data["new_id"], data.get("new_title", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise TextError("unreadable", value=f"{type(error).__name__}: {error}") from error
    raise TextError("unreadable", value=str(data.get("do")))


def _edits(rows: Iterable[Any]) -> tuple[Edit, ...]:
    return tuple(Edit(int(start), int(end), str(text)) for start, end, text in rows)


def amendment_data(amendment: Amendment) -> dict[str, Any]:
    """Return an amendment as plain JSON data."""
    return {
        "id": amendment.id, "author": amendment.author, "base": amendment.base, "reason": amendment.reason,
        "operations": [operation_data(operation) for operation in amendment.operations],
    }  # fmt: skip


def amendment_from(data: Any) -> Amendment:
    """Return the amendment `amendment_data` wrote."""
    try:
        operations = tuple(operation_from(one) for one in data["operations"])
        return Amendment(data["id"], data["author"], data["base"], operations, data.get("reason", ""))
    except (KeyError, TypeError) as error:
        raise TextError("unreadable", value=f"{type(error).__name__}: {error}") from error


def without(amendment: Amendment, gone: Iterable[int]) -> Amendment:
    """Return an amendment without the operations at these places."""
    left_out = set(gone)
    kept = tuple(op for place, op in enumerate(amendment.operations) if place not in left_out)
    return replace(amendment, operations=kept)
