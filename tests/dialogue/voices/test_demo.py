"""The small demonstration holds what the walk shows; pages and API answer for each person."""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import reverse

import tavolo.site.urls  # noqa: F401 - parts declare their kinds of file with their policies
from tavolo.common.territory import in_territory
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.voices.models import Proposal
from tests.world import World

pytestmark = pytest.mark.django_db


def opened(world: World) -> Consultation:
    with in_territory(world.territory):
        return Proposal.objects.select_related("consultation").first().consultation


def test_the_demonstration_has_a_refusal_under_appeal_and_statements_waiting(world: World):
    with in_territory(world.territory):
        states = Counter(Proposal.objects.values_list("state", flat=True))
    assert states == {"accepted": 5, "waiting": 3, "refused": 2, "appealed": 1, "doubted": 1}


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
