# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What a closed plain ballot shows, and what its rule computes: for pages, documents, API, the record.

The rules of disclosure are those of all consultations: a party's figures are its own until it releases them,
and no group smaller than the table's least is shown or can be computed. The unit here is the question: an
option may have one vote, as long as enough people answered the question in every unit shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tavolo.dialogue import disclosure
from tavolo.dialogue.disclosure import Label
from tavolo.dialogue.models import ClosedBallot, Consultation, Group, Party, StatementVersion
from tavolo.dialogue.plain_ballots.models import PlainBallot, Question
from tavolo.dialogue.plain_ballots.rules.agreed import AGREED, Terms, agreed_rule
from tavolo.dialogue.plain_ballots.rules.counting import Counts
from tavolo.dialogue.plain_ballots.rules.evaluating import Outcome, evaluate
from tavolo.dialogue.plain_ballots.rules.model import RuleSet
from tavolo.dialogue.plain_ballots.rules.reading import load
from tavolo.dialogue.sealing import AGREE
from tavolo.dialogue.services.analysing import text_in
from tavolo.dialogue.services.results import Cells, load_cells, side_states


@dataclass(frozen=True)
class Column:
    """Figures of one label: the whole, a party that released, or the others. `options` as asked."""

    kind: str
    name: str
    yes: int
    no: int
    blank: int
    options: tuple[int, ...]
    voters: int
    entitled: int


@dataclass(frozen=True)
class Asked:
    """One question with its figures. `total` is None where nothing may be shown; `parts` may be empty."""

    question: Question
    text: str
    options: tuple[str, ...]
    total: Column | None
    parts: tuple[Column, ...]
    own: Column | None
    outcome: Outcome | None


@dataclass(frozen=True)
class Results:
    """All of a closed ballot that one audience may see. `hidden`: the whole waits for releases."""

    consultation: Consultation
    ballot: PlainBallot
    rule_set: RuleSet
    day: date
    questions: tuple[Asked, ...] = field(default=())
    hidden: bool = False
    too_few: bool = False


def rule_of(ballot: PlainBallot) -> RuleSet | None:
    """Return the rule set chosen for a ballot, or None while none is chosen."""
    if not ballot.rule_set:
        return None
    if ballot.rule_set == AGREED:
        return agreed_rule(Terms.from_dict(ballot.terms or {}))
    return load().rule_set(ballot.rule_set)


def of(consultation: Consultation, party: Party | None = None, language: str = "it") -> Results | None:
    """Return what everybody with access may see of a closed ballot, and what `party` has of its own.

    None while the ballot is not closed. Figures withheld are absent, never zero.
    """
    ballot = PlainBallot.objects.filter(consultation=consultation).first()
    rule_set = rule_of(ballot) if ballot else None
    if ballot is None or rule_set is None or ballot.rule_day is None or not consultation.has_results:
        return None
    cells = load_cells(consultation)
    states = side_states(consultation, cells)
    too_few = not states
    labels = disclosure.shared_labels(states)
    reader = _Reader(consultation, cells, language)
    questions = tuple(
        reader.asked(question, labels, party, rule_set, ballot.rule_day)
        for question in ballot.questions.prefetch_related("options")
    )
    return Results(
        consultation, ballot, rule_set, ballot.rule_day, questions,
        hidden=not too_few and not labels, too_few=too_few,
    )  # fmt: skip


