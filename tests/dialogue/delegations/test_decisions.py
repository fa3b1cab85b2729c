"""Joint decisions: nobody decides alone about the table."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tavolo.common.errors import Problem
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import Answer, JointDecision
from tavolo.dialogue.models import DelegateRole
from tavolo.dialogue.services import tables
from tavolo.ledger.services import acts_on
from tests.dialogue.world import START, make_account

pytestmark = pytest.mark.django_db

applied: list[object] = []


def boom(decision: JointDecision) -> None:
    raise Problem("non si può")


@pytest.fixture(autouse=True)
def kinds():
    applied.clear()
    for needs in ("each_side", "each_party"):
        decisions.kind(
            f"prova.{needs}", title="Prova", needs=needs, apply=lambda decision: applied.append(decision.pk)
        )
    decisions.kind("prova.boom", title="Prova", needs="each_side", apply=boom)
    yield
    for name in [name for name in decisions.KINDS if name.startswith("prova.")]:
        del decisions.KINDS[name]


def says_yes(world, decision, name):
    return decisions.consent(decision, party=world.parties[name], actor_id=world.delegates[name].pk)


def propose(world, kind="prova.each_party", by=None, **options):
    actor = by or world.secretary
    return decisions.propose(world.table, kind, {"che": "cosa"}, actor_id=actor.pk, **options)


def test_a_decision_of_every_party_is_in_force_with_the_last_consent(world):
    decision = propose(world)
    for name in ("CGIL", "CISL", "UIL"):
        assert says_yes(world, decision, name) is False
    assert applied == []
    assert [str(party) for party in decisions.missing(decision)] == ["Associazione"]
    assert says_yes(world, decision, "Associazione") is True
    assert applied == [decision.pk]


def test_a_decision_of_each_side_needs_one_party_of_each(world):
    decision = propose(world, "prova.each_side")
    assert says_yes(world, decision, "CISL") is False
    assert [str(party) for party in decisions.missing(decision)] == ["Associazione"]
    assert says_yes(world, decision, "Associazione") is True


def test_a_second_click_changes_nothing_and_applies_nothing(world):
    decision = propose(world, "prova.each_side")
    assert says_yes(world, decision, "CGIL") is False
    assert says_yes(world, decision, "CGIL") is False
    assert says_yes(world, decision, "Associazione") is True
    assert says_yes(world, decision, "Associazione") is True
    assert applied == [decision.pk]
    assert Answer.objects.filter(decision=decision).count() == 2


def test_a_closed_decision_takes_no_further_answer(world):
    decision = propose(world, "prova.each_side")
    says_yes(world, decision, "CGIL")
    says_yes(world, decision, "Associazione")
    with pytest.raises(Problem, match="closed"):
        says_yes(world, decision, "UIL")
    assert applied == [decision.pk]


def test_an_effect_that_fails_leaves_no_consent_behind(world):
    decision = propose(world, "prova.boom")
    says_yes(world, decision, "CGIL")
    with pytest.raises(Problem, match="non si può"):
        says_yes(world, decision, "Associazione")
    decision.refresh_from_db()
    assert decision.state == "open"
    assert decision.answers.count() == 1


def test_one_refusal_ends_what_needs_every_party(world):
    decision = propose(world)
    says_yes(world, decision, "CGIL")
    decisions.refuse(
        decision, party=world.parties["UIL"], actor_id=world.delegates["UIL"].pk, reason="Troppo presto."
    )
    decision.refresh_from_db()
    assert decision.state == "refused"
    assert applied == []


def test_where_one_of_a_side_is_enough_another_of_the_side_may_still_consent(world):
    decision = propose(world, "prova.each_side")
    decisions.refuse(decision, party=world.parties["UIL"], actor_id=world.delegates["UIL"].pk, reason="No.")
    says_yes(world, decision, "Associazione")
    assert says_yes(world, decision, "CGIL") is True


def test_a_side_whose_only_party_refuses_ends_the_decision(world):
    decision = propose(world, "prova.each_side")
    party = world.parties["Associazione"]
    decisions.refuse(decision, party=party, actor_id=world.delegates["Associazione"].pk, reason="No.")
    decision.refresh_from_db()
    assert decision.state == "refused"


def test_a_refusal_needs_a_reason_and_a_consent_is_not_taken_back(world):
    decision = propose(world)
    with pytest.raises(Problem):
        decisions.refuse(
            decision, party=world.parties["UIL"], actor_id=world.delegates["UIL"].pk, reason="  "
        )
    says_yes(world, decision, "UIL")
    with pytest.raises(Problem):
        decisions.refuse(
            decision, party=world.parties["UIL"], actor_id=world.delegates["UIL"].pk, reason="Ripensato."
        )


def test_nobody_answers_for_a_party_they_do_not_act_for(world):
    decision = propose(world)
    observer = make_account("osservatrice")
    tables.seat_delegate(world.parties["CGIL"], observer.pk, role=DelegateRole.OBSERVER, starts_on=START)
    for actor in (world.delegates["CISL"], world.secretary, world.stranger, observer):
        with pytest.raises(Problem):
            decisions.consent(decision, party=world.parties["CGIL"], actor_id=actor.pk)
    assert decision.answers.count() == 0


def test_only_the_secretariat_and_the_parties_propose(world):
    for actor in (world.stranger, world.people["CGIL"][0]):
        with pytest.raises(Problem):
            propose(world, by=actor)
    assert propose(world, by=world.delegates["CGIL"]).party == world.parties["CGIL"]
    assert propose(world).party is None


def test_those_who_proposed_withdraw(world):
    decision = propose(world, by=world.delegates["CGIL"])
    with pytest.raises(Problem):
        decisions.withdraw(decision, actor_id=world.secretary.pk)
    decisions.withdraw(decision, actor_id=world.delegates["CGIL"].pk)
    with pytest.raises(Problem):
        says_yes(world, decision, "CGIL")


def test_no_two_open_proposals_on_the_same_subject(world):
    first = propose(world, subject_id=world.table.pk)
    with pytest.raises(Problem):
        propose(world, subject_id=world.table.pk)
    decisions.withdraw(first, actor_id=world.secretary.pk)
    propose(world, subject_id=world.table.pk)


def test_the_database_keeps_answers_and_closed_decisions(world):
    decision = propose(world, "prova.each_side")
    says_yes(world, decision, "CGIL")
    party, person = world.parties["CGIL"], world.delegates["CGIL"]
    row = decision.answers.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            territory=world.territory, decision=decision, party=party, word="consent", account=person,
            act_id=row.act_id,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        JointDecision.objects.filter(pk=decision.pk).update(content={"altro": 1})
    says_yes(world, decision, "Associazione")
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        JointDecision.objects.filter(pk=decision.pk).update(state="open", closed_at=None)


def test_each_step_is_a_formal_act(world):
    decision = propose(world, "prova.each_side")
    says_yes(world, decision, "CGIL")
    says_yes(world, decision, "Associazione")
    assert [act.act_name for act in acts_on("delegations.decision", decision.pk)] == [
        "delegations.decision_proposed",
        "delegations.decision_consented",
        "delegations.decision_consented",
        "delegations.decision_in_force",
    ]


def test_those_awaited_are_told_and_find_it_among_what_awaits_them(world):
    from tavolo.common.models import Notice
    from tavolo.dialogue import hooks

    decision = propose(world, "prova.each_side")
    told = set(Notice.objects.filter(kind="delegations.decision_awaits").values_list("account_id", flat=True))
    assert told == {person.pk for person in world.delegates.values()}
    says_yes(world, decision, "CGIL")

    def waits(person):
        return [w for w in hooks.awaiting(person.pk) if w.kind == "delegations.decision"]

    assert len(waits(world.delegates["Associazione"])) == 1
    assert waits(world.delegates["CISL"]) == []
    assert waits(world.secretary) == []


def test_a_table_in_preparation_opens_when_every_party_has_confirmed(world):
    from tavolo.dialogue.models import Table

    Table.objects.filter(pk=world.table.pk).update(state="preparation")
    world.table.refresh_from_db()
    decision = propose(world, "delegations.table_confirmed")
    with pytest.raises(Problem):
        propose(world, "delegations.table_confirmed")
    for name in ("CGIL", "CISL", "UIL"):
        assert says_yes(world, decision, name) is False
    world.table.refresh_from_db()
    assert world.table.state == "preparation"
    assert says_yes(world, decision, "Associazione") is True
    world.table.refresh_from_db()
    assert world.table.state == "open"
    with pytest.raises(Problem):
        propose(world, "delegations.table_confirmed")
