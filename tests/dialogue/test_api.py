# mypy: disable-error-code="union-attr, arg-type, attr-defined"
"""What a program can do in the room itself: a consultation from preparation to downloads, an upload."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tavolo.common import jobs, paths
from tavolo.common.models import ImportRun
from tavolo.dialogue.models import Consultation, StatementVersion
from tests.dialogue.plain_ballots.world import draft as ballot_draft
from tests.dialogue.test_import import table_of_votes
from tests.dialogue.world import World, build_world, everybody_votes, make_account

pytestmark = pytest.mark.django_db
API = "/api/v1/dialogue"
ASKED = ("CGIL", "Associazione")


class Program:
    """A person's program; its sentences are in Italian."""

    def __init__(self, account: Any) -> None:
        self.client = Client(headers={"accept-language": "it"})
        self.client.force_login(account)

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(API + path)
        assert answer.status_code == status, (path, answer.status_code, answer.content)
        return answer.json() if "json" in answer["Content-Type"] and ".json" not in path else answer

    def post(self, path: str, body: Any = None, *, key: str = "", status: int = 200) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.client.post(
            API + path, {} if body is None else body, content_type="application/json", headers=headers
        )
        assert answer.status_code == status, (path, answer.status_code, answer.content)
        return answer.json()

    def upload(self, path: str, *, key: str = "", status: int = 200, **fields: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.client.post(API + path, fields, headers=headers)
        assert answer.status_code == status, (path, answer.status_code, answer.content)
        return answer.json()


@pytest.fixture
def place(territory: Any) -> World:
    return build_world(territory, unions=("CGIL", "CISL"), members=12, firms=11)


@pytest.fixture
def programs(place: World) -> dict[str, Program]:
    return {name: Program(account) for name, account in place.delegates.items()}


def prepared(place: World, programs: dict[str, Program]) -> str:
    """Prepare a consultation of CGIL and the association through the API alone; return its address."""
    asked = {
        "title": "Turni di notte",
        "question": "Che cosa serve?",
        "theme": "Formazione",
    }
    first = programs["CGIL"]
    made = [first.post(f"/tables/{place.table.pk}/consultations/new", asked, key="una") for _again in "12"]
    assert made[0]["id"] == made[1]["id"]
    one = f"/consultations/{made[0]['id']}"
    for name in ASKED:
        group = {"constituency_id": str(place.constituencies[name].pk)}
        for _again in "12":
            told = programs[name].post(f"{one}/groups", group, key="chi")
    assert len(told["groups"]) == len(ASKED)
    for number in range(4):
        said = {"text": f"Affermazione {number + 1}."}
        version = [first.post(f"{one}/statements/new", said, key=f"a{number}") for _again in "12"]
        assert version[0] == version[1]
    assert Consultation.objects.get().statements.count() == 4
    return one


def test_a_consultation_from_preparation_to_downloads(place: World, programs: dict[str, Program]) -> None:
    one = prepared(place, programs)
    first, second = (programs[name] for name in ASKED)
    listed = first.get(f"{one}/statements")["items"]
    text = {"text": "I turni si conoscono un mese prima."}
    revised = first.post(f"/statements/{listed[0]['statement_id']}/versions", text, key="nuova")
    assert revised["open_to_votes"]
    assert StatementVersion.objects.get(pk=revised["version_id"]).number == 2
    for _again in "12":
        first.post(f"/statements/{listed[3]['statement_id']}/withdrawal", key="ritiro")
    told = first.post(f"{one}/consent-to-open", key="si")
    assert told == {"state": "draft", "waiting_for": ["Associazione"]}
    assert second.post(f"{one}/consent-to-open")["state"] == "open"
    consultation = Consultation.objects.get()
    everybody_votes(place, consultation)
    first.get(f"{one}/own-results", 422)
    assert "chiusura" in first.get(f"{one}/map.svg", 422)["detail"]
    for kind in ("csv", "json", "pdf"):
        first.get(f"{one}/results.{kind}", 422)
    assert first.post(f"{one}/consent-to-close")["waiting_for"] == ["Associazione"]
    assert second.post(f"{one}/consent-to-close", key="fine")["state"] == "closed"
    own = first.get(f"{one}/own-results")
    assert (own["party"], own["voters"], len(own["rows"])) == ("CGIL", 12, 5), "each version has its row"
    assert {first.post(f"{one}/release", key="mio")["state"] for _again in "12"} <= {"shown", "waiting"}
    assert second.post(f"{one}/release")["state"] == "shown"
    assert first.post(f"{one}/publication", key="pubblica") == {"state": "published", "waiting_for": []}
    assert first.get(f"{one}/results.csv").content.startswith(b"\xef\xbb\xbf")
    assert first.get(f"{one}/results.pdf").content.startswith(b"%PDF")
    assert first.get(f"{one}/results.json").json()
    with zipfile.ZipFile(io.BytesIO(first.get(f"{one}/polis.zip").content)) as packed:
        assert "votes.csv" in packed.namelist()
    assert "agree" in first.get(f"{one}/own-results.csv").content.decode()
    programs["CISL"].get(f"{one}/own-results", 422)
    Program(place.people["CGIL"][0]).get(f"{one}/polis.zip", 404)
    Program(place.people["CGIL"][0]).get(f"{one}/results.csv")


def test_what_a_page_refuses_is_refused_here_with_a_sentence(
    place: World, programs: dict[str, Program]
) -> None:
    one = prepared(place, programs)
    table = f"/tables/{place.table.pk}"
    asked = {"title": "Altra", "question": "Che cosa?", "theme": "Tema che non c'è"}
    programs["CGIL"].post(f"{table}/consultations/new", asked, status=422)
    Program(place.secretary).post(f"{table}/consultations/new", asked, status=404)
    others = {"constituency_id": str(place.constituencies["CISL"].pk)}
    programs["CGIL"].post(f"{one}/groups", others, status=422)
    own = {"constituency_id": str(place.constituencies["CGIL"].pk)}
    programs["CGIL"].post(f"{one}/groups", own, status=422)
    programs["CISL"].post(f"{one}/statements/new", {"text": "Una frase."}, status=404)
    programs["CISL"].post(f"{one}/consent-to-open", status=404)
    programs["CGIL"].post(f"{one}/publication", status=422)
    Program(place.people["CGIL"][0]).get(one, 404)
    ballot = f"/consultations/{ballot_draft(place, ('CGIL',)).consultation_id}"
    for path in ("/consent-to-open", "/consent-to-close"):
        programs["CGIL"].post(ballot + path, status=422)


def run_job(run_id: str, name: str) -> None:
    row = getattr(ImportRun.objects.get(pk=run_id), name)
    jobs.run(row.pk, row.territory_id)


def test_a_consultation_held_elsewhere_is_uploaded_checked_and_confirmed(
    place: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "files", lambda: tmp_path / "files")
    secretary, address = Program(place.secretary), f"/tables/{place.table.pk}/imports"

    def sent(text: str, key: str, status: int = 200) -> Any:
        file = SimpleUploadedFile("voti.csv", text.encode())
        return secretary.upload(address, key=key, status=status, file=file, title="Altrove")

    made = [sent(table_of_votes(), "una")["id"] for _again in "12"]
    assert made[0] == made[1]
    sent(table_of_votes(30), "una", 422)
    run_job(made[0], "check_job")
    told = secretary.get(f"/imports/{made[0]}")
    assert (told["state"], told["problem_count"]) == ("ready", 0)
    assert {part["name"] for part in told["parts"]} == {"consultazione.csv", "voti.csv"}
    Program(make_account("altra")).get(f"/imports/{made[0]}", 404)
    assert not Consultation.objects.exists(), "nothing is written before the confirmation"
    for _again in "12":
        secretary.post(f"/imports/{made[0]}/confirmation", key="si")
    run_job(made[0], "save_job")
    assert secretary.get(f"/imports/{made[0]}")["state"] == "done"
    assert Consultation.objects.get().imported
    secretary.post(f"/imports/{made[0]}/cancellation", status=422)
    wrong = sent("participant,statement,vote\np1,s1,forse\n", "due")["id"]
    run_job(wrong, "check_job")
    told = secretary.get(f"/imports/{wrong}")
    assert (told["state"], told["problems"][0]["column"]) == ("refused", "vote")
    secretary.post(f"/imports/{wrong}/confirmation", status=422)
    assert secretary.post(f"/imports/{wrong}/cancellation", key="via")["state"] == "cancelled"
