# mypy: disable-error-code="attr-defined, arg-type, union-attr"
"""What each act of an agreement's life refuses, and to whom; beside what it does where it is right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tavolo.agreements.life import standing as life
from tavolo.agreements.life.models import Accession, Application, JointBody, Member, Sitting
from tavolo.agreements.life.services import applying, joint, terms
from tavolo.agreements.models import Agreement
from tavolo.agreements.services import starting
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.model import Text
from tavolo.common.errors import Problem
from tavolo.common.models import Notice
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


def committee(place: World) -> JointBody:
    return JointBody.objects.get(kind="committee", agreement=main(place))


# --- terms and notice ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"starts_on": None}, "from which day"),
        ({"ends_on": -1}, "end lies before"),
        ({"continued": "months"}, "how many months"),
        ({"joining": "nobody"}, "does not exist"),
    ],
)
def test_terms_that_make_no_sense_are_refused(place: World, said: dict[str, Any], why: str) -> None:
    today = timezone.localdate()
    words = {"starts_on": today, **said}
    if words.get("ends_on") == -1:
        words["ends_on"] = today - DAY
    with pytest.raises(Problem, match=why):
        terms.propose_terms(main(place), words, actor_id=who(place, CGIL))


def test_terms_are_entered_by_the_table_and_only_of_a_signed_text(place: World) -> None:
    agreement, today = main(place), timezone.localdate()
    with pytest.raises(Problem, match="Only a delegate"):
        terms.propose_terms(agreement, {"starts_on": today}, actor_id=who(place, "firm_owner"))
    draft = starting.start_agreement(
        agreement.table, title="Bozza", text=Text.of("Bozza"), actor_id=who(place, CGIL)
    )
    with pytest.raises(Problem, match="not signed yet"):
        terms.propose_terms(draft, {"starts_on": today}, actor_id=who(place, CGIL))
    # The secretariat may write them down; they hold only by a word of each side.
    row = terms.propose_terms(agreement, {"starts_on": today}, actor_id=who(place, DESK))
    assert row.holds_from is None
    with pytest.raises(Problem, match="Only a delegate"):
        terms.assent_to_terms(row, actor_id=who(place, DESK))
    assert not terms.assent_to_terms(row, actor_id=who(place, CGIL))
    assert terms.assent_to_terms(row, actor_id=who(place, FIRMS))


def test_notice_by_a_signatory_ends_it_on_the_day_the_terms_give_and_tells_the_others(place: World) -> None:
    agreement, today = main(place), timezone.localdate()
    Notice.objects.all().delete()
    row = terms.give_notice(agreement, actor_id=who(place, CISL), text="Diamo disdetta.")
    found = life.terms_of(agreement)
    assert row.effect_on >= today + found.notice_days * DAY
    assert life.force(agreement).phase == "under_notice"
    assert life.force(agreement, row.effect_on).applies
    assert life.force(agreement, row.effect_on + DAY).phase == "continued", "ultrattività, as the text says"
    assert Notice.objects.filter(account_id=who(place, FIRMS)).exists()
    assert not Notice.objects.filter(account_id=who(place, CISL)).exists()
    with pytest.raises(Problem, match="already given notice"):
        terms.give_notice(agreement, actor_id=who(place, CISL), text="Di nuovo.")
    with pytest.raises(Problem, match="Write the text"):
        terms.give_notice(agreement, actor_id=who(place, FIRMS), text=" ")
    with pytest.raises(Problem, match="in the future"):
        terms.give_notice(agreement, actor_id=who(place, FIRMS), text="Poi", given_on=today + DAY)
    # Under notice no other firm may apply it any more.
    firm = Organisation.objects.get(pk=Membership.objects.filter(
        account_id=who(place, "firm_owner"), role=Role.OWNER)[0].organisation_id)  # fmt: skip
    with pytest.raises(Problem, match="no longer open"):
        applying.apply(
            agreement, firm, actor_id=who(place, "firm_owner"), starts_on=today, employees=37, declared=[]
        )


# --- later parties ------------------------------------------------------------------------------------


def test_a_refusal_says_why_and_closes_the_request_of_a_later_party(place: World) -> None:
    row = Accession.objects.get(agreement=main(place))
    with pytest.raises(Problem, match="Signatories answer"):
        terms.answer_accession(row, actor_id=who(place, DESK), consents=True)
    done = terms.answer_accession(row, actor_id=who(place, FIRMS), consents=False, text="Non ora.")
    assert done.state == "refused"
    assert "Comune di Milano" not in life.bound(main(place))
    with pytest.raises(Problem, match="was decided"):
        terms.answer_accession(row, actor_id=who(place, CGIL), consents=True)
    # Whoever was refused may ask again; whoever does not speak for it may not.
    again = terms.ask_to_join(
        main(place), row.organisation, actor_id=who(place, "city_officer"), text="Ci riproviamo."
    )
    assert again.state == "asked"
    for role in ("worker", CGIL, "operator"):
        with pytest.raises(Problem, match="do not speak"):
            terms.ask_to_join(main(place), row.organisation, actor_id=who(place, role))


# --- firms --------------------------------------------------------------------------------------------


def test_a_negative_opinion_keeps_the_firm_out(place: World) -> None:
    row = Application.objects.get(pk=place.arguments["application_id"])
    points = [one["item"] for one in row.checklist]
    with pytest.raises(Problem, match="Only a member"):
        applying.check(row, actor_id=who(place, CISL), found=points)
    row = applying.check(row, actor_id=who(place, CGIL), found=points[:1])
    assert [one["committee"] for one in row.checklist] == [True] + [False] * (len(points) - 1)
    with pytest.raises(Problem, match="positive or negative"):
        joint.propose_text(row.body, actor_id=who(place, CGIL), application=row, outcome="", text="Mah.")
    opinion = joint.propose_text(
        row.body, actor_id=who(place, FIRMS), application=row, outcome="negative", text="Manca il DURC."
    )
    joint.confirm_text(opinion, actor_id=who(place, CGIL))
    row.refresh_from_db()
    assert row.state == "refused"
    with pytest.raises(Problem, match="decided already"):
        applying.check(row, actor_id=who(place, CGIL), found=points)
    with pytest.raises(Problem, match="decided already"):
        applying.withdraw(row, actor_id=row.asked_by_id)
    owner = row.asked_by_id
    assert Notice.objects.filter(account_id=owner, kind__startswith="life.").exists()


def test_a_firm_takes_its_request_back_and_nobody_else_does(place: World) -> None:
    row = Application.objects.get(pk=place.arguments["application_id"])
    for role in (CGIL, FIRMS, DESK):
        with pytest.raises(Problem, match="Only the owner"):
            applying.withdraw(row, actor_id=who(place, role))
    assert applying.withdraw(row, actor_id=row.asked_by_id).state == "withdrawn"
    again = applying.apply(
        row.agreement, row.firm, actor_id=row.asked_by_id, starts_on=timezone.localdate(), employees=37,
        declared=[],
    )  # fmt: skip
    assert again.through == "committee"
    with pytest.raises(Problem, match="Only the owner or legal"):
        applying.apply(
            row.agreement, row.firm, actor_id=who(place, "worker"), starts_on=timezone.localdate(),
            employees=37, declared=[],
        )  # fmt: skip


def test_where_the_terms_say_so_silence_lets_the_firm_apply_after_the_term(place: World) -> None:
    row = Application.objects.get(pk=place.arguments["application_id"])
    agreement, held = row.agreement, life.terms_of(row.agreement)
    said = terms.propose_terms(
        agreement, {"starts_on": held.starts_on, "ends_on": held.ends_on, "silence_applies": True},
        actor_id=who(place, CGIL),
    )  # fmt: skip
    terms.assent_to_terms(said, actor_id=who(place, FIRMS))
    assert applying.close_by_silence(row.opinion_by) == 0, "the last day still counts"
    assert applying.close_by_silence(row.opinion_by + DAY) >= 1
    row.refresh_from_db()
    assert row.state == "applies"


# --- joint bodies -------------------------------------------------------------------------------------


def test_each_party_names_and_ends_its_own_seats(place: World) -> None:
    body = committee(place)
    email = place.people[CISL].email
    with pytest.raises(Problem, match="Only a delegate"):
        joint.name_member(body, actor_id=who(place, DESK), email=email)
    with pytest.raises(Problem, match="Nobody has this address"):
        joint.name_member(body, actor_id=who(place, CISL), email="nessuno@demo.example")
    seat = joint.name_member(body, actor_id=who(place, CISL), email=email)
    with pytest.raises(Problem, match="sits in the body already"):
        joint.name_member(body, actor_id=who(place, CISL), email=email)
    with pytest.raises(Problem, match="ended by the party"):
        joint.end_member(seat, actor_id=who(place, FIRMS))
    joint.end_member(seat, actor_id=who(place, CISL))
    with pytest.raises(Problem, match="ended already"):
        joint.end_member(seat, actor_id=who(place, CISL))
    assert Member.objects.filter(body=body, account=place.people[CISL]).count() == 1


def test_its_calendar_is_its_members(place: World) -> None:
    body, day = committee(place), timezone.localdate() + 3 * DAY
    with pytest.raises(Problem, match="Only a member"):
        joint.add_sitting(body, actor_id=who(place, CISL), on=day, title="Riunione")
    with pytest.raises(Problem, match="what the date is for"):
        joint.add_sitting(body, actor_id=who(place, CGIL), on=day, title=" ")
    Notice.objects.all().delete()
    row = joint.add_sitting(body, actor_id=who(place, CGIL), on=day, title="Seduta CANARINO-data")
    assert Sitting.objects.filter(pk=row.pk, withdrawn=False).exists()
    assert Notice.objects.filter(account_id=who(place, FIRMS)).exists()
    page = reverse("life:body", args=[body.pk])
    assert "CANARINO-data" in place.client(FIRMS).get(page).content.decode()
    assert "CANARINO-data" not in place.client("anonymous").get(page).content.decode()


def test_an_opinion_counts_when_the_other_side_has_confirmed_it(place: World) -> None:
    body = committee(place)
    with pytest.raises(Problem, match="Only a member"):
        joint.propose_text(body, actor_id=who(place, CISL), title="Parere", text="No.")
    row = joint.propose_text(body, actor_id=who(place, CGIL), title="Parere", text="CANARINO-parere")
    page = reverse("life:body", args=[body.pk])
    assert "CANARINO-parere" not in place.client("anonymous").get(page).content.decode()
    with pytest.raises(Problem, match=r"by a member of the other side|componente dell.altro lato"):
        joint.confirm_text(row, actor_id=who(place, CGIL))
    joint.confirm_text(row, actor_id=who(place, FIRMS))
    with pytest.raises(Problem, match=r"confirmed this text already|hanno già confermato"):
        joint.confirm_text(row, actor_id=who(place, FIRMS))
    assert "CANARINO-parere" in place.client("anonymous").get(page).content.decode()


def test_a_question_is_on_a_clause_and_answered_once_together(place: World) -> None:
    body = JointBody.objects.get(kind="interpretation", agreement=main(place))
    clause = text_of(current(body.agreement)).root.children[1].id
    with pytest.raises(Problem, match="Choose the clause"):
        joint.ask(body, actor_id=who(place, CGIL), clause="nessuna", text="Perché?")
    with pytest.raises(Problem, match="Write a text"):
        joint.ask(body, actor_id=who(place, CGIL), clause=clause, text=" ")
    with pytest.raises(Problem, match="Only a delegate"):
        joint.ask(body, actor_id=who(place, "firm_owner"), clause=clause, text="Perché?")
    row = joint.ask(body, actor_id=who(place, CISL), clause=clause, text="Perché?")
    with pytest.raises(Problem, match="Only a member"):
        joint.answer_for_side(row, actor_id=who(place, CISL), text="Così.")
    one = joint.propose_text(body, actor_id=who(place, CGIL), question=row, text="Così.")
    other = joint.propose_text(body, actor_id=who(place, FIRMS), question=row, text="Altrimenti.")
    joint.confirm_text(one, actor_id=who(place, FIRMS))
    with pytest.raises(Problem, match="already answered this together"):
        joint.confirm_text(other, actor_id=who(place, CGIL))


# --- where a person finds it --------------------------------------------------------------------------


def test_who_works_in_a_firm_is_led_to_what_applies_there(place: World) -> None:
    mine = reverse("life:mine")
    for role in ("firm_owner", "worker", "plain_worker"):
        assert mine in place.client(role).get("/").content.decode()
        assert place.client(role).get(mine).status_code == 200
    for role in ("anonymous", "city_officer", "operator"):
        assert mine not in place.client(role).get("/").content.decode()
    assert mine in place.client("firm_owner").get(reverse("archive:search")).content.decode()


def test_the_page_names_who_did_not_sign(place: World) -> None:
    framework = Agreement.objects.get(title__startswith="Protocollo quadro")
    page = place.client("anonymous").get(reverse("life:life", args=[framework.pk])).content.decode()
    assert life.apart(framework) == ["UIL"]
    assert "Non l&#x27;hanno firmato:" in page or "Non l'hanno firmato:" in page
