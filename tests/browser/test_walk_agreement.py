"""The walk of an agreement, steps 7 to 10: from the convergence map to the first kept commitment.

The heads of four delegations, the joint secretariat, three electoral committees, workers who vote on their
phones, the owner of a firm of 37, and a visitor without an account. Every act goes through the pages, as
somebody does it who has read only these. The tests are the steps, read from top to bottom; they share one
demonstration, which nobody else uses. Pictures of each step go to the folder TAVOLO_PICTURES.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import demonstration
from tests.browser.negotiating import (
    Negotiators,
    downloaded,
    edited_in_word,
    faults,
    fill,
    follow,
    path,
    press,
    resaved,
)

pytestmark = pytest.mark.browser

TITLE = "Intesa sulle convergenze della consultazione"
PARTIES = ("employers", "cgil", "cisl", "uil")


@pytest.fixture(scope="module")
def territory(chromium: str) -> Iterator[str]:
    """A demonstration of the walk's own."""
    yield from demonstration()


@pytest.fixture(scope="module")
def company(browser: Browser, territory: str) -> Iterator[Negotiators]:
    """Everybody of the walk, from its first step to its last."""
    people = Negotiators(browser, territory)
    yield people
    people.close()
    assert not people.complaints, people.complaints


def at_text(company: Negotiators, role: str, tab: str = "") -> Page:
    """Open the agreement's text as a person, and one of its pages."""
    page = company.page(role)
    page.goto(company.site + company.kept["text"])
    if tab:
        page.locator(".tavolo-tabs").get_by_role("link", name=tab, exact=True).click()
        page.wait_for_load_state()
    return page


# --- step 7 -------------------------------------------------------------------------------------------


def test_step_7_the_draft_begins_at_the_convergence_map(company: Negotiators) -> None:
    page = company.at_table("cgil", "Guarda le convergenze : Che cosa ci unisce")
    company.picture("cgil", "7-mappa-delle-convergenze")
    follow(page, "Inizia un accordo da queste convergenze")
    ticked = page.locator("main [name=convergence]")
    assert ticked.count() >= 3, "the map shows convergences to begin from"
    for box in ticked.all()[4:]:
        box.uncheck()
    fill(page, title=TITLE, preamble="Le parti, viste le convergenze della consultazione, convengono:")
    page.locator("main [name=system]").select_option("confindustria")
    company.picture("cgil", "7-inizia-da-convergenze")
    assert not faults(page)
    press(page, "Inizia la prima stesura")
    expect(page.locator("h1")).to_have_text(TITLE)
    company.kept["text"] = path(company, page)
    clauses = page.locator(".agr-clause:not(.agr-preamble)")
    assert clauses.count() >= 4
    assert page.get_by_text("Nasce da:").count() >= 4, "every clause remembers its statement"
    company.picture("cgil", "7-prima-bozza")
    assert not faults(page)


def _words(page: Page, place: int) -> str:
    """Return the words of a clause of the text that is open."""
    bodies = [one.strip() for one in page.locator(".agr-clause:not(.agr-preamble) .agr-body").all_inner_texts()]
    return [one for one in bodies if one][place]


def test_step_7_the_association_amends_in_word_and_uploads(company: Negotiators, tmp_path: Path) -> None:
    page = at_text(company, "employers")
    first, second = _words(page, 0), _words(page, 1)
    page = at_text(company, "employers", "Word e file")
    file = downloaded(page, "Scarica la versione 1 in Word", role="button")
    page.locator("main [name=file]").wait_for()
    half = first.split()[-1]
    edited = edited_in_word(
        file, {half: f"{half.rstrip('.')}, compatibilmente con l'organizzazione del lavoro."},
        author="Stefano Riva", plain={second.split()[-1]: f"{second.split()[-1].rstrip('.')} entro l'anno."},
    )  # fmt: skip
    edited = resaved(edited, tmp_path)
    page.locator("main [name=file]").set_input_files(
        {"name": "testo-assolombarda.docx", "buffer": edited,
         "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
    )  # fmt: skip
    company.picture("employers", "7-word-caricare")
    press(page, "Carica e controlla")
    company.kept["draft"] = path(company, page)
    main = page.locator("main")
    expect(main).to_contain_text("testo-assolombarda.docx")
    expect(main).to_contain_text("Stefano Riva")
    expect(main).to_contain_text("2 modifiche")
    expect(main.locator("ins").first).to_be_visible()
    company.picture("employers", "7-bozza-privata-da-word")
    assert not faults(page)
    for role in ("cgil", "cisl", "uil", "secretary", "owner", "visitor"):
        assert company.status(role, company.kept["draft"]) in (302, 404), role
    fill(page, reason="Serve tempo alle imprese più piccole.")
    press(page, "Deposita come emendamenti")
    expect(page.locator("main")).to_contain_text("Assolombarda")
    expect(page.locator("main .agr-amendment")).to_have_count(2)


def test_step_7_a_union_sees_differences_and_collisions(company: Negotiators) -> None:
    page = at_text(company, "cgil")
    clause = page.locator(".agr-clause:has(.agr-touched)").first
    follow_in(clause, "Emenda questa clausola")
    body = page.locator("main [name=body]")
    words = body.input_value().strip()
    body.fill(f"{words.rstrip('.')}, anche nelle imprese più piccole.")
    fill(page, reason="Lo chiedono le assemblee.")
    press(page, "Deposita l'emendamento")
    company.picture("cgil", "7-emendamento-cgil")
    page = at_text(company, "cgil", "Emendamenti")
    collision = page.locator(".agr-collision").first
    expect(collision).to_contain_text("Assolombarda")
    expect(collision).to_contain_text("CGIL")
    assert collision.locator("ins").count() >= 2
    company.picture("cgil", "7-collisioni")
    assert not faults(page)
    page = at_text(company, "cgil", "Testo con le modifiche")
    company.picture("cgil", "7-testo-con-le-modifiche")
    assert not faults(page)


def follow_in(part: object, name: str) -> None:
    """Follow a link inside a part of the page."""
    part.get_by_role("link", name=name).first.click()  # type: ignore[attr-defined]


def test_step_7_another_union_lodges_a_reservation_on_substance(company: Negotiators) -> None:
    page = at_text(company, "uil")
    clause = page.locator(".agr-clause:not(.agr-preamble):has(details)").nth(1)
    clause.get_by_text("La posizione della vostra parte").click()
    clause.get_by_label("accetta con riserva di merito").check(force=True)
    clause.locator("textarea[name=text]").first.fill("Purché uno degli indicatori misuri la conciliazione.")
    company.picture("uil", "7-riserva-di-merito")
    clause.get_by_role("button", name="Deposita la posizione").click()
    page.wait_for_load_state()
    page = at_text(company, "cisl", "Chi dice che cosa")
    expect(page.locator("main")).to_contain_text("Purché uno degli indicatori misuri la conciliazione.")
    company.picture("cisl", "7-chi-dice-che-cosa")
    assert not faults(page)
