"""The people of the walk, each in a browser of their own, and what is kept of it: pictures.

Pictures go to the folder named by TAVOLO_PICTURES (build/pictures/ where it is not set): continuous
integration keeps that folder as an artefact, so that whoever reviews a change can look at the pages.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import listen
from tests.browser.crawl import become, kind

PERSONAS = {
    "secretary": "segreteria paritetica",
    "cgil": "capo delegazione, CGIL",
    "cisl": "capo delegazione, CISL",
    "uil": "capo delegazione, UIL",
    "employers": "capo delegazione, imprese",
    "committee": "funzionaria della CGIL",
    "owner": "titolare di un'impresa di 37",
    "worker": "con tessera CGIL",
    "city": "funzionaria del Comune",
}
SIZES = {"worker": (390, 844), "tablet": (820, 1180), "visitor": (390, 844)}
HREF = re.compile(r'href="(/[^"#]+)"')
SKIPPED = (
    "/static/",
    "/persone/",
    "/health/",
    "/accounts/logout",
    "/esci",
    "/api/v1/openapi",
    "/api/v1/docs",
)


def pictures() -> Path:
    """Return the folder of the pictures."""
    folder = Path(os.environ.get("TAVOLO_PICTURES", "build/pictures"))
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
            context.set_default_timeout(60_000)
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

    def met(self, role: str, limit: int = 90, each: int = 2) -> dict[str, str]:
        """Return the text of the pages a person can follow links to, `each` of a kind, by address.

        It begins at the page the person has open and at the table's, so that those are met first.
        """
        page = self.page(role)
        texts: dict[str, str] = {}
        here = page.url.removeprefix(self.site)
        waiting = [here] if here.startswith("/") else []
        waiting += [self.table, "/cosa-mi-aspetta/", "/"]
        seen, kinds = set(waiting), dict.fromkeys(waiting, 1)
        while waiting and len(texts) < limit:
            path = waiting.pop(0)
            answer = page.request.get(self.site + path)
            if "text" not in answer.headers.get("content-type", "") and ".json" not in path:
                continue
            texts[path] = answer.text()
            for other in HREF.findall(texts[path]):
                other = other.replace("&amp;", "&")
                if other in seen or other.startswith(SKIPPED) or kinds.get(kind(other), 0) >= each:
                    continue
                kinds[kind(other)] = kinds.get(kind(other), 0) + 1
                seen.add(other)
                waiting.append(other)
        return texts

    def close(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()
