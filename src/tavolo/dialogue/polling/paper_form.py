# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What stands on a paper ballot, and how what was keyed becomes votes in slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.plain_ballots import layouts
from tavolo.dialogue.plain_ballots.models import Question
from tavolo.dialogue.plain_ballots.slots import Misplaced
from tavolo.dialogue.sealing import AGREE, DISAGREE, PASS, SILENCE, Ballot
from tavolo.dialogue.services.analysing import text_in

# A ballot that shows who filled it in, or that cannot be read, is spoiled: keyed so by both, never counted.
SPOILED = "spoiled"
VALUES = {"agree": AGREE, "disagree": DISAGREE, "pass": PASS, "blank": SILENCE}


@dataclass(frozen=True)
class Box:
    """One box to tick: the slot and value it means."""

    slot: int
    value: int
    label: str


@dataclass(frozen=True)
class Item:
    """One question of the paper form: its number, its text, its boxes, how many may be ticked."""

    number: int
    text: str
    boxes: tuple[Box, ...]
    most: int = 1


def items(consultation: Consultation, language: str = "it") -> list[Item]:
    """Return the questions of the paper form in a language, as far as translated."""
    if consultation.kind == Consultation.Kind.BALLOT:
        return _plain(consultation, language)
    found = (
        StatementVersion.objects.filter(consultation=consultation, open_to_votes=True)
        .select_related("statement")
        .prefetch_related("translations")
        .order_by("statement__number")
    )
    return [
        Item(version.statement.number, text_in(version, language), _three(version.slot)) for version in found
    ]


def _three(slot: int) -> tuple[Box, ...]:
    return (Box(slot, AGREE, _("Agree")), Box(slot, DISAGREE, _("Disagree")), Box(slot, PASS, _("Pass")))


def _plain(consultation: Consultation, language: str) -> list[Item]:
    current = StatementVersion.objects.filter(consultation=consultation, open_to_votes=True)
    version_of = {row.statement_id: row for row in current.prefetch_related("translations")}
    found: list[Item] = []
    questions = Question.objects.filter(ballot__consultation=consultation).prefetch_related("options")
    for question in questions.order_by("number"):
        head = version_of.get(question.statement_id)
        if head is None:
            continue
        if question.kind == Question.Kind.YES_NO:
            boxes: tuple[Box, ...] = (
                Box(head.slot, AGREE, _("Yes")),
                Box(head.slot, DISAGREE, _("No")),
                Box(head.slot, PASS, _("Blank")),
            )
        else:
            named = [version_of.get(option.statement_id) for option in question.options.all()]
            options = [version for version in named if version is not None]
            boxes = (*(Box(v.slot, AGREE, text_in(v, language)) for v in options),
                     Box(head.slot, PASS, _("Blank")))  # fmt: skip
        found.append(Item(question.number, text_in(head, language), boxes, question.most))
    return found


def filled(consultation: Consultation, group_number: int, marks: Mapping[int, int]) -> Ballot:
    """Return the ballot with these marks (slot -> value); raise Problem where they exclude one another."""
    empty = Ballot.empty(group_number, consultation.capacity)
    known = {box.slot for item in items(consultation) for box in item.boxes}
    if set(marks) - known:
        raise Problem(_("A mark stands beside no question of this ballot."))
    if consultation.kind == Consultation.Kind.BALLOT:
        try:
            return layouts.read(consultation.pk).fill(empty, marks)
        except Misplaced as error:
            raise Problem(
                _("Two marks on this ballot exclude one another: key it as it is, or as spoiled.")
            ) from error
    for slot, value in marks.items():
        if value not in (AGREE, DISAGREE, PASS):
            raise Problem(_("A mark stands beside no question of this ballot."))
        empty = empty.with_vote(slot, value)
    return empty
