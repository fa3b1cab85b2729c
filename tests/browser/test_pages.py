"""Every kind of page a person can reach answers, is accessible and fits every screen, in both languages.

Each persona follows every link without a browser, one page of each kind; every page must answer. A page is
then opened in Chromium, on a phone, unless an earlier persona was shown one of the same kind made of the same
parts: what such a page holds differs in words only. In English one persona's pages are all opened too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.crawl import Met, become, met, shapes
from tests.browser.looking import NARROWEST, inspect, look, sideways
from tests.routes import walk

__all__ = ["inspect"]  # the walks look at their pages in the same way

pytestmark = pytest.mark.browser

# The fullest views first: what they have been looked at for, the others need no more.
PERSONAS = (
    "capo delegazione, CGIL",
    "segreteria paritetica",
    "capo delegazione, imprese",
    "capo delegazione, CISL",
    "funzionaria della CGIL",
    "funzionaria dell'associazione",
    "con tessera CGIL",
    "titolare di un'impresa di 37",
    "funzionaria della città",
    "gestore della piattaforma",
    "",
)
# Doors that no link leads to; the walks go through them.
BY_HAND = {"polling:booth", "polling:pair", "polling:slip", "polling:vote"}


class Known:
    """The makes of pages looked at so far, by route; and the frames around them."""

    def __init__(self) -> None:
        self.frames: set[str] = set()
        self.inner: defaultdict[str, set[str]] = defaultdict(set)
        self.pages: dict[str, str] = {}

    def new(self, pages: list[Met]) -> Iterator[Met]:
        """Yield the pages that hold something not seen yet on their kind of page, the longest first."""
        for one in sorted(pages, key=lambda page: -len(page.text)):
            frame, inner = shapes(one.text)
            self.pages.setdefault(one.route, one.path)
            if not inner <= self.inner[one.route] or not frame <= self.frames:
                self.inner[one.route] |= inner
                self.frames |= frame
                yield one


@pytest.fixture(scope="module")
def known() -> Known:
    """What has been looked at, over all personas."""
    return Known()


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_page_is_accessible_on_a_phone(page: Page, site: str, known: Known, persona: str) -> None:
    if persona:
        become(page, site, persona)
    wrong = {
        one.path: found for one in known.new(list(met(page, site))) if (found := look(page, site + one.path))
    }
    assert not wrong, "\n".join(f"{path}: {found}" for path, found in wrong.items())


def test_the_crawl_has_reached_every_part_of_the_site(known: Known) -> None:
    if not known.pages:
        pytest.skip("counts what the tests above have met: run the whole file")
    reached = set(known.pages)
    parts = {route.name.split(":")[0] for route in walk() if ":" in route.name}
    missing = {name for name in parts if not any(one.startswith(f"{name}:") for one in reached)}
    assert not missing - {"api-1.0.0", "socialaccount"}, missing
    assert len(reached) > 175, sorted(reached)
    assert not reached & BY_HAND, "reached by a link after all: take it off the list"


def test_every_page_reads_in_english_too(page: Page, site: str) -> None:
    become(page, site, "capo delegazione, CGIL")
    page.get_by_role("button", name="English").click()
    page.wait_for_load_state()
    page.set_viewport_size({"width": NARROWEST, "height": 812})
    pages = list(met(page, site))
    # The ballot speaks the voter's own language, chosen on its page.
    spoken = {
        one.path for one in pages if '<html lang="en"' not in one.text and not one.route.endswith(":vote")
    }
    assert not spoken
    wrong: dict[str, list[str]] = {}
    for place, one in enumerate(pages):
        page.goto(site + one.path, wait_until="domcontentloaded")
        # Axe reads the first dozen, which everybody meets; every page keeps to the narrowest phone.
        if found := inspect(page) if place < 12 else sideways(page):
            wrong[one.path] = found
    assert not wrong, "\n".join(f"{path}: {found}" for path, found in wrong.items())
