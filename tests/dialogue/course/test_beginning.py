"""How a table begins: an organisation's own people, invitations, and every party's confirmation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tavolo.common.errors import Problem
from tavolo.common.models import Notice, Territory
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.course.blueprints import blueprints
from tavolo.dialogue.course.models import Course, Invited
from tavolo.dialogue.course.services import beginning, phases
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.kinds import ask_for_confirmation
from tavolo.dialogue.models import Party, Table
from tavolo.people.models import Account, Membership, Organisation
from tests.dialogue.world import START, make_account

pytestmark = pytest.mark.django_db


class Town:
    """Bodies with one officer each, a firm with its owner and its RSU, a secretary by office."""

    def __init__(self, territory: Territory) -> None:
        self.territory = territory
        self.body: dict[str, Organisation] = {}
        self.who: dict[str, Account] = {}
        for name, kind, role in (
            ("CGIL", "union", "officer"), ("CISL", "union", "delegate"), ("Comune", "public_body", "officer"),
            ("Associazione", "employers_association", "officer"), ("Officina", "firm", "owner"),
            ("Scuola", "training_body", "officer"),
        ):  # fmt: skip
            self.body[name] = Organisation.objects.create(territory=territory, kind=kind, name=name)
            self.who[name] = self.add(name, role)
        self.who["rsu"] = self.add("Officina", "rsu")
        self.who["secretary"] = self.add("Associazione", "secretary")

    def add(self, body: str, role: str) -> Account:
        person = make_account(f"{body} {role}")
        Membership.objects.create(
            territory=self.territory, account=person, organisation=self.body[body], role=role, starts_on=START
        )
        return person

    def guests(self, *names: str) -> list[beginning.Guest]:
        return [beginning.Guest(self.body[name]) for name in names]

    def said(self, **changes: Any) -> beginning.Beginning:
        plain = beginning.Beginning(
            title="Appalti", origin="invitation", reference="Invito del 4 maggio", blueprint="consultation",
            phases=blueprints()["consultation"].phases(standing.today(), "it"),
            guests=self.guests("CGIL", "Associazione"), secretaries=[self.who["secretary"].pk],
        )  # fmt: skip
        return replace(plain, **changes)

    def begin(self, by: str = "Comune", **changes: Any) -> Course:
        return beginning.begin_table(
            self.said(**changes), organisation=self.body[by], actor_id=self.who[by].pk
        )

    def invited(self, course: Course, name: str) -> Invited:
        return Invited.objects.get(course=course, organisation=self.body[name])


@pytest.fixture
def town(territory: Territory) -> Town:
    return Town(territory)


def test_from_invitation_to_the_confirmation_of_every_party(town: Town) -> None:
    course = town.begin()
    table = course.table
    assert table.state == Table.State.PREPARATION
    assert [str(party) for party in Party.objects.filter(table=table)] == ["Comune"]
    told = set(Notice.objects.filter(kind="course.invited").values_list("account_id", flat=True))
    assert told == {town.who["CGIL"].pk, town.who["Associazione"].pk}
    assert [one.kind for one in hooks.awaiting(town.who["CGIL"].pk)] == ["course.invitation"]
    # The course's page and the secretariat's ask alike.
    for ask in (beginning.ask_confirmation, ask_for_confirmation):
        with pytest.raises(Problem, match="not answered yet"):
            ask(table, actor_id=town.who["Comune"].pk)
    parties = {
        name: beginning.accept(town.invited(course, name), actor_id=town.who[name].pk)
        for name in ("CGIL", "Associazione")
    }
    with pytest.raises(Problem, match="being prepared"):
        phases.propose_move(
            table, actor_id=town.who["CGIL"].pk, phase=course.phases.get(kind="listening"), reason="x"
        )
    decision = beginning.ask_confirmation(table, actor_id=town.who["Comune"].pk)
    assert not decisions.consent(decision, party=parties["CGIL"], actor_id=town.who["CGIL"].pk)
    table.refresh_from_db()
    assert table.state == Table.State.PREPARATION
    assert decisions.consent(decision, party=parties["Associazione"], actor_id=town.who["Associazione"].pk)
    table.refresh_from_db()
    assert table.state == Table.State.OPEN
    assert standing.is_secretary(town.who["secretary"].pk, table.pk)
    with pytest.raises(Problem, match="no longer open"):
        beginning.accept(
            Invited.objects.create(
                territory=town.territory, course=course, organisation=town.body["CISL"], side="workers",
                asked_on=standing.today(),
            ), actor_id=town.who["CISL"].pk,
        )  # fmt: skip


def test_accepting_twice_gives_one_seat_and_declining_needs_a_reason(town: Town) -> None:
    course = town.begin()
    row = town.invited(course, "CGIL")
    first = beginning.accept(row, actor_id=town.who["CGIL"].pk)
    assert beginning.accept(row, actor_id=town.who["CGIL"].pk) == first
    assert standing.heads(town.who["CGIL"].pk, first)
    other = town.invited(course, "Associazione")
    with pytest.raises(Problem):
        beginning.decline(other, actor_id=town.who["Associazione"].pk, reason=" ")
    beginning.decline(other, actor_id=town.who["Associazione"].pk, reason="Non ora.")
    with pytest.raises(Problem, match="no longer open"):
        beginning.accept(other, actor_id=town.who["Associazione"].pk)
    # Two sides are there without it: the city and CGIL confirm.
    assert beginning.ask_confirmation(course.table, actor_id=town.who["Comune"].pk)


@pytest.mark.parametrize("who", ["CISL", "Comune", "rsu", "secretary"])
def test_nobody_answers_for_another_organisation(town: Town, who: str) -> None:
    row = town.invited(town.begin(), "CGIL")
    for answer in (
        lambda: beginning.accept(row, actor_id=town.who[who].pk),
        lambda: beginning.decline(row, actor_id=town.who[who].pk, reason="x"),
    ):
        with pytest.raises(Problem, match="invited organisation"):
            answer()


def test_a_firm_answers_through_its_owner_and_the_rsu_for_itself(town: Town) -> None:
    firm = town.body["Officina"]
    course = town.begin("CGIL", origin="platform", blueprint="company", secretaries=(), guests=[
        beginning.Guest(firm), beginning.Guest(firm, as_rsu=True)
    ])  # fmt: skip
    as_firm, as_rsu = (Invited.objects.get(course=course, as_rsu=value) for value in (False, True))
    with pytest.raises(Problem, match="invited organisation"):
        beginning.accept(as_rsu, actor_id=town.who["Officina"].pk)
    with pytest.raises(Problem, match="invited organisation"):
        beginning.accept(as_firm, actor_id=town.who["rsu"].pk)
    assert beginning.accept(as_rsu, actor_id=town.who["rsu"].pk).side == "workers"
    assert beginning.accept(as_firm, actor_id=town.who["Officina"].pk).side == "employers"


def test_an_invitation_is_taken_back_by_the_party_that_began(town: Town) -> None:
    course = town.begin()
    row = town.invited(course, "CGIL")
    with pytest.raises(Problem, match="that began"):
        beginning.withdraw_invitation(row, actor_id=town.who["CGIL"].pk)
    for _again in range(2):
        beginning.withdraw_invitation(row, actor_id=town.who["Comune"].pk)
    with pytest.raises(Problem, match="no longer open"):
        beginning.accept(row, actor_id=town.who["CGIL"].pk)


@pytest.mark.parametrize(
    ("by", "changes", "says"),
    [
        ("Officina", {}, "officer or a delegate"),
        ("Comune", {"guests": []}, "at least one"),
        ("CGIL", {"guests": ["CISL"]}, "another side"),
        ("Comune", {"guests": ["Comune", "CGIL"]}, "named once"),
        ("Comune", {"guests": ["CGIL", "Scuola"]}, "cannot sit"),
        ("Comune", {"origin": "platform"}, "platform"),
        ("Comune", {"reference": " "}, "begins from"),
        ("Comune", {"title": " "}, "a title"),
        ("Comune", {"phases": []}, "at least one phase"),
        ("Comune", {"secretaries": ["CGIL"]}, "office"),
    ],
)
def test_a_beginning_that_does_not_fit_writes_nothing(
    town: Town, by: str, changes: dict[str, Any], says: str
) -> None:
    if "guests" in changes:
        changes = {**changes, "guests": town.guests(*changes["guests"])}
    if "secretaries" in changes:
        changes = {**changes, "secretaries": [town.who[name].pk for name in changes["secretaries"]]}
    with pytest.raises(Problem, match=says):
        town.begin(by, **changes)
    assert not Table.objects.exists()


def test_a_person_whose_office_ended_begins_nothing(town: Town) -> None:
    Membership.objects.filter(account=town.who["Comune"]).update(ends_on=standing.today())
    assert beginning.may_begin_for(town.who["Comune"].pk) == []
    with pytest.raises(Problem):
        town.begin()
