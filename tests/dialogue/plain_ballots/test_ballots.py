"""From preparing to the published result: who may do what, what is shown to whom, what the rule computes."""

from __future__ import annotations

import hashlib
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import hooks
from tavolo.dialogue.models import Consent, Consultation
from tavolo.dialogue.plain_ballots import results, services
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.dialogue.plain_ballots.rules.agreed import AGREED
from tavolo.dialogue.services import closing, consultations, opening, releasing
from tests.dialogue.plain_ballots.world import TERMS, close_one, draft, first, open_one, sheet, versions
from tests.dialogue.world import START, build_world

pytestmark = pytest.mark.django_db
OPTIONS = ("Alfa", "Beta", "Gamma")


@pytest.fixture
def world(territory):
    return build_world(territory)


def vote_all(world, consultation, *, yes: dict[str, int], no: dict[str, int]) -> None:
    for name in world.people:
        people = iter(world.people[name])
        for _n in range(yes.get(name, 0)):
            sheet(consultation, next(people), {"Approvi?": "agree"})
        for _n in range(no.get(name, 0)):
            sheet(consultation, next(people), {"Approvi?": "disagree"})


def test_only_who_may_promote_prepares_a_ballot_and_only_promoters_change_it(world):
    for actor in (world.secretary, world.stranger, world.people["CGIL"][0]):
        with pytest.raises(Problem):
            services.create_ballot(table=world.table, actor_id=actor.pk, title="Voto")
    ballot = draft(world, ("CGIL",))
    for actor in (world.delegates["CISL"], world.delegates["Associazione"], world.secretary):
        with pytest.raises(Problem):
            services.add_question(ballot, actor_id=actor.pk, text="Altro?")
        with pytest.raises(Problem):
            services.set_text(ballot, actor_id=actor.pk, title="x", text="y")


def test_the_exact_text_keeps_its_fingerprint(world):
    ballot = draft(world)
    assert ballot.text_hash == hashlib.sha256(b"Articolo 1.").hexdigest()
    actor = world.delegates["CGIL"].pk
    content = b"Testo in un file.\n" * 3
    services.set_text(ballot, actor_id=actor, title="File", upload=io.BytesIO(content), name="ipotesi.txt")
    ballot.refresh_from_db()
    assert ballot.text_hash == hashlib.sha256(content).hexdigest()
    with pytest.raises(Problem):
        services.set_text(ballot, actor_id=actor, title="x", text="y", upload=io.BytesIO(b"z"), name="z.txt")
    with pytest.raises(Problem):
        services.set_text(ballot, actor_id=actor, title="x")


