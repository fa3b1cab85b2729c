"""The people of the walk, each in a browser of their own, and what is kept of it: pictures.

Pictures go to the folder named by TAVOLO_PICTURES, which continuous integration keeps as an artefact, so that
whoever reviews a change can look at the pages; where it is not set they go with the session's own data.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import crawl
from tests.browser.conftest import listen
from tests.browser.crawl import become

PERSONAS = {
    "secretary": "segreteria paritetica",
    "cgil": "capo delegazione, CGIL",
    "cisl": "capo delegazione, CISL",
    "uil": "capo delegazione, UIL",
    "employers": "capo delegazione, imprese",
    "committee": "funzionaria della CGIL",
    "owner": "titolare di un'impresa di 37",
    "worker": "con tessera CGIL",
    "city": "funzionaria della città",
}
SIZES = {"worker": (390, 844), "tablet": (820, 1180), "visitor": (390, 844)}


def pictures() -> Path:
    """Return the folder of the pictures."""
    folder = Path(os.environ["TAVOLO_PICTURES"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Company:
    """Everybody of the walk. `page(role)` is that person's open page; `complaints` must stay empty."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.complaints: list[str] = []
        # Addresses one party or committee has used, which others must not reach; filled while walking.
        self.private: list[str] = []
        self.table = ""
        self.kept: dict[str, str] = {}
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []

    def page(self, role: str) -> Page:
        """Return a person's page, signed in at the first call; "tablet" and "visitor" sign in nowhere."""
        if role not in self._pages:
            width, height = SIZES.get(role, (1280, 900))
            context = self.browser.new_context(locale="it-IT", viewport={"width": width, "height": height})
            context.set_default_timeout(20_000)
            page = context.new_page()
            listen(page, self.complaints)
            self._contexts.append(context)
            self._pages[role] = page
            if role in PERSONAS:
                become(page, self.site, PERSONAS[role])
        return self._pages[role]

    def at_table(self, role: str, door: str = "") -> Page:
        """Open the table's page as a person, and go through a door of it."""
        page = self.page(role)
        if not self.table:
            page.goto(f"{self.site}/tavoli/")
            page.get_by_role("link", name="Impresa e lavoro").first.click()
            page.wait_for_load_state()
            self.table = page.url.removeprefix(self.site)
        page.goto(self.site + self.table)
        if door:
            page.locator("main").get_by_role("link", name=door, exact=True).first.click()
            page.wait_for_load_state()
        return page

    def picture(self, role: str, name: str) -> None:
        """Keep a picture of the whole page a person has open."""
        self.page(role).screenshot(path=pictures() / f"{name}.png", full_page=True)

    def status(self, role: str, path: str) -> int:
        """Return what the server answers a person at an address."""
        return int(self.page(role).request.get(self.site + path, max_redirects=0).status)

    def met(self, role: str, limit: int = 60) -> dict[str, str]:
        """Return the text of the pages a person can follow links to, one of a kind, by address.

        It begins at the page the person has open and at the table's, so that those are met first.
        """
        page = self.page(role)
        here = page.url.removeprefix(self.site)
        known = (here, self.table, "/cosa-mi-aspetta/", "/")
        start = tuple(
            dict.fromkeys(at for at in known if at.startswith("/") and self.status(role, at) == 200)
        )
        return {one.path: one.text for one in islice(crawl.met(page, self.site, start), limit)}

    def close(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()


def press(page: Page, name: str) -> None:
    """Press a button of the page's main part and wait for what follows."""
    page.locator("main").get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def save(page: Page) -> None:
    """Send the page's form."""
    page.locator("main form.tavolo-form button[type=submit]").first.click()
    page.wait_for_load_state()


def path(company: Company, page: Page) -> str:
    """Return the address a page is at, without the site."""
    return page.url.removeprefix(company.site).split("?")[0]


def fill(page: Page, **fields: str) -> None:
    """Write into fields of the page's main form, by their names."""
    for name, value in fields.items():
        page.locator(f"main [name={name}]").first.fill(value)


def soon() -> datetime:
    """Return the next full minute that is still some seconds away, on the territory's clock."""
    now = datetime.now(ZoneInfo("Europe/Rome"))
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1 if now.second < 45 else 2)
