"""What a program can do in voices: offices, what is alike, what became of it; each once for one key."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tavolo.common import jobs, paths
from tavolo.common.errors import Problem
from tavolo.common.models import ImportRun, StoredFile
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Table, Theme
from tavolo.dialogue.voices import moderating, offices, proposing, translating
from tavolo.dialogue.voices.models import Moderator, Proposal
from tests.dialogue.voices.conftest import Open, agree
from tests.dialogue.world import make_account, versions

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


def test_a_promoter_learns_how_plainly_a_wording_reads(voices: Open) -> None:
    place = f"/consultations/{voices.consultation.pk}/readability"
    hard = {"text": "Al fine di implementare percorsi di reskilling non si può non erogare formazione."}
    found = send(voices.world.delegates["CGIL"], "post", place, hard)
    assert {hint["code"] for hint in found["hints"]} >= {"jargon", "double_negative"}
    assert found["level"] in ("easy", "middle", "hard")
    send(voices.worker, "post", place, hard, status=404)


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


SOUND = b"ID3" + b"\x00" * 64


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep uploads in a folder of the test."""
    monkeypatch.setattr(paths, "files", lambda: tmp_path / "files")


def upload(account: Any, path: str, *, key: str = "", status: int = 200, **fields: Any) -> Any:
    client = Client(headers={"accept-language": "it"})
    client.force_login(account)
    answer = client.post(API + path, fields, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == status, (answer.status_code, answer.content)
    return answer.json()


def bytes_of(account: Any, path: str, status: int = 200) -> bytes:
    client = Client()
    client.force_login(account)
    answer = client.get(API + path)
    assert answer.status_code == status, answer.content
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.usefixtures("storage")
def test_the_sheet_goes_out_comes_back_and_a_second_person_checks_it(voices: Open) -> None:
    one, promoter = f"/consultations/{voices.consultation.pk}", voices.world.delegates["CGIL"]
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(promoter, f"{one}/translations/sheet.xlsx")))
    sheet = book.active
    for row in sheet.iter_rows(min_row=2):
        if row[1].value == "ro":
            row[3].value = f"tradus: {row[2].value}"
    filled = io.BytesIO()
    book.save(filled)

    def sent(key: str, status: int = 200, who: Any = promoter) -> Any:
        file = SimpleUploadedFile("foglio.xlsx", filled.getvalue())
        return upload(who, f"{one}/translations/sheet", key=key, status=status, file=file)

    def far(who: Any) -> tuple[int, int, int]:
        items = send(who, "get", f"{one}/translations/completeness")["items"]
        row = next(row for row in items if row["language"] == "ro")
        return row["wanted"], row["done"], row["checked"]

    assert far(promoter) == (6, 0, 0)
    made = [sent("una") for _again in "12"]
    assert made[0]["id"] == made[1]["id"]
    sent("una", 404, voices.world.stranger)
    sent("una", 404, voices.world.secretary)
    run = ImportRun.objects.get()
    jobs.run(run.check_job_id, run.territory_id)
    client = Client()
    client.force_login(promoter)
    address = f"/api/v1/dialogue/imports/{run.pk}"
    assert client.get(address).json()["state"] == "ready"
    assert client.post(f"{address}/confirmation").status_code == 200
    run.refresh_from_db()
    jobs.run(run.save_job_id, run.territory_id)
    assert client.get(address).json()["state"] == "done"
    listed = send(promoter, "get", f"{one}/translations")["items"]
    romanian = [row for row in listed if row["language"] == "ro"]
    assert len(romanian) == 6
    assert not any(row["checked"] for row in romanian)
    assert far(promoter) == (6, 6, 0)
    assert send(promoter, "post", f"{one}/translations/check", {"language": "ro"})["checked"] == 0
    for _again in "12":
        told = send(
            voices.world.secretary, "post", f"{one}/translations/check", {"language": "ro"}, key="tutte"
        )
        assert told["checked"] == 6
    assert far(voices.world.secretary) == (6, 6, 6)
    for who in (voices.worker, voices.world.stranger):
        send(who, "get", f"{one}/translations/completeness", status=404)
    send(promoter, "post", f"{one}/translations/check", {"language": "xx"}, status=422)
    send(voices.worker, "post", f"{one}/translations/check", {"language": "ro"}, status=404)


