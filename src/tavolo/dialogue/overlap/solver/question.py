"""What is asked and what is lodged: issues with options, and what each party could accept. No clock, no I/O.

Utility model. A *package* chooses one option on every issue that has at least one option all parties accept
(an issue without one stays open). The utility of party p for package x is additive over issues:

    u_p(x) = sum over issues i of  weight[p, i] * points[p, i, x_i]

with whole points from 0 to 10 for each option and whole weights from 0 to 10 for each issue (Keeney and
Raiffa, *Decisions with Multiple Objectives*, 1976, chapter 3: additive value functions). Only differences
count: adding a constant to all points of an issue changes nothing. A party that gave no points has no
priorities: all packages are worth the same to it, and it is left out of every comparison. Points without
weights weigh 1 everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST_ISSUES = 12
MOST_OPTIONS = 6
MOST_PARTIES = 8
MOST_POINTS = 10
MOST_WEIGHT = 10


@dataclass(frozen=True)
class Issue:
    """An issue and its options, named by keys that are unique among issues and inside the issue."""

    key: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """The list of issues everybody answers. Raises ValueError where keys repeat or sizes are out of range."""

    issues: tuple[Issue, ...]

    def __post_init__(self) -> None:
        keys = [issue.key for issue in self.issues]
        if not 1 <= len(keys) <= MOST_ISSUES or len(set(keys)) != len(keys):
            raise ValueError(f"a list has from 1 to {MOST_ISSUES} issues with different keys")
        for issue in self.issues:
            if not 2 <= len(issue.options) <= MOST_OPTIONS or len(set(issue.options)) != len(issue.options):
                raise ValueError(f"issue {issue.key!r} needs from 2 to {MOST_OPTIONS} different options")


@dataclass(frozen=True)
class Lodged:
    """What one party lodged. Missing issues accept nothing.

    `accepts`: issue key -> option keys it could accept. `points`: issue key -> option key -> 0..10, missing
    0. `weights`: issue key -> 0..10, missing 1. Points of options that are not accepted have no effect.
    """

    accepts: Mapping[str, frozenset[str]]
    points: Mapping[str, Mapping[str, int]] | None = None
    weights: Mapping[str, int] | None = None

    def value(self, issue: str, option: str) -> int:
        """Return weight times points of an option; 0 where no priorities were given."""
        if self.points is None:
            return 0
        weight = 1 if self.weights is None else self.weights.get(issue, 1)
        return weight * self.points.get(issue, {}).get(option, 0)


def check(question: Question, lodged: Mapping[str, Lodged]) -> None:
    """Raise ValueError where a lodging names what the list does not, or a number is out of range."""
    if not 1 <= len(lodged) <= MOST_PARTIES:
        raise ValueError(f"from 1 to {MOST_PARTIES} parties can be compared")
    options = {issue.key: set(issue.options) for issue in question.issues}
    for one in lodged.values():
        for key, accepted in one.accepts.items():
            if not set(accepted) <= options.get(key, set()):
                raise ValueError(f"issue {key!r}: an accepted option is not on the list")
        for key, points in (one.points or {}).items():
            if not set(points) <= options.get(key, set()):
                raise ValueError(f"issue {key!r}: points for an option that is not on the list")
            if any(not 0 <= value <= MOST_POINTS for value in points.values()):
                raise ValueError(f"issue {key!r}: points go from 0 to {MOST_POINTS}")
        for key, weight in (one.weights or {}).items():
            if key not in options or not 0 <= weight <= MOST_WEIGHT:
                raise ValueError(f"issue {key!r}: a weight goes from 0 to {MOST_WEIGHT}")


def overlap(question: Question, lodged: Mapping[str, Lodged]) -> dict[str, tuple[str, ...]]:
    """Return issue key -> the options all parties accept, in the order of the list; empty where none."""
    check(question, lodged)
    return {
        issue.key: tuple(
            option
            for option in issue.options
            if all(option in one.accepts.get(issue.key, ()) for one in lodged.values())
        )
        for issue in question.issues
    }
