"""A text as a neutral document, from which the PDF, the page and the plain Word file are made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.markdown import Block as TextBlock
from tavolo.agreements.text.markdown import blocks
from tavolo.agreements.text.model import ROOT, Clause, Text
from tavolo.common.documents import model

DEEPEST = 4
INDENT = "\u2003"


def paper(
    text: Text, *, language: str = "it", day: date | None = None, subtitle: str = "", footer: str = "",
    before: Sequence[model.Block] = (), after: Sequence[model.Block] = (),
) -> model.Document:  # fmt: skip
    """Return the text as a document; its identifier is the beginning of the text's hash.

    `before` stands between title and preamble (parties, state), `after` behind the last clause (signatures,
    statements for the record, the code that leads to verification).
    """
    found: list[model.Block] = [*before]
    for clause in text.root.walk():
        if clause.id != ROOT:
            level = min(text.depth(clause.id), DEEPEST)
            found.append(model.Heading(level, heading(text, clause)))
        found += body(clause.body)
    return model.Document(
        text.root.title, language, (*found, *after), subtitle, footer, day, text_hash(text)[:16]
    )


def heading(text: Text, clause: Clause) -> str:
    """Return a clause's heading with its number: "Art. 3 – Premio", "3.1"."""
    number = text.numbers[clause.id]
    label = number if "." in number else f"Art. {number}"
    return f"{label} – {clause.title}" if clause.title else label


def body(words: str) -> list[model.Block]:
    """Return a clause's body as blocks; deeper items are set in by a space as wide as a letter."""
    found: list[model.Block] = []
    run: list[TextBlock] = []
    for block in (*blocks(words), TextBlock("paragraph", ())):
        if run and (
            block.kind != run[0].kind or (block.kind == "number" and block.number != run[-1].number + 1)
        ):
            found += _list(run)
            run = []
        if block.kind == "paragraph":
            if block.runs:
                found.append(model.Paragraph(_spans(block)))
        elif block.level:
            # The neutral document knows no lists inside lists: a deeper item is a line of its own.
            found += _list(run)
            run = []
            mark = f"{block.number}." if block.kind == "number" else "–"
            lead = model.Span(f"{INDENT * (2 * block.level)}{mark} ")
            found.append(model.Paragraph((lead, *_spans(block))))
        else:
            run.append(block)
    return found


def _list(run: Sequence[TextBlock]) -> list[model.Block]:
    if not run:
        return []
    items = tuple(_spans(block) for block in run)
    if run[0].kind == "number":
        return [model.Numbered(items, run[0].number)]
    return [model.Bullets(items)]


def _spans(block: TextBlock) -> tuple[model.Span, ...]:
    return tuple(model.Span(run.text, run.bold, run.italic) for run in block.runs)
