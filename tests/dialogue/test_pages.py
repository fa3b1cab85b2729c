"""The pages as people use them: voting with and without script, preparing, releasing, downloading."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from tavolo.dialogue import keys
from tavolo.dialogue.models import Consultation, StatementVersion
from tavolo.dialogue.sealing import Counts
from tavolo.dialogue.services import ballot_box, closing, releasing, voting
from tests.dialogue.world import (
    build_world,
    close_one,
    draft,
    everybody_votes,
    open_one,
    versions,
)

pytestmark = pytest.mark.django_db


def browser(account=None, language: str = "it") -> Client:
    client = Client(headers={"accept-language": language})
    if account is not None:
        client.force_login(account)
    return client


def path(name: str, consultation: Consultation) -> str:
    return reverse(f"dialogue:{name}", args=[consultation.pk])


def counts(consultation: Consultation) -> Counts:
    ballot_box.drain(consultation)
    return ballot_box.read_sheet(consultation.pk, keys.load(consultation.pk))


def test_a_person_votes_without_script_and_reads_registered(territory):
    world = build_world(territory)
    consultation = open_one(world)
    client = browser(world.people["CGIL"][0])
    page = client.get(path("vote", consultation))
    assert page.status_code == 200
    card = page.context["cards"][0]
    answer = client.post(
        path("cast", consultation),
        {"version": card["id"], "request": card["request"], "choice": "agree"},
        follow=True,
    )
    assert "Registrato" in answer.content.decode()
    assert answer.context["done"] == 1


def test_a_double_click_counts_once(territory):
    world = build_world(territory)
    consultation = open_one(world)
    client = browser(world.people["CGIL"][0])
    card = client.get(path("vote", consultation)).context["cards"][0]
    sent = {"version": card["id"], "request": card["request"], "choice": "agree"}
    for _ in range(3):
        answer = client.post(path("cast", consultation), sent, headers={"accept": "application/json"})
        assert answer.json() == {"registered": True, "choice": "agree"}
    assert counts(consultation).votes.sum() == 1


def test_a_vote_reads_neither_session_nor_account(territory, settings):
    """With the voting page's cookie a vote is the lock, the ballot, the change: nothing about the person."""
    settings.SECOND_FACTOR_REQUIRED = True
    world = build_world(territory)
    consultation = open_one(world)
    client = browser(world.people["CGIL"][0])
    card = client.get(path("vote", consultation)).context["cards"][0]
    sent = {"version": card["id"], "request": "r1", "choice": "pass"}
    client.post(path("cast", consultation), sent, headers={"accept": "application/json"})
    sent["request"] = "r2"
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.post(path("cast", consultation), sent, headers={"accept": "application/json"})
    asked = " ".join(query["sql"] for query in queries)
    for table in ("django_session", "people_account", "dialogue_roll", "common_ratecount"):
        assert table not in asked


def test_the_short_way_in_refuses_a_forged_request(territory):
    """The vote's own door checks the cross-site token like every other page."""
    world = build_world(territory)
    consultation = open_one(world)
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "it"})
    client.force_login(world.people["CGIL"][0])
    page = client.get(path("vote", consultation))
    sent = {"version": page.context["cards"][0]["id"], "request": "r", "choice": "agree"}
    asks_json = {"accept": "application/json"}
    assert client.post(path("cast", consultation), sent, headers=asks_json).status_code == 403
    asks_json["X-CSRFToken"] = client.cookies["csrftoken"].value
    answer = client.post(path("cast", consultation), sent, headers=asks_json)
    assert answer.json() == {"registered": True, "choice": "agree"}
    assert answer["X-Content-Type-Options"] == "nosniff"
    sent |= {"version": "0", "request": "s"}
    assert client.post(path("cast", consultation), sent, headers=asks_json).status_code == 422


def test_the_voting_cookie_holds_for_one_consultation_and_ends_with_the_session(territory):
    world = build_world(territory)
    one, two = open_one(world), open_one(world, asked=["CISL", "UIL"])
    person = world.people["CGIL"][0]
    client = browser(person)
    client.get(path("vote", one))
    version = versions(two)[0]
    refused = client.post(path("cast", two), {"version": version.pk, "request": "r", "choice": "agree"})
    assert refused.status_code == 404
    client.logout()
    sent = {"version": versions(one)[0].pk, "request": "r", "choice": "agree"}
    assert client.post(path("cast", one), sent).status_code == 302
    assert counts(one).votes.sum() == 0


