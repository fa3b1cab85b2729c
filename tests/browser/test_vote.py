"""A worker votes on a phone: with a thumb, with the keyboard, twice by mistake, and takes one back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.crawl import become

pytestmark = pytest.mark.browser
OPEN = "Formazione e qualità del lavoro"


def ballot(page: Page, site: str, persona: str) -> None:
    """Open the ballot of the open consultation as a person."""
    become(page, site, persona)
    page.goto(f"{site}/tavoli/")
    page.get_by_role("link", name="Impresa e lavoro").first.click()
    page.get_by_role("link", name=OPEN).first.click()
    page.locator("main").get_by_role("link", name=re.compile("[Vv]ota")).first.click()


def answered(page: Page) -> int:
    """Return how many statements the page says are answered."""
    return int(page.locator("#dlg-count").inner_text())


def test_votes_with_a_thumb_and_sees_each_registered_once(page: Page, site: str) -> None:
    ballot(page, site, "con tessera CGIL")
    before = answered(page)
    button = page.locator("form.dlg-card:visible .dlg-agree")
    place = button.bounding_box()
    assert place is not None
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.dblclick(x, y)
    expect(page.locator("#dlg-status")).to_contain_text("Registrat")
    page.mouse.click(x, y)  # the late half of a slow double click, now over the next statement
    page.wait_for_timeout(300)
    page.reload()
    # A double click is one vote: it must not answer the next statement as well.
    assert answered(page) == before + 1


def test_votes_with_the_keyboard_and_takes_the_last_vote_back(page: Page, site: str) -> None:
    ballot(page, site, "con tessera CGIL")
    before = answered(page)
    page.locator("form.dlg-card:visible .dlg-card-text").focus()
    page.keyboard.press("d")
    expect(page.locator("#dlg-count")).to_have_text(str(before + 1))
    page.keyboard.press("u")
    expect(page.locator("#dlg-count")).to_have_text(str(before))
    page.reload()
    assert answered(page) == before


def test_a_lost_connection_is_told_and_the_vote_sent_again_counts_once(page: Page, site: str) -> None:
    ballot(page, site, "con tessera CGIL")
    before = answered(page)
    page.context.set_offline(True)
    button = page.locator("form.dlg-card:visible .dlg-disagree")
    button.click()
    expect(page.locator("#dlg-status")).to_contain_text("Non registrat")
    page.context.set_offline(False)
    page.locator("form.dlg-card:visible .dlg-disagree").click()
    expect(page.locator("#dlg-count")).to_have_text(str(before + 1))
    page.reload()
    assert answered(page) == before + 1


def test_an_owner_votes_without_javascript(browser: object, site: str) -> None:
    context = browser.new_context(locale="it-IT", java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    ballot(page, site, "titolare di un'impresa di 37")
    before = answered(page)
    page.locator("form.dlg-card").first.locator(".dlg-agree").click()
    assert answered(page) == before + 1
    context.close()
