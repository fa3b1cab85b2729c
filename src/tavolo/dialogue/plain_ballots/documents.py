# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The result of a plain ballot as PDF, Word file and CSV: the same figures and computation as the page."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from tavolo.common.documents.docx import docx
from tavolo.common.documents.model import (
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    Numbered,
    Paragraph,
    Table,
)
from tavolo.common.documents.pdf import pdf
from tavolo.common.errors import Problem
from tavolo.common.tables import csv_bytes
from tavolo.dialogue.plain_ballots import showing
from tavolo.dialogue.plain_ballots.results import Asked, Results
from tavolo.dialogue.plain_ballots.rules import words


def render(counted: Results | None, kind: str, language: str) -> bytes:
    """Return the shared result as `csv`, `pdf` or `docx`; Problem where nothing may be shown."""
    if counted is None:
        raise Problem(_("Figures appear after the ballot is closed."))
    if not any(asked.total for asked in counted.questions):
        raise Problem(
            _("No figures may be shown: too few people voted, or the parties have not released them.")
        )
    with override(language):
        if kind == "csv":
            return csv_bytes(rows(counted), mark=True)
        made = document(counted, language)
        return pdf(made) if kind == "pdf" else docx(made)


def rows(counted: Results) -> Iterable[tuple[str | int, ...]]:
    """Yield the lines of the CSV: one for each question, label and answer."""
    yield ("question", "text", "label", "answer", "votes", "voted", "entitled")
    for asked in counted.questions:
        for column in showing.shown_columns(asked):
            for name, votes in zip(showing.answers(asked), showing.figures(asked, column), strict=True):
                yield (
                    asked.question.number, asked.text, showing.label(column), name, votes, column.voters,
                    column.entitled,
                )  # fmt: skip


def document(counted: Results, language: str) -> Document:
    """Return the result as a document."""
    consultation, ballot = counted.consultation, counted.ballot
    facts = [
        (_("Vote"), showing.kind_of_vote(consultation)),
        (_("Promoters"), ", ".join(str(g.party) for g in consultation.groups.all())),
        (_("Opened"), date_format(consultation.opened_on)),
        (_("Closed"), date_format(consultation.closed_on)),
    ]
    if ballot.text_hash:
        facts += [(_("Text"), ballot.text_title), (_("Fingerprint (SHA-256)"), ballot.text_hash)]
    blocks: list[Block] = [Facts(tuple(facts))]
    for asked in counted.questions:
        blocks += _question(asked, language)
    card = showing.rule_card(counted.rule_set, counted.day, language)
    blocks += [
        Heading(1, _("The rule")), Paragraph(card["name"]), Bullets(tuple(card["words"])),
        Heading(2, _("Sources")),
        Bullets(tuple(f"{source['text']}: {source['words']}" for source in card["sources"])),
        Paragraph(words.disclaimer(language)),
    ]  # fmt: skip
    return Document(
        title=_("Result of the vote: %(title)s") % {"title": consultation.title}, language=language,
        blocks=tuple(blocks), subtitle=str(consultation.table), date=consultation.closed_on,
        identifier=ballot.text_hash[:16],
    )  # fmt: skip


def _question(asked: Asked, language: str) -> list[Block]:
    blocks: list[Block] = [Heading(1, asked.text)]
    if asked.total is None:
        return [*blocks, Paragraph(_("Too few people answered for figures to be shown."))]
    header = showing.head(asked)
    blocks.append(
        Table(
            (_("Who"), *header[1:]),
            tuple(tuple(showing.cells(asked, c, language)) for c in showing.shown_columns(asked)),
            numbers=tuple(range(1, len(header))),
        )
    )
    if asked.outcome is not None:
        said = showing.outcome(asked.outcome, language)
        blocks += [Heading(2, _("The computation, step by step")), Numbered(tuple(said["steps"]))]
        if said["warnings"]:
            blocks += [Heading(2, _("What to know before relying on it")), Bullets(tuple(said["warnings"]))]
    return blocks
