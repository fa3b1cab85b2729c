# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""From what a person typed on a clause to the operations of an amendment, on a text not yet changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tavolo.agreements.services.starting import clause_id
from tavolo.agreements.services.texts import said
from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.deriving import derive
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.operations import (
    Amendment,
    Delete,
    Gap,
    Insert,
    Move,
    Operation,
    Replace,
    Split,
    reworded,
)
from tavolo.agreements.text.topics import check_topics
from tavolo.common.errors import Problem

ACTIONS = ("replace", "insert", "delete", "move", "split")
FIRST, BEHIND = "first", "behind"
_SENTENCE = re.compile(r"(?<=[.;:!?])\s+(?=[A-ZÀ-Ý«“\"(])|\n+")


@dataclass(frozen=True)
class Wish:
    """One change as typed: what to do with which clause, new words, a place ("first:ID", "behind:ID")."""

    action: str
    clause: str
    title: str = ""
    body: str = ""
    topics: Sequence[str] = field(default_factory=tuple)
    place: str = ""
    at: int = 0


def operations(text: Text, wish: Wish) -> tuple[Operation, ...]:
    """Return the operations a wish stands for; raise Problem where the text has no such clause or place."""
    try:
        check_topics(tuple(wish.topics))
        return (_operation(text, wish),)
    except TextError as error:
        raise said(error) from error


def _operation(text: Text, wish: Wish) -> Operation:
    text.clause(wish.clause)
    if wish.action == "replace":
        return reworded(text, wish.clause, title=wish.title, body=wish.body, topics=wish.topics)
    if wish.action == "insert":
        if not wish.title.strip() and not wish.body.strip():
            raise Problem(_("Write the new clause first: a title, a text, or both."))
        new = Clause(clause_id(), wish.title, wish.body, tuple(wish.topics))
        return Insert(gap_of(text, wish.place or f"{BEHIND}:{wish.clause}"), (new,))
    if wish.action == "delete":
        return Delete(wish.clause)
    if wish.action == "move":
        gap = gap_of(text, wish.place)
        if wish.clause in (gap.parent, gap.after) or wish.clause in text.ancestors(gap.parent):
            raise Problem(_("A clause cannot be moved into or behind itself: choose another place."))
        return Move(wish.clause, gap)
    if wish.action == "split":
        return Split(wish.clause, wish.at, clause_id(), wish.title)
    raise Problem(_("Choose what to do with the clause."))


def gap_of(text: Text, place: str) -> Gap:
    """Return the gap a place names: "first:ID" below a clause, "behind:ID" after one."""
    kind, _colon, anchor = place.partition(":")
    if kind == FIRST and anchor in text.clauses:
        return Gap(anchor)
    if kind == BEHIND and anchor in text.parents:
        return Gap(text.parents[anchor], anchor)
    raise Problem(_("Choose where the clause is to stand."))


def places(text: Text, without: str = "") -> list[tuple[str, Clause, str]]:
    """Return every place of a text as (value, clause, "first" or "behind"), in reading order."""
    found: list[tuple[str, Clause, str]] = []
    inside = {one.id for one in text.clause(without).walk()} if without in text.clauses else set()
    for clause in text.clauses.values():
        if clause.id in inside:
            continue
        if clause.id != ROOT:
            found.append((f"{BEHIND}:{clause.id}", clause, BEHIND))
        found.append((f"{FIRST}:{clause.id}", clause, FIRST))
    return found


def cuts(body: str) -> list[tuple[int, str]]:
    """Return where a body can be cut: the character and the words the new clause would begin with."""
    return [(one.end(), body[one.end() : one.end() + 80]) for one in _SENTENCE.finditer(body)]


def with_wish(text: Text, wish: Wish) -> Text:
    """Return the text in which a wish is carried out, for a party's private working copy."""
    try:
        return apply(text, [Amendment("new", "", text_hash(text), operations(text, wish))])
    except TextError as error:
        raise said(error) from error


def editable(text: Text, held: Iterable[Operation], carried: Sequence[Operation]) -> tuple[Text, list[str]]:
    """Return the working copy on which an amendment is rewritten, and the clauses to offer for editing."""
    copy = apply(text, [Amendment("new", "", text_hash(text), tuple(carried))]) if carried else text
    wanted: list[str] = []
    for operation in (*held, *carried):
        match operation:
            case Replace(clause) | Split(clause):
                wanted.append(clause)
            case Insert(_gap, clauses):
                wanted += [below.id for one in clauses for below in one.walk()]
            case _:
                continue
    return copy, [one for one in dict.fromkeys(wanted) if one in copy.clauses]


def rewritten(text: Text, copy: Text, typed: dict[str, tuple[str, str]]) -> tuple[Operation, ...]:
    """Return the operations that give the clauses of a working copy their typed title and body."""
    try:
        for clause, (title, body) in typed.items():
            old = copy.clause(clause)
            copy = copy.with_clause(Clause(clause, title, body, old.topics, old.origin))
        return derive(text, copy)
    except TextError as error:
        raise said(error) from error
