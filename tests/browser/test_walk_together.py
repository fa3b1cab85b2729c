"""The walk through a table, steps 5 and 6, by the people named there, each in a browser of their own.

Each party looks at its own outcome before it releases it; the delegations meet in plenary and in a restricted
meeting; the parties ask for a blind overlap, lodge in secret and look. Steps 1 to 4 stand in
test_walk_table.py; pictures are kept as there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import Company, fill, path, press, save, soon
from tests.browser.looking import inspect

pytestmark = pytest.mark.browser

HEADS = ("employers", "cgil", "cisl", "uil")
OUTSIDERS = ("secretary", "uil", "owner", "worker", "city", "visitor")
# Words that occur nowhere else, so that finding one tells where it has come from.
RESTRICTED, STUDIO = "Ginepro7756", "Corbezzolo6612"
ISSUES = (
    ("Preavviso dei turni", ("Tre giorni", "Una settimana", "Due settimane")),
    ("Buoni pasto", ("7 euro", "8 euro", "9 euro")),
)
# What each party could accept: "-" no, otherwise how much it likes it.
LODGED = {
    "employers": (("2", "1", "0"), ("2", "1", "0")),
    "cgil": (("-", "1", "2"), ("-", "1", "2")),
    "cisl": (("-", "2", "1"), ("-", "2", "2")),
    "uil": (("-", "1", "2"), ("-", "0", "2")),
}
EVERYBODY = {"Una settimana", "Due settimane", "8 euro", "9 euro"}


@pytest.fixture(scope="module")
def company(browser: Browser, territory: str) -> Iterator[Company]:
    """Everybody of the walk, from its first step to its last."""
    people = Company(browser, territory)
    yield people
    people.close()
    assert not people.complaints, people.complaints


# --- before the meeting -------------------------------------------------------------------------------


def test_the_secretariat_convenes_a_plenary_that_begins_in_a_moment(company: Company) -> None:
    page = company.at_table("secretary", "Incontri")
    page.locator("main a[href*='kind=plenary']").click()
    start = soon()
    fill(
        page, title="Plenaria straordinaria sui turni", day=f"{start:%Y-%m-%d}", hour=f"{start:%H:%M}",
        place="Sala Biagi", points="Preavviso sui turni\nCalendario",
    )  # fmt: skip
    press(page, "Convoca")
    expect(page.locator("main")).to_contain_text(re.compile("preavviso|motivo"))
    fill(page, urgent_reason="Le parti hanno chiesto di vedersi subito.")
    press(page, "Convoca")
    expect(page.locator("h1")).to_have_text("Plenaria straordinaria sui turni")
    company.kept["plenary"] = path(company, page)
    company.picture("secretary", "6-plenaria-convocata")


# --- step 5 -------------------------------------------------------------------------------------------


def test_step_5_each_party_looks_at_its_own_outcome_then_releases_it(company: Company) -> None:
    page = company.at_table("cisl")
    row = page.locator("main li", has_text="Tecnologia al lavoro")
    row.locator("a[href$='/esiti/']").click()
    page.wait_for_load_state()
    results = path(company, page)
    expect(page.get_by_role("heading", name="Esiti di CISL")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Questa sezione la vede solo la tua parte.")
    company.picture("cisl", "5-proprio-esito")
    assert not inspect(page)
    other = company.page("employers")
    other.goto(company.site + results)
    expect(other.locator("main")).to_contain_text(re.compile("Non compaiono ancora da sole: .*CISL"))
    assert not other.get_by_role("heading", name="Esiti di CISL").count()
    company.picture("employers", "5-mappa-chi-manca")
    assert not inspect(other)
    _released(company, results)
    other.goto(company.site + results)
    shown = other.locator(".dlg-legend label").all_inner_texts()
    assert {"CGIL", "CISL", "UIL"} <= {word for name in shown for word in name.split()}
    assert not other.get_by_text(re.compile("Non compaiono ancora|Non ancora mostrato")).count()
    verdicts = set(other.locator("[data-verdict]").evaluate_all("all => all.map(one => one.dataset.verdict)"))
    assert len(verdicts) > 1, "convergences and divergences both stand on the map's page"
    company.picture("employers", "5-mappa-completa")


def _released(company: Company, results: str) -> None:
    """CISL and UIL release their own outcome, each after having looked at it."""
    for role, name in (("cisl", "CISL"), ("uil", "UIL")):
        mate = company.page(role)
        mate.goto(company.site + results)
        expect(mate.get_by_role("heading", name=f"Esiti di {name}")).to_be_visible()
        mate.get_by_role("link", name="Rilascia sulla mappa comune").click()
        company.picture(role, f"5-prima-del-rilascio-{role}")
        press(mate, "Rilascia definitivamente")


# --- the blind overlap --------------------------------------------------------------------------------


def test_an_overlap_is_looked_at_only_when_all_four_agree(company: Company) -> None:
    for number, role in enumerate(HEADS):
        page = company.at_table(role, "Verifica riservata")
        page.get_by_role("link", name="Premio e tecnologia").click()
        page.wait_for_load_state()
        assert not page.locator(".ovl-common").count(), f"shown after {number} of four"
        if role == "employers":
            company.picture(role, "6-verifica-pronta")
        press(page, "Acconsento a guardare")
    expect(page.locator(".ovl-common")).to_be_visible()
    company.picture("uil", "6-verifica-del-tavolo")
    assert not inspect(page)
    # One party has seen enough: nothing further is shown, and what was lodged is destroyed.
    press(page, "Finire qui")
    expect(page.locator("main")).to_contain_text("tutto ciò che era depositato è distrutto")


def test_both_sides_bring_the_table_back_to_convergence(company: Company) -> None:
    page = company.at_table("secretary", "Percorso")
    page.get_by_role("link", name="Passa a un’altra fase").click()
    page.get_by_label("convergenza").check(force=True)
    fill(page, reason="Restano due punti aperti: le parti vogliono cercare che cosa le unisce.")
    company.picture("secretary", "6-passaggio-di-fase")
    press(page, "Proponi")
    for role in ("cgil", "employers"):
        mate = company.page(role)
        mate.goto(f"{company.site}/cosa-mi-aspetta/")
        mate.locator("main li.tavolo-card", has_text="Passaggio a un’altra fase").get_by_role(
            "link"
        ).first.click()
        mate.wait_for_load_state()
        company.picture(role, f"6-consenso-al-passaggio-{role}")
        press(mate, "dà il consenso")
    page = company.at_table("uil", "Percorso")
    expect(page.locator("main")).to_contain_text("Ora: convergenza")


def test_a_new_overlap_is_off_until_all_four_ask_for_it(company: Company) -> None:
    page = company.at_table("cgil", "Verifica riservata")
    fill(page, title="Turni e buoni pasto")
    press(page, "La chiedo per la mia parte")
    company.kept["overlap"] = path(company, page)
    company.picture("cgil", "6-verifica-chiesta")
    keeper = company.page("secretary")
    keeper.goto(company.site + company.kept["overlap"])
    assert not keeper.get_by_role("link", name="Scrivere l'elenco").count(), "off until all have asked"
    for role in ("employers", "cisl", "uil"):
        mate = company.page(role)
        mate.goto(company.site + company.kept["overlap"])
        press(mate, "La chiedo per")
    keeper.reload()
    keeper.get_by_role("link", name="Scrivere l'elenco").click()
    for number, (title, options) in enumerate(ISSUES):
        fill(keeper, **{f"title_{number}": title, f"options_{number}": "\n".join(options)})
    press(keeper, "Salva questa versione")
    company.picture("secretary", "6-verifica-elenco")
    for role in HEADS:
        mate = company.page(role)
        mate.goto(company.site + company.kept["overlap"])
        press(mate, "Accetto la versione")


def test_each_party_lodges_in_secret_and_only_what_all_accept_appears(company: Company) -> None:
    for role in HEADS:
        page = company.page(role)
        page.goto(company.site + company.kept["overlap"])
        page.locator("main .tavolo-note").get_by_role("link", name=re.compile("Deposit")).click()
        for i, row in enumerate(LODGED[role]):
            for j, liking in enumerate(row):
                value = "no" if liking == "-" else liking
                page.locator(f"main [name=option_{i}_{j}][value='{value}']").check(force=True)
        if role == "employers":
            company.picture(role, "6-verifica-deposito")
            assert not inspect(page)
        press(page, "Deposita in segreto")
    for number, role in enumerate(HEADS):
        page = company.page(role)
        page.goto(company.site + company.kept["overlap"])
        assert not page.locator(".ovl-common").count(), f"shown after {number} of four"
        press(page, "Acconsento a guardare")
    for role in (*HEADS, "secretary"):
        page = company.page(role)
        page.goto(company.site + company.kept["overlap"])
        marked = page.locator(".ovl-yes span:not(.ovl-mark, .ovl-all)").all_inner_texts()
        assert set(marked) == EVERYBODY, f"{role} reads {marked}"
    company.picture("uil", "6-verifica-guardata")
    assert not inspect(company.page("uil"))


def test_packages_appear_when_all_agree_once_more(company: Company) -> None:
    for number, role in enumerate(HEADS):
        page = company.page(role)
        page.goto(company.site + company.kept["overlap"])
        assert not page.locator(".ovl-package").count(), f"shown after {number} of four"
        press(page, "Acconsento a vedere i pacchetti")
    page = company.page("uil")
    page.goto(company.site + company.kept["overlap"])
    expect(page.locator(".ovl-package").first).to_contain_text("Preavviso dei turni")
    expect(page.locator("main")).to_contain_text("tutto ciò che era depositato è distrutto")
    company.picture("uil", "6-verifica-pacchetti")
    assert not inspect(page)
    for role in ("owner", "worker", "visitor", "city"):
        assert company.status(role, company.kept["overlap"]) in (302, 404), role


# --- step 6 -------------------------------------------------------------------------------------------


def test_step_6_minutes_of_a_plenary_close_with_a_declaration(company: Company) -> None:
    page = _plenary_begins(company)
    page.get_by_role("link", name="Registra le presenze").click()
    for box in page.locator("main select[name^=status_]").all():
        box.select_option("present")
    company.picture("secretary", "6-presenze")
    save(page)
    page.goto(company.site + company.kept["plenary"])
    page.get_by_role("link", name="Scrivi il verbale").click()
    fill(page, text="Le parti si confrontano sul preavviso dei turni.")
    save(page)
    company.picture("secretary", "6-verbale-da-inviare")
    press(page, "Invia alle parti")
    minutes = path(company, page)
    for role in HEADS:
        _answers(company, role, minutes)
    page = company.page("employers")
    page.goto(company.site + minutes)
    expect(page.locator("main")).to_contain_text("anche per chi lavora a chiamata")
    expect(page.get_by_role("link", name="Scarica il PDF")).to_be_visible()
    company.picture("employers", "6-verbale-approvato")
    assert not inspect(page)


def _plenary_begins(company: Company) -> Page:
    """Wait at the plenary's page until its hour has come."""
    page = company.page("secretary")
    page.goto(company.site + company.kept["plenary"])
    for _try in range(60):
        if page.get_by_role("link", name="Registra le presenze").count():
            break
        page.wait_for_timeout(2_000)
        page.reload()
    return page


