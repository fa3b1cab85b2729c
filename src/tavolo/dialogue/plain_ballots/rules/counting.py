"""Exact thresholds: how many are needed of how many, without floats.

For a base of n and a share s: "more than" needs floor(s n) + 1, "at least" needs ceil(s n), and "share plus
one" (Italian "50% piu uno") needs floor(s n) + 1 in the reading used here. Where s n is no whole number a
literal reading asks for ceil(s n + 1), one more: a count between the two is reported as disputed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.model import READINGS, Reference


@dataclass(frozen=True)
class Counts:
    """What was counted on one question. None means the figure is not known.

    `entitled` is how many might vote, `members` how many a body has; `options` are (name, votes) for a
    choice, and then `yes` and `no` stay 0. `voters` counts every ballot cast, blank and spoiled included;
    without it the sum of what was counted stands for it.
    """

    yes: int = 0
    no: int = 0
    blank: int = 0
    spoiled: int = 0
    entitled: int | None = None
    voters: int | None = None
    members: int | None = None
    options: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        numbers = [self.yes, self.no, self.blank, self.spoiled, *(votes for _name, votes in self.options)]
        numbers += [number for number in (self.entitled, self.voters, self.members) if number is not None]
        if any(number < 0 for number in numbers):
            raise RuleError("a count cannot be negative: check the figures")
        if self.options and (self.yes or self.no):
            raise RuleError("count either yes and no, or options, not both")
        if self.voters is not None and self._least_voters() > self.voters:
            raise RuleError("more votes were counted than people voted: check the figures")
        if self.entitled is not None and self.entitled < self.cast:
            raise RuleError("more people voted than were entitled to: check the figures")

    def _least_voters(self) -> int:
        # With several marks allowed on a ballot, options add up to more than ballots: each one still fits.
        marks = [votes for _name, votes in self.options]
        return max([self.yes + self.no, *marks]) + self.blank + self.spoiled

    @property
    def cast(self) -> int:
        """Return how many voted: as given, or as the counts add up."""
        if self.voters is not None:
            return self.voters
        return self.yes + self.no + sum(votes for _n, votes in self.options) + self.blank + self.spoiled

    @property
    def valid(self) -> int:
        """Return the ballots that are neither blank nor spoiled."""
        return self.cast - self.blank - self.spoiled

    def base(self, name: str) -> int | None:
        """Return the number a share is taken of."""
        return {
            "voters": self.cast, "valid": self.valid, "entitled": self.entitled, "members": self.members,
        }[name]  # fmt: skip


@dataclass(frozen=True)
class Threshold:
    """One comparison: `have` against `needed` of `of`, and where it comes from.

    `reached` is None where a figure is missing. `missing` says how many more would have been needed,
    `margin` by how many it is above. `literal` is the stricter reading's number where it differs.
    """

    share: Fraction
    reading: str
    base: str
    of: int | None
    have: int | None
    needed: int | None
    literal: int | None
    reference: Reference

    @property
    def reached(self) -> bool | None:
        """Say whether it is reached, or None where it cannot be told."""
        if self.have is None or self.needed is None:
            return None
        return self.have >= self.needed

    @property
    def missing(self) -> int:
        """Return how many more were needed; 0 where reached or unknown."""
        return 0 if self.have is None or self.needed is None else max(self.needed - self.have, 0)

    @property
    def margin(self) -> int:
        """Return by how many the needed number is exceeded; 0 where not reached or unknown."""
        return 0 if self.have is None or self.needed is None else max(self.have - self.needed, 0)

    @property
    def disputed(self) -> bool:
        """Say whether the two readings of "plus one" give different answers here."""
        return (
            self.literal is not None and self.have is not None and self.needed is not None
            and self.needed <= self.have < self.literal
        )  # fmt: skip


def needed(share: Fraction, reading: str, of: int) -> int:
    """Return the least whole number that satisfies a share of `of` in a reading."""
    if reading not in READINGS:
        raise RuleError(f"no reading is called '{reading}'; known are {', '.join(READINGS)}")
    if of < 0 or not 0 <= share <= 1:
        raise RuleError("a share lies between 0 and 1 and is taken of a number that is not negative")
    return math.ceil(share * of) if reading == "at_least" else math.floor(share * of) + 1


def threshold(
    share: Fraction, reading: str, base: str, of: int | None, have: int | None, reference: Reference
) -> Threshold:
    """Compare `have` with a share of `of`; either may be unknown."""
    least = None if of is None else needed(share, reading, of)
    literal = None
    if of is not None and reading == "share_plus_one":
        strict = math.ceil(share * of + 1)
        literal = strict if strict != least else None
    return Threshold(share, reading, base, of, have, least, literal, reference)
