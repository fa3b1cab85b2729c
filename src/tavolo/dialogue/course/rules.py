"""A table's course as data: phases, the acts each phase opens to whom, which phase may follow which.

Pure: no Django, no clock, no database. What is decided here is only what the parties of a table agreed on
with one another: which acts of *this tool* are open in which phase. Nothing here says whether an act is
valid, and nothing here bears on the right to strike.

- A `Phase` has a kind, a place in the order, planned days and a table `acts`: act -> roles it is open to.
- A `State` says what has been recorded about the table: under way, suspended, ended.
- `allowed` answers for one act, one role and one day's state; `None` as role asks "is it open to anybody".
- `problems` says what is wrong with a composition, in codes with the place where it is wrong.

The order of phases and their names follow the way of a negotiation in Italy: platform or invitation,
meetings, draft, tentative agreement initialled with reservation, vote of those who gave the mandate,
signature, joint follow-up (reference: product.md, "How it really goes between firms and unions").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

SECRETARIAT, WORKERS, EMPLOYERS, PUBLIC = "secretariat", "workers", "employers", "public"
ROLES = (SECRETARIAT, WORKERS, EMPLOYERS, PUBLIC)
PARTIES = (WORKERS, EMPLOYERS, PUBLIC)
EVERYBODY = ROLES

PREPARATION, LISTENING, POSITIONS = "preparation", "listening", "positions"
CONVERGENCE, DRAFTING, TENTATIVE = "convergence", "drafting", "tentative_agreement"
MEMBERS_VOTE, SIGNATURE, FOLLOW_UP = "members_vote", "signature", "follow_up"
KINDS = (
    PREPARATION, LISTENING, POSITIONS, CONVERGENCE, DRAFTING, TENTATIVE, MEMBERS_VOTE, SIGNATURE, FOLLOW_UP,
)  # fmt: skip

MEET = "meetings.convene"
PREPARE, OPEN = "consultations.prepare", "consultations.open"
LODGE, OVERLAP = "positions.lodge", "overlap.ask"
PROPOSE, AMEND = "drafting.propose", "drafting.amend"
INITIAL, LIFT, SIGN = "agreement.initial", "agreement.lift", "agreement.sign"
DEPOSIT, REPORT = "agreement.deposit", "commitments.report"

# To whom an act may be opened at all, whatever the parties compose. Only parties consult their own
# people (art. 8 L. 300/1970), lodge positions and sign; the secretariat serves all and decides nothing.
ACTS: Mapping[str, tuple[str, ...]] = {
    MEET: EVERYBODY,
    PREPARE: PARTIES,
    OPEN: PARTIES,
    LODGE: PARTIES,
    OVERLAP: PARTIES,
    PROPOSE: EVERYBODY,
    AMEND: PARTIES,
    INITIAL: PARTIES,
    LIFT: PARTIES,
    SIGN: PARTIES,
    DEPOSIT: EVERYBODY,
    REPORT: EVERYBODY,
}

# What a phase of a kind opens unless the parties compose it otherwise: to everybody the act can have.
OPENS: Mapping[str, tuple[str, ...]] = {
    PREPARATION: (MEET, PREPARE),
    LISTENING: (MEET, PREPARE, OPEN),
    POSITIONS: (MEET, PREPARE, OPEN, LODGE),
    CONVERGENCE: (MEET, PREPARE, OPEN, LODGE, OVERLAP, PROPOSE),
    DRAFTING: (MEET, PREPARE, OPEN, LODGE, OVERLAP, PROPOSE, AMEND),
    TENTATIVE: (MEET, LODGE, AMEND, INITIAL),
    MEMBERS_VOTE: (MEET, PREPARE, OPEN, LIFT),
    SIGNATURE: (MEET, LIFT, SIGN, DEPOSIT),
    FOLLOW_UP: (MEET, PREPARE, OPEN, DEPOSIT, REPORT),
}

# Forward along the way, and back where negotiations really go back.
FOLLOWS: Mapping[str, frozenset[str]] = {
    PREPARATION: frozenset({LISTENING, POSITIONS, CONVERGENCE, DRAFTING, FOLLOW_UP}),
    LISTENING: frozenset({LISTENING, POSITIONS, CONVERGENCE, DRAFTING, FOLLOW_UP}),
    POSITIONS: frozenset({LISTENING, POSITIONS, CONVERGENCE, DRAFTING}),
    CONVERGENCE: frozenset({LISTENING, POSITIONS, CONVERGENCE, DRAFTING, FOLLOW_UP}),
    DRAFTING: frozenset({LISTENING, POSITIONS, CONVERGENCE, TENTATIVE, SIGNATURE, FOLLOW_UP}),
    TENTATIVE: frozenset({POSITIONS, CONVERGENCE, DRAFTING, MEMBERS_VOTE, SIGNATURE}),
    # A vote may send the text back to the table.
    MEMBERS_VOTE: frozenset({POSITIONS, CONVERGENCE, DRAFTING, TENTATIVE, SIGNATURE}),
    SIGNATURE: frozenset({DRAFTING, MEMBERS_VOTE, FOLLOW_UP}),
    # A standing body begins anew.
    FOLLOW_UP: frozenset({LISTENING, POSITIONS, CONVERGENCE, DRAFTING}),
}

# What stays open while the talks stand still: everyone's own affairs, and the way back to the table.
WHILE_STILL = frozenset({MEET, PREPARE, OPEN, LIFT, DEPOSIT, REPORT})
# A concluded table is still followed; one that ended without agreement has nothing to follow.
AFTER_CONCLUSION = frozenset({DEPOSIT, REPORT})

MOST_PHASES = 15
LONGEST_TITLE = 120

UNDER_WAY, CONCLUDED, NO_AGREEMENT = "under_way", "concluded", "no_agreement"


@dataclass(frozen=True)
class Phase:
    """One phase of a composition. `acts`: act -> roles; None means the usual acts of its kind."""

    kind: str
    title: str = ""
    planned_from: date | None = None
    planned_to: date | None = None
    acts: Mapping[str, tuple[str, ...]] | None = None

    def table(self) -> dict[str, tuple[str, ...]]:
        """Return act -> roles, the usual ones of the kind where the parties set none of their own."""
        return usual_acts(self.kind) if self.acts is None else dict(self.acts)


@dataclass(frozen=True)
class State:
    """What has been recorded about a table on a day.

    `still`: the talks are suspended for all, or a cooling-off holds that pauses them. `stepped_out`: ids of
    parties that suspended their own participation. A recorded dispute changes nothing: Tavolo takes note of
    it, and never rules on it.
    """

    end: str = UNDER_WAY
    still: bool = False
    stepped_out: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a composition. `place` counts phases from 1; 0 is the composition as a whole."""

    code: str
    place: int = 0
    what: str = ""


