"""Rule sets as dated values: what a vote or a signature needs on a day, and who says so.

A rule set is a named bundle of rules; a rule holds values, each with its days (both included, an open end
means "until changed") and the reference it was taken from. Shares are exact fractions, never floats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tavolo.dialogue.plain_ballots.rules.errors import RuleError

# verified: the wording was read in the source named; second hand: a public text about the act says so, the
# act was not read; project notes: the project's reference says so, the act itself was not read; from memory:
# to be confirmed; agreed: the parties wrote the rule themselves.
STATUSES = ("verified", "second hand", "project notes", "from memory", "agreed by the parties")
SYSTEMS = ("confindustria", "confapi", "law", "any")
SUBJECTS = ("company", "territorial", "national", "election", "representation", "any")
VOTES = ("workers", "members", "rsu", "organs", "any", "none")
READINGS = ("more_than", "at_least", "share_plus_one")
BASES = ("voters", "valid", "entitled", "members")
DECIDES = ("approval", "rejection", "election")

Value = Fraction | int | str | bool

# Every rule a file may hold: its unit, and for a choice the words it may be.
CATALOGUE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "quorum_share": ("ratio", ()),
    "quorum_reading": ("choice", READINGS),
    "quorum_base": ("choice", ("entitled", "members")),
    "majority_share": ("ratio", ()),
    "majority_reading": ("choice", READINGS),
    "majority_base": ("choice", BASES),
    "decides": ("choice", DECIDES),
    "no_general_majority": ("yes_no", ()),
    "request_within": ("days", ()),
    "request_workers_share": ("ratio", ()),
    "delegations_share": ("ratio", ()),
    "signatories_share": ("ratio", ()),
    "signatories_reading": ("choice", READINGS),
    "admission_share": ("ratio", ()),
    "employees_more_than": ("number", ()),
    "least_members": ("number", ()),
    "only_unions_ask": ("yes_no", ()),
    "who_may_form": ("text", ()),
    "without_quorum": ("text", ()),
}


@dataclass(frozen=True)
class Reference:
    """Where a value comes from: act, article, its words, the day it was read, and how sure we are."""

    act: str
    article: str
    text: str
    read_on: date
    status: str

    def short(self) -> str:
        """Return act and article on one line."""
        return f"{self.act}, {self.article}" if self.article else self.act


@dataclass(frozen=True)
class Other:
    """Another source's reading of the same value, kept visible."""

    value: Value
    note: Mapping[str, str]
    reference: Reference


@dataclass(frozen=True)
class RuleValue:
    """A value with its days and its reference."""

    key: str
    unit: str
    value: Value
    start: date
    end: date | None
    reference: Reference
    others: tuple[Other, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Say whether the value holds on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class RuleSet:
    """A named bundle of rules. `name` and `description` are texts by language ("it", "en")."""

    key: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    system: str
    subject: str
    vote: str
    rules: Mapping[str, tuple[RuleValue, ...]] = field(default_factory=dict)

    def at(self, rule: str, day: date) -> RuleValue | None:
        """Return the value of a rule on a day, or None where it has none; RuleError for an unknown rule."""
        if rule not in CATALOGUE:
            raise RuleError(f"no rule is called '{rule}'; known are {', '.join(CATALOGUE)}")
        return next((value for value in self.rules.get(rule, ()) if value.holds_on(day)), None)

    def fraction(self, rule: str, day: date) -> tuple[Fraction, RuleValue] | None:
        """Return a share as an exact fraction with the value it comes from, or None."""
        found = self.at(rule, day)
        return None if found is None or not isinstance(found.value, Fraction) else (found.value, found)

    def word(self, rule: str, day: date, otherwise: str) -> str:
        """Return a choice on a day, or `otherwise` where the rule has no value."""
        found = self.at(rule, day)
        return otherwise if found is None else str(found.value)

    def holds_on(self, day: date) -> bool:
        """Say whether any of its rules has a value on a day."""
        return any(value.holds_on(day) for values in self.rules.values() for value in values)

    def on(self, day: date) -> tuple[RuleValue, ...]:
        """Return the values that hold on a day, in the order of the catalogue."""
        return tuple(value for key in CATALOGUE if (value := self.at(key, day)) is not None)


@dataclass(frozen=True)
class Need:
    """What an interconfederal system asks for one kind of agreement: which rule set, and when it applies."""

    rule_set: str
    test: str
    when: str


@dataclass(frozen=True)
class System:
    """An interconfederal system: for each kind of agreement, what it asks."""

    key: str
    name: Mapping[str, str]
    needs: Mapping[str, tuple[Need, ...]]
    note: Mapping[str, str]


@dataclass(frozen=True)
class Library:
    """All rule sets and systems, and the hash of the files they were read from."""

    rule_sets: Mapping[str, RuleSet]
    systems: Mapping[str, System]
    version: str

    def rule_set(self, key: str) -> RuleSet:
        """Return a rule set; RuleError where there is none of that name."""
        if key not in self.rule_sets:
            raise RuleError(f"no rule set is called '{key}'; known are {', '.join(self.rule_sets)}")
        return self.rule_sets[key]
