"""A party more at a table under way, or back after it had left: all consent, then it accepts itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.course.models import Invited
from tavolo.dialogue.course.services import admitting, beginning
from tavolo.dialogue.course.services.beginning import Guest
from tavolo.dialogue.delegations import composition, decisions, seats
from tavolo.dialogue.models import Party
from tavolo.dialogue.services import tables
from tavolo.people.models import Membership, Organisation
from tests.dialogue.course.conftest import Set
from tests.dialogue.world import START, make_account

pytestmark = pytest.mark.django_db
WHY = "Rappresenta le imprese artigiane."


def body(at: Set, name: str, kind: str = "employers_association") -> tuple[Organisation, Any]:
    """Return an organisation with an officer who speaks for it."""
    made = Organisation.objects.create(territory=at.world.territory, kind=kind, name=name)
    return made, officer_of(at, made)


def officer_of(at: Set, organisation: Organisation) -> Any:
    person = make_account(f"per {organisation}")
    Membership.objects.create(
        territory=at.world.territory, account=person, organisation=organisation, starts_on=START,
        role="owner" if organisation.kind == "firm" else "officer",
    )  # fmt: skip
    return person


def propose(at: Set, guest: Guest, by: str = "CGIL") -> Any:
    return admitting.propose_admission(at.table, guest, actor_id=at.who(by), reason=WHY)


def admit(at: Set, guest: Guest) -> Invited:
    """Let every party consent; return the invitation that follows."""
    decision = propose(at, guest)
    at.consent(decision, *[name for name in at.world.parties if name != "CGIL" and seated(at, name)])
    return Invited.objects.get(organisation=guest.organisation, as_rsu=guest.as_rsu)


def seated(at: Set, name: str) -> bool:
    return standing.seated_parties(at.table.pk).filter(pk=at.world.parties[name].pk).exists()


def test_every_party_consents_then_the_organisation_takes_its_seat(at: Set) -> None:
    artisans, officer = body(at, "Artigiani")
    decision = propose(at, Guest(artisans))
    assert not at.consent(decision, "CISL")
    assert not Invited.objects.exists(), "one party has not consented yet"
    at.consent(decision, *[name for name in at.world.parties if name not in ("CGIL", "CISL")])
    invited = Invited.objects.get()
    assert "course.admitted" in set(
        Notice.objects.filter(account_id=officer.pk).values_list("kind", flat=True)
    )
    assert "course.invitation" in {item.kind for item in hooks.awaiting(officer.pk)}
    assert not standing.visible_tables(officer.pk).exists(), "admitted is not yet seated"
    party = beginning.accept(invited, actor_id=officer.pk)
    assert beginning.accept(invited, actor_id=officer.pk).pk == party.pk
    assert standing.heads(officer.pk, party)
    assert party in decisions.parties_at(at.table.pk)


def test_it_may_decline_and_be_asked_again(at: Set) -> None:
    artisans, officer = body(at, "Artigiani")
    invited = admit(at, Guest(artisans))
    with pytest.raises(Problem, match="not answered"):
        propose(at, Guest(artisans))
    beginning.decline(invited, actor_id=officer.pk, reason="Non ora.")
    assert not Party.objects.filter(organisation=artisans).exists()
    again = admit(at, Guest(artisans))
    assert (again.pk, again.answer) == (invited.pk, "awaited")


def test_a_party_that_left_comes_back_to_what_is_its_own(at: Set) -> None:
    party, head = at.world.parties["CISL"], at.who("CISL")
    officer = officer_of(at, party.organisation)
    seats.leave_table(party, actor_id=head, statement="Non ci sono le condizioni.")
    assert not standing.visible_tables(head).exists()
    invited = admit(at, Guest(party.organisation))
    assert not standing.visible_tables(officer.pk).exists()
    assert beginning.accept(invited, actor_id=officer.pk).pk == party.pk
    assert standing.heads(officer.pk, Party.objects.get(pk=party.pk))
    assert not standing.visible_tables(head).exists(), "who sat before is not back by itself"
    [own] = composition.delegations(at.table, officer.pk, only_own=True)
    assert not own.left
    seats.leave_table(Party.objects.get(pk=party.pk), actor_id=officer.pk)
    seats.leave_table(Party.objects.get(pk=party.pk), actor_id=officer.pk)
    assert party.departures.count() == 2, "leaving once more is an act of its own"
    assert not standing.visible_tables(officer.pk).exists()


def test_who_sits_there_is_not_admitted_and_strangers_propose_nothing(at: Set) -> None:
    artisans, _officer = body(at, "Artigiani")
    with pytest.raises(Problem, match="already"):
        propose(at, Guest(at.world.parties["CISL"].organisation))
    with pytest.raises(Problem):
        propose(at, Guest(artisans), by="stranger")
    school, _person = body(at, "Scuola", "training_body")
    with pytest.raises(Problem, match="cannot sit"):
        propose(at, Guest(school))
    with pytest.raises(Problem):
        admitting.propose_admission(at.table, Guest(artisans), actor_id=at.who("CGIL"), reason=" ")


def test_a_secretary_of_the_table_accepts_for_nobody(at: Set) -> None:
    artisans, officer = body(at, "Artigiani")
    tables.appoint_secretary(at.table, officer.pk, starts_on=START)
    invited = admit(at, Guest(artisans))
    with pytest.raises(Problem, match="secretariat"):
        beginning.accept(invited, actor_id=officer.pk)
    assert not Party.objects.filter(organisation=artisans).exists()


def test_the_parties_decision_is_not_one_partys_to_take_back(at: Set) -> None:
    artisans, _officer = body(at, "Artigiani")
    invited = admit(at, Guest(artisans))
    with pytest.raises(Problem, match="together"):
        beginning.withdraw_invitation(invited, actor_id=at.who("CGIL"))


def test_the_rsu_of_a_firm_is_admitted_on_the_workers_side(at: Set) -> None:
    firm, owner = body(at, "Officina Nuova", "firm")
    invited = admit(at, Guest(firm, as_rsu=True))
    assert invited.side == "workers"
    with pytest.raises(Problem):
        beginning.accept(invited, actor_id=owner.pk)


def test_pages_and_programs_lead_through_it(at: Set) -> None:
    artisans, _officer = body(at, "Artigiani")
    client = at.browser("CGIL")
    address = reverse("course:admit", args=[at.table.pk])
    assert "Artigiani" in client.get(address).content.decode()
    sent = {"guest": str(artisans.pk), "reason": WHY, "idempotency_key": "una"}
    answer = client.post(address, sent)
    assert answer.status_code == 302
    assert WHY in client.get(answer.url).content.decode()
    nobody = client.post(address, {"reason": WHY, "idempotency_key": "due"})
    assert nobody.status_code == 200
    assert at.browser("stranger").get(address).status_code == 404
    crafts, _person = body(at, "Cooperative")
    made = at.browser("secretary").post(
        f"/api/v1/course/tables/{at.table.pk}/admission",
        {"organisation_id": str(crafts.pk), "reason": WHY}, content_type="application/json",
    )  # fmt: skip
    assert made.status_code == 200, made.content
    assert made.json()["kind"] == "course.party_admitted"
    invited = admit_by_api(at, made.json()["id"], crafts)
    page = at.browser("CGIL").get(reverse("course:path", args=[at.table.pk])).content.decode()
    assert reverse("course:invitation", args=[invited.pk]) in page


def admit_by_api(at: Set, decision_id: str, organisation: Organisation) -> Invited:
    for name in at.world.parties:
        consent = f"/api/v1/delegations/decisions/{decision_id}/consent"
        sent = {"party_id": str(at.world.parties[name].pk)}
        assert at.browser(name).post(consent, sent, content_type="application/json").status_code == 200
    return Invited.objects.get(organisation=organisation)
