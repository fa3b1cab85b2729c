"""A collision in words and marks: what stands there now, what each side would make of it, why not both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tavolo.agreements.text.collisions import Collision, Reason
from tavolo.agreements.text.diff import Span, spans
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
)

WHY: dict[Reason, dict[str, str]] = {
    "same_words": {
        "it": "Cambiano le stesse parole in modo diverso.",
        "en": "They change the same words differently.",
    },
    "deleted": {
        "it": "Uno toglie ciò su cui l'altro lavora.",
        "en": "One takes out what the other works on.",
    },
    "moved_apart": {
        "it": "Spostano la stessa clausola in due posti.",
        "en": "They move the same clause to two places.",
    },
    "same_place": {
        "it": "Mettono qualcosa nello stesso posto: va detto in quale ordine.",
        "en": "They put something in the same place: the order must be said.",
    },
    "place_gone": {
        "it": "Uno aggiunge dopo una clausola che l'altro toglie, sposta o divide.",
        "en": "One adds behind a clause that the other deletes, moves or splits.",
    },
    "circle": {
        "it": "Spostano due clausole una dentro l'altra.",
        "en": "They move two clauses into one another.",
    },
    "split": {
        "it": "Uno divide una clausola di cui l'altro cambia le parole o il posto.",
        "en": "One splits a clause whose words or place the other changes.",
    },
    "topics": {"it": "Danno alla clausola temi diversi.", "en": "They give the clause different topics."},
}
DOING: dict[str, dict[str, str]] = {
    "replace": {"it": "Cambia le parole di {clause}", "en": "Changes the words of {clause}"},
    "insert": {"it": "Aggiunge {clause}", "en": "Adds {clause}"},
    "delete": {"it": "Toglie {clause}", "en": "Takes out {clause}"},
    "move": {"it": "Sposta {clause} {place}", "en": "Moves {clause} {place}"},
    "split": {"it": "Divide {clause} in due", "en": "Splits {clause} in two"},
    "first": {"it": "all'inizio di {clause}", "en": "to the beginning of {clause}"},
    "behind": {"it": "dopo {clause}", "en": "behind {clause}"},
    "text": {"it": "il testo", "en": "the text"},
    "new": {"it": "una clausola nuova", "en": "a new clause"},
}


@dataclass(frozen=True)
class Wanted:
    """What one amendment would do: a sentence, and the marked words of title and body where there are any."""

    amendment: str
    author: str
    sentence: str
    title: tuple[Span, ...] = ()
    body: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Picture:
    """One collision, ready to be shown side by side."""

    clause: str
    number: str
    heading: str
    now: str
    why: str
    first: Wanted
    second: Wanted


def picture(
    text: Text, collision: Collision, amendments: Mapping[str, Amendment], language: str = "it"
) -> Picture:
    """Return a collision between two of `amendments` (by id) as it should be shown."""
    clause = text.clause(collision.clause)
    sides = (
        (collision.first, collision.first_operation),
        (collision.second, collision.second_operation),
    )
    first, second = (
        wanted(text, amendments[key], amendments[key].operations[place], language) for key, place in sides
    )
    return Picture(
        clause.id, text.numbers.get(clause.id, ""), clause.title, clause.body,
        WHY[collision.reason][language], first, second,
    )  # fmt: skip


def wanted(text: Text, amendment: Amendment, operation: Operation, language: str = "it") -> Wanted:
    """Return what one operation would do, in words and marks."""
    title: tuple[Span, ...] = ()
    body: tuple[Span, ...] = ()
    match operation:
        case Replace(clause_id):
            old = text.clause(clause_id)
            title, body = tuple(spans(old.title, operation.title)), tuple(spans(old.body, operation.body))
        case Insert(_, clauses):
            title = tuple(Span("inserted", one.title) for one in clauses[:1] if one.title)
            words = "\n\n".join(below.body for one in clauses for below in one.walk() if below.body)
            body = (Span("inserted", words),) if words else ()
        case Delete(clause_id):
            old = text.clause(clause_id)
            title = (Span("deleted", old.title),) if old.title else ()
            body = (Span("deleted", old.body),) if old.body else ()
        case Split(clause_id, at):
            old = text.clause(clause_id)
            body = (Span("same", old.body[:at]), Span("inserted", " ⏎ "), Span("same", old.body[at:]))
    return Wanted(
        amendment.id, amendment.author, sentence(text, operation, language), tuple(title), tuple(body)
    )


def sentence(text: Text, operation: Operation, language: str = "it") -> str:
    """Return one operation as a short sentence."""
    match operation:
        case Insert(gap, clauses):
            names = ", ".join(_name_new(clause, language) for clause in clauses)
            done = DOING["insert"][language].format(clause=names)
            return f"{done} {_place(text, gap, language)}"
        case Move(clause_id, gap):
            name, place = name_of(text, clause_id, language), _place(text, gap, language)
            return DOING["move"][language].format(clause=name, place=place)
        case Replace(clause_id):
            return DOING["replace"][language].format(clause=name_of(text, clause_id, language))
        case Delete(clause_id):
            return DOING["delete"][language].format(clause=name_of(text, clause_id, language))
        case Split(clause_id):
            return DOING["split"][language].format(clause=name_of(text, clause_id, language))


def name_of(text: Text, clause_id: str, language: str = "it") -> str:
    """Return how a clause is called in a sentence: its number and title."""
    if clause_id == ROOT:
        return DOING["text"][language]
    clause = text.clauses.get(clause_id)
    if clause is None:
        return DOING["new"][language]
    number = text.numbers[clause_id]
    label = f"art. {number}" if "." not in number else number
    return f"{label} ({clause.title})" if clause.title else label


def _name_new(clause: Clause, language: str) -> str:
    return f"«{clause.title}»" if clause.title else DOING["new"][language]


def _place(text: Text, gap: Gap, language: str) -> str:
    if gap.after is None:
        return DOING["first"][language].format(clause=name_of(text, gap.parent, language))
    return DOING["behind"][language].format(clause=name_of(text, gap.after, language))