def test_others_cannot_open_the_voting_page(territory):
    world = build_world(territory)
    consultation = open_one(world)
    others = (world.stranger, world.secretary, *world.delegates.values())
    for account in others:
        assert browser(account).get(path("vote", consultation)).status_code == 404
    assert browser().get(path("vote", consultation)).status_code == 302


def test_the_page_shows_the_voters_language(territory):
    world = build_world(territory)
    consultation = open_one(world)
    person = world.people["CGIL"][0]
    assert "Statement number" in browser(person, "en").get(path("vote", consultation)).content.decode()
    assert "Affermazione numero" in browser(person).get(path("vote", consultation)).content.decode()


def test_while_open_no_page_shows_figures(territory):
    world = build_world(territory)
    consultation = open_one(world)
    everybody_votes(world, consultation)
    for account in (world.secretary, world.delegates["CGIL"], world.people["CGIL"][0]):
        page = browser(account).get(path("results", consultation))
        assert page.status_code == 200
        assert "picture" not in page.context
        assert browser(account).get(path("results_csv", consultation)).status_code == 302


def test_delegates_prepare_and_open_through_the_pages(territory):
    world = build_world(territory)
    cgil = browser(world.delegates["CGIL"])
    made = cgil.post(
        reverse("dialogue:new", args=[world.table.pk]),
        {"title": "Turni", "question": "Che cosa serve?", "idempotency_key": "k1"},
    )
    consultation = Consultation.objects.get(title="Turni")
    assert made.status_code == 302
    ask = {"constituency": world.constituencies["CGIL"].pk, "idempotency_key": "k2"}
    cgil.post(path("ask", consultation), ask)
    text = {"text": "Serve più preavviso sui turni.", "idempotency_key": "k3"}
    for _ in range(2):
        cgil.post(path("statements", consultation), text)
    assert consultation.statements.count() == 1
    cgil.post(path("open", consultation), {"idempotency_key": "k4"})
    consultation.refresh_from_db()
    assert consultation.state == "open"


def test_an_employer_cannot_prepare_a_consultation_of_workers(territory):
    world = build_world(territory)
    employer = browser(world.delegates["Associazione"])
    made = draft(world, asked=["Associazione"])
    page = employer.get(path("ask", made))
    offered = {str(row.pk) for row in page.context["form"].fields["constituency"].queryset}
    assert str(world.constituencies["CGIL"].pk) not in offered
    refused = browser(world.delegates["CGIL"]).post(
        path("ask", made), {"constituency": world.constituencies["CGIL"].pk, "idempotency_key": "k"}
    )
    assert refused.status_code == 200
    assert made.groups.count() == 1


def closed(world, **options):
    consultation = open_one(world, **options)
    everybody_votes(world, consultation)
    return close_one(world, consultation)


def release(world, consultation, *names):
    for name in names:
        releasing.release_results(consultation, party=world.parties[name], actor_id=world.delegates[name].pk)


def test_before_any_release_only_the_workers_side_appears(territory):
    world = build_world(territory)
    consultation = closed(world)
    page = browser(world.people["CGIL"][0]).get(path("results", consultation))
    assert [group["name"] for group in page.context["picture"]["groups"]] == ["Lato dei lavoratori"]
    text = page.content.decode()
    assert "lato datoriale" in text.lower()


def test_a_party_sees_its_own_figures_first_and_releases_them(territory):
    world = build_world(territory)
    consultation = closed(world)
    cgil = browser(world.delegates["CGIL"])
    assert cgil.get(path("results", consultation)).context["own"]["voters"] == 20
    cisl = browser(world.delegates["CISL"])
    assert cisl.get(path("results", consultation)).context["own"]["party"] == "CISL"
    cgil.post(path("release", consultation), {"idempotency_key": "k"})
    assert cgil.get(path("results", consultation)).context["release_state"] == "waiting"
    release(world, consultation, "CISL", "UIL", "Associazione")
    page = browser(world.secretary).get(path("results", consultation))
    names = [group["name"] for group in page.context["picture"]["groups"]]
    assert sorted(names) == ["Associazione", "CGIL", "CISL", "UIL"]


