"""What a rule computes from counts: quorum, majority, by how much, from which source, with which doubts.

It never says that a vote or an agreement is valid: it computes, cites and warns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tavolo.dialogue.plain_ballots.rules.counting import Counts, Threshold, threshold
from tavolo.dialogue.plain_ballots.rules.model import Reference, RuleSet

DECIDING = ("majority_share", "majority_base", "majority_reading", "quorum_share", "quorum_base", "decides")


@dataclass(frozen=True)
class Warning:
    """A doubt the reader must know of; `words.warning_text` says it in a language."""

    code: str
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a rule set computes on a day from counts.

    `result`: approved, not_approved, rejected, not_rejected, no_quorum, chosen, not_chosen, tie, no_rule
    (nobody prescribes a majority), missing (a figure is missing) or no_rule_that_day. `quorum_reached` and
    `majority_reached` are None where there is no such rule or a figure is missing.
    """

    rule_set: str
    day: date
    counts: Counts
    decides: str
    quorum: Threshold | None
    majority: Threshold | None
    result: str
    leading: tuple[str, ...] = ()
    sources: tuple[Reference, ...] = ()
    warnings: tuple[Warning, ...] = ()

    @property
    def quorum_reached(self) -> bool | None:
        """Say whether enough people voted; None where no quorum is asked or it cannot be told."""
        return None if self.quorum is None else self.quorum.reached

    @property
    def majority_reached(self) -> bool | None:
        """Say whether the majority the rule speaks of is there; None where there is none to reach."""
        return None if self.majority is None else self.majority.reached


# How a source was read, where that leaves a doubt the reader must know.
DOUBTFUL = {
    "second hand": "second_hand", "from memory": "from_memory", "project notes": "project_notes",
}  # fmt: skip


def evaluate(rule_set: RuleSet, day: date, counts: Counts, others: Iterable[RuleSet] = ()) -> Outcome:
    """Return what `rule_set` computes on `day` from `counts`.

    `others` are rule sets to compare with: one of the same subject and vote that decides otherwise on that
    day is warned of. Exact arithmetic throughout. Raises RuleError for impossible counts only.
    """
    decides = rule_set.word("decides", day, "approval")
    quorum = _quorum(rule_set, day, counts)
    leading = _leading(counts)
    majority = _majority(rule_set, day, counts, decides)
    found = Outcome(
        rule_set.key, day, counts, decides, quorum, majority,
        _result(rule_set, day, counts, decides, quorum, majority, leading), leading, _sources(rule_set, day),
    )  # fmt: skip
    return replace(found, warnings=tuple(_warnings(rule_set, found, others)))


def _quorum(rule_set: RuleSet, day: date, counts: Counts) -> Threshold | None:
    share = rule_set.fraction("quorum_share", day)
    if share is None:
        return None
    base = rule_set.word("quorum_base", day, "entitled")
    reading = rule_set.word("quorum_reading", day, "more_than")
    return threshold(share[0], reading, base, counts.base(base), counts.cast, share[1].reference)


def _majority(rule_set: RuleSet, day: date, counts: Counts, decides: str) -> Threshold | None:
    share = rule_set.fraction("majority_share", day)
    if share is None:
        return None
    base = rule_set.word("majority_base", day, "voters")
    reading = rule_set.word("majority_reading", day, "more_than")
    return threshold(share[0], reading, base, counts.base(base), _deciding_votes(counts, decides),
                     share[1].reference)  # fmt: skip


def _deciding_votes(counts: Counts, decides: str) -> int:
    if counts.options:
        return max(votes for _name, votes in counts.options)
    return counts.no if decides == "rejection" else counts.yes


def _leading(counts: Counts) -> tuple[str, ...]:
    if not counts.options:
        return ()
    most = max(votes for _name, votes in counts.options)
    return tuple(name for name, votes in counts.options if votes == most and most > 0)


def _result(
    rule_set: RuleSet, day: date, counts: Counts, decides: str, quorum: Threshold | None,
    majority: Threshold | None, leading: tuple[str, ...],
) -> str:  # fmt: skip
    if not rule_set.holds_on(day):
        return "no_rule_that_day"
    if quorum is not None and quorum.reached is not True:
        return "missing" if quorum.reached is None else "no_quorum"
    if majority is None:
        return "quorum_reached" if decides == "election" else "no_rule"
    if majority.reached is None:
        return "missing"
    if counts.options:
        return "tie" if len(leading) > 1 else ("chosen" if majority.reached else "not_chosen")
    words = {
        "approval": ("approved", "not_approved"),
        "rejection": ("rejected", "not_rejected"),
        "election": ("quorum_reached", "no_quorum"),
    }
    return words[decides][0 if majority.reached else 1]


def _sources(rule_set: RuleSet, day: date) -> tuple[Reference, ...]:
    return tuple(dict.fromkeys(value.reference for value in rule_set.on(day)))


def _warnings(rule_set: RuleSet, found: Outcome, others: Iterable[RuleSet]) -> Iterable[Warning]:
    if found.result == "no_rule_that_day":
        yield Warning("no_rule_that_day", (("day", found.day),))
    if found.result == "no_rule":
        yield Warning("no_general_majority")
    for name, test in (("quorum", found.quorum), ("majority", found.majority)):
        if test is not None and test.of is None:
            yield Warning("missing_figure", (("test", name), ("base", test.base)))
        if test is not None and test.disputed:
            yield Warning("disputed_plus_one", (("have", test.have), ("literal", test.literal)))
    yield from _doubtful_sources(rule_set, found.day)
    yield from _other_readings(rule_set, found.day)
    yield from _blank_matters(found)
    if found.result == "tie":
        yield Warning("tie", (("names", found.leading),))
    yield from _conflicts(rule_set, found.day, others)


def _doubtful_sources(rule_set: RuleSet, day: date) -> Iterable[Warning]:
    for reference in _sources(rule_set, day):
        code = DOUBTFUL.get(reference.status)
        if code is not None:
            yield Warning(code, (("source", reference.short()), ("day", reference.read_on)))


def _other_readings(rule_set: RuleSet, day: date) -> Iterable[Warning]:
    for value in rule_set.on(day):
        for other in value.others:
            yield Warning("other_reading", (("note", dict(other.note)), ("source", other.reference.short())))


def _blank_matters(found: Outcome) -> Iterable[Warning]:
    """Warn where blank or spoiled ballots decide: the same share of valid votes would give another answer."""
    test, counts = found.majority, found.counts
    if test is None or test.base not in ("voters", "valid") or counts.cast == counts.valid:
        return
    swapped = "valid" if test.base == "voters" else "voters"
    again = threshold(test.share, test.reading, swapped, counts.base(swapped), test.have, test.reference)
    if again.reached is not test.reached:
        yield Warning("blank_matters", (("number", counts.blank + counts.spoiled),))


def _conflicts(rule_set: RuleSet, day: date, others: Iterable[RuleSet]) -> Iterable[Warning]:
    for other in others:
        same = other.subject == rule_set.subject and other.vote == rule_set.vote
        if other.key == rule_set.key or not same or not other.holds_on(day):
            continue
        if _decision(other, day) != _decision(rule_set, day):
            yield Warning("other_rule", (("name", dict(other.name)),))


def _decision(rule_set: RuleSet, day: date) -> tuple[Any, ...]:
    values = (rule_set.at(key, day) for key in DECIDING)
    return tuple(None if value is None else value.value for value in values)
