"""The pages and the API of a course, as each person gets them; whose words stay with those who sit there."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tavolo.dialogue import standing
from tavolo.dialogue.course.models import Course, Interruption, Phase
from tavolo.dialogue.course.services import calendar, ending, interruptions, phases
from tavolo.dialogue.course.services.calendar import Dated
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Roll
from tests.dialogue import world as small
from tests.dialogue.course.conftest import Set

pytestmark = pytest.mark.django_db
API = "/api/v1/course"


def page(at: Set, who: str | None, name: str = "path") -> str:
    answer = at.browser(who).get(reverse(f"course:{name}", args=[at.table.pk]))
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def full(at: Set) -> None:
    """Record something private of every kind."""
    at.pass_to("listening")
    interruptions.step_out(at.table, actor_id=at.who("CISL"), reason="CANARINO-uno")
    interruptions.record_dispute(
        at.table, actor_id=at.who("CGIL"), text="CANARINO-due <script>", on=standing.today()
    )
    in_five = standing.today() + timedelta(days=5)
    for title, audience in (("Ristretta CANARINO-tre", "table"), ("Assemblea aperta", "asked")):
        said = Dated("appointment", title, in_five, audience=audience)
        calendar.add_entry(at.table, said, actor_id=at.who("secretary"))
    phases.propose_move(
        at.table, actor_id=at.who("CGIL"), phase=at.phase("positions"), reason="CANARINO-quattro"
    )
    ending.open_no_agreement(at.table, actor_id=at.who("CGIL"), points="CANARINO-cinque")
    ending.lodge_statement(at.table, actor_id=at.who("CGIL"), text="CANARINO-sei")


def ask_worker(at: Set) -> Any:
    """Put a member of CGIL on a roll: somebody who sees the table without sitting there."""
    worker = at.world.people["CGIL"][0]
    draft = small.draft(at.world, asked=["CGIL"])
    Roll.objects.create(
        territory=at.world.territory, consultation=draft, account=worker, group=draft.groups.get()
    )
    at.world.delegates["worker"] = worker
    return worker


def test_those_who_sit_there_read_everything_and_those_consulted_only_the_way(at: Set) -> None:
    ask_worker(at)
    full(at)
    for who in ("CGIL", "CISL", "Associazione", "secretary"):
        text = page(at, who)
        assert "CANARINO-uno" in text
        assert "CANARINO-due &lt;script&gt;" in text
        assert "CANARINO-tre" in text
        assert "Assemblea aperta" in text
        assert "CANARINO-cinque" in page(at, who, "no_agreement")
    worker = page(at, "worker")
    assert "Assemblea aperta" in worker
    assert "course-across" in worker
    assert "CANARINO" not in worker
    assert page(at, "worker", "no_agreement") == page(at, "stranger") == "404"
    assert page(at, None) == "302"
    told = at.browser("worker").get(f"{API}/tables/{at.table.pk}").content.decode()
    assert "Assemblea aperta" in told
    assert "CANARINO" not in told


def test_every_page_opens_for_whom_it_is_meant(at: Set) -> None:
    full(at)
    everybody = ("compose", "move", "suspend", "resume", "cooling_off", "conclude", "no_agreement")
    for name in everybody:
        for who in ("CGIL", "Associazione", "secretary"):
            assert "<h1>" in page(at, who, name), (name, who)
    for name in ("step_out", "step_in", "statement"):
        assert "<h1>" in page(at, "CGIL", name)
        assert page(at, "secretary", name) == "404"
    for name in ("dispute", "dispute_end"):
        assert "<h1>" in page(at, "CGIL", name)
        assert page(at, "Associazione", name) == "404"
    assert "<h1>" in page(at, "secretary", "entry_new")
    assert page(at, "CGIL", "entry_new") == "404"


def test_the_line_says_where_the_table_is_in_words_too(at: Set) -> None:
    at.pass_to("listening")
    text = page(at, "CGIL")
    assert text.count("siamo qui") >= 2  # in both shapes of the picture, and in the table
    assert 'aria-current="step"' in text
    assert "Non si pronuncia mai sul diritto di sciopero" in text


def test_a_page_proposes_once_however_often_it_is_sent(at: Set) -> None:
    path = reverse("course:move", args=[at.table.pk])
    sent = {"phase": str(at.phase("listening").pk), "reason": "È ora.", "idempotency_key": "una-volta"}
    client = at.browser("CGIL")
    first, second = client.post(path, sent), client.post(path, sent)
    decision = JointDecision.objects.get(kind="course.phase_changed")
    assert first.url == reverse("delegations:decision", args=[decision.pk])
    assert second.status_code == 302
    assert "È ora." in client.get(first.url).content.decode()


def rows(at: Set) -> dict[str, str]:
    """Return the composing form as a browser would send it back untouched."""
    shown = at.browser("CGIL").get(reverse("course:compose", args=[at.table.pk])).context["rows"]
    sent = {"fasi-TOTAL_FORMS": str(len(shown.forms)), "fasi-INITIAL_FORMS": str(shown.initial_form_count()),
            "fasi-MIN_NUM_FORMS": "0", "fasi-MAX_NUM_FORMS": "1000", "idempotency_key": "k"}  # fmt: skip
    for form in shown.forms:
        for name in form.fields:
            value = form[name].value()
            if value not in (None, "", False, []):
                sent[form.add_prefix(name)] = value if isinstance(value, list) else str(value)
    return sent


def test_the_composing_page_adds_drops_and_moves(at: Set) -> None:
    sent = rows(at) | {"fasi-1-drop": "on", "fasi-3-position": "2", "fasi-9-kind": "listening",
                       "fasi-9-title": "Secondo ascolto", "fasi-9-position": "4"}  # fmt: skip
    answer = at.browser("CGIL").post(reverse("course:compose", args=[at.table.pk]), sent)
    decision = JointDecision.objects.get(kind="course.composed")
    assert answer.url == reverse("delegations:decision", args=[decision.pk])
    kinds = [row["title"] or row["kind"] for row in decision.content["phases"]]
    assert kinds == ["preparation", "convergence", "positions", "Secondo ascolto", "drafting",
                     "tentative_agreement", "members_vote", "signature", "follow_up"]  # fmt: skip


def test_an_untouched_or_impossible_composition_is_refused_with_a_sentence(at: Set) -> None:
    path = reverse("course:compose", args=[at.table.pk])
    answer = at.browser("CGIL").post(path, rows(at))
    assert "Non cambierebbe nulla" in answer.content.decode()
    answer = at.browser("CGIL").post(path, rows(at) | {"fasi-7-position": "1", "idempotency_key": "k2"})
    assert "non può venire subito dopo" in answer.content.decode()
    assert not JointDecision.objects.exists()


def test_a_program_walks_a_table_through_the_api(at: Set) -> None:
    client, root = at.browser("CGIL"), f"{API}/tables/{at.table.pk}"

    def send(path: str, body: dict[str, Any] | None = None, method: str = "post", who: Any = client) -> Any:
        return getattr(who, method)(f"{root}{path}", json.dumps(body or {}), content_type="application/json")

    shown = client.get(root).json()
    assert [phase["state"] for phase in shown["phases"]][:2] == ["here", "ahead"]
    wanted = {"phase_id": shown["phases"][1]["id"], "reason": "Avanti."}
    made = send("/move", wanted).json()
    assert (made["state"], made["missing"]) == ("open", ["Associazione"])
    assert send("/move", wanted).status_code == 422
    assert send("/calendar", {"title": "x", "on": "2026-12-01"}).status_code == 404
    assert client.get(f"{root}/allowed?act=positions.lodge").json()["allowed"] is False
    assert client.get(f"{root}/allowed?act=nothing").status_code == 422
    assert send("/disputes", {"text": "Stato di agitazione", "on": str(standing.today())}).status_code == 200
    employers = at.browser("Associazione")
    refused = send("/disputes", {"text": "x", "on": str(standing.today())}, who=employers)
    assert refused.status_code == 404
    assert client.get(f"{root}/no-agreement").status_code == 404
    assert send("/no-agreement", {"text": "Premio."}).json()["points"] == "Premio."
    assert send("/no-agreement/statement", {"text": "La nostra."}, "put").status_code == 200
    assert send("/no-agreement", method="delete").json()["end"] == "under_way"
    assert send("/participation/suspension", {"text": "Pausa"}).json()["interruptions"]
    secret = client.post(f"{API}/feed").json()["address"]
    assert client.get(secret.split("testserver")[1]).status_code == 200
    assert client.get(f"{API}/feed").json()["address"] is None
    assert len(client.get(f"{API}/blueprints").json()["items"]) == 4


def test_an_api_retry_with_the_same_key_counts_once(at: Set) -> None:
    client, path = at.browser("CGIL"), f"{API}/tables/{at.table.pk}/participation/suspension"
    for _again in range(2):
        answer = client.post(
            path, json.dumps({"text": "Pausa"}), content_type="application/json",
            headers={"idempotency-key": "una"},
        )  # fmt: skip
        assert answer.status_code == 200
    assert Interruption.objects.count() == 1


def test_planned_days_stand_in_the_form_as_browsers_read_them(at: Set) -> None:
    Phase.objects.filter(kind="listening").update(planned_from="2026-06-05", planned_to="2026-07-01")
    text = page(at, "CGIL", "compose")
    assert 'value="2026-06-05"' in text
    assert 'value="2026-07-01"' in text


def test_a_table_without_a_course_offers_to_give_it_one(bare: Set) -> None:
    assert reverse("course:adopt", args=[bare.table.pk]) in page(bare, "CGIL")
    sent = {"origin": "platform", "reference": "Piattaforma", "blueprint": "free", "starts_on": "2026-01-07",
            "kinds": ["listening", "positions", "drafting"], "idempotency_key": "k"}  # fmt: skip
    answer = bare.browser("CGIL").post(reverse("course:adopt", args=[bare.table.pk]), sent)
    assert answer.status_code == 302
    bare.consent(JointDecision.objects.get(), "Associazione")
    assert [phase.kind for phase in Phase.objects.filter(course=Course.objects.get())] == [
        "listening", "positions", "drafting",
    ]  # fmt: skip
