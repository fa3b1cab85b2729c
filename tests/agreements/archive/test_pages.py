"""The archive's and verification's pages, as everybody sees them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tavolo.agreements.archive import papers
from tavolo.agreements.archive.models import Entry
from tavolo.common.territory import in_territory
from tavolo.ledger.checkpoints import sign
from tests.agreements.archive.papers import Signed, pdf_with, zip_of
from tests.world import World

VERIFY = "/accordi/verifica/"
# Nearly the text of an agreement the demonstration's archive holds.
NEAR = (
    "Art. 1 – Clausola sociale\nNel cambio di appalto chi subentra assume in via prioritaria il personale "
    "già impiegato.\nArt. 2 – Offerte\nNegli appalti ad alta intensità di manodopera il prezzo non supera un "
    "quarto del punteggio.\nArt. 3 – Sicurezza\nIl Comune controlla ogni sei mesi l'applicazione dei "
    "contratti e della sicurezza nei cantieri."
)


@pytest.fixture
def anybody(world: World) -> Client:
    return world.client("anonymous")


def upload(client: Client, data: bytes, **more: Any) -> str:
    answer = client.post(VERIFY, {"file": SimpleUploadedFile("accordo.pdf", data), **more})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_everybody_searches_and_reads(world: World, anybody: Client) -> None:
    page = anybody.get("/accordi/archivio/", {"words": "premio"}).content.decode()
    assert "Officine Lambrate" in page
    with in_territory(world.territory):
        entry = Entry.objects.get(title__startswith="Accordo aziendale su orari")
    page = anybody.get(reverse("archive:agreement", args=[entry.key])).content.decode()
    assert "UILTEC-UIL Milano</strong>: non ha firmato" in page
    assert "Art. 1 – Turni" in page
    for hostile in (
        {"words": "' OR 1=1 --"},
        {"page": "99999999"},
        {"in_force": "2026-99-99"},
        {"words": "\x00"},
    ):
        assert anybody.get("/accordi/archivio/", hostile).status_code == 200


@pytest.mark.django_db
def test_no_draft_word_reaches_a_public_page(world: World, anybody: Client) -> None:
    from tavolo.agreements.models import Agreement
    from tavolo.agreements.standing import PUBLIC

    with in_territory(world.territory):
        drafts = [row.title for row in Agreement.objects.exclude(state__in=PUBLIC)]
        ids = list(Agreement.objects.exclude(state__in=PUBLIC).values_list("pk", flat=True))
    shown = anybody.get("/accordi/archivio/").content.decode()
    export = b"".join(anybody.get("/accordi/archivio/dati/jsonl/").streaming_content).decode()
    for title in drafts:
        assert title not in shown
        assert f'"{title}"' not in export
    for pk in ids:
        assert anybody.get(reverse("archive:verify_agreement", args=[pk])).status_code == 302


@pytest.mark.django_db
def test_verification_of_one_agreement_and_its_bundle_dropped_again(world: World, anybody: Client) -> None:
    with in_territory(world.territory):
        entry = Entry.objects.filter(elsewhere=True, corrected=False).select_related("agreement")[0]
        address = reverse("archive:verify_agreement", args=[entry.agreement_id])
        assert anybody.get(address).status_code == 200
        sign()
        parts = papers.parts_of(entry.agreement)
    assert parts is not None
    page = anybody.get(address).content.decode()
    assert "VERIFICATO" in page
    assert "Non è provato" in page
    bundle = anybody.get(reverse("archive:download", args=[entry.key, "zip"])).content
    page = upload(anybody, bundle)
    assert "VERIFICATO" in page
    assert "Il testo è quello conservato qui" in page


@pytest.mark.django_db
def test_a_dropped_file_is_judged_in_plain_words(world: World, anybody: Client) -> None:
    signed = Signed()
    parts = signed.parts()
    assert "Firmato da Associazione" in upload(anybody, pdf_with(parts))
    changed = {**parts, "canonical.json": parts["canonical.json"].replace(b"24 ore", b"2 ore")}
    assert "MANOMESSO" in upload(anybody, zip_of(changed))
    held = SimpleUploadedFile("sigillo.txt", signed.held.encode())
    assert "Rispetto al sigillo conservato da te" in upload(anybody, zip_of(parts), checkpoint=held)
    longer = Signed()
    longer.register.record()
    longer.register.checkpoint()
    newer = SimpleUploadedFile("sigillo.txt", longer.register.notes[-1].encode())
    page = upload(anybody, zip_of(parts), checkpoint=newer)
    assert "VERIFICATO DA SOLO, NON CONFRONTATO" in page
    assert "NON LEGGIBILE" not in page
    for said in ("Firmato da Associazione", "Che cosa fare", "Scarica di nuovo il pacchetto"):
        assert said in page
    told = world.client("worker").post("/api/v1/archive/verify", {
        "file": SimpleUploadedFile("a.zip", zip_of(parts)),
        "checkpoint": SimpleUploadedFile("sigillo.txt", longer.register.notes[-1].encode()),
    }).json()  # fmt: skip
    assert (told["outcome"], told["uncompared"]) == (2, True)
    forged = Signed()
    forged.register.acts[0] = forged.register.record()
    forged.register.acts.pop()
    forged.register.resign()
    held.seek(0)
    assert "riscritta" in upload(anybody, zip_of(forged.parts()), checkpoint=held)
    not_one = SimpleUploadedFile("x.txt", b"ciao")
    assert "non è un sigillo" in upload(anybody, zip_of(parts), checkpoint=not_one)
    for hostile in (b"<script>alert(1)</script>", b"%PDF-1.7", b"PK\x03\x04", b"\x00" * 1000):
        page = upload(anybody, hostile)
        assert "NON LEGGIBILE" in page
        assert "<script>alert" not in page


@pytest.mark.django_db
def test_an_officer_adds_after_seeing_what_is_alike(world: World) -> None:
    client = world.client("city_officer")
    with in_territory(world.territory):
        before = Entry.objects.count()
        organisation = str(world.people["city_officer"].memberships.get(role="officer").organisation_id)
    form = {
        "title": "Accordo quadro fra Comune e parti sociali su appalti", "level": "protocol",
        "signed_on": "2016-07-01", "parties": "Comune di Milano\nCGIL Milano\n- Altra", "source": "Delibera",
        "text": NEAR, "organisation": organisation, "topics": ["procurement"],
        "idempotency_key": "prova",
    }  # fmt: skip
    page = client.post("/accordi/archivio/aggiungi/", form).content.decode()
    assert "quasi lo stesso testo" in page
    for _again in range(2):
        answer = client.post("/accordi/archivio/aggiungi/", {**form, "not_the_same": "1"})
        assert answer.status_code == 302, answer.content.decode()[:3000]
    with in_territory(world.territory):
        assert Entry.objects.count() == before + 1


@pytest.mark.django_db
def test_an_officer_adds_what_amends_it_after_seeing_what_changes(world: World) -> None:
    client = world.client("city_officer")
    with in_territory(world.territory):
        entry = Entry.objects.filter(elsewhere=True, corrected=False, ends_on=None).order_by("key")[0]
        organisation = str(world.people["city_officer"].memberships.get(role="officer").organisation_id)
    address = f"/accordi/archivio/{entry.key}/modifica/"
    assert address in client.get(f"/accordi/archivio/{entry.key}/").content.decode()
    page = client.get(address).content.decode()
    assert "{#" in page, "the text in force, with the marks of its clauses"
    form = {
        "title": "Accordo modificativo", "level": entry.level, "signed_on": "2026-01-31", "scope": "parts",
        "parties": "Comune di Milano\nCGIL Milano", "source": "Delibera", "organisation": organisation,
        "text": "Art. 9 – Verifica straordinaria\nUn incontro entro trenta giorni dalla richiesta.",
        "topics": [], "idempotency_key": "modifica",
    }  # fmt: skip
    page = client.post(address, form).content.decode()
    assert "Clausole aggiunte" in page
    assert "Verifica straordinaria" in page
    for _again in range(2):
        answer = client.post(address, {**form, "not_the_same": "1"})
        assert answer.status_code == 302, answer.content.decode()[:3000]
    page = client.get(f"/accordi/archivio/{entry.key}/?in_force=2026-01-31").content.decode()
    assert "entro trenta giorni dalla richiesta" in page
    before = client.get(f"/accordi/archivio/{entry.key}/?in_force=2026-01-30").content.decode()
    assert "entro trenta giorni dalla richiesta" not in before
    told = {
        "title": "Altra modifica", "text": "Art. 10 – Sede\nLa sede degli incontri è presso il Comune.",
        "parties": [{"name": "Comune di Milano"}, {"name": "CGIL Milano"}], "signed_on": "2026-02-28",
        "source": "Delibera", "organisation_id": organisation, "amends": entry.key, "changes_only": True,
    }  # fmt: skip
    api = "/api/v1/archive/agreements"
    answer = client.post(f"{api}/new", told, content_type="application/json")
    assert answer.status_code == 200, answer.content
    said = client.get(f"{api}/{entry.key}/text?in_force=2026-02-28").json()
    assert [one["title"] for one in said["amended_by"]] == ["Accordo modificativo", "Altra modifica"]
    refused = client.post(f"{api}/new", {**told, "amends": "nessuno"}, content_type="application/json")
    assert refused.status_code == 422


@pytest.mark.django_db
def test_the_sites_search_reads_only_the_public_texts_the_index_finds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tavolo.agreements import gathering
    from tavolo.agreements.models import Agreement
    from tavolo.demo.life import TITLE as KEPT
    from tavolo.demo.signing import FRAMEWORK_TITLE, TENTATIVE_TITLE

    read: list[str] = []
    real = gathering._stems_of.__wrapped__
    monkeypatch.setattr(gathering, "_stems_of", lambda key, text: read.append(key) or real(key, text))
    with in_territory(world.territory):
        titles = {
            version.hash: row.title for row in Agreement.objects.all() for version in row.versions.all()
        }
        found = list(gathering.find(world.people["worker"].pk, "convocazioni verbali"))
        assert [one.title.split(" · ")[0] for one in found] == [FRAMEWORK_TITLE]
        assert {titles[key] for key in read} == {FRAMEWORK_TITLE}, "no other text is even opened"
        assert not list(gathering.find(None, "ipotesi"))
        seen = {
            one.title.split(" · ")[0] for one in gathering.find(world.people["secretary"].pk, "formazione")
        }
        assert seen >= {KEPT, TENTATIVE_TITLE}, "who sits at the table finds what is being worked on too"
        for hostile in ("' | & ! : * (premio) \\\\", "il della", "\x00", "a" * 5000):
            list(gathering.find(None, hostile))
