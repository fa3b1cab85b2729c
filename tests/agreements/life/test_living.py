# mypy: disable-error-code="attr-defined, arg-type, union-attr"
"""An agreement's life as the parties, the firms and the committee live it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from tavolo.agreements.life import connections
from tavolo.agreements.life import standing as life
from tavolo.agreements.life.models import Accession, Application, JointBody, JointText, Terms
from tavolo.agreements.life.services import applying, joint, terms
from tavolo.agreements.models import Agreement, State
from tavolo.agreements.services import starting
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.model import Clause, Text
from tavolo.common.errors import Problem
from tavolo.common.territory import in_territory
from tavolo.people.models import Membership, Organisation, Role
from tests.world import World

pytestmark = pytest.mark.django_db
CGIL, CISL, FIRMS, DESK = "union_delegate", "other_union_delegate", "employer_delegate", "secretary"
DAY = timedelta(days=1)


@pytest.fixture
def place(world: World, db: None) -> Any:
    with in_territory(world.territory), translation.override("en"):
        yield world


def who(place: World, role: str) -> Any:
    return place.people[role].pk


def main(place: World) -> Agreement:
    return Agreement.objects.get(pk=place.arguments["signed_agreement_id"])


def test_the_older_text_is_under_notice_and_its_rules_go_on_afterwards(place: World) -> None:
    older = Agreement.objects.get(title__startswith="Protocollo sulla formazione")
    notice = older.terminations.get()
    assert life.force(older).phase == "under_notice"
    assert life.force(older, notice.effect_on + DAY).phase == "continued"
    assert life.force(older, notice.effect_on + 400 * DAY).phase == "ended"
    with pytest.raises(Problem, match="already given notice"):
        terms.give_notice(older, actor_id=who(place, FIRMS), text="Ancora")
    for role in (DESK, "firm_owner", "city_officer"):
        with pytest.raises(Problem, match="by a signatory"):
            terms.give_notice(main(place), actor_id=who(place, role), text="No")
    with pytest.raises(IntegrityError), transaction.atomic():
        older.terminations.update(effect_on=notice.effect_on + DAY)


def test_terms_hold_once_both_sides_said_so(place: World) -> None:
    agreement, before = main(place), life.terms_of(main(place))
    row = terms.propose_terms(
        agreement, {"starts_on": before.starts_on, "notice_days": 30}, actor_id=who(place, CGIL)
    )
    assert life.terms_of(agreement) == before
    assert not terms.assent_to_terms(row, actor_id=who(place, CISL))
    assert terms.assent_to_terms(row, actor_id=who(place, FIRMS))
    assert life.terms_of(agreement).notice_days == 30
    with pytest.raises(Problem, match="Only an agreement with an end"):
        terms.propose_terms(
            agreement, {"starts_on": before.starts_on, "renewal_months": 12}, actor_id=who(place, CGIL)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Terms.objects.filter(pk=row.pk).update(notice_days=1)


def test_a_later_party_joins_with_one_consent_of_each_side(place: World) -> None:
    row = Accession.objects.get(agreement=main(place))
    with pytest.raises(Problem, match="answered already"):
        terms.answer_accession(row, actor_id=who(place, CISL), consents=True)
    with pytest.raises(Problem, match="Say why"):
        terms.answer_accession(row, actor_id=who(place, FIRMS), consents=False)
    done = terms.answer_accession(row, actor_id=who(place, FIRMS), consents=True)
    assert done.state == "joined"
    assert "Comune di Milano" in life.bound(main(place))


def test_the_text_in_force_takes_in_an_amending_agreement_from_its_day(place: World) -> None:
    agreement, today = main(place), timezone.localdate()
    clause = text_of(current(agreement)).root.children[0]
    later = starting.start_agreement(
        agreement.table, title="Modifica", amends=agreement, actor_id=who(place, DESK),
        text=Text.of("Modifica", (Clause(clause.id, "Uno", "Parole nuove."), Clause("new", "Due"))),
    )  # fmt: skip
    Agreement.objects.filter(pk=later.pk).update(state=State.SIGNED)
    later.refresh_from_db()
    row = terms.propose_terms(later, {"starts_on": today}, actor_id=who(place, CGIL))
    terms.assent_to_terms(row, actor_id=who(place, FIRMS))
    old, _none = life.text_in_force(agreement, today - DAY)
    new, taken = life.text_in_force(agreement, today)
    assert old.clauses[clause.id].body != "Parole nuove."
    assert new.clauses[clause.id].body == "Parole nuove."
    assert taken == {clause.id: later, "new": later}
    assert len(new.clauses) == len(old.clauses) + 1
    shown = place.client("anonymous").get(reverse("life:text", args=[agreement.pk])).content.decode()
    assert "Parole nuove." in shown


def test_a_firm_without_representation_waits_for_both_sides_of_the_committee(place: World) -> None:
    row = Application.objects.get(pk=place.arguments["application_id"])
    with pytest.raises(IntegrityError, match="after the committee"), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(state="applies", closed_on=timezone.localdate())
    opinion = joint.propose_text(
        row.body, actor_id=who(place, CGIL), application=row, outcome="positive", text="In regola."
    )
    with pytest.raises(Problem, match="by a member of the other side"):
        joint.confirm_text(opinion, actor_id=who(place, CGIL))
    with pytest.raises(Problem, match="Only a member"):
        joint.confirm_text(opinion, actor_id=who(place, CISL))
    joint.confirm_text(opinion, actor_id=who(place, FIRMS))
    row.refresh_from_db()
    assert row.state == "applies"
    with pytest.raises(IntegrityError), transaction.atomic():
        JointText.objects.filter(pk=opinion.pk).update(outcome="negative")


def test_a_firm_with_an_rsu_signs_with_it(place: World) -> None:
    agreement, owner = main(place), Membership.objects.filter(role=Role.OWNER).order_by("pk")
    firm = Organisation.objects.get(
        pk=owner.exclude(organisation__in=Application.objects.values("firm"))[0].organisation_id
    )
    boss = owner.get(organisation=firm).account_id
    rsu = Membership.objects.filter(organisation=firm, role=Role.WORKER).first()
    Membership.objects.create(
        territory=place.territory, account_id=rsu.account_id, organisation=firm, role=Role.RSU,
        starts_on=timezone.localdate(),
    )  # fmt: skip
    row = applying.apply(
        agreement, firm, actor_id=boss, starts_on=timezone.localdate(), employees=20, declared=[]
    )
    assert row.through == "rsu"
    with pytest.raises(Problem, match="signed by the RSU"):
        applying.answer_as_rsu(row, actor_id=boss, signs=True)
    assert applying.answer_as_rsu(row, actor_id=rsu.account_id, signs=True).state == "applies"
    assert [one.firm_id for one in applying.applying_to(rsu.account_id)] == [firm.pk]
    with pytest.raises(Problem, match="already applied"):
        applying.apply(
            agreement, firm, actor_id=boss, starts_on=timezone.localdate(), employees=20, declared=[]
        )


def test_silence_counts_only_where_the_terms_say_so(place: World) -> None:
    row = Application.objects.get(pk=place.arguments["application_id"])
    assert applying.close_by_silence(row.opinion_by + DAY) == 0


def test_no_other_firm_and_no_delegation_sees_an_application(place: World) -> None:
    row = Application.objects.exclude(pk=place.arguments["application_id"]).get()
    page = reverse("life:application", args=[row.pk])
    for role in ("anonymous", "firm_owner", CISL, DESK, "worker", "city_officer", "operator"):
        assert place.client(role).get(page).status_code in (302, 404)
    text = place.client(CGIL).get(page).content.decode()
    assert row.firm.name.split(maxsplit=1)[0] in text
    body = reverse("life:body", args=[row.body_id])
    for role in ("anonymous", CISL, "worker"):
        assert row.firm.name not in place.client(role).get(body).content.decode()


def test_what_each_side_holds_stays_inside_and_the_joint_answer_is_public(place: World) -> None:
    body = JointBody.objects.get(kind="interpretation", agreement=main(place))
    clause = text_of(current(body.agreement)).root.children[0].id
    question = joint.ask(body, actor_id=who(place, CGIL), clause=clause, text="Come si legge?")
    joint.answer_for_side(question, actor_id=who(place, FIRMS), text="CANARINO-lato")
    page = reverse("life:interpretation", args=[question.pk])
    assert place.client("anonymous").get(page).status_code == 302
    assert "CANARINO-lato" in place.client(CISL).get(page).content.decode()
    answer = joint.propose_text(body, actor_id=who(place, CGIL), question=question, text="Si legge così.")
    joint.confirm_text(answer, actor_id=who(place, FIRMS))
    shown = place.client("anonymous").get(page).content.decode()
    assert "Si legge così." in shown
    assert "CANARINO" not in shown
    beside = reverse("life:clause", args=[body.agreement_id, clause])
    assert "Si legge così." in place.client("anonymous").get(beside).content.decode()
    with pytest.raises(Problem, match=r"question is closed|quesito è chiuso"):
        joint.answer_for_side(question, actor_id=who(place, FIRMS), text="Tardi")


def test_pages_show_the_demonstration(place: World) -> None:
    agreement = main(place)
    shown = place.client("anonymous").get(reverse("life:life", args=[agreement.pk])).content.decode()
    assert "In vigore" in shown
    assert "Comitato bilaterale territoriale" in shown
    waiting = {one.kind for one in connections.waiting(who(place, FIRMS))}
    assert {"life.application", "life.accession"} <= waiting
    form = place.client("firm_owner").get(reverse("life:apply", args=[agreement.pk]))
    assert form.status_code == 200
    first = Application.objects.get(state="applies")
    worker = Membership.objects.filter(organisation=first.firm, role=Role.WORKER).first()
    assert [one.pk for one in applying.applying_to(worker.account_id)] == [first.pk]
