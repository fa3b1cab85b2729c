"""The states of an agreement and the rules of each step, as data and plain functions.

Pure: no Django, no clock, no database. What is decided here is only which step of *this tool* follows which;
nothing here says that an agreement is valid.

    draft → initialled → voting → cleared → signed → deposited → ended
                    └───────────────┘ └ rejected

A `Standing` holds what each contracting party has done on the frozen text; `after_initials`, `after_answers`
and `after_signatures` say which state follows from it. A party that does not go along keeps nobody from
going on only where the others recorded the separate way ("separate").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

DRAFT, INITIALLED, VOTING, CLEARED = "draft", "initialled", "voting", "cleared"
REJECTED, SIGNED, DEPOSITED, ENDED = "rejected", "signed", "deposited", "ended"
STATES = (DRAFT, INITIALLED, VOTING, CLEARED, REJECTED, SIGNED, DEPOSITED, ENDED)

PARTY, SIGNATORY, EVERY_SIDE, SECRETARIAT = "party", "signatory", "each_side", "secretariat"
EXACT, ANY = "exact", "any"

DEPOSIT_DAYS = 30


@dataclass(frozen=True)
class Rule:
    """One step: in which states it may be taken, by whom, on what, which states may follow from it.

    `on` is "exact" where the step names the hash of the frozen text that was shown. `act` is the act the
    table's course must have open, or nothing.
    """

    states: tuple[str, ...]
    by: tuple[str, ...]
    on: str
    leads: tuple[str, ...]
    act: str = ""


RULES: Mapping[str, Rule] = {
    "initial": Rule((DRAFT,), (PARTY,), EXACT, (DRAFT, INITIALLED, CLEARED), "agreement.initial"),
    "withdraw_initial": Rule((DRAFT,), (PARTY,), EXACT, (DRAFT,)),
    "go_separate": Rule((DRAFT, INITIALLED, VOTING, CLEARED), (EVERY_SIDE,), EXACT,
                        (INITIALLED, CLEARED, SIGNED)),
    "link_vote": Rule((INITIALLED, VOTING), (PARTY,), EXACT, (VOTING,)),
    "lift": Rule((INITIALLED, VOTING), (PARTY,), EXACT, (INITIALLED, VOTING, CLEARED), "agreement.lift"),
    "reject": Rule((INITIALLED, VOTING), (PARTY,), EXACT, (INITIALLED, VOTING, REJECTED), "agreement.lift"),
    "name_signatories": Rule((INITIALLED, VOTING, CLEARED), (PARTY,), ANY, ()),
    "sign": Rule((CLEARED,), (SIGNATORY,), EXACT, (CLEARED, SIGNED), "agreement.sign"),
    "confirm_copy": Rule((CLEARED,), (PARTY,), EXACT, (CLEARED, SIGNED), "agreement.sign"),
    "attach_signature": Rule((CLEARED,), (PARTY,), EXACT, (CLEARED, SIGNED), "agreement.sign"),
    "upload_copy": Rule((CLEARED,), (PARTY, SECRETARIAT), EXACT, (), "agreement.sign"),
    "decline": Rule((DRAFT, CLEARED), (PARTY,), EXACT, ()),
    "deposit": Rule((SIGNED,), (PARTY, SECRETARIAT), ANY, (DEPOSITED,), "agreement.deposit"),
}  # fmt: skip


def allowed(step: str, state: str) -> bool:
    """Say whether a step may be taken in a state; KeyError for an unknown step."""
    return state in RULES[step].states


def transitions() -> frozenset[tuple[str, str]]:
    """Return every pair of states one step leads between, a state to itself left out."""
    return frozenset(
        (before, after)
        for rule in RULES.values()
        for before in rule.states
        for after in rule.leads
        if before != after and STATES.index(after) > STATES.index(before)
    )


@dataclass(frozen=True)
class Standing:
    """What the contracting parties have done on the frozen text. All are sets of party names (any hashable).

    `reserve`: initialled with the reservation pending their members' vote. `declined`: said they do not go
    along. `separate` holds the steps ("initial", "answer", "sign") for which the separate way was recorded.
    """

    contractors: frozenset[object]
    initialled: frozenset[object] = frozenset()
    reserve: frozenset[object] = frozenset()
    lifted: frozenset[object] = frozenset()
    rejected: frozenset[object] = frozenset()
    signed: frozenset[object] = frozenset()
    declined: frozenset[object] = frozenset()
    separate: frozenset[str] = field(default_factory=frozenset)

    @property
    def missing_initials(self) -> frozenset[object]:
        """Return the parties that have not initialled."""
        return self.contractors - self.initialled

    @property
    def missing_answers(self) -> frozenset[object]:
        """Return the parties with a reservation they have neither lifted nor turned into a no."""
        return self.reserve - self.lifted - self.rejected

    @property
    def expected(self) -> frozenset[object]:
        """Return the parties that may sign: they initialled and their members did not reject."""
        return self.initialled - self.rejected

    @property
    def missing_signatures(self) -> frozenset[object]:
        """Return the parties whose signature is still awaited."""
        return self.expected - self.signed - self.declined


def after_initials(found: Standing) -> str:
    """Return the state after an initialling, or after the separate way was recorded at that step."""
    if found.missing_initials and "initial" not in found.separate:
        return DRAFT
    if len(found.initialled) < 2:
        return DRAFT
    return INITIALLED if found.reserve & found.initialled else CLEARED


def after_answers(found: Standing, state: str) -> str:
    """Return the state after a party lifted its reservation or recorded its members' no."""
    if found.missing_answers:
        return state
    if not found.rejected:
        return CLEARED
    if found.rejected >= found.reserve and not found.lifted:
        return REJECTED
    return CLEARED if "answer" in found.separate else state


def after_signatures(found: Standing) -> str:
    """Return the state after a signature, or after the separate way was recorded at that step."""
    if found.expected - found.signed:
        if "sign" not in found.separate or len(found.signed) < 2:
            return CLEARED
        return SIGNED
    return SIGNED if found.signed else CLEARED


def step_of(state: str) -> str:
    """Return at which step the separate way would be recorded in a state."""
    return {DRAFT: "initial", CLEARED: "sign"}.get(state, "answer")


def deposit_due(signed_on: date) -> date:
    """Return the last day of the deposit term: thirty days from the signature."""
    return signed_on + timedelta(days=DEPOSIT_DAYS)


def remind_on(due: date, today: date, before: Iterable[int] = (14, 7, 3, 1)) -> bool:
    """Say whether today is a day to remind of a term: some days before it, and each seventh day after it."""
    left = (due - today).days
    return left in set(before) or left == 0 or (left < 0 and left % 7 == 0)
