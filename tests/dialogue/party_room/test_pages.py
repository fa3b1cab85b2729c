"""The pages and the API as a delegation uses them, end to end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tavolo.common.row_security import opened
from tavolo.dialogue.party_room import hooking
from tavolo.dialogue.party_room.models import Draft, Note, Question, RoomFile
from tavolo.dialogue.party_room.services import texts

pytestmark = pytest.mark.django_db


def at(house: Any, name: str, *more: Any, room: str = "CGIL") -> str:
    return reverse(f"party_room:{name}", args=[house.table.pk, house.rooms[room].pk, *more])


def inside(house: Any, model: Any, room: str = "CGIL") -> list[Any]:
    with opened([house.rooms[room].pk]):
        return list(model.objects.filter(room=house.rooms[room]))


def test_the_tables_page_leads_each_to_its_own_room(house):
    url = reverse("dialogue:table", args=[house.table.pk])
    own = house.browser("CGIL").get(url).content.decode()
    assert at(house, "room") in own
    assert at(house, "room", room="workers") in own
    for who in ("Associazione", "secretary"):
        page = house.browser(who).get(url).content.decode()
        assert str(house.rooms["CGIL"].pk) not in page
        assert str(house.rooms["workers"].pk) not in page


def test_a_draft_from_its_first_word_to_its_release(house):
    browser = house.browser("CGIL")
    made = browser.post(
        at(house, "new_draft"), {"title": "Turni", "text": "Preavviso.", "idempotency_key": "1"}
    )
    (draft,) = inside(house, Draft)
    assert made["Location"] == at(house, "draft", draft.pk)
    sent = {
        "title": "Turni",
        "text": "Preavviso di 7 giorni.",
        "based_on": "1",
        "remark": "",
        "idempotency_key": "2",
    }
    browser.post(at(house, "edit_draft", draft.pk), sent)
    page = browser.get(at(house, "compare", draft.pk)).content.decode()
    assert "<ins>" in page
    assert "style=" not in page
    stale = browser.post(at(house, "edit_draft", draft.pk), sent | {"text": "Altro", "idempotency_key": "3"})
    assert "ha scritto la versione 2" in stale.content.decode()
    assert "Altro" in stale.content.decode()
    assert 'name="based_on" value="2"' in stale.content.decode()
    let_out = {"to": str(house.rooms["CISL"].pk), "sure": "on", "idempotency_key": "4"}
    for _ in range(2):
        browser.post(at(house, "release", draft.pk), let_out)
    released = browser.get(at(house, "released")).content.decode()
    assert "Preavviso di 7 giorni." in released
    received = (
        house.browser("CISL").get(reverse("party_room:received", args=[house.table.pk])).content.decode()
    )
    assert received.count("Turni") == 1


def test_without_the_yes_that_it_cannot_be_undone_nothing_leaves(house):
    browser = house.browser("CGIL")
    draft = texts.create_draft(house.rooms["CGIL"], actor_id=house.people["CGIL"].pk, title="T", text="x")
    answer = browser.post(at(house, "release", draft.pk), {"to": str(house.rooms["CISL"].pk)})
    assert answer.status_code == 422
    assert (
        "T"
        not in house.browser("CISL")
        .get(reverse("party_room:received", args=[house.table.pk]))
        .context["received"]
    )


def test_notes_and_files_through_the_room(house):
    browser = house.browser("member")
    browser.post(at(house, "note"), {"text": "Sentire Roma", "idempotency_key": "1"})
    sent = SimpleUploadedFile("conti.csv", b"a;b\n1;2\n")
    browser.post(at(house, "upload"), {"file": sent, "remark": "", "idempotency_key": "2"})
    (note,), (file,) = inside(house, Note), inside(house, RoomFile)
    page = browser.get(at(house, "room"))
    assert "Sentire Roma" in page.content.decode()
    assert "conti.csv" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    observer = house.browser("observer")
    assert "<textarea" not in observer.get(at(house, "room")).content.decode()
    assert observer.post(at(house, "note_remove", note.pk)).status_code == 404
    browser.post(at(house, "file_remove", file.pk), {"idempotency_key": "3"})
    browser.post(at(house, "note_remove", note.pk), {"idempotency_key": "4"})
    assert inside(house, Note) == inside(house, RoomFile) == []


def test_a_vote_through_the_page(house):
    browser = house.browser("CGIL")
    asked = {"text": "Accettiamo?", "options": "Sì\nNo", "how": "open", "idempotency_key": "1"}
    browser.post(at(house, "new_vote"), asked)
    (question,) = inside(house, Question)
    with opened([house.rooms["CGIL"].pk]):
        option = question.options.first()
    for _ in range(2):
        browser.post(at(house, "cast", question.pk), {"option": str(option.pk)})
    browser.post(at(house, "close_vote", question.pk), {"idempotency_key": "2"})
    page = browser.get(at(house, "vote", question.pk)).content.decode()
    assert "1 voto" in page
    assert "delegata CGIL" in page


def test_a_position_through_the_pages(house):
    browser, point = house.browser("CGIL"), house.point()
    held = {"kind": "accept_if", "condition": "otto ore", "motivation": "perché sì", "idempotency_key": "1"}
    browser.post(at(house, "hold", point.pk), held)
    page = browser.get(at(house, "lodge", point.pk)).content.decode()
    assert "otto ore" in page
    assert "perché sì" not in page
    told = {"kind": "accept_if", "condition": "otto ore", "after": "0", "idempotency_key": "2"}
    answer = browser.post(at(house, "lodge", point.pk), told)
    assert answer["Location"] == reverse("party_room:positions", args=[house.table.pk])
    matrix = house.browser("secretary").get(answer["Location"]).content.decode()
    assert "Accetta se" in matrix
    assert "non interpellata" in matrix


def test_search_finds_ones_own_and_never_anothers(house):
    room, actor = house.rooms["CGIL"], house.people["CGIL"].pk
    texts.create_draft(
        room, actor_id=actor, title="Formazione continua", text="Preavviso sui turni di notte."
    )
    assert [m.title for m in hooking.finder(actor, "turni")] == ["Formazione continua"]
    for who in ("CISL", "Associazione", "secretary", "stranger"):
        assert "Formazione continua" not in [m.title for m in hooking.finder(house.people[who].pk, "turni")]
    assert hooking.finder(None, "turni") == []


class TestApi:
    def call(self, house: Any, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        browser = house.browser(who)
        sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(browser, method)(f"/api/v1/party-room{path}", headers=headers or None, **sent)

    def test_a_program_does_what_a_page_does(self, house):
        room = f"/rooms/{house.rooms['CGIL'].pk}"
        made = self.call(house, "CGIL", "post", f"{room}/drafts", {"title": "T", "text": "uno"}).json()
        second = {"title": "T", "text": "due", "based_on": 1}
        whole = self.call(house, "CGIL", "post", f"{room}/drafts/{made['id']}/versions", second).json()
        assert [one["number"] for one in whole["versions"]] == [2, 1]
        listed = self.call(house, "CGIL", "get", f"{room}/releases").json()
        (cisl,) = [one["id"] for one in listed["receivers"] if one["name"] == "CISL"]
        out = self.call(
            house,
            "CGIL",
            "post",
            f"{room}/releases",
            {"version_id": whole["versions"][0]["id"], "to": [cisl]},
        ).json()
        assert out["to"] == ["CISL"]
        received = self.call(house, "CISL", "get", f"/tables/{house.table.pk}/received").json()["items"]
        assert [(one["text"], one["sender"]) for one in received] == [("due", "CGIL")]
        stale = self.call(house, "CGIL", "post", f"{room}/drafts/{made['id']}/versions", second)
        assert stale.status_code == 422

    def test_a_retry_with_its_key_does_it_once(self, house):
        room = f"/rooms/{house.rooms['CGIL'].pk}"
        key = {"Idempotency-Key": "una-volta"}
        first, again = (
            self.call(house, "CGIL", "post", f"{room}/notes", {"text": "n"}, **key).json() for _ in range(2)
        )
        assert first["id"] == again["id"]

    @pytest.mark.parametrize("who", ["CISL", "Associazione", "secretary", "stranger"])
    def test_others_get_the_answer_for_what_is_not_there(self, house, who):
        for path in ("", "/notes", "/drafts", "/files", "/votes", "/releases", "/positions"):
            other = self.call(house, who, "get", f"/rooms/{house.rooms['CGIL'].pk}{path}")
            missing = self.call(house, who, "get", f"/rooms/{house.table.pk}{path}")
            assert (other.status_code, other.content) == (404, missing.content)

    def test_an_observer_writes_nothing(self, house):
        answer = self.call(house, "observer", "post", f"/rooms/{house.rooms['CGIL'].pk}/notes", {"text": "n"})
        assert answer.status_code == 422

    def test_positions_by_program(self, house):
        room, point = f"/rooms/{house.rooms['CGIL'].pk}", house.point().pk
        held = {"kind": "reject", "motivation": "segreto"}
        assert self.call(house, "CGIL", "put", f"{room}/positions/{point}", held).json()["kind"] == "reject"
        told = self.call(house, "CGIL", "post", f"{room}/positions/{point}/lodge", {"kind": "open"}).json()
        assert told["number"] == 1
        matrix = self.call(house, "Associazione", "get", f"/tables/{house.table.pk}/positions")
        assert "segreto" not in matrix.content.decode()
        assert matrix.json()["rows"][0]["cells"][0]["lodged"]["kind"] == "open"
