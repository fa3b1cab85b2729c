"""The joint secretariat: appointed by all parties, revoked by any one; rules change by both sides."""

from __future__ import annotations

import pytest

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions, kinds, rules, secretariat
from tavolo.dialogue.delegations.models import Revocation
from tavolo.dialogue.models import Consultation, Theme
from tavolo.ledger.services import acts_on
from tavolo.people.models import Membership, Role
from tests.dialogue.world import START, draft, make_account

pytestmark = pytest.mark.django_db


def person_at(world, name, label="candidata"):
    person = make_account(label)
    Membership.objects.create(
        territory=world.territory, account=person, organisation=world.parties[name].organisation,
        role=Role.SECRETARY, starts_on=START,
    )  # fmt: skip
    return person


def propose(world, person, by="CGIL", actor=None):
    return secretariat.propose_secretary(
        world.table, email=person.email.upper(), proposed_by=world.parties[by],
        actor_id=(actor or world.secretary).pk,
    )  # fmt: skip


def all_consent(world, decision, *names):
    for name in names or list(world.parties):
        decisions.consent(decision, party=world.parties[name], actor_id=world.delegates[name].pk)


def seat_of(world, person):
    return world.table.secretaries.get(account=person)


def test_a_person_serves_once_every_party_has_consented(world):
    person = person_at(world, "CGIL")
    decision = propose(world, person)
    all_consent(world, decision, "CGIL", "CISL", "UIL")
    assert not standing.is_secretary(person.pk, world.table.pk)
    all_consent(world, decision, "Associazione")
    assert standing.is_secretary(person.pk, world.table.pk)
    appointment = seat_of(world, person).appointment
    assert appointment.decision_id == decision.pk
    assert appointment.proposed_by == world.parties["CGIL"]


def test_a_candidate_belongs_to_the_organisation_that_proposes_and_sits_for_nobody(world):
    person = person_at(world, "CGIL")
    for proposal in (
        lambda: propose(world, person, by="CISL"),
        lambda: propose(world, make_account("ignota")),
        lambda: propose(world, person, by="CGIL", actor=world.delegates["CISL"]),
        lambda: propose(world, person, by="CGIL", actor=world.stranger),
    ):
        with pytest.raises(Problem):
            proposal()
    Membership.objects.create(
        territory=world.territory, account=world.delegates["CGIL"], role=Role.DELEGATE, starts_on=START,
        organisation=world.parties["CGIL"].organisation,
    )  # fmt: skip
    with pytest.raises(Problem, match="sits for a party"):
        propose(world, world.delegates["CGIL"])


def test_the_refusal_does_not_tell_whether_an_address_has_an_account(world):
    known, sentences = person_at(world, "CISL"), []
    for email in (known.email, "nessuno@example.org"):
        with pytest.raises(Problem) as refusal:
            secretariat.propose_secretary(
                world.table, email=email, proposed_by=world.parties["CGIL"], actor_id=world.secretary.pk
            )
        sentences.append(str(refusal.value))
    assert sentences[0] == sentences[1]


@pytest.mark.parametrize("name", ["CGIL", "Associazione"])
def test_any_party_revokes_at_once_and_everybody_is_told(world, name):
    seat = world.table.secretaries.get()
    secretariat.revoke(
        seat, party=world.parties[name], actor_id=world.delegates[name].pk, reason="Non è super partes."
    )
    assert not standing.is_secretary(world.secretary.pk, world.table.pk)
    assert not standing.visible_tables(world.secretary.pk).exists()
    told = set(
        Notice.objects.filter(kind="delegations.secretary_revoked").values_list("account_id", flat=True)
    )
    assert told == {person.pk for person in world.delegates.values()} | {world.secretary.pk}
    act = [act for act in acts_on("dialogue.table", world.table.pk) if "revoked" in act.act_name]
    assert len(act) == 1
    assert "super partes" not in str(act[0].content)


def test_revoking_needs_a_reason_and_a_delegate_and_happens_once(world):
    seat, party = world.table.secretaries.get(), world.parties["CGIL"]
    with pytest.raises(Problem):
        secretariat.revoke(seat, party=party, actor_id=world.delegates["CGIL"].pk, reason=" ")
    for actor in (world.delegates["CISL"], world.secretary, world.stranger):
        with pytest.raises(Problem):
            secretariat.revoke(seat, party=party, actor_id=actor.pk, reason="Sì.")
    for _again in range(2):
        secretariat.revoke(seat, party=party, actor_id=world.delegates["CGIL"].pk, reason="Sì.")
    assert Revocation.objects.count() == 1


