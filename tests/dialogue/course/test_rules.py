"""The rules of a course: every act in every phase, states, compositions. No database."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.dialogue.course import rules
from tavolo.dialogue.course.blueprints import blueprints
from tavolo.dialogue.course.rules import Phase, State

DAY = date(2026, 1, 7)


@pytest.mark.parametrize("kind", rules.KINDS)
@pytest.mark.parametrize("act", list(rules.ACTS))
def test_each_act_in_each_phase_is_open_to_exactly_those_it_can_be_open_to(kind: str, act: str) -> None:
    phase = Phase(kind)
    for role in rules.ROLES:
        wanted = act in rules.OPENS[kind] and role in rules.ACTS[act]
        assert rules.allowed(phase, State(), act, role) is wanted
    assert rules.allowed(phase, State(), act) is (act in rules.OPENS[kind])


# The table as people would read it aloud: written by hand, not taken from the rules.
SPOKEN = {
    "meetings.convene": set(rules.KINDS),
    "consultations.prepare": set(rules.KINDS) - {"tentative_agreement", "signature"},
    "consultations.open": set(rules.KINDS) - {"preparation", "tentative_agreement", "signature"},
    "positions.lodge": {"positions", "convergence", "drafting", "tentative_agreement"},
    "overlap.ask": {"convergence", "drafting"},
    "drafting.propose": {"convergence", "drafting"},
    "drafting.amend": {"drafting", "tentative_agreement"},
    "agreement.initial": {"tentative_agreement"},
    "agreement.lift": {"members_vote", "signature"},
    "agreement.sign": {"signature"},
    "agreement.deposit": {"signature", "follow_up"},
    "commitments.report": {"follow_up"},
}


def test_the_usual_acts_are_those_the_way_of_a_negotiation_has() -> None:
    assert set(SPOKEN) == set(rules.ACTS)
    for act, kinds in SPOKEN.items():
        assert {kind for kind in rules.KINDS if rules.allowed(Phase(kind), State(), act)} == kinds, act


def test_the_secretariat_never_consults_lodges_initials_or_signs() -> None:
    for act in ("consultations.prepare", "consultations.open", "positions.lodge", "overlap.ask",
                "agreement.initial", "agreement.lift", "agreement.sign"):  # fmt: skip
        everything = Phase("drafting", acts={act: rules.ROLES})
        assert not rules.allowed(everything, State(), act, "secretariat")
        assert [fault.code for fault in rules.problems([everything])] == ["role"]


@pytest.mark.parametrize("kind", rules.KINDS)
def test_a_suspension_closes_what_moves_the_talks_and_leaves_each_its_own_affairs(kind: str) -> None:
    still = State(still=True)
    for act in rules.ACTS:
        before = rules.allowed(Phase(kind), State(), act)
        assert rules.allowed(Phase(kind), still, act) is (before and act in rules.WHILE_STILL)
    assert not {"positions.lodge", "overlap.ask", "agreement.initial", "agreement.sign"} & rules.WHILE_STILL


def test_who_steps_out_closes_its_own_acts_and_nobody_elses() -> None:
    state = State(stepped_out=frozenset({"cgil"}))
    phase = Phase("positions")
    assert not rules.allowed(phase, state, "positions.lodge", "workers", "cgil")
    assert rules.allowed(phase, state, "positions.lodge", "workers", "cisl")
    assert rules.allowed(phase, state, "consultations.open", "workers", "cgil")


@pytest.mark.parametrize("act", list(rules.ACTS))
def test_the_end_closes_all_but_what_follows_a_concluded_table(act: str) -> None:
    for kind in (*rules.KINDS, None):
        phase = Phase(kind) if kind else None
        assert not rules.allowed(phase, State(end=rules.NO_AGREEMENT), act)
        concluded = rules.allowed(phase, State(end=rules.CONCLUDED), act)
        assert concluded is (act in rules.AFTER_CONCLUSION)


def test_a_table_without_phases_opens_every_act_to_whom_it_can_be_open() -> None:
    for act, able in rules.ACTS.items():
        assert {role for role in rules.ROLES if rules.allowed(None, State(), act, role)} == set(able)


def test_a_misspelt_act_or_role_opens_no_door() -> None:
    with pytest.raises(LookupError):
        rules.allowed(None, State(), "position.lodge")
    with pytest.raises(LookupError):
        rules.allowed(None, State(), "positions.lodge", "employer")


@pytest.mark.parametrize("code", ["territorial", "company", "consultation", "standing_body"])
def test_a_ready_blueprint_is_valid_in_both_languages_with_days_in_order(code: str) -> None:
    blueprint = blueprints()[code]
    assert all([blueprint.title("it"), blueprint.text("it"), blueprint.title("en"), blueprint.text("en")])
    for language in ("it", "en"):
        phases = blueprint.phases(DAY, language)
        assert rules.problems(phases) == []
        assert phases[0].planned_from == DAY
        for before, after in pairwise(phases):
            assert before.planned_to is not None
            assert after.planned_from == before.planned_to + timedelta(days=1)


def test_a_consultation_only_blueprint_never_opens_a_text_or_a_signature() -> None:
    for phase in blueprints()["consultation"].phases(DAY, "it"):
        never = {"drafting.propose", "drafting.amend", "agreement.sign", "overlap.ask"}
        assert not set(phase.table()) & never


@pytest.mark.parametrize(
    ("phases", "code"),
    [
        ([], "none"),
        ([Phase("listening")] * 16, "too_many"),
        ([Phase("strike")], "kind"),
        ([Phase("listening", title="x" * 121)], "title"),
        ([Phase("listening", planned_from=DAY, planned_to=DAY - timedelta(days=1))], "days"),
        ([Phase("listening", planned_from=DAY),
          Phase("positions", planned_from=DAY - timedelta(days=1))], "overlap"),
        ([Phase("listening"), Phase("signature")], "order"),
        ([Phase("signature"), Phase("tentative_agreement")], "order"),
        ([Phase("listening", acts={})], "no_acts"),
        ([Phase("listening", acts={"strike.forbid": ("employers",)})], "act"),
        ([Phase("listening", acts={"consultations.open": ("secretariat",)})], "role"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_place(phases: list[Phase], code: str) -> None:
    assert code in {fault.code for fault in rules.problems(phases)}


kinds = st.sampled_from([*rules.KINDS, "unknown"])
acts = st.none() | st.dictionaries(
    st.sampled_from([*rules.ACTS, "unknown.act"]),
    st.lists(st.sampled_from(rules.ROLES), max_size=4, unique=True).map(tuple), max_size=4,
)  # fmt: skip
days = st.none() | st.dates(DAY, DAY + timedelta(days=400))
KNOWN = st.builds(Phase, kind=st.sampled_from(rules.KINDS), planned_from=days, planned_to=days, acts=acts)


@given(st.lists(KNOWN, max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_composition_without_faults_can_be_walked_and_opens_only_what_can_be_open(found: list) -> None:
    faults = rules.problems(found)
    if faults:
        assert all(0 <= fault.place <= len(found) for fault in faults)
        return
    here: int | None = None
    for wanted in range(len(found)):  # each phase can be reached from the one before
        assert wanted in rules.next_phases(found, here)
        here = wanted
    for phase in found:
        for act, roles in phase.table().items():
            assert set(roles) <= set(rules.ACTS[act])
            for role in rules.ROLES:
                assert rules.allowed(phase, State(), act, role) is (role in roles)


@given(st.lists(st.sampled_from(rules.KINDS), min_size=1, max_size=8), st.data())
@settings(max_examples=150, deadline=None)
def test_one_passes_only_to_phases_that_may_follow(found: list[str], data: st.DataObject) -> None:
    phases = [Phase(kind) for kind in found]
    here = data.draw(st.integers(0, len(phases) - 1))
    offered = rules.next_phases(phases, here)
    assert here not in offered
    assert len(set(offered)) == len(offered)
    for place in range(len(phases)):
        wanted = place != here and rules.may_follow(found[here], found[place])
        assert (place in offered) is wanted


@given(
    KNOWN, st.builds(State, end=st.sampled_from(["under_way", "concluded", "no_agreement"]),
                     still=st.booleans(), stepped_out=st.sets(st.sampled_from(["a", "b"])).map(frozenset)),
    st.sampled_from(list(rules.ACTS)), st.sampled_from(rules.ROLES), st.sampled_from(["a", "b", "c"]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_nothing_recorded_ever_opens_an_act_the_phase_keeps_closed(
    phase: Phase, state: State, act: str, role: str, party: str
) -> None:
    if rules.allowed(phase, state, act, role, party) and state.end == rules.UNDER_WAY:
        assert rules.allowed(phase, State(), act, role)
