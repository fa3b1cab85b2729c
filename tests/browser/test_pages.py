"""Every page a person can reach is accessible, in order, and answers."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.crawl import become, pages

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}


def inspect(page: Page) -> list[str]:
    """Return axe's violations and what else no page may have."""
    found = Axe().run(page, options=RULES).response["violations"]
    wrong = [f"{one['id']}: {one['help']} {[n['target'] for n in one['nodes'][:3]]}" for one in found]
    headings = page.locator("h1").count()
    if headings != 1:
        wrong.append(f"{headings} first-level headings")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 1:
        wrong.append(f"scrolls sideways by {wide} pixels")
    return wrong


PERSONAS = (
    "",
    "con tessera CGIL",
    "capo delegazione, CGIL",
    "capo delegazione, imprese",
    "segreteria paritetica",
    "funzionaria della CGIL",
    "funzionaria dell'associazione",
    "gestore della piattaforma",
)


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_page_is_accessible_on_a_phone(page: Page, site: str, persona: str) -> None:
    if persona:
        become(page, site, persona)
    wrong = {path: found for path in pages(page, site) if (found := inspect(page))}
    assert not wrong, "\n".join(f"{path}: {found}" for path, found in wrong.items())


def test_pages_read_in_english_too(page: Page, site: str) -> None:
    become(page, site, "Stefano Riva")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"
    for path in pages(page, site, limit=12):
        assert page.locator("html").get_attribute("lang") == "en", path
        assert not inspect(page), path