def usual_acts(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the acts a phase of a kind opens by itself: {"meetings.convene": ("secretariat", …)}.

    Raises KeyError for an unknown kind.
    """
    return {act: ACTS[act] for act in OPENS[kind]}


def may_follow(before: str, after: str) -> bool:
    """Say whether a phase of kind `after` may come next after one of kind `before`."""
    return after in FOLLOWS.get(before, frozenset())


def allowed(
    phase: Phase | None, state: State, act: str, role: str | None = None, party: str | None = None
) -> bool:
    """Say whether an act is open in a phase, to a role (None: to anybody) and a party (its id).

    A table with no current phase (`None`: nothing composed yet) opens every act its end and its rest allow.
    Raises LookupError for an act or a role nobody knows: a misspelt name must not open a door.
    """
    if act not in ACTS:
        raise LookupError(f"no such act: {act}")
    if role is not None and role not in ROLES:
        raise LookupError(f"no such role: {role}")
    if role is not None and role not in ACTS[act]:
        return False
    if state.end == NO_AGREEMENT or (state.end == CONCLUDED and act not in AFTER_CONCLUSION):
        return False
    if (state.still or (party is not None and party in state.stepped_out)) and act not in WHILE_STILL:
        return False
    if phase is None or state.end == CONCLUDED:
        return True
    open_to = phase.table().get(act, ())
    return bool(open_to) if role is None else role in open_to


def problems(phases: Sequence[Phase]) -> list[Fault]:
    """Return everything wrong with a composition; an empty list means the parties may adopt it.

    Codes: `none`, `too_many`, `kind`, `title`, `order` (may not follow the one before), `days` (ends before
    it begins), `overlap` (begins before the one before it begins), `act`, `role` (an act opened to a role
    that can never have it), `no_acts`.
    """
    if not phases:
        return [Fault("none")]
    found = [Fault("too_many", 0, str(MOST_PHASES))] if len(phases) > MOST_PHASES else []
    for place, phase in enumerate(phases, start=1):
        if phase.kind not in KINDS:
            found.append(Fault("kind", place, phase.kind))
            continue
        found += _own_faults(place, phase)
    return found + _faults_of_order(phases)


def _own_faults(place: int, phase: Phase) -> Iterable[Fault]:
    if len(phase.title) > LONGEST_TITLE:
        yield Fault("title", place, str(LONGEST_TITLE))
    if phase.planned_from and phase.planned_to and phase.planned_to < phase.planned_from:
        yield Fault("days", place)
    table = phase.table()
    if not any(table.values()):
        yield Fault("no_acts", place)
    for act, roles in table.items():
        if act not in ACTS:
            yield Fault("act", place, act)
        else:
            yield from (Fault("role", place, f"{act} {role}") for role in roles if role not in ACTS[act])


def _faults_of_order(phases: Sequence[Phase]) -> list[Fault]:
    found = []
    begins: date | None = None
    for place, phase in enumerate(phases, start=1):
        before = phases[place - 2] if place > 1 else None
        known = phase.kind in KINDS and (before is None or before.kind in KINDS)
        if before is not None and known and not may_follow(before.kind, phase.kind):
            found.append(Fault("order", place, f"{before.kind} {phase.kind}"))
        first = phase.planned_from
        if first is not None:
            if begins is not None and first < begins:
                found.append(Fault("overlap", place))
            begins = max(first, begins) if begins else first
    return found


def next_phases(phases: Sequence[Phase], current: int | None) -> list[int]:
    """Return the places (from 0) one may pass to from the phase at place `current`; nearest ahead first.

    With no current phase only the first may be entered.
    """
    if current is None:
        return [0] if phases else []
    here = phases[current].kind
    ahead = [i for i in range(current + 1, len(phases)) if may_follow(here, phases[i].kind)]
    back = [i for i in range(current - 1, -1, -1) if may_follow(here, phases[i].kind)]
    return ahead + back