class _Reader:
    """The counts of a closed ballot, by question and unit."""

    def __init__(self, consultation: Consultation, cells: Cells, language: str) -> None:
        self.consultation, self.cells, self.language = consultation, cells, language
        self.least = consultation.table.minimum_group
        shown = [version for version in cells.versions if version.open_to_votes]
        self.row_of = {v.statement_id: row for row, v in enumerate(cells.versions) if v in shown}
        self.version_of = {version.statement_id: version for version in shown}
        self.texts = self._texts(shown)
        groups = list(Group.objects.filter(consultation=consultation))
        self.unit_of = {g.pk: (disclosure.POOL if g.pooled else g.party_id) for g in groups}
        self.entitled = sum(group.eligible or 0 for group in groups)
        self.ballots: list[tuple[Hashable, bytes]] | None = None

    def _texts(self, shown: list[StatementVersion]) -> dict[uuid.UUID, str]:
        rows = StatementVersion.objects.filter(pk__in=[v.pk for v in shown]).prefetch_related("translations")
        return {row.statement_id: text_in(row, self.language) for row in rows}

    def asked(
        self, question: Question, labels: list[Label], party: Party | None, rule_set: RuleSet, day: date
    ) -> Asked:
        options = [option.statement_id for option in question.options.all()]
        names = tuple(self.texts[key] for key in options)
        side = labels[0].side if labels else (party.side if party else "")
        answered = self._answered(question, options, side)
        level = disclosure.statement_level(answered, self.least)
        total: Column | None = None
        parts: tuple[Column, ...] = ()
        if labels and level != "nothing" and sum(answered.values()) >= self.least:
            everyone = tuple(unit for label in labels for unit in label.units)
            total = self._column(question, options, Label("all", "side", side, everyone), self.entitled)
            if level == "units" and len(labels) > 1:
                parts = tuple(self._column(question, options, label) for label in labels)
        own = None
        units = self.cells.counts.get(party.side, {}) if party else {}
        if party is not None and party.pk in units and level == "units":
            own = self._column(question, options, Label(str(party.pk), "party", party.side, (party.pk,)))
        counted = total or (own if len(units) == 1 else None)
        outcome = None
        if counted is not None:
            outcome = evaluate(
                rule_set, day, _counts(counted, names, self.entitled), load().rule_sets.values()
            )
        return Asked(question, self.texts[question.statement_id], names, total, parts, own, outcome)

    def _column(
        self, question: Question, options: list[uuid.UUID], label: Label, entitled: int | None = None
    ) -> Column:
        units = self.cells.counts[label.side]
        added = sum((units[unit] for unit in label.units), np.zeros((len(self.cells.versions), 3), np.int64))
        yes, no, blank = (int(value) for value in added[self.row_of[question.statement_id]])
        marks = tuple(int(added[self.row_of[key], 0]) for key in options)
        answered = self._answered(question, options, label.side)
        if entitled is None:
            held = self.cells.eligible.get(label.side, {})
            entitled = sum(held.get(unit, 0) for unit in label.units)
        name = self.cells.names.get(label.units[0], "") if label.kind == "party" else ""
        voters = sum(answered[unit] for unit in label.units)
        kind = "all" if label.key == "all" else label.kind
        return Column(kind, name, yes, no, blank, marks, voters, entitled)

    def _answered(self, question: Question, options: list[uuid.UUID], side: str) -> dict[Hashable, int]:
        """Return how many people of each unit answered the question."""
        units = self.cells.counts.get(side, {})
        if question.kind == Question.Kind.APPROVAL:
            slots = [self.version_of[key].slot for key in (question.statement_id, *options)]
            found = dict.fromkeys(units, 0)
            for unit, votes in self._closed():
                if unit in found:
                    found[unit] += int(any(votes[slot] for slot in slots))
            return found
        head = self.row_of[question.statement_id]
        rows = [self.row_of[key] for key in options]
        return {
            unit: int(counts[head].sum()) + sum(int(counts[row, AGREE - 1]) for row in rows)
            for unit, counts in units.items()
        }

    def _closed(self) -> list[tuple[Hashable, bytes]]:
        if self.ballots is None:
            rows = ClosedBallot.objects.filter(consultation=self.consultation).values_list(
                "group_id", "votes"
            )
            self.ballots = [
                (self.unit_of.get(group, disclosure.POOL) if group else disclosure.POOL, bytes(votes))
                for group, votes in rows
            ]
        return self.ballots


def _counts(column: Column, names: tuple[str, ...], entitled: int) -> Counts:
    options = tuple(zip(names, column.options, strict=True))
    if options:
        return Counts(blank=column.blank, entitled=entitled, voters=column.voters, options=options)
    return Counts(column.yes, column.no, column.blank, entitled=entitled, voters=column.voters)
