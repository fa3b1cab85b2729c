"""The small demonstration holds what the walk shows; pages and API answer for each person."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

import tavolo.site.urls  # noqa: F401 - parts declare their kinds of file with their policies
from tavolo.common.models import Notice
from tavolo.common.territory import in_territory
from tavolo.demo import proposed
from tavolo.dialogue.models import Consultation, Statement
from tavolo.dialogue.voices import outcomes
from tavolo.dialogue.voices.models import Proposal
from tavolo.people.models import Account
from tests.world import ROLES, World

pytestmark = pytest.mark.django_db


def opened(world: World) -> Consultation:
    with in_territory(world.territory):
        return Consultation.objects.filter(state="open", proposals__isnull=False).distinct().get()


def test_the_demonstration_has_a_refusal_under_appeal_and_statements_waiting(world: World):
    consultation = opened(world)
    with in_territory(world.territory):
        rows = Proposal.objects.filter(consultation=consultation)
        states = Counter(rows.values_list("state", flat=True))
    assert states == {"accepted": 5, "waiting": 3, "refused": 2, "appealed": 1, "doubted": 1}


def hers(world: World) -> tuple[Client, Statement]:
    """Return the browser of the worker one may step into, and the statement she proposed."""
    with in_territory(world.territory):
        worker = Account.objects.get(pk=proposed.author())
        statement = proposed.statement(world.arguments["table_id"])
    assert statement is not None
    client = Client(headers={"accept-language": "it"})
    client.force_login(worker)
    return client, statement


def test_the_worker_follows_her_statement_to_a_clause_and_a_kept_commitment(world: World):
    client, statement = hers(world)
    address = reverse("voices:outcomes", args=[statement.consultation_id])
    page = client.get(address, {"mostra": "mie"})
    text = page.content.decode()
    assert page.headers["Cache-Control"].count("no-store")
    assert "proposta da te" in text
    assert "risposta entro trenta giorni" in text
    assert "Presa come punto dell&#x27;intesa" in text
    assert "Convergenza" in text
    with in_territory(world.territory):
        links = outcomes.page_of(statement.consultation, "it", proposed.author())
    told = {one["kind"]: one for one in next(e for e in links if e["mine"])["outcomes"] if one["link"]}
    assert "Intesa territoriale" in told["clause"]["text"]
    assert "mantenuto" in told["commitment"]["text"]
    clause, commitment = (client.get(told[kind]["link"]) for kind in ("clause", "commitment"))
    assert "Risposte alle proposte" in clause.content.decode()
    assert "mantenuto" in commitment.content.decode()


def test_what_awaits_her_leads_to_it_and_no_row_says_so(world: World):
    """Reckoned at each visit from the author's mark: a notice would join her account to a text."""
    client, statement = hers(world)
    waits = client.get(reverse("following:waiting")).content.decode()
    assert "Leggi che fine ha fatto un&#x27;affermazione che hai proposto" in waits
    assert f"#a-{statement.number}" in waits
    with in_territory(world.territory):
        assert not Notice.objects.filter(kind__startswith="voices.", account_id=proposed.author()).exists()


def test_her_refused_statement_its_reason_and_appeal_are_hers_alone(world: World):
    client, statement = hers(world)
    own = client.get(reverse("voices:propose", args=[statement.consultation_id])).content.decode()
    private = ("Ferri", "La stessa idea si può dire senza il nome", "sembra colpa di tutti", "al voto.")
    assert all(words in own for words in private)
    assert (
        "Ferri" in client.get(reverse("voices:outcomes", args=[statement.consultation_id])).content.decode()
    )


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("worker", "city_officer")])
def test_nobody_else_can_tell_whose_statement_it_was(world: World, role: str):
    """Not from the pages, nor from what awaits them; the guarantor reads refused texts, and no name."""
    _client, statement = hers(world)
    other = world.client(role)
    with in_territory(world.territory):
        name = Account.objects.get(pk=proposed.author()).name
    for route in ("voices:outcomes", "voices:counts", "voices:propose", "dialogue:results"):
        text = other.get(reverse(route, args=[statement.consultation_id])).content.decode()
        assert "proposta da te" not in text
        assert "Ferri" not in text
        assert name not in text
    waits = other.get(reverse("following:waiting")).content.decode()
    assert "che hai proposto" not in waits


