"""The walk through a table, steps 1 to 4, by the people named there, each in a browser of their own.

The joint secretariat, the heads of the CGIL, CISL, UIL and employers' delegations, CGIL's electoral
committee, a worker with a slip at a tablet, and the owner of a firm, who must see none of what is not hers.
The tests are the steps and are read from top to bottom; steps 5 and 6 follow in test_walk_together.py.
Every step keeps pictures (see company.py), which continuous integration keeps as artefacts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import Company, fill, path, press, save
from tests.browser.looking import inspect

pytestmark = pytest.mark.browser

# Words that occur nowhere else, so that finding one tells where it has come from.
DRAFT, NOTE, PLATFORM = "Zafferano4417", "Cinabro9023", "Melograno3381"
SLIP = re.compile(r"\b[0-9A-Z]{4}(?:[-\s]+[0-9A-Z]{4}){3}\b")


@pytest.fixture(scope="module")
def company(browser: Browser, territory: str) -> Iterator[Company]:
    """Everybody of the walk, from its first step to its last."""
    people = Company(browser, territory)
    yield people
    people.close()
    assert not people.complaints, people.complaints


# --- step 1 -------------------------------------------------------------------------------------------


def test_step_1_four_confirmations_are_seen_and_no_room_of_a_party(company: Company) -> None:
    page = company.at_table("secretary")
    company.picture("secretary", "1-tavolo-segreteria")
    assert not inspect(page)
    assert not page.locator("a[href*='/stanza/']").count(), "the secretariat is led into no room"
    page = company.at_table("secretary", "Segreteria e decisioni")
    main = page.locator("main")
    confirmed = main.locator(".dele-consent")
    expect(confirmed).to_have_count(4)
    assert {"Assolombarda", "CGIL", "CISL", "UIL"} == {
        name.strip("✓ \n").split("\n")[0] for name in confirmed.all_inner_texts()
    }
    company.picture("secretary", "1-quattro-conferme")


# --- step 2 -------------------------------------------------------------------------------------------


def test_step_2_the_unions_write_and_approve_a_text_in_their_joint_room(company: Company) -> None:
    page = company.at_table("cgil", "Stanza unitaria")
    company.private.append(path(company, page))
    company.picture("cgil", "2-stanza-unitaria")
    assert not inspect(page)
    page.get_by_role("link", name="Nuova bozza").click()
    fill(
        page, title="Integrazione della piattaforma: i turni", text=f"Prima prova, da non mostrare: {DRAFT}."
    )
    page.locator("main [name=kind]").select_option("platform")
    save(page)
    draft = path(company, page)
    company.private.append(draft)
    company.kept["draft"] = draft
    page.locator("main textarea[name=text]").fill(f"Fra noi: sotto i dieci giorni non si scende. {NOTE}")
    save(page)
    page.goto(company.site + draft)
    page.get_by_role("link", name="Scrivi una nuova versione").click()
    fill(page, text=f"I turni si comunicano dieci giorni prima. {PLATFORM}")
    save(page)
    for role in ("cgil", "cisl", "uil"):
        mate = company.page(role)
        mate.goto(company.site + draft)
        press(mate, "approva questa versione")
    company.picture("uil", "2-bozza-approvata-da-tre")
    assert not inspect(company.page("uil"))


def test_step_2_the_counterpart_reads_the_transmitted_text_and_nothing_else(company: Company) -> None:
    page = company.page("cgil")
    page.goto(company.site + company.kept["draft"])
    page.get_by_role("link", name="Trasmetti questa versione").click()
    page.get_by_label("Assolombarda").check(force=True)
    page.locator("main [name=sure]").check(force=True)
    company.picture("cgil", "2-prima-di-trasmettere")
    press(page, "Trasmetti")
    page = company.at_table("employers", "Ricevuti")
    page.get_by_role("link", name="Integrazione della piattaforma: i turni").first.click()
    expect(page.locator("main")).to_contain_text(PLATFORM)
    company.picture("employers", "2-testo-ricevuto")
    assert not inspect(page)
    met = company.met("employers")
    assert any(PLATFORM in text for text in met.values())
    assert not [where for where, text in met.items() if DRAFT in text or NOTE in text]
    for role in ("employers", "secretary", "owner", "worker", "visitor"):
        for address in company.private:
            assert company.status(role, address) in (302, 404), f"{role} at {address}"


# --- step 3 -------------------------------------------------------------------------------------------


def test_step_3_the_committee_prints_slips_and_starts_a_tablet(company: Company) -> None:
    page = company.at_table("committee", "Commissioni elettorali")
    page.get_by_role("link", name="Formazione e qualità del lavoro").first.click()
    committee = path(company, page)
    company.kept["poll"] = committee.removesuffix("commissione/")
    company.picture("committee", "3-commissione-elettorale")
    assert not inspect(page)
    page.locator("main").get_by_role("link", name="Elenco").first.click()
    page.wait_for_load_state()
    listed = path(company, page)
    company.picture("committee", "3-elenco")
    assert not inspect(page)
    page.get_by_role("link", name="Schede QR e carta").first.click()
    page.wait_for_load_state()
    slips = path(company, page)
    page.locator("main [name=kind]").select_option("slip")
    page.locator("main [name=number]").fill("1")
    page.locator("main [name=language]").select_option("ar")
    company.picture("committee", "3-schede")
    with page.expect_download() as download:
        page.get_by_role("button", name="Prepara i fogli").click()
    sheet = "".join(
        one.extract_text() for one in pypdf.PdfReader(io.BytesIO(download.value.path().read_bytes())).pages
    )
    found = SLIP.search(sheet)
    assert found, sheet
    company.kept["slip"] = "-".join(re.findall("[0-9A-Z]{4}", found.group()))
    page.goto(company.site + company.kept["poll"] + "assemblee/")
    fill(page, place="Assemblea del reparto finitura")
    save(page)
    company.kept["pairing"] = page.locator(".plg-code").inner_text().strip()
    company.picture("committee", "3-tablet-da-abbinare")
    company.kept["lists"] = " ".join((listed, slips, company.kept["poll"] + "assemblee/", committee))


def test_step_3_the_firm_sees_neither_lists_nor_voters(company: Company) -> None:
    for role in ("owner", "employers", "secretary", "worker", "visitor"):
        for address in company.kept["lists"].split()[:3]:
            assert company.status(role, address) in (302, 404), f"{role} at {address}"
    page = company.at_table("owner")
    company.picture("owner", "3-tavolo-impresa")
    assert not inspect(page)
    names = [name.strip().split("\n")[0] for name in _names_on(company, company.kept["lists"].split()[0])]
    assert len(names) > 5
    met = company.met("owner")
    assert not [(where, name) for where, text in met.items() for name in names if name in text]


def _names_on(company: Company, listed: str) -> list[str]:
    page = company.page("committee")
    page.goto(company.site + listed + "?modo=slip")
    return page.locator("main tbody th[scope=row]").all_inner_texts()


# --- step 4 -------------------------------------------------------------------------------------------


REMEMBERS = """
localStorage.setItem('tavolo-votate-' + document.querySelector('#dlg-vote').dataset.rememberVotes, '[]')
"""


def test_step_4_a_worker_without_mail_votes_in_arabic_at_the_tablet(company: Company) -> None:
    page = company.page("tablet")
    page.goto(f"{company.site}/tavoli/assemblea/")
    page.locator("#code").fill(company.kept["pairing"])
    press(page, "Abbina")
    company.picture("tablet", "4-tablet-pronto")
    page.locator(".vcs-languages a[lang=ar]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator("#code").fill(company.kept["slip"])
    page.locator(".plg-go").click()
    page.wait_for_url("**/voto/qr/")
    assert page.locator("html").get_attribute("lang") == "ar"
    assert not inspect(page)
    company.picture("tablet", "4-scheda-in-arabo")
    _listens(page)
    # Somebody used this tablet's browser for a vote of their own before, and asked it to remember.
    page.evaluate(REMEMBERS)
    registered = str(page.locator("#dlg-vote").get_attribute("data-registered"))
    page.locator("form.dlg-card:visible .dlg-agree").click()
    expect(page.locator("#dlg-status")).to_have_text(registered)
    expect(page.locator("#dlg-count")).to_have_text("1")
    assert page.locator("body").inner_text().count(registered) == 1, "told once"
    company.picture("tablet", "4-registrato")


def _listens(page: Page) -> None:
    """The button to listen stands there exactly where something can be heard."""
    voice = page.evaluate(
        "!!window.speechSynthesis && speechSynthesis.getVoices().some(v => v.lang.startsWith('ar'))"
    )
    for button in page.locator("form.dlg-card:visible .vcs-speak").all():
        heard = voice or bool(button.get_attribute("data-audio"))
        assert button.is_visible() == heard


def test_step_4_she_corrects_a_vote_and_leaves_nothing_behind(company: Company) -> None:
    page = company.page("tablet")
    page.reload()
    expect(page.locator("#dlg-count")).to_have_text("1")
    page.locator("details.dlg-answered summary").click()
    page.locator(".dlg-answer button[value=disagree]").first.click()
    page.wait_for_load_state()
    expect(page.locator("#dlg-count")).to_have_text("1")
    page.locator("details.dlg-answered summary").click()
    expect(page.locator(".dlg-answer button[value=disagree]").first).to_have_attribute("aria-pressed", "true")
    company.picture("tablet", "4-voto-corretto")
    page.locator(".vcs-finish").click()
    expect(page.locator(".plg-done")).to_be_visible()
    company.picture("tablet", "4-finito")
    held = page.evaluate("Object.entries(localStorage).filter(one => one[0].startsWith('tavolo'))")
    assert [text for _name, text in held] == ["[]"], "a shared tablet adds nothing of who voted after"
    page.go_back()
    page.wait_for_load_state()
    assert not page.locator("#dlg-vote").count(), "nothing is left for who comes next"


def test_a_worker_proposes_a_statement_and_the_secretariat_moderates_it(company: Company) -> None:
    words = "Chi entra di notte deve poter parcheggiare dentro il recinto illuminato."
    page = company.page("worker")
    page.goto(company.site + company.kept["poll"] + "voto/")
    company.picture("worker", "4-voto-al-telefono")
    page.goto(company.site + company.kept["poll"] + "proposte/")
    page.locator("textarea[name=text]").fill(words)
    press(page, "Proponi")
    again = page.get_by_role("button", name="Dice un")
    if again.count():
        again.click()
        page.wait_for_load_state()
    expect(page.locator(".vcs-queue").first).to_contain_text(words)
    company.picture("worker", "4-proposta-inviata")
    keeper = company.page("secretary")
    keeper.goto(company.site + company.kept["poll"] + "moderazione/")
    waiting = keeper.locator("li", has_text=words)
    expect(waiting).to_have_count(1)
    company.picture("secretary", "4-moderazione")
    waiting.get_by_role("button", name="Accetta").click()
    keeper.wait_for_load_state()
    page.reload()
    expect(page.locator(".vcs-queue li", has_text=words)).to_contain_text(re.compile("accett|accolt", re.I))
    company.picture("worker", "4-proposta-accettata")