def _answers(company: Company, role: str, minutes: str) -> None:
    """UIL approves with a declaration for the record, the others as it is."""
    mate = company.page(role)
    mate.goto(company.site + minutes)
    choice = "declare" if role == "uil" else "approve"
    mate.locator(f"main [name=choice][value={choice}]").check(force=True)
    if role == "uil":
        fill(mate, text="La UIL chiede che il preavviso valga anche per chi lavora a chiamata.")
        company.picture("uil", "6-dichiarazione")
    press(mate, "Dai la risposta")


def test_step_6_a_restricted_meeting_leaves_no_public_trace(company: Company) -> None:
    page = company.at_table("employers", "Incontri")
    page.locator("main a[href*='kind=restricted']").click()
    start = soon() + timedelta(days=4)
    fill(page, title=f"Soglia {RESTRICTED}", day=f"{start:%Y-%m-%d}", hour="18:00", place=f"Studio {STUDIO}")
    page.get_by_label(re.compile("Stefano Riva")).check(force=True)
    company.picture("employers", "6-ristretta-convocare")
    press(page, "Convoca")
    expect(page.locator("h1")).to_contain_text(RESTRICTED)
    meeting = path(company, page)
    company.picture("employers", "6-ristretta")
    assert not inspect(page)
    named = company.page("cgil")
    named.goto(company.site + meeting)
    expect(named.locator("main")).to_contain_text(STUDIO)
    for role in OUTSIDERS:
        assert company.status(role, meeting) in (302, 404), role
        met = company.met(role, limit=40)
        assert len(met) > (5 if role == "visitor" else 15), f"{role} met only {sorted(met)}"
        traces = [where for where, text in met.items() if RESTRICTED in text or STUDIO in text]
        assert not traces, f"{role} reads of the restricted meeting at {traces}"


def test_what_awaits_me_and_search_show_each_what_is_theirs(company: Company) -> None:
    for role in ("uil", "employers"):
        page = company.page(role)
        page.goto(f"{company.site}/cosa-mi-aspetta/")
        assert page.locator("main li.tavolo-card").count()
        assert not inspect(page)
        company.picture(role, f"6-cosa-mi-aspetta-{role}")
    counts = {}
    for role in ("employers", "cgil", "cisl", "secretary", "owner"):
        page = company.page(role)
        page.goto(f"{company.site}/cerca/?q={RESTRICTED}")
        counts[role] = page.locator("main ol.tavolo-cards li").count()
    assert counts["employers"], "who convened it finds it"
    assert counts["cgil"], "who is named finds it"
    assert not counts["cisl"] + counts["secretary"] + counts["owner"]
    page = company.page("cisl")
    page.goto(f"{company.site}/cerca/?q=formazione")
    assert page.locator("main ol.tavolo-cards li").count() > 2
    company.picture("cisl", "6-ricerca")
