"""The pages of the common services: each person sees their own, and downloads are only downloads."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tavolo.common import files, jobs, notices, sniffing
from tavolo.common.idempotency import new_key
from tavolo.common.imports import declare, parsers
from tavolo.common.imports.declare import Column, Importer, Part
from tavolo.common.models import ImportRun, Territory

SAVED: list[str] = []


@pytest.fixture
def anna(territory: Territory) -> Any:
    """A person."""
    return get_user_model().objects.create_user("anna@prova.example", name="Anna")


@pytest.fixture
def other(territory: Territory) -> Client:
    """Another person's browser."""
    client = Client()
    client.force_login(get_user_model().objects.create_user("bruno@prova.example", name="Bruno"))
    return client


@pytest.fixture
def browser(anna: Any) -> Client:
    """Anna's browser, in Italian."""
    client = Client(headers={"accept-language": "it"})
    client.force_login(anna)
    return client


@pytest.fixture
def importer(anna: Any) -> Iterator[Importer]:
    """An import only Anna may use."""
    SAVED.clear()

    def save(work: declare.Work) -> dict[str, int]:
        SAVED.extend(row["email"] for row in work.rows("people"))
        return {"people": len(SAVED)}

    yield declare.register(
        Importer(
            name="test.people",
            title="Persone",
            parts=(Part("people", "Persone", columns=(Column("email", parsers.email),)),),
            may_use=lambda request, subject: request.user.pk == anna.pk,
            save=save,
        )
    )
    del declare.IMPORTERS["test.people"]


def upload(browser: Client, data: bytes, key: str | None = None) -> Any:
    """Upload a table."""
    sent = io.BytesIO(data)
    sent.name = "persone.csv"
    address = reverse("common:import_new") + "?importer=test.people"
    return browser.post(address, {"people": sent, "idempotency_key": key or new_key()})


def work_off(territory: Territory) -> None:
    """Do every waiting job."""
    from tavolo.common.models import Job

    for row in Job.objects.filter(state="waiting"):
        jobs.run(row.pk, territory.pk)


def test_an_import_from_upload_to_result(
    territory: Territory, browser: Client, other: Client, importer: Importer, storage: Path
) -> None:
    page = browser.get(reverse("common:imports"))
    assert b"Persone" in page.content
    assert b"idempotency_key" in browser.get(reverse("common:import_new") + "?importer=test.people").content
    key = new_key()
    answer = upload(browser, b"email\nanna@prova.example\n", key)
    assert answer.status_code == 302
    assert upload(browser, b"email\nanna@prova.example\n", key)["Location"] == answer["Location"]
    assert ImportRun.objects.count() == 1, "sent twice, uploaded once"
    where = answer["Location"]
    assert b"<progress" in browser.get(where).content
    work_off(territory)
    page = browser.get(where)
    assert b"anna@prova.example" in page.content
    run = ImportRun.objects.get()
    for name in ("import", "import_problems"):
        assert other.get(reverse(f"common:{name}", args=[run.pk])).status_code == 404
    for name in ("import_confirm", "import_cancel"):
        assert other.post(reverse(f"common:{name}", args=[run.pk])).status_code == 404
    browser.post(reverse("common:import_confirm", args=[run.pk]))
    browser.post(reverse("common:import_confirm", args=[run.pk]))
    work_off(territory)
    assert SAVED == ["anna@prova.example"]
    assert browser.get(where).status_code == 200


def test_an_import_one_may_not_use_does_not_exist(
    territory: Territory, browser: Client, other: Client, importer: Importer, storage: Path
) -> None:
    assert upload(other, b"email\na@b.it\n").status_code == 404
    assert b"Persone" not in other.get(reverse("common:imports")).content
    for address in ("?importer=nothing", "", "?importer=test.people&subject=nonsense"):
        assert browser.get(reverse("common:import_new") + address).status_code == 404


def test_a_right_that_was_lost_between_upload_and_confirmation_saves_nothing(
    territory: Territory,
    browser: Client,
    importer: Importer,
    storage: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload(browser, b"email\na@b.it\n")
    work_off(territory)
    revoked = Importer(**{**vars(importer), "may_use": lambda request, subject: False})
    monkeypatch.setitem(declare.IMPORTERS, importer.name, revoked)
    run = ImportRun.objects.get()
    assert browser.post(reverse("common:import_confirm", args=[run.pk])).status_code == 404


def test_problems_are_shown_escaped_and_can_be_downloaded(
    territory: Territory, browser: Client, importer: Importer, storage: Path
) -> None:
    where = upload(browser, b"email\n<script>alert(1)</script>\n=1+1\n")["Location"]
    work_off(territory)
    page = browser.get(where).content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;" in page
    run = ImportRun.objects.get()
    table = browser.get(reverse("common:import_problems", args=[run.pk]))
    assert table["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in table["Content-Disposition"]


def test_a_refused_upload_says_why(
    territory: Territory, browser: Client, importer: Importer, storage: Path
) -> None:
    answer = upload(browser, b"%PDF-1.7")
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert browser.post(reverse("common:import_new") + "?importer=test.people", {}).status_code == 422


def test_a_job_shows_its_progress_to_its_owner_alone(
    territory: Territory, browser: Client, other: Client, anna: Any
) -> None:
    before = dict(jobs.KINDS)
    jobs.kind("test.page", title="Lavoro di prova")(lambda job: job.progress(1, 2))
    row = jobs.start("test.page", owner_id=anna.pk)
    address = reverse("common:job", args=[row.pk])
    assert b"Lavoro di prova" in browser.get(address).content
    assert b"<html" not in browser.get(address + "?part=1").content
    api = reverse("api-1.0.0:common_job", args=[row.pk])
    assert browser.get(api).json()["state"] == "waiting"
    for stranger, refusal in ((other, 404), (Client(), None)):
        assert stranger.get(address).status_code == (refusal or 302)
        assert stranger.get(api).status_code == (refusal or 401)
        assert stranger.post(reverse("common:job_cancel", args=[row.pk])).status_code == (refusal or 302)
    browser.post(reverse("common:job_cancel", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "cancelled"
    jobs.KINDS.clear()
    jobs.KINDS.update(before)


def test_a_file_is_sent_as_a_download_that_cannot_run(
    territory: Territory, browser: Client, other: Client, anna: Any, storage: Path
) -> None:
    files.kind("test.page", types={sniffing.CSV})
    row = files.store_export(b"a,b\n", kind="test.page", name='tabella "è".csv', owner_id=anna.pk)
    address = reverse("common:file", args=[row.pk])
    assert other.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    answer = browser.get(address)
    assert b"".join(answer.streaming_content) == b"a,b\n"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert browser.get(address).status_code == 404, "an export is fetched once"
    assert browser.get(reverse("common:file", args=[uuid.uuid4()])).status_code == 404


def test_notices_are_listed_and_marked(territory: Territory, browser: Client, anna: Any) -> None:
    notices.kind("test.page", title="Fase aperta", text="Al tavolo %(table)s", mail=False)
    notices.send([anna.pk], "test.page", {"table": "<b>x</b>"})
    page = browser.get(reverse("common:notices")).content
    assert b"&lt;b&gt;x" in page
    browser.post(reverse("common:notices_read"))
    assert notices.count_new(anna.pk) == 0


def test_everybody_can_read_how_long_data_are_kept(territory: Territory) -> None:
    assert b"common.notice" in Client().get(reverse("common:retention")).content
