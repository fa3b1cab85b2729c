"""Invented texts and amendments for property tests, drawn from a seeded generator."""

from __future__ import annotations

import random

from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.agreements.text.operations import (
    Amendment,
    Delete,
    Gap,
    Insert,
    Move,
    Operation,
    Split,
    reworded,
)

WORDS = [
    "le", "parti", "convengono", "premio", "di", "risultato", "formazione", "orario", "lavoro", "impresa",
    "entro", "giorni", "30", "60", "90", "verifica", "comitato", "bilaterale", "importo", "euro", "dati",
]  # fmt: skip


def sentence(source: random.Random, words: int) -> str:
    """Return some words with a full stop."""
    return " ".join(source.choice(WORDS) for _ in range(words)) + "."


def body(source: random.Random) -> str:
    """Return a few paragraphs or items."""
    parts = [sentence(source, source.randint(4, 18)) for _ in range(source.randint(1, 3))]
    return "\n\n".join(parts) if source.random() < 0.7 else "\n".join(f"- {part}" for part in parts)


def invented(source: random.Random, articles: int = 4, points: int = 2) -> Text:
    """Return a text of some articles with some points each."""

    def clause(key: str, below: int) -> Clause:
        children = tuple(clause(f"{key}-{i}", 0) for i in range(source.randint(0, below)))
        return Clause(key, sentence(source, 3), body(source), children=children)

    clauses = tuple(clause(f"c{i}", points) for i in range(articles))
    return Text.of("Accordo", clauses, body(source))


def changed(source: random.Random, words: str) -> str:
    """Return words with some of them other, gone or new."""
    tokens = words.split(" ")
    for _ in range(source.randint(1, 3)):
        at = source.randrange(len(tokens))
        choice = source.random()
        if choice < 0.4:
            tokens[at] = f"{source.choice(WORDS)}{source.randint(0, 9)}"
        elif choice < 0.7:
            tokens.insert(at, f"nuovo{source.randint(0, 99)}")
        elif len(tokens) > 3:
            del tokens[at]
    return " ".join(tokens)


def operation(source: random.Random, text: Text, key: str) -> Operation:
    """Return one operation on a text; new ids begin with `key`."""
    ids = [one for one in text.clauses if one != ROOT]
    clause = source.choice(ids)
    kind = source.random()
    if kind < 0.5:
        return reworded(text, clause, body=changed(source, text.clause(clause).body))
    if kind < 0.7:
        fresh = Clause(
            f"{key}n", "Nuovo articolo", sentence(source, 6), children=(Clause(f"{key}p", "", "Punto."),)
        )
        return Insert(gap(source, text), (fresh,))
    if kind < 0.8:
        return Delete(clause)
    if kind < 0.92:
        below = {one.id for one in text.clause(clause).walk()}
        for _ in range(20):
            place = gap(source, text)
            if place.parent not in below and place.after != clause:
                return Move(clause, place)
        return Delete(clause)
    words = text.clause(clause).body
    at = words.find(" ", len(words) // 2) + 1
    return Split(clause, at, f"{key}s") if 0 < at < len(words) else Delete(clause)


def gap(source: random.Random, text: Text) -> Gap:
    """Return a place of a text."""
    parent = source.choice(list(text.clauses))
    points = [child.id for child in text.clause(parent).children]
    return Gap(parent, source.choice([None, *points]))


def amendment(source: random.Random, text: Text, key: str) -> Amendment:
    """Return an amendment of one to three operations that stands on a text."""
    for _attempt in range(50):
        operations = tuple(operation(source, text, f"{key}{i}") for i in range(source.randint(1, 2)))
        made = Amendment(key, f"party-{key}", text_hash(text), operations)
        try:
            apply(text, [made])
        except TextError:
            continue
        return made
    raise AssertionError("no amendment fits this text")
