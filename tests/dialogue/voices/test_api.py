"""What a program can do in voices: offices, what is alike, what became of it; each once for one key."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.voices import offices
from tavolo.dialogue.voices.models import Moderator
from tests.dialogue.voices.conftest import Open, agree
from tests.dialogue.world import make_account

pytestmark = pytest.mark.django_db
API = "/api/v1/voices"


def send(account: Any, method: str, path: str, body: Any = None, *, key: str = "", status: int = 200) -> Any:
    client = Client(headers={"accept-language": "it"})
    client.force_login(account)
    call = getattr(client, method)
    options: dict[str, Any] = {"headers": {"Idempotency-Key": key} if key else {}}
    if method != "get":
        options |= {"data": body or {}, "content_type": "application/json"}
    answer = call(API + path, **options)
    assert answer.status_code == status, (answer.status_code, answer.content)
    return answer.json()


def test_a_party_names_and_ends_its_moderator(voices: Open) -> None:
    table, delegate = voices.world.table.pk, voices.world.delegates["CISL"]
    person = make_account("moderatrice CISL")
    made = [
        send(delegate, "post", f"/tables/{table}/moderators", {"email": person.email}, key="una")["id"]
        for _again in range(2)
    ]
    assert made[0] == made[1]
    named = send(delegate, "get", f"/tables/{table}/offices")
    assert person.name in {one["name"] for one in named["moderators"]}
    assert "garante" in {one["name"] for one in named["guarantors"]}
    send(voices.world.secretary, "post", f"/tables/{table}/moderators", {"email": person.email}, status=404)
    send(delegate, "post", f"/tables/{table}/moderators", {"email": "ignota@example.org"}, status=422)
    send(voices.world.delegates["CGIL"], "post", f"/moderators/{made[0]}/end", status=404)
    for _again in range(2):
        assert send(delegate, "post", f"/moderators/{made[0]}/end", key="fine")["state"] == "ended"
    assert Moderator.objects.get(pk=made[0]).ends_on is not None
    send(voices.worker, "get", f"/tables/{table}/offices", status=404)


def test_a_guarantors_office_ends_by_joint_decision(voices: Open) -> None:
    row = offices.guarantors(voices.world.table.pk).get()
    made = send(voices.world.secretary, "post", f"/guarantors/{row.pk}/end", key="una")
    again = send(voices.world.secretary, "post", f"/guarantors/{row.pk}/end", key="una")
    assert made == again
    decision = JointDecision.objects.get(pk=made["decision_id"])
    assert offices.guarantees(voices.guarantor.pk, voices.world.table.pk)
    agree(voices.world, decision)
    assert not offices.guarantees(voices.guarantor.pk, voices.world.table.pk)
    send(voices.worker, "post", f"/guarantors/{row.pk}/end", status=404)
    assert decisions.title_of(decision)


def test_what_is_alike_is_shown_before_proposing_and_nothing_is_kept(voices: Open) -> None:
    place = f"/consultations/{voices.consultation.pk}/similar"
    found = send(voices.worker, "post", place, {"text": "Affermazione numero 1."})
    assert found["alike"]
    assert found["alike"][0]["likeness"] >= found["alike"][-1]["likeness"]
    flagged = send(voices.worker, "post", place, {"text": "Il caporeparto Bianchi urla sempre in reparto."})
    assert flagged["flags"]
    send(voices.world.stranger, "post", place, {"text": "Affermazione numero 1."}, status=404)


def test_the_page_proposes_the_end_of_a_guarantors_office_too(voices: Open) -> None:
    row = offices.guarantors(voices.world.table.pk).get()
    client = Client(headers={"accept-language": "it"})
    client.force_login(voices.world.delegates["CGIL"])
    address = reverse("voices:propose_end", args=[row.pk])
    assert address in client.get(reverse("voices:offices", args=[voices.world.table.pk])).content.decode()
    for _again in range(2):
        assert client.post(address, {"idempotency_key": "una"}).status_code == 302
    assert JointDecision.objects.filter(kind=offices.GUARANTOR, state="open").count() == 1
    client.force_login(voices.worker)
    assert client.post(address).status_code == 404
