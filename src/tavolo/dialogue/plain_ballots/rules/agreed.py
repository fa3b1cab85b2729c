"""A rule the parties themselves agreed on: threshold, quorum and what they are a share of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.model import CATALOGUE, Reference, RuleSet, RuleValue, Value
from tavolo.dialogue.plain_ballots.rules.reading import share

AGREED = "agreed"
NAME = {"it": "Regola concordata fra le parti", "en": "Rule agreed by the parties"}
DESCRIPTION = {
    "it": "Soglia, quorum e base di calcolo che le parti hanno scritto per questo voto.",
    "en": "Threshold, quorum and base that the parties wrote for this vote.",
}


@dataclass(frozen=True)
class Terms:
    """What was agreed. Shares are text such as `1/2`; an empty quorum means none is asked."""

    majority_share: str
    majority_reading: str
    majority_base: str
    quorum_share: str
    quorum_reading: str
    where: str
    agreed_on: date

    def as_dict(self) -> dict[str, str]:
        """Return the terms as plain text, for storing."""
        return {
            "majority_share": self.majority_share, "majority_reading": self.majority_reading,
            "majority_base": self.majority_base, "quorum_share": self.quorum_share,
            "quorum_reading": self.quorum_reading, "where": self.where,
            "agreed_on": self.agreed_on.isoformat(),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, held: Mapping[str, str]) -> Terms:
        """Read what `as_dict` wrote; RuleError where something is missing."""
        try:
            return cls(
                held["majority_share"], held["majority_reading"], held["majority_base"],
                held["quorum_share"], held["quorum_reading"], held["where"],
                date.fromisoformat(held["agreed_on"]),
            )  # fmt: skip
        except (KeyError, ValueError) as error:
            raise RuleError(
                "the agreed rule is incomplete: give threshold, base and where it stands"
            ) from error


def agreed_rule(terms: Terms) -> RuleSet:
    """Return the rule set of agreed terms, holding from the day they were agreed; RuleError if unusable."""
    if not terms.where.strip():
        raise RuleError("say where the parties wrote this rule: the document and its date")
    reference = Reference(
        terms.where.strip(), "", terms.where.strip(), terms.agreed_on, "agreed by the parties"
    )
    values: dict[str, Value] = {
        "majority_share": _nontrivial(share(terms.majority_share, "the threshold")),
        "majority_reading": _choice("majority_reading", terms.majority_reading),
        "majority_base": _choice("majority_base", terms.majority_base),
        "decides": "approval",
    }
    if terms.quorum_share:
        values["quorum_share"] = _nontrivial(share(terms.quorum_share, "the quorum"))
        values["quorum_reading"] = _choice("quorum_reading", terms.quorum_reading)
        values["quorum_base"] = "entitled"
    rules = {
        key: (RuleValue(key, CATALOGUE[key][0], value, terms.agreed_on, None, reference),)
        for key, value in values.items()
    }
    return RuleSet(AGREED, NAME, DESCRIPTION, "any", "any", "any", rules)


def _nontrivial(found: Fraction) -> Fraction:
    if found == 0:
        raise RuleError("a share of nothing decides nothing: write 1/2 for half")
    return found


def _choice(rule: str, word: str) -> str:
    if word not in CATALOGUE[rule][1]:
        raise RuleError(f"'{word}' must be one of {', '.join(CATALOGUE[rule][1])}")
    return word
