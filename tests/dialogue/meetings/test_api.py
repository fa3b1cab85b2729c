"""A program can do what a page can: the same services, the same refusals, a retry counts once."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tavolo.dialogue.meetings.models import Answer, Meeting
from tests.dialogue.meetings.conftest import Scene

pytestmark = pytest.mark.django_db
API = "/api/v1/meetings"


class Caller:
    """A person's program."""

    def __init__(self, account: Any) -> None:
        self.client = Client()
        self.client.force_login(account)

    def __call__(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.generic(
            method, f"{API}{path}", json.dumps(body or {}), content_type="application/json", headers=headers
        )


@pytest.fixture
def secretary(scene: Scene) -> Caller:
    return Caller(scene.world.secretary)


def ok(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_plenary_from_convening_to_closed_minutes(scene: Scene, secretary: Caller) -> None:
    body = {
        "kind": "plenary", "title": "Avvio", "place": "Sala Verdi",
        "starts_at": (timezone.now() + timedelta(days=9)).isoformat(), "agenda": ["Formazione"],
    }  # fmt: skip
    meeting = ok(secretary("POST", f"/tables/{scene.table.pk}/meetings", body, "k1"))["id"]
    assert ok(secretary("POST", f"/tables/{scene.table.pk}/meetings", body, "k1"))["id"] == meeting
    assert Meeting.objects.count() == 1
    again = secretary("POST", f"/tables/{scene.table.pk}/meetings", body | {"title": "Altro"}, "k1")
    assert again.status_code == 422
    point = ok(secretary("POST", f"/tables/{scene.table.pk}/points", {"title": "Premio"}))["id"]
    ok(secretary("POST", f"/meetings/{meeting}/agenda", {"point_id": point}))
    ok(secretary("PATCH", f"/meetings/{meeting}", {"place": "Sala Manzoni"}))
    Meeting.objects.update(starts_at=timezone.now() - timedelta(hours=2))
    came = {str(person.pk): "present" for person in scene.world.delegates.values()}
    guests = [{"name": "Ospite", "quality": "esperta"}]
    ok(secretary("PUT", f"/meetings/{meeting}/attendance", {"came": came, "guests": guests}))
    decided = ok(
        secretary("POST", f"/meetings/{meeting}/decisions", {"text": "Si parte.", "point_id": point})
    )
    shown = ok(secretary("GET", f"/meetings/{meeting}"))
    assert (shown["place"], len(shown["agenda"]), shown["decisions"][0]["id"]) == (
        "Sala Manzoni", 2, decided["id"],
    )  # fmt: skip
    item = shown["agenda"][0]["id"]
    minutes = ok(secretary("PUT", f"/meetings/{meeting}/minutes", {"text": "x", "notes": {item: "y"}}))["id"]
    ok(secretary("POST", f"/minutes/{minutes}/send"))
    version = ok(secretary("GET", f"/minutes/{minutes}"))["version_id"]
    for account in scene.world.delegates.values():
        answer = {"version_id": version, "choice": "approve"}
        ok(Caller(account)("POST", f"/minutes/{minutes}/answers", answer, "same"))
        ok(Caller(account)("POST", f"/minutes/{minutes}/answers", answer, "same"))
    assert Answer.objects.count() == 4
    closed = ok(secretary("GET", f"/minutes/{minutes}"))
    assert (closed["state"], len(closed["pdf_sha256"])) == ("closed", 64)
    pdf = secretary("GET", f"/minutes/{minutes}/pdf")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    ok(secretary("POST", f"/minutes/{minutes}/correction", {"text": "Rettifica."}))


def test_refusals_are_sentences(scene: Scene, secretary: Caller) -> None:
    meeting = scene.convene()
    refused = secretary("POST", f"/meetings/{meeting.pk}/cancel", {"reason": " "})
    assert refused.status_code == 422
    assert isinstance(refused.json()["detail"], str)
    for body in ({"reason": "x\u0000y"}, {"reason": "\ud800"}, {"reason": 7}, {}):
        assert secretary("POST", f"/meetings/{meeting.pk}/cancel", body).status_code == 422
    far = {"kind": "plenary", "title": "x", "place": "x", "starts_at": "9999-12-31T23:59:59-12:00"}
    assert secretary("POST", f"/tables/{scene.table.pk}/meetings", far).status_code in (200, 422)
    early = far | {"starts_at": "0001-01-01T00:00:00+14:00"}
    assert secretary("POST", f"/tables/{scene.table.pk}/meetings", early).status_code == 422
    assert secretary("GET", f"/meetings/{uuid.uuid4()}").status_code == 404
    observer = Caller(scene.observer)
    assert observer("POST", f"/tables/{scene.table.pk}/points", {"title": "x"}).status_code == 422
    assert observer("POST", f"/meetings/{meeting.pk}/cancel", {"reason": "x"}).status_code == 404
    assert Client().get(f"{API}/meetings/{meeting.pk}").status_code == 401


def test_communiques_and_documents(scene: Scene, secretary: Caller) -> None:
    body = {"title": "Avvio", "text": "Testo."}
    row = ok(secretary("POST", f"/tables/{scene.table.pk}/communiques", body))["id"]
    ok(secretary("PUT", f"/communiques/{row}", {"title": "Avvio", "text": "Testo nuovo."}))
    version = ok(secretary("GET", f"/communiques/{row}"))["version_id"]
    for account in scene.world.delegates.values():
        ok(Caller(account)("POST", f"/communiques/{row}/approve", {"version_id": version}))
    shown = ok(Caller(scene.world.stranger)("GET", f"/communiques/{row}"))
    assert (shown["state"], shown["text"]) == ("published", "Testo nuovo.")
    client = Caller(scene.world.delegates["CGIL"]).client
    data = {"file": SimpleUploadedFile("nota.txt", b"uno"), "audience": "side", "title": "Nota"}
    made = client.post(f"{API}/tables/{scene.table.pk}/documents", data)
    pk = ok(made)["id"]
    second = {"file": SimpleUploadedFile("nota.txt", b"due"), "note": "corretta"}
    ok(client.post(f"{API}/documents/{pk}", second))
    assert b"".join(client.get(f"{API}/documents/{pk}/file").streaming_content) == b"due"
    assert secretary("GET", f"/documents/{pk}").status_code == 404
    assert ok(secretary("GET", f"/tables/{scene.table.pk}/documents"))["items"] == []
