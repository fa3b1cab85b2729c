"""A ballot in Arabic on a phone, read aloud, and a person's own language on every page that follows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import Company
from tests.browser.looking import inspect
from tests.browser.test_vote import ballot

pytestmark = pytest.mark.browser

# Chromium without a screen has no voices: one of each language, which writes down what it is given to read.
VOICES = """
window.spoken = [];
const voices = ['it-IT', 'ar-SA'].map(lang => ({lang, name: lang, localService: true, default: false}));
Object.defineProperty(window, 'speechSynthesis', {value: {
  getVoices: () => voices, addEventListener() {}, removeEventListener() {}, cancel() {}, speaking: false,
  speak: one => window.spoken.push([one.lang, one.text]),
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
window.SpeechSynthesisUtterance.prototype.addEventListener = () => {};
"""


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Company]:
    """One worker with a phone that can read aloud."""
    people = Company(browser, site)
    people.page("visitor").add_init_script(VOICES)
    yield people
    people.close()
    assert not people.complaints, people.complaints


def arabic(company: Company) -> Page:
    """Open the ballot as a member of CGIL and choose Arabic on it."""
    page = company.page("visitor")
    ballot(page, company.site, "con tessera CGIL")
    page.locator(".vcs-languages a[lang=ar]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    return page


def test_a_ballot_reads_from_right_to_left_on_a_phone(phone: Company) -> None:
    page = arabic(phone)
    assert page.locator("html").get_attribute("lang") == "ar"
    buttons = page.locator("form.dlg-card:visible .dlg-buttons button")
    agree, disagree = buttons.nth(0).bounding_box(), buttons.nth(1).bounding_box()
    assert agree is not None
    assert disagree is not None
    assert agree["x"] > disagree["x"] or agree["y"] < disagree["y"], "the first answer stands on the right"
    for width in (360, 375):
        page.set_viewport_size({"width": width, "height": 812})
        assert not inspect(page)
    phone.picture("visitor", "lingue-scheda-in-arabo")


def test_words_nobody_has_translated_keep_their_own_language_and_direction(phone: Company) -> None:
    page = arabic(phone)
    directions = {"ar": "rtl", "it": "ltr"}
    texts = page.locator(
        "main .dlg-card-text[lang], main .dlg-vote-title, main .dlg-question, main .dlg-answer p"
    )
    seen = set()
    for text in texts.all():
        language = str(text.get_attribute("lang"))
        seen.add(language)
        assert text.evaluate("one => getComputedStyle(one).direction") == directions[language], (
            text.inner_html()
        )
    assert "ar" in seen


def test_a_statement_is_read_aloud_in_its_own_language(phone: Company) -> None:
    page = arabic(phone)
    card = page.locator("form.dlg-card:visible")
    text = card.locator(".dlg-card-text")
    card.locator(".vcs-speak").click()
    spoken = page.evaluate("window.spoken")
    assert [text.inner_text().strip()] == [words.strip() for _language, words in spoken]
    assert str(spoken[0][0]).startswith(str(text.get_attribute("lang")))


def test_the_language_of_the_site_is_changed_on_any_page_and_stays(phone: Company) -> None:
    page = phone.page("worker")
    page.goto(f"{phone.site}/tavoli/")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert page.url.endswith("/tavoli/")
    page.get_by_role("link", name="Impresa e lavoro").first.click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Italiano").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "it"