@pytest.mark.usefixtures("storage")
def test_recordings_are_kept_listed_heard_and_taken_away(voices: Open) -> None:
    one, promoter = f"/consultations/{voices.consultation.pk}", voices.world.delegates["CGIL"]
    version = versions(voices.consultation)[0]
    kept = f"/versions/{version.pk}/recordings"

    def sent(content: bytes = SOUND, key: str = "", status: int = 200, who: Any = promoter) -> Any:
        file = SimpleUploadedFile("voce.mp3", content)
        return upload(who, kept, key=key, status=status, language="ar", spoken_by="Amal", file=file)

    made = [sent(key="una") for _again in "12"]
    assert made[0] == made[1]
    assert (made[0]["media_type"], made[0]["language"], made[0]["size"]) == ("audio/mpeg", "ar", len(SOUND))
    assert "audio" in sent(b"%PDF-1.4", status=422)["detail"]
    sent(SOUND + b"\x00" * translating.LARGEST_AUDIO, status=422)
    sent(status=404, who=voices.worker)
    assert StoredFile.objects.filter(kind=translating.AUDIO).count() == 1, "what was refused is not kept"
    listed = send(voices.worker, "get", f"{one}/recordings")["items"]
    assert [(row["number"], row["spoken_by"]) for row in listed] == [(1, "Amal")]
    assert bytes_of(voices.worker, f"{one}/recordings/{version.pk}/ar") == SOUND
    bytes_of(voices.worker, f"{one}/recordings/{version.pk}/ro", 404)
    bytes_of(voices.world.stranger, f"{one}/recordings/{version.pk}/ar", 404)
    send(voices.worker, "delete", f"{kept}/ar", status=404)
    page = Client(headers={"accept-language": "it"})
    page.force_login(promoter)
    shown = page.get(reverse("voices:audio", args=[version.pk])).content.decode()
    assert "Amal" in shown
    assert reverse("voices:audio_remove", args=[version.pk, "ar"]) in shown
    assert send(promoter, "delete", f"{kept}/ar", key="via")["state"] == "removed"
    assert send(promoter, "get", f"{one}/recordings")["items"] == []
    assert not StoredFile.objects.filter(kind=translating.AUDIO).exists()


def test_whoever_accepts_may_give_a_theme_of_the_table_and_of_no_other(voices: Open):
    table = voices.consultation.table
    ours = Theme.objects.create(territory=table.territory, table=table, name="Salute")
    elsewhere = Table.objects.create(territory=table.territory, title="Un altro tavolo")
    theirs = Theme.objects.create(territory=table.territory, table=elsewhere, name="Fisco")
    made = [
        proposing.propose_statement(
            voices.consultation, text=f"Serve una visita medica ogni anno {place}.",
            account_id=voices.worker.pk, key=str(place),
        )
        for place in range(3)
    ]  # fmt: skip
    browser = Client(headers={"accept-language": "it"})
    browser.force_login(voices.of_firms)
    page = browser.get(reverse("voices:queue", args=[voices.consultation.pk])).content.decode()
    assert "Salute" in page
    assert "Fisco" not in page
    form = {"decision": "accept", "theme": str(ours.pk), "idempotency_key": "t"}
    browser.post(reverse("voices:decide", args=[made[0].pk]), form)
    for proposal, theme in ((made[1], ours), (made[2], theirs)):
        answer = browser.post(
            f"/api/v1/voices/proposals/{proposal.pk}/decision", {"accepts": True, "theme": str(theme.pk)},
            content_type="application/json", headers={"idempotency-key": f"d-{proposal.number}"},
        )  # fmt: skip
        assert answer.json() == {"state": "accepted"}
    given = Proposal.objects.filter(pk__in=[one.pk for one in made]).order_by("number")
    assert [one.statement.theme for one in given] == [ours, ours, None], "a theme of another table is none"
    waiting = proposing.propose_statement(
        voices.consultation, text="Serve una mensa in ogni zona industriale.", key="4",
        account_id=voices.world.people["CGIL"][1].pk,
    )  # fmt: skip
    with pytest.raises(Problem):
        moderating.decide(waiting, accepts=True, moderator_id=voices.of_firms.pk, theme=theirs)
