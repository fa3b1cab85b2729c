"""Phases: a course is adopted, composed and walked by joint decision; acts follow the phase."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue.course import gate, rules
from tavolo.dialogue.course.blueprints import blueprints
from tavolo.dialogue.course.models import Course, Passage, Phase
from tavolo.dialogue.course.services import phases
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.services import consultations, opening
from tavolo.ledger.services import acts_on
from tests.dialogue import world as small
from tests.dialogue.course.conftest import Set

pytestmark = pytest.mark.django_db


def adopt(at: Set, who: str = "Associazione") -> JointDecision:
    return phases.propose_adoption(
        at.table, actor_id=at.who(who), blueprint="territorial", origin="platform",
        reference="Piattaforma unitaria", phases=blueprints()["territorial"].phases(date(2026, 1, 7), "it"),
    )  # fmt: skip


def where(at: Set) -> str:
    passage = gate.current_passage(at.course)
    assert passage is not None
    return passage.phase.kind


def move(at: Set, kind: str, who: str = "Associazione") -> JointDecision:
    return phases.propose_move(at.table, actor_id=at.who(who), phase=at.phase(kind), reason="È ora.")


def test_a_table_without_a_course_allows_every_act(bare: Set) -> None:
    for act, able in rules.ACTS.items():
        assert gate.allows(bare.table, act)
        assert gate.allows(bare.table, act, bare.world.parties["CGIL"]) is ("workers" in able)
    with pytest.raises(LookupError):
        gate.allows(bare.table, "position.lodge")


def test_a_course_is_adopted_by_one_consent_of_each_side(bare: Set) -> None:
    decision = adopt(bare)  # the employers consent by proposing
    assert not Course.objects.filter(table=bare.table).exists()
    assert bare.consent(decision, "CGIL")
    assert where(bare) == "preparation"
    assert "course.adopted" in [act.act_name for act in acts_on("course.course", bare.course.pk)]
    with pytest.raises(Problem, match="already"):
        adopt(bare, "CGIL")


def test_a_stranger_proposes_nothing(bare: Set, at: Set) -> None:
    with pytest.raises(Problem):
        phases.propose_move(at.table, actor_id=at.who("stranger"), phase=at.phase("listening"), reason="x")


def test_the_secretariat_proposes_and_a_consent_of_each_side_passes(at: Set) -> None:
    decision = move(at, "listening", "secretary")
    assert not at.consent(decision, "CISL")
    assert where(at) == "preparation"
    assert at.consent(decision, "Associazione")
    assert where(at) == "listening"
    done, here = at.course.passages.all()
    assert (done.left_on, here.left_on, here.reason) == (here.entered_on, None, "È ora.")
    told = set(Notice.objects.filter(kind="course.phase_entered").values_list("account_id", flat=True))
    assert told == {at.who(name) for name in ("CGIL", "CISL", "Associazione", "secretary")}


def test_only_one_side_never_passes(at: Set) -> None:
    decision = move(at, "listening", "CGIL")
    assert not at.consent(decision, "CISL")
    assert where(at) == "preparation"


def test_one_passes_only_where_one_may(at: Set) -> None:
    with pytest.raises(Problem, match="cannot pass"):
        move(at, "signature")
    at.pass_to("drafting")
    assert {one.kind for one in phases.choices(at.course)} == {
        "listening", "positions", "convergence", "tentative_agreement", "signature", "follow_up",
    }  # fmt: skip


def test_a_second_open_proposal_and_one_from_another_phase_are_refused(at: Set) -> None:
    decision = move(at, "listening", "secretary")
    with pytest.raises(Problem, match="already open"):
        move(at, "positions")
    at.pass_to("positions")  # meanwhile the table is elsewhere
    at.consent(decision, "CGIL")
    with pytest.raises(Problem, match="meanwhile"):
        at.consent(decision, "Associazione")
    assert where(at) == "positions"
    assert decision.answers.count() == 1  # the refused consent is not recorded


def test_who_consents_twice_passes_once(at: Set) -> None:
    decision = move(at, "listening")
    assert at.consent(decision, "CGIL")
    assert at.consent(decision, "CGIL")
    assert at.course.passages.count() == 2


def test_the_phases_are_composed_anew(at: Set) -> None:
    rows = {phase.kind: phase for phase in phases.rows_of(at.course)}
    wanted = [
        (rows["preparation"].pk, rules.Phase("preparation")),
        (None, rules.Phase("listening", "Ascolto nelle aziende", date(2026, 2, 1), date(2026, 3, 1))),
        (rows["listening"].pk, rules.Phase("listening", acts={"meetings.convene": ("secretariat",)})),
        (rows["drafting"].pk, rules.Phase("drafting")),
        (rows["signature"].pk, rules.Phase("signature")),
    ]
    decision = phases.propose_composition(at.table, actor_id=at.who("CGIL"), phases=wanted)
    assert "Ascolto nelle aziende" in decisions.description_of(decision)
    assert at.consent(decision, "Associazione")
    now = phases.rows_of(at.course)
    assert [(one.kind, one.title) for one in now] == [
        ("preparation", ""), ("listening", "Ascolto nelle aziende"), ("listening", ""), ("drafting", ""),
        ("signature", ""),
    ]  # fmt: skip
    assert now[2].pk == rows["listening"].pk
    phases.enter(at.course, now[2])
    assert gate.open_acts(at.course, date(2026, 5, 4)) == {"meetings.convene": ["secretariat"]}
    assert not gate.allows(at.table, "consultations.open", at.world.parties["CGIL"])


def test_a_phase_the_table_was_in_is_dropped_but_kept(at: Set) -> None:
    at.pass_to("listening")
    wanted = [(p.pk, gate.as_rule(p)) for p in phases.rows_of(at.course) if p.kind != "preparation"]
    at.consent(phases.propose_composition(at.table, actor_id=at.who("CGIL"), phases=wanted), "Associazione")
    assert Phase.objects.get(kind="preparation").dropped
    assert at.course.passages.count() == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rows: rows[1:], "cannot be dropped"),
        (lambda rows: [rows[0], rows[-2]], "cannot come right after"),
        (lambda rows: [rows[0], rows[0]], "cannot come right after|not one of this table"),
        (lambda rows: rows, "Nothing would change"),
        (lambda rows: [(rows[0][0], rules.Phase("listening")), *rows[2:]], "keeps its kind"),
        (lambda rows: [], "at least one"),
    ],
)
def test_a_composition_that_does_not_fit_is_refused(at: Set, change, says: str) -> None:  # type: ignore[no-untyped-def]
    rows = [(phase.pk, gate.as_rule(phase)) for phase in phases.rows_of(at.course)]
    with pytest.raises(Problem, match=says):
        phases.propose_composition(at.table, actor_id=at.who("CGIL"), phases=change(rows))


def test_a_composition_made_on_an_older_one_does_not_overwrite(at: Set) -> None:
    rows = [(phase.pk, gate.as_rule(phase)) for phase in phases.rows_of(at.course)]
    older = phases.propose_composition(at.table, actor_id=at.who("CGIL"), phases=rows[:5])
    Course.objects.filter(table=at.table).update(version=2)
    with pytest.raises(Problem, match="propose again"):
        at.consent(older, "Associazione")


def test_a_consultation_is_prepared_and_opened_only_where_the_phase_opens_it(at: Set) -> None:
    draft = small.draft(at.world, asked=["CGIL"])
    party, actor = at.world.parties["CGIL"], at.who("CGIL")
    with pytest.raises(Problem, match=r"preparation.*open a consultation"):
        opening.consent_to_open(draft, party=party, actor_id=actor)
    at.pass_to("tentative_agreement")
    with pytest.raises(Problem, match="prepare a consultation"):
        consultations.create_consultation(table=at.table, actor_id=actor, title="t", question="q")
    at.pass_to("listening")
    with pytest.raises(Problem, match="below"):  # the phase lets it through: now the roll is too small
        opening.consent_to_open(draft, party=party, actor_id=actor)


def test_the_gate_answers_for_each_party_in_each_phase_as_the_rules_do(at: Set) -> None:
    for kind in rules.KINDS:
        at.pass_to(kind)
        for act in rules.ACTS:
            party = at.world.parties["CGIL"]
            wanted = rules.allowed(rules.Phase(kind), rules.State(), act, "workers")
            assert gate.allows(at.table, act, party) is wanted
    with pytest.raises(Problem, match=r"follow-up.*initial"):
        gate.require(at.table, "agreement.initial", at.world.parties["CGIL"])


def test_the_database_keeps_where_the_table_has_been(at: Set) -> None:
    row = Passage.objects.get()
    for change in ({"reason": "altro"}, {"entered_on": date(2020, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Passage.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Passage.objects.create(
            territory_id=row.territory_id, course=row.course, phase=at.phase("listening"), number=9,
            entered_on=row.entered_on,
        )  # fmt: skip
