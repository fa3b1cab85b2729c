"""Pages of organisations: found in Italian order, changed by the right people, safe against what is typed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tavolo.ledger.models import ActContent
from tavolo.people.models import Affiliation, Organisation
from tests.people.conftest import Cast

LIST = "/organizzazioni/"


def one(name: str, organisation: Organisation) -> str:
    return reverse(f"people:{name}", kwargs={"organisation_id": organisation.pk})


def test_names_are_found_without_accents_and_capitals_and_stand_in_italian_order(cast: Cast) -> None:
    for name in ("Ècole S.r.l.", "Zanè & C.", "Àncora Società", "L'Officina"):
        cast.add_body(name, "firm", name=name)
    client = cast.client("association_officer")
    page = client.get(f"{LIST}?kind=firm").content.decode()
    names = [
        "Àncora Società",
        "Ècole S.r.l.",
        "L&#x27;Officina",
        "Officina Rossi",
        "Tessitura Bianchi",
        "Zanè &amp; C.",
    ]
    places = [page.index(name) for name in names]
    assert places == sorted(places)
    found = client.get(f"{LIST}?q=ANCORA+societa").content.decode()
    assert "Àncora" in found
    assert "Zanè" not in found
    assert "Officina Rossi" in client.get(f"{LIST}?q=00743110157").content.decode()


def test_an_association_registers_a_firm_which_joins_it(cast: Cast) -> None:
    client = cast.client("association_officer")
    body = {
        "kind": "firm",
        "name": "Nuova S.r.l.",
        "partita_iva": "01234560157",
        "municipality": "sesto san giovanni",
    }
    answer = client.post("/organizzazioni/nuova/", {**body, "idempotency_key": "uno"})
    made = Organisation.objects.get(name="Nuova S.r.l.")
    assert answer.headers["Location"] == one("organisation", made)
    assert made.municipality == "Sesto San Giovanni"
    assert Affiliation.objects.filter(firm=made, association=cast.body["confindustria"]).exists()
    acts = set(ActContent.objects.values_list("act_name", flat=True))
    assert acts == {"organisation_registered", "firm_affiliated"}


def test_a_double_click_registers_once(cast: Cast) -> None:
    client = cast.client("association_officer")
    body = {"kind": "firm", "name": "Doppia S.r.l.", "idempotency_key": "due"}
    first, second = (client.post("/organizzazioni/nuova/", body) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Organisation.objects.filter(name="Doppia S.r.l.").count() == 1


def test_wrong_identifiers_stand_beside_their_fields(cast: Cast) -> None:
    client = cast.client("association_officer")
    page = client.post(
        "/organizzazioni/nuova/",
        {"kind": "firm", "name": "X", "partita_iva": "01234567891", "ateco": "99.99"},
    ).content.decode()
    assert "id_partita_iva_error" in page
    assert "id_ateco_error" in page
    assert not Organisation.objects.filter(name="X").exists()


def test_a_number_already_registered_is_refused_with_a_sentence(cast: Cast) -> None:
    client = cast.client("association_officer")
    answer = client.post(
        "/organizzazioni/nuova/", {"kind": "firm", "name": "Copia", "partita_iva": "00743110157"}
    )
    assert answer.status_code == 200
    assert "errorlist nonfield" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("owner", 200),
        ("hr", 200),
        ("association_officer", 200),
        ("worker", 404),
        ("rsu", 404),
        ("cgil_officer", 404),
    ],
)
def test_who_changes_a_firms_data(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(one("edit", cast.body["officina"])).status_code == status


def test_a_change_is_saved_and_recorded_without_its_contents(cast: Cast) -> None:
    client = cast.client("owner")
    firm = cast.body["officina"]
    client.post(one("edit", firm), {"name": "Officina Verdi", "partita_iva": "00743110157", "employees": 61})
    firm.refresh_from_db()
    assert (firm.name, firm.sort_key, firm.employees) == ("Officina Verdi", "officina verdi", 61)
    assert ActContent.objects.get().content == {"fields": ["name", "employees"]}


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "=1+1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_stays_text(cast: Cast, payload: str) -> None:
    firm = cast.body["officina"]
    cast.client("owner").post(one("edit", firm), {"name": payload, "short_name": payload[:60]})
    account = cast.who["hr"]
    account.name = payload
    account.save()
    for who, path in (
        ("owner", one("organisation", firm)),
        ("owner", one("members", firm)),
        ("association_officer", LIST),
        ("association_officer", one("firms", cast.body["confindustria"])),
        ("hr", "/profilo/"),
        ("hr", f"{LIST}?q={payload}"),
    ):
        page = cast.client(who).get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert ">49<" not in page


def test_every_change_needs_its_csrf_token(cast: Cast) -> None:
    paths = [
        ("association_officer", "/organizzazioni/nuova/"),
        ("owner", one("edit", cast.body["officina"])),
        ("owner", one("invite", cast.body["officina"])),
        ("cgil_officer", one("constituencies", cast.body["cgil"])),
        ("worker", "/profilo/"),
        ("worker", "/profilo/cancellazione/"),
        ("worker", "/profilo/chiavi/"),
        (None, "/accesso/accedi/"),
        (None, "/invito/"),
    ]
    for who, path in paths:
        client = cast.client(who, enforce_csrf_checks=True)
        assert client.post(path, {"word": "cancella"}).status_code == 403, path


@pytest.mark.parametrize(
    "who", ["owner", "hr", "association_officer", "city_officer", "operator", "stranger"]
)
def test_no_page_of_a_firm_names_a_union(cast: Cast, who: str) -> None:
    firm = cast.body["officina"]
    for name in ("organisation", "members", "edit", "constituencies"):
        page = cast.client(who).get(one(name, firm)).content.decode()
        assert "CGIL" not in page


def test_a_program_that_copies_the_directory_is_stopped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tavolo.people.views.PAGES_AN_HOUR", 5)
    client = cast.client("stranger")
    answers = [client.get(f"{LIST}?page={number}").status_code for number in range(1, 8)]
    assert answers == [200] * 5 + [429] * 2
    assert client.get("/api/v1/people/organisations").status_code in {422, 429}
    assert cast.client("worker").get(LIST).status_code == 200