def test_a_member_resigns_for_themselves_alone(world):
    seat = world.table.secretaries.get()
    with pytest.raises(Problem):
        secretariat.resign(seat, actor_id=world.delegates["CGIL"].pk)
    secretariat.resign(seat, actor_id=world.secretary.pk)
    assert not standing.is_secretary(world.secretary.pk, world.table.pk)


def test_parity_counts_the_people_each_side_proposed(world):
    for name in ("CGIL", "Associazione", "UIL"):
        person = person_at(world, name)
        all_consent(world, propose(world, person, by=name))
    assert [count for _side, count in secretariat.parity(world.table)] == [2, 1]


def test_confirming_the_table_confirms_those_who_keep_it(world):
    Membership.objects.create(
        territory=world.territory, account=world.secretary, role=Role.SECRETARY, starts_on=START,
        organisation=world.parties["UIL"].organisation,
    )  # fmt: skip
    decision = kinds.ask_for_confirmation(world.table, actor_id=world.secretary.pk)
    all_consent(world, decision)
    appointment = seat_of(world, world.secretary).appointment
    assert appointment.decision_id == decision.pk
    assert appointment.proposed_by == world.parties["UIL"]
    with pytest.raises(Problem):
        kinds.ask_for_confirmation(world.table, actor_id=world.secretary.pk)


def test_the_confirmation_may_name_who_begins_to_serve(world):
    person = person_at(world, "CGIL")
    content = {"secretaries": [{"account": str(person.pk), "party": str(world.parties["CGIL"].pk)}]}
    decision = decisions.propose(
        world.table, kinds.TABLE_CONFIRMED, content, actor_id=world.delegates["CGIL"].pk
    )
    all_consent(world, decision)
    assert standing.is_secretary(person.pk, world.table.pk)


def change(world, actor=None, **changes):
    return rules.propose_change(world.table, changes, actor_id=(actor or world.secretary).pk)


def test_rules_change_when_a_party_of_each_side_consents(world):
    decision = change(world, title="Impresa, lavoro, città", minimum_group=8, themes=["Formazione", "Tempi"])
    all_consent(world, decision, "UIL")
    world.table.refresh_from_db()
    assert world.table.title == "Impresa e lavoro"
    all_consent(world, decision, "Associazione")
    world.table.refresh_from_db()
    assert (world.table.title, world.table.minimum_group) == ("Impresa, lavoro, città", 8)
    assert list(world.table.themes.values_list("name", flat=True)) == ["Formazione", "Tempi"]


def test_one_change_at_a_time_and_none_that_changes_nothing(world):
    with pytest.raises(Problem):
        change(world, title="Impresa e lavoro")
    change(world, title="Altro")
    with pytest.raises(Problem):
        change(world, description="Ancora altro")


@pytest.mark.parametrize("size", [2, 0, 5000, "dieci"])
def test_the_smallest_group_stays_in_its_bounds(world, size):
    with pytest.raises(Problem):
        change(world, minimum_group=size)


def test_the_smallest_group_never_shrinks_once_people_were_asked(world):
    made = draft(world, asked=["CGIL"])
    Consultation.objects.filter(pk=made.pk).update(state="open", opened_on=START)
    with pytest.raises(Problem, match="larger"):
        change(world, minimum_group=5)
    change(world, minimum_group=15)


def test_a_theme_in_use_stays(world):
    made = draft(world, asked=["CGIL"])
    Consultation.objects.filter(pk=made.pk).update(theme=Theme.objects.get(table=world.table))
    with pytest.raises(Problem, match="in use"):
        change(world, themes=["Tempi"])


def test_a_rule_changed_meanwhile_stops_the_older_proposal(world):
    decision = change(world, title="Nuovo titolo")
    all_consent(world, decision, "CGIL")
    world.table.title = "Cambiato altrove"
    world.table.save()
    with pytest.raises(Problem, match="meanwhile"):
        all_consent(world, decision, "Associazione")
    world.table.refresh_from_db()
    assert world.table.title == "Cambiato altrove"