@pytest.mark.parametrize("code", ["it", "en", "ar", "es", "ro", "zh", "uk"])
def test_a_worker_votes_in_every_language(world: World, code):
    page = world.client("worker").get(reverse("dialogue:vote", args=[opened(world).pk]), {"lingua": code})
    assert page.status_code == 200
    assert f'lang="{code}"' in page.content.decode()


def test_pages_hold_real_content_for_each_person(world: World):
    consultation = opened(world)
    pages = {
        "worker": ("propose", "counts", "outcomes"),
        "secretary": ("queue", "translations", "outcomes"),
        "union_delegate": ("queue", "translations"),
        "city_officer": ("guarantee",),
    }
    for role, names in pages.items():
        for name in names:
            answer = world.client(role).get(reverse(f"voices:{name}", args=[consultation.pk]))
            assert answer.status_code == 200, (role, name)
            assert "style=" not in answer.content.decode()
    queue = world.client("secretary").get(reverse("voices:queue", args=[consultation.pk]))
    assert "Le ferie di agosto" in queue.content.decode()
    assert "caporeparto" not in queue.content.decode()
    theirs = world.client("city_officer").get(reverse("voices:guarantee", args=[consultation.pk]))
    assert "caporeparto Bianchi" in theirs.content.decode()
    counts = world.client("worker").get(reverse("voices:counts", args=[consultation.pk]))
    assert "Riguarda persone" in counts.content.decode()


def test_the_published_consultation_tells_what_became_and_what_matters(world: World):
    published = world.arguments["consultation_id"]
    text = world.client("anonymous").get(reverse("voices:outcomes", args=[published])).content.decode()
    assert "al massimo quattro indicatori" in text
    results = world.client("anonymous").get(reverse("dialogue:results", args=[published]))
    assert "Che cosa conta di più" in results.content.decode()


def test_everything_a_page_does_the_api_does(world: World):
    consultation = opened(world).pk
    base = f"/api/v1/voices/consultations/{consultation}"
    worker, secretary = world.client("worker"), world.client("secretary")
    sent = {"text": "Le scale del magazzino vanno illuminate.", "language": "it", "request_id": "api-1"}
    for _ in range(2):
        done = worker.post(f"{base}/proposals/new", sent, content_type="application/json")
        assert done.json() == {"state": "waiting"}
    own = worker.get(f"{base}/proposals").json()["items"]
    assert sum("scale del magazzino" in one["text"] for one in own) == 1
    queue = secretary.get(f"{base}/queue").json()["items"]
    item = next(one for one in queue if "scale del magazzino" in one["text"])
    decided = secretary.post(
        f"/api/v1/voices/proposals/{item['id']}/decision", {"accepts": True},
        content_type="application/json", headers={"idempotency-key": "d1"},
    )  # fmt: skip
    assert decided.json() == {"state": "accepted"}
    refused = secretary.post(
        f"/api/v1/voices/proposals/{item['id']}/decision", {"accepts": False},
        content_type="application/json",
    )  # fmt: skip
    assert refused.status_code == 422
    assert worker.get(f"{base}/queue").status_code == 404
    words = worker.get("/api/v1/voices/words/ar").json()
    assert words["direction"] == "rtl"
    assert worker.get("/api/v1/voices/words/xx").status_code == 404
    counts = worker.get(f"{base}/moderation").json()
    assert counts["counts"]["proposed"] == 13
    assert world.client("city_officer").get(f"{base}/refused").json()["items"]
    translations = secretary.get(f"{base}/translations").json()["items"]
    assert {row["language"] for row in translations} >= {"ar", "es", "ro", "zh", "uk"}