def test_every_statement_has_bars_with_a_table(territory):
    world = build_world(territory)
    consultation = closed(world)
    release(world, consultation, "CGIL", "CISL", "UIL", "Associazione")
    closing.publish(consultation, actor_id=world.delegates["CGIL"].pk)
    text = browser().get(path("results", consultation)).content.decode()
    assert text.count('class="dlg-bars"') == 4
    assert "style=" not in text
    assert "onclick" not in text
    filtered = browser().get(path("results", consultation), {"q": "numero 3", "group": "CGIL"})
    assert len(filtered.context["statements"]) == 1


def test_the_map_never_draws_fewer_people_than_the_threshold(territory):
    world = build_world(territory, members=35, firms=25)
    consultation = closed(world, statements=8)
    release(world, consultation, "CGIL", "CISL", "UIL", "Associazione")
    from collections import Counter

    from tavolo.dialogue.services.analysing import result_for

    at = result_for(consultation, "it").projection
    places = Counter(zip(at.x.tolist(), at.y.tolist(), at.declared.tolist(), strict=True))
    assert min(places.values()) >= 10
    # A program gets the same picture, and only who sees the results.
    address = reverse("api-1.0.0:dialogue_results_map", args=[consultation.pk])
    member = browser(world.delegates["Associazione"])
    answer = member.get(address)
    assert answer["Content-Type"] == "image/svg+xml"
    picture = answer.content.decode()
    assert picture.startswith("<svg")
    assert picture in member.get(path("results", consultation)).content.decode()
    assert browser(world.stranger).get(address).status_code == 404
    assert browser().get(address).status_code == 401


def test_downloads_can_be_read_again(territory, tmp_path):
    world = build_world(territory)
    consultation = closed(world)
    release(world, consultation, "CGIL", "CISL", "UIL", "Associazione")
    member = browser(world.delegates["CGIL"])
    assert json.loads(member.get(path("results_json", consultation)).content)["participants"] == 75
    assert member.get(path("results_csv", consultation)).content.decode("utf-8-sig").count("\r\n") == 17
    assert member.get(path("own_csv", consultation)).content.decode("utf-8-sig").count("\r\n") == 5
    answer = member.get(path("results_polis", consultation))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    from tavolo.dialogue.convergence.reading import read

    assert read(tmp_path).votes.shape == (75, 4)
    stamps = {line.split(",")[0] for line in (tmp_path / "votes.csv").read_text().splitlines()[1:]}
    assert len(stamps) == 1


def test_whole_ballots_are_not_for_the_public(territory):
    world = build_world(territory)
    consultation = closed(world)
    release(world, consultation, "CGIL", "CISL", "UIL", "Associazione")
    closing.publish(consultation, actor_id=world.delegates["CGIL"].pk)
    assert browser().get(path("results", consultation)).status_code == 200
    assert browser(world.people["CGIL"][0]).get(path("results_polis", consultation)).status_code == 404


def test_a_formula_in_a_statement_stays_text(territory):
    world = build_world(territory)
    consultation = draft(world, asked=["CGIL"], statements=0)
    from tavolo.dialogue.services import consultations, opening

    text = '=HYPERLINK("http://x";"<script>alert(1)</script>")'
    consultations.add_statement(consultation, text=text, actor_id=world.delegates["CGIL"].pk)
    opening.consent_to_open(consultation, party=world.parties["CGIL"], actor_id=world.delegates["CGIL"].pk)
    consultation.refresh_from_db()
    slot = StatementVersion.objects.get(consultation=consultation).slot
    voting.cast_many(consultation, {person.pk: [(slot, 1)] for person in world.people["CGIL"]})
    close_one(world, consultation)
    release(world, consultation, "CGIL")
    member = browser(world.delegates["CGIL"])
    assert "<script>alert" not in member.get(path("results", consultation)).content.decode()
    for name in ("own_csv", "results_csv"):
        for line in member.get(path(name, consultation)).content.decode("utf-8-sig").splitlines():
            assert ",=" not in line
            assert not line.startswith("=")
            assert ',"=' not in line
