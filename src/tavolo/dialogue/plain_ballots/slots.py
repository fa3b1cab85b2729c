"""Where a plain ballot's marks lie inside a sealed ballot, and which marks go together. Pure.

A question has one slot of its own (its head). For yes or no the head holds the answer: agree is yes, disagree
is no, pass is a blank vote. For a choice each option has a slot that holds agree or nothing, and the head
holds pass for a blank vote. A ballot therefore never has two options of a single choice, nor an option and
a blank: `place` replaces, and `fill` refuses.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tavolo.dialogue.sealing import AGREE, DISAGREE, PASS, SILENCE, Ballot


class Misplaced(Exception):
    """A mark that this ballot does not allow. `code`: unknown, options_only, mark_only, too_many."""

    def __init__(self, code: str, most: int = 0) -> None:
        super().__init__(code)
        self.code, self.most = code, most


@dataclass(frozen=True)
class Question:
    """A question by its slots. `options` is empty for yes or no; `most` is how many may be marked."""

    head: int
    options: tuple[int, ...] = ()
    most: int = 1

    @property
    def slots(self) -> tuple[int, ...]:
        """Return all slots of the question."""
        return (self.head, *self.options)

    @property
    def width(self) -> int:
        """Return how many slots one vote on this question may change at most."""
        return 1 if not self.options else (2 if self.most == 1 else len(self.slots))

    def marks(self, ballot: Ballot) -> dict[int, int]:
        """Return slot -> value of what stands in a ballot for this question."""
        return {slot: ballot.vote(slot) for slot in self.slots if ballot.vote(slot) != SILENCE}

    def cleared(self, ballot: Ballot) -> Ballot:
        """Return the ballot without any answer to this question."""
        for slot in self.marks(ballot):
            ballot = ballot.with_vote(slot, SILENCE)
        return ballot

    def place(self, ballot: Ballot, slot: int, value: int, *, replace: bool = True) -> Ballot:
        """Return the ballot with one mark set or taken back; `replace` drops what it excludes."""
        if not self.options:
            return ballot.with_vote(slot, value)
        if slot == self.head:
            return self._blank(ballot, value, replace)
        if value not in (AGREE, SILENCE):
            raise Misplaced("mark_only")
        if value == SILENCE or ballot.vote(slot) == AGREE:
            return ballot.with_vote(slot, value)
        standing = [option for option in self.options if ballot.vote(option) == AGREE]
        if standing and self.most == 1 and replace:
            ballot = ballot.with_vote(standing[0], SILENCE)
        elif len(standing) >= self.most:
            raise Misplaced("too_many", self.most)
        if ballot.vote(self.head) != SILENCE:
            if not replace:
                raise Misplaced("options_only")
            ballot = ballot.with_vote(self.head, SILENCE)
        return ballot.with_vote(slot, AGREE)

    def _blank(self, ballot: Ballot, value: int, replace: bool) -> Ballot:
        if value not in (PASS, SILENCE):
            raise Misplaced("options_only")
        if value == PASS and not replace and self.marks(ballot):
            raise Misplaced("options_only")
        return self.cleared(ballot).with_vote(self.head, value)


@dataclass(frozen=True)
class Layout:
    """All questions of a plain ballot, and the slot of each version people mark."""

    questions: tuple[Question, ...]
    slot_of: Mapping[uuid.UUID, int] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Return the number of changes written for every vote, so that none tells what kind it was."""
        return max(sum(question.width for question in self.questions), 1)

    def question_of(self, slot: int) -> Question:
        """Return the question a slot belongs to; raise Misplaced for a slot of none."""
        for question in self.questions:
            if slot in question.slots:
                return question
        raise Misplaced("unknown")

    def place(self, ballot: Ballot, slot: int, value: int) -> Ballot:
        """Return the ballot after one mark, with what it excludes taken away."""
        return self.question_of(slot).place(ballot, slot, value)

    def fill(self, ballot: Ballot, marks: Mapping[int, int]) -> Ballot:
        """Return the ballot with exactly these marks on all questions; raise Misplaced where two exclude
        each other."""
        for question in self.questions:
            ballot = question.cleared(ballot)
        for slot, value in marks.items():
            ballot = self.question_of(slot).place(ballot, slot, value, replace=False)
        return ballot

    def moves(self, before: Ballot, after: Ballot) -> list[tuple[int, int, int]]:
        """Return (slot, old, new) of every slot that differs, never more than `width`."""
        slots: Iterable[int] = (slot for question in self.questions for slot in question.slots)
        return [
            (slot, before.vote(slot), after.vote(slot))
            for slot in slots
            if before.vote(slot) != after.vote(slot)
        ]


__all__ = ["AGREE", "DISAGREE", "PASS", "SILENCE", "Layout", "Misplaced", "Question"]