@pytest.mark.parametrize(
    "question",
    [
        {"kind": "single", "options": ["Una"]}, {"kind": "single", "options": ["Una", " una "]},
        {"kind": "approval", "options": ["Una", "Due"], "most": 3},
        {"kind": "yes_no", "options": ["Una", "Due"]},
        {"kind": "other"}, {"text": " "}, {"text": "x" * 601},
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_voted_on_is_refused(world, question):
    ballot = draft(world)
    with pytest.raises(Problem):
        services.add_question(ballot, actor_id=world.delegates["CGIL"].pk, **{"text": "Quale?"} | question)


def test_a_rule_is_chosen_as_of_a_day_on_which_it_was_in_force(world):
    ballot, actor = draft(world, rule=False), world.delegates["CGIL"].pk
    for wrong in ("nothing", "company_rsu", "statute_rsa", AGREED):
        with pytest.raises(Problem):
            services.choose_rule(ballot, actor_id=actor, rule_set=wrong, day=START)
    with pytest.raises(Problem):
        services.choose_rule(
            ballot, actor_id=actor, rule_set="national_consultation", day=START.replace(year=2000)
        )
    services.choose_rule(ballot, actor_id=actor, rule_set="national_consultation", day=START)
    ballot.refresh_from_db()
    assert (ballot.rule_set, ballot.rule_day, ballot.terms) == ("national_consultation", START, None)


def test_a_change_makes_consents_already_given_lapse(world):
    ballot = draft(world)
    opening.consent_to_open(
        ballot.consultation, party=world.parties["CGIL"], actor_id=world.delegates["CGIL"].pk
    )
    assert Consent.objects.count() == 1
    services.set_text(ballot, actor_id=world.delegates["CISL"].pk, title="Altro", text="Articolo 2.")
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("missing", [{"rule": False}, {"text": False}])
def test_a_ballot_does_not_open_unready(world, missing):
    ballot = draft(world, ("CGIL",), **missing)
    with pytest.raises(Problem):
        opening.consent_to_open(
            ballot.consultation, party=world.parties["CGIL"], actor_id=world.delegates["CGIL"].pk
        )


def test_members_and_firms_do_not_vote_in_one_ballot(world):
    ballot = draft(world, ("CGIL",))
    consultations.add_group(
        ballot.consultation, party=world.parties["Associazione"],
        constituency=world.constituencies["Associazione"], actor_id=world.delegates["Associazione"].pk,
    )  # fmt: skip
    with pytest.raises(Problem, match=r"separat|separate"):
        opening.consent_to_open(
            ballot.consultation, party=world.parties["CGIL"], actor_id=world.delegates["CGIL"].pk
        )


def test_the_whole_is_counted_and_the_rule_computes_it_step_by_step(world):
    consultation = open_one(world, options=OPTIONS)
    vote_all(world, consultation, yes={"CGIL": 12, "CISL": 9, "UIL": 10}, no={"CGIL": 3, "CISL": 4, "UIL": 2})
    assert results.of(consultation) is None
    consultation = close_one(world, consultation)
    found = results.of(consultation)
    total = found.questions[0].total
    assert (total.yes, total.no, total.blank, total.voters, total.entitled) == (31, 9, 0, 40, 60)
    assert found.questions[0].parts == ()
    assert found.questions[0].outcome.result == "approved"
    assert found.questions[0].outcome.majority.needed == 21
    assert found.questions[1].total is None
    assert services.outcome(consultation).result == "approved"


def test_parties_are_named_only_when_they_have_released_and_nothing_hidden_can_be_computed(world):
    consultation = open_one(world)
    vote_all(world, consultation, yes={"CGIL": 12, "CISL": 12, "UIL": 12}, no={})
    consultation = close_one(world, consultation)
    cgil = world.parties["CGIL"]
    assert results.of(consultation, cgil).questions[0].own.yes == 12
    assert results.of(consultation).questions[0].own is None
    for number, name in enumerate(("CGIL", "CISL", "UIL"), start=1):
        releasing.release_results(consultation, party=world.parties[name], actor_id=world.delegates[name].pk)
        parts = results.of(consultation).questions[0].parts
        assert len(parts) == (3 if number == 3 else 0)


def test_a_small_group_takes_a_larger_one_into_its_pool_and_no_vote_is_lost(world):
    consultation = open_one(world)
    vote_all(world, consultation, yes={"CGIL": 14, "CISL": 11, "UIL": 2}, no={"CGIL": 4, "UIL": 1})
    consultation = close_one(world, consultation)
    pooled = set(consultation.groups.filter(pooled=True).values_list("name", flat=True))
    assert pooled == {"CISL", "UIL"}
    assert results.of(consultation, world.parties["UIL"]).questions[0].own is None
    assert results.of(consultation).hidden
    releasing.release_results(consultation, party=world.parties["CGIL"], actor_id=world.delegates["CGIL"].pk)
    asked = results.of(consultation).questions[0]
    assert (asked.total.yes, asked.total.no, asked.total.voters) == (27, 5, 32)
    assert [part.kind for part in asked.parts] == ["party", "rest"]


def test_a_union_alone_sees_its_own_count_first_and_others_after_its_release(world):
    consultation = open_one(world, ("CISL",))
    vote_all(world, consultation, yes={"CISL": 8}, no={"CISL": 8})
    consultation = close_one(world, consultation)
    own = results.of(consultation, world.parties["CISL"])
    assert own.questions[0].outcome.result == "not_approved"
    assert results.of(consultation).hidden
    assert services.outcome(consultation) is None
    releasing.release_results(consultation, party=world.parties["CISL"], actor_id=world.delegates["CISL"].pk)
    assert services.outcome(consultation).result == "not_approved"


def test_below_the_least_number_nothing_is_shown(world):
    consultation = open_one(world, ("CISL",))
    vote_all(world, consultation, yes={"CISL": 5}, no={})
    consultation = close_one(world, consultation)
    found = results.of(consultation, world.parties["CISL"])
    assert found.too_few
    assert found.questions[0].total is None
    assert found.questions[0].own is None


def test_options_are_counted_by_question_and_a_lone_vote_for_one_is_shown(world):
    consultation = open_one(world, options=OPTIONS, most=2)
    for place, person in enumerate(world.people["CGIL"] + world.people["CISL"] + world.people["UIL"]):
        marks = {"Alfa": "agree"} if place else {"Beta": "agree", "Gamma": "agree"}
        sheet(consultation, person, marks)
    consultation = close_one(world, consultation)
    asked = results.of(consultation).questions[1]
    assert asked.options == OPTIONS
    assert asked.total.options == (59, 1, 1)
    assert asked.total.voters == 60
    assert asked.outcome.leading == ("Alfa",)


def promoters(world, names):
    return [
        services.Promoter(world.parties[n], world.constituencies[n], world.delegates[n].pk) for n in names
    ]


def test_a_vote_on_an_agreement_kept_elsewhere_is_bound_to_its_hash(world):
    digest = hashlib.sha256(b"Ipotesi.").hexdigest()
    made = services.open_members_vote(
        world.table, digest, "Voto sull'ipotesi", promoters(world, ("CGIL", "CISL")),
        "territorial_own_bodies", None, question="Approvi?", rule_day=START, text="Ipotesi.",
    )  # fmt: skip
    assert made.state == "open"
    assert made.plain_ballot.text_hash == digest
    for wrong in ("x" * 64, digest[:10], hashlib.sha256(b"other").hexdigest()):
        with pytest.raises(Problem):
            services.open_members_vote(
                world.table, wrong, "V", promoters(world, ("CGIL",)), AGREED, None, question="Approvi?",
                rule_day=START, terms=TERMS, text="Ipotesi.",
            )  # fmt: skip
    assert Consultation.objects.count() == 1


def test_nobody_opens_a_vote_for_another_party(world):
    own = services.Promoter(world.parties["CGIL"], world.constituencies["CGIL"], world.delegates["CISL"].pk)
    with pytest.raises(Problem):
        services.open_members_vote(
            world.table, "0" * 64, "V", [own], "territorial_own_bodies", None, question="?", rule_day=START
        )
    assert Consultation.objects.count() == 0


def test_what_gathers_shows_each_person_only_their_own(world):
    consultation = open_one(world, ("CGIL",))
    member, other = world.people["CGIL"][0], world.people["CISL"][0]
    assert [one.kind for one in hooks.awaiting(member.pk)] == ["plain_ballots"]
    assert hooks.awaiting(other.pk) == []
    assert [one.title for one in hooks.found(member.pk, "ipotesi")] == [consultation.title]
    assert hooks.found(other.pk, "ipotesi") == []
    assert hooks.found(None, "ipotesi") == []


def client(account) -> Client:
    browser = Client(headers={"accept-language": "it"})
    browser.force_login(account)
    return browser


@pytest.fixture
def no_second_factor(settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.mark.usefixtures("no_second_factor")
def test_a_worker_votes_on_the_page_changes_and_takes_back(world):
    consultation = open_one(world, options=OPTIONS)
    browser = client(world.people["CGIL"][0])
    page = reverse("plain_ballots:vote", args=[consultation.pk])
    cast = reverse("plain_ballots:cast", args=[consultation.pk])
    at = versions(consultation)
    text = browser.get(page).content.decode()
    assert "Approvi?" in text
    assert "Scheda bianca" in text
    form = {f"q-{at['Approvi?']}": "agree", f"q-{at['Quale?']}": str(at["Beta"]), "request": "r1"}
    answer = browser.post(cast, form, follow=True).content.decode()
    assert "Registrato" in answer
    assert f'value="{at["Beta"]}" checked' in answer
    both = {f"q-{at['Quale?']}": [str(at["Beta"]), str(at["Alfa"])], "request": "r2"}
    refused = browser.post(cast, both)
    assert refused.status_code == 422
    assert browser.post(cast, {"take_back": "1", "request": "r3"}, follow=True).status_code == 200
    assert browser.post(cast, {"request": "r4"}).status_code == 422
    arabic = browser.get(page + "?lingua=ar").content.decode()
    assert 'dir="rtl"' in arabic
    assert "هل توافق؟" in arabic
    for wrong, told in (
        ({}, "اختر جوابًا"),
        (both, "صوّت من جديد"),
        ({"q-" + str(at["Approvi?"]): "x"}, "أعد تحميلها"),
    ):
        refused = browser.post(cast, {**wrong, "request": "r5"})
        assert refused.status_code == 422
        assert told in refused.content.decode()


@pytest.mark.usefixtures("no_second_factor")
def test_who_must_not_see_a_ballot_gets_what_a_missing_one_would_give(world):
    consultation = open_one(world, ("CGIL",))
    names = ("ballot", "results", "vote", "open", "choose_rule")
    for account in (world.people["CISL"][0], world.stranger):
        for name in names:
            assert (
                client(account).get(reverse(f"plain_ballots:{name}", args=[consultation.pk])).status_code
                == 404
            )
    employer = client(world.delegates["Associazione"])
    assert employer.get(reverse("plain_ballots:ballot", args=[consultation.pk])).status_code == 200
    for name in ("vote", "open", "close", "choose_rule"):
        assert employer.get(reverse(f"plain_ballots:{name}", args=[consultation.pk])).status_code == 404
    other = reverse("plain_ballots:ballot", args=[uuid.uuid4()])
    assert employer.get(other).status_code == 404


@pytest.mark.usefixtures("no_second_factor")
def test_promoters_prepare_open_close_and_publish_on_the_pages(world):
    head = client(world.delegates["CGIL"])
    ballot = draft(world, ("CGIL",), rule=False, text=False)
    pk = ballot.consultation_id
    at = lambda name: reverse(f"plain_ballots:{name}", args=[pk])  # noqa: E731
    assert head.get(at("choose_rule")).status_code == 200
    rule = {"rule_set": "agreed", "day": "2026-01-10", "majority_share": "1/2", "where": "Verbale",
            "majority_reading": "more_than", "majority_base": "voters", "idempotency_key": "a"}  # fmt: skip
    assert head.post(at("choose_rule"), rule).status_code == 302
    text = {"title": "Ipotesi", "text": "Articolo 1.", "idempotency_key": "b"}
    assert head.post(at("text"), text).status_code == 302
    more = {"text": "Quale?", "kind": "single", "options": "Uno\nDue", "idempotency_key": "c"}
    assert head.post(at("questions"), more).status_code == 302
    assert head.post(at("questions"), more).status_code == 302
    assert PlainBallot.objects.get(pk=ballot.pk).questions.count() == 2
    translation = reverse("plain_ballots:translate", args=[first(ballot.consultation).pk])
    assert head.get(translation).status_code == 200
    assert "Articolo 1." in head.get(at("open")).content.decode()
    head.post(at("open"), {"idempotency_key": "d"})
    assert Consultation.objects.get(pk=pk).state == "open"
    for person in world.people["CGIL"]:
        sheet(ballot.consultation, person, {"Approvi?": "agree"})
    head.post(at("close"), {"idempotency_key": "e"})
    found = Consultation.objects.get(pk=pk)
    assert found.state == "closed"
    assert Notice.objects.filter(kind="plain_ballots.closed").exists()
    page = head.get(at("results")).content.decode()
    assert "solo la tua parte" in page
    releasing.release_results(found, party=world.parties["CGIL"], actor_id=world.delegates["CGIL"].pk)
    closing.publish(found, actor_id=world.delegates["CGIL"].pk)
    shown = Client(headers={"accept-language": "it"}).get(at("results")).content.decode()
    assert "non dichiara la validità" in shown
    assert "Verbale" in shown
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("pdf", b"%PDF"), ("docx", b"PK")):
        assert Client().get(at(f"results_{kind}")).content.startswith(start)


@pytest.mark.usefixtures("no_second_factor")
def test_the_rules_are_public_with_a_calculator(world):
    browser = Client(headers={"accept-language": "it"})
    assert "Testo Unico" in browser.get(reverse("plain_ballots:rules")).content.decode()
    page = reverse("plain_ballots:rule", args=["company_rsu"])
    shown = browser.get(page, {"day": "2026-01-10", "yes": 3, "no": 1, "members": 6}).content.decode()
    assert "non raccoglie la maggioranza" in shown
    wrong = browser.get(page, {"day": "2026-01-10", "yes": 3, "no": 1, "entitled": 1})
    assert wrong.status_code == 200
    assert browser.get(reverse("plain_ballots:rule", args=["nothing"])).status_code == 404


@pytest.mark.usefixtures("no_second_factor")
def test_a_program_can_do_what_a_page_can(world):
    head, member = client(world.delegates["CGIL"]), client(world.people["CGIL"][0])
    post = lambda browser, path, body: browser.post(  # noqa: E731
        f"/api/v1/plain-ballots{path}", body, content_type="application/json"
    )
    made = post(head, f"/tables/{world.table.pk}/ballots/new", {"title": "Voto"}).json()
    one = f"/ballots/{made['id']}"
    constituency = str(world.constituencies["CGIL"].pk)
    assert post(head, f"{one}/groups", {"constituency_id": constituency}).status_code == 200
    assert post(head, f"{one}/text", {"title": "T", "text": "Articolo 1."}).status_code == 200
    file = {"title": "Ipotesi", "file": SimpleUploadedFile("ipotesi.txt", b"Articolo 1.")}
    for _again in "12":
        address = f"/api/v1/plain-ballots{one}/text/file"
        kept = head.post(address, file, headers={"Idempotency-Key": "testo"})
        assert kept.status_code == 200, kept.content
        assert kept.json()["text_hash"] == hashlib.sha256(b"Articolo 1.").hexdigest()
        file["file"].seek(0)
    asked = post(head, f"{one}/questions", {"text": "Approvi?", "translations": {"en": "Approve?"}}).json()
    rule = {"rule_set": "agreed", "day": "2026-01-10", "terms": {"where": "Verbale"}}
    assert post(head, f"{one}/rule", rule).json()["rule"]["key"] == "agreed"
    assert post(head, f"{one}/rule", {"rule_set": "x", "day": "2026-01-10"}).status_code == 422
    assert post(head, f"{one}/consent-to-open", {}).json() == {"state": "open"}
    marks = {"marks": {asked["questions"][0]["version_id"]: "agree"}, "request_id": "1"}
    assert post(member, f"{one}/sheet", marks).json() == {"registered": True, "again": False}
    assert post(member, f"{one}/sheet", marks).json() == {"registered": True, "again": True}
    assert post(client(world.stranger), f"{one}/sheet", marks).status_code == 404
    for ending in ("", ".csv", ".pdf", ".docx"):
        assert head.get(f"/api/v1/plain-ballots{one}/results{ending}").status_code == 422
    counted = post(
        head, "/evaluate", {"rule_set": "company_rsu", "day": "2026-01-10", "yes": 2, "members": 3}
    )
    assert counted.json()["result"] == "approved"
    needs = {"system": "confindustria", "kind": "territorial", "day": "2026-01-10"}
    assert post(head, "/required", needs).json()["items"][0]["code"] == "own_rule"
    assert len(head.get("/api/v1/plain-ballots/rules").json()["items"]) == 12


def test_core_pages_lead_a_ballot_to_its_own_and_speak_of_results(world):
    """Where the room speaks of statements and of the map, a ballot has pages and words of its own."""
    consultation = open_one(world)
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.delegates["CGIL"])
    for name, own in (("statements", "questions"), ("open", "open"), ("close", "close")):
        answer = client.get(reverse(f"dialogue:{name}", args=[consultation.pk]))
        assert answer["Location"] == reverse(f"plain_ballots:{own}", args=[consultation.pk])
    table = client.get(reverse("dialogue:table", args=[world.table.pk])).content.decode()
    assert '<span class="tavolo-badge">ballot</span>' in table
    close_one(world, consultation)
    release = client.get(reverse("dialogue:release", args=[consultation.pk])).content.decode()
    assert "shared result" in release
    assert "shared map" not in release
