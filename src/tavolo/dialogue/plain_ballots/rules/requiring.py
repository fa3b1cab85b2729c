"""What an interconfederal system asks for an agreement, given who signed and what was voted.

Facts that are not known stay None: the answer then says which figure is missing, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tavolo.dialogue.plain_ballots.rules.counting import Counts, Threshold, threshold
from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.evaluating import Outcome, Warning, evaluate
from tavolo.dialogue.plain_ballots.rules.model import SUBJECTS, Library, Need, Reference, RuleSet

PERMILLE = 1_000_000  # representation is compared as a share of a million, so that no figure is rounded


@dataclass(frozen=True)
class Facts:
    """What is known about an agreement. Shares are exact fractions between 0 and 1; None is "not known".

    `body`: "rsu" or "rsa", or empty where the firm has neither. `rsu_members` and `rsu_in_favour` count
    people of the RSU; `delegations_share` is the signing RSA's share of the contribution delegations;
    `signatories_share` the measured national representation of the unions that signed; `vote_requested`
    whether a vote was asked for in time; `vote` and `consultation` what was counted.
    """

    body: str = ""
    rsu_members: int | None = None
    rsu_in_favour: int | None = None
    delegations_share: Fraction | None = None
    signatories_share: Fraction | None = None
    least_signatory_share: Fraction | None = None
    vote_requested: bool | None = None
    vote: Counts | None = None
    consultation: Counts | None = None


@dataclass(frozen=True)
class Requirement:
    """One thing asked. `met` is None where it cannot be told or nothing general is asked.

    `code` names the test; `words.requirement_text` says it in a language.
    """

    code: str
    rule_set: str
    met: bool | None
    test: Threshold | None
    outcome: Outcome | None
    sources: tuple[Reference, ...]
    warnings: tuple[Warning, ...]


def required(library: Library, system: str, kind: str, day: date, facts: Facts) -> tuple[Requirement, ...]:
    """Return what `system` asks on `day` for an agreement of `kind` (company, territorial, national).

    Raises RuleError for an unknown system or kind. An empty answer never comes: where no rule is on file,
    one requirement says so.
    """
    if system not in library.systems:
        raise RuleError(f"no system is called '{system}'; known are {', '.join(library.systems)}")
    if kind not in SUBJECTS:
        raise RuleError(f"no kind of agreement is called '{kind}'")
    needs = library.systems[system].needs.get(kind, ())
    wanted = [need for need in needs if need.when in ("always", facts.body)]
    found = tuple(_requirement(library.rule_set(need.rule_set), need, day, facts) for need in wanted)
    return found or (Requirement("nothing_on_file", "", None, None, None, (), (Warning("nothing_on_file"),)),)


def _requirement(rule_set: RuleSet, need: Need, day: date, facts: Facts) -> Requirement:
    sources = tuple(dict.fromkeys(value.reference for value in rule_set.on(day)))
    if not rule_set.holds_on(day):
        doubts = (Warning("no_rule_that_day", (("day", day),)),)
        return Requirement(need.test, rule_set.key, None, None, None, sources, doubts)
    if need.test == "vote_on_request":
        return _on_request(rule_set, day, facts, sources)
    if need.test in ("vote", "members"):
        return _counted(rule_set, need, day, facts, sources)
    test = _compared(rule_set, need.test, day, facts)
    warnings = _source_warnings(rule_set, day)
    if need.test != "own_rule" and (test is None or test.reached is None):
        warnings += (Warning("missing_figure", (("test", need.test), ("base", need.test))),)
    return Requirement(
        need.test, rule_set.key, None if test is None else test.reached, test, None, sources, warnings
    )


def _compared(rule_set: RuleSet, test: str, day: date, facts: Facts) -> Threshold | None:
    """Compare a measured share with the rule's, both as parts of a million of the whole."""
    signed = rule_set.word("signatories_reading", day, "more_than")
    rule, have, reading = {
        "delegations": ("delegations_share", facts.delegations_share, "more_than"),
        "representation": ("signatories_share", facts.signatories_share, signed),
        "admission": ("admission_share", facts.least_signatory_share, "at_least"),
        "own_rule": ("", None, ""),
    }[test]  # fmt: skip
    share = rule_set.fraction(rule, day) if rule else None
    if share is None:
        return None
    # A share is no head count: "50% + 1" of measured representation means more than half.
    plain = "at_least" if reading == "at_least" else "more_than"
    parts = None if have is None else int(have * PERMILLE)
    if have is not None and plain == "more_than" and have > share[0]:
        parts = max(parts or 0, int(share[0] * PERMILLE) + 1)
    return threshold(share[0], plain, test, PERMILLE, parts, share[1].reference)


def _counted(
    rule_set: RuleSet, need: Need, day: date, facts: Facts, sources: tuple[Reference, ...]
) -> Requirement:
    if need.test == "members":
        known = facts.rsu_in_favour is not None
        counts = Counts(yes=facts.rsu_in_favour or 0, members=facts.rsu_members) if known else None
    else:
        counts = facts.consultation
    if counts is None:
        missing = (Warning("missing_figure", (("test", need.test), ("base", need.test))),)
        return Requirement(
            need.test, rule_set.key, None, None, None, sources, _source_warnings(rule_set, day) + missing
        )
    outcome = evaluate(rule_set, day, counts)
    met = None if outcome.result in ("missing", "no_rule") else outcome.result == "approved"
    return Requirement(need.test, rule_set.key, met, outcome.majority, outcome, sources, outcome.warnings)


def _on_request(rule_set: RuleSet, day: date, facts: Facts, sources: tuple[Reference, ...]) -> Requirement:
    """A vote that may be asked for: without a request nothing more is needed; a vote may reject."""
    if facts.vote is not None:
        outcome = evaluate(rule_set, day, facts.vote)
        met = None if outcome.result == "missing" else outcome.result != "rejected"
        return Requirement("vote_on_request", rule_set.key, met, outcome.majority, outcome, sources,
                           outcome.warnings)  # fmt: skip
    warnings = _source_warnings(rule_set, day)
    if facts.vote_requested is not False:
        code = "request_unknown" if facts.vote_requested is None else "vote_awaited"
        warnings += (Warning(code),)
    met = True if facts.vote_requested is False else None
    return Requirement("vote_on_request", rule_set.key, met, None, None, sources, warnings)


def _source_warnings(rule_set: RuleSet, day: date) -> tuple[Warning, ...]:
    nothing = evaluate(rule_set, day, Counts(entitled=0, members=0))
    kept = ("from_memory", "project_notes", "other_reading", "no_general_majority")
    return tuple(warning for warning in nothing.warnings if warning.code in kept)
