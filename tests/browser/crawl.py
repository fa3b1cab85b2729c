"""Walk a running Tavolo as a person: sign in, follow links, one page of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import Page

IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
DOWNLOADS = (".csv", ".json", ".pdf", ".zip", ".txt", ".jsonl", "/dati/", "/scarica/")
SKIPPED = ("/persone/", "/api/v1/", "/static/", "/health/")


def become(page: Page, site: str, title: str) -> None:
    """Step into the persona whose title or name contains `title`."""
    page.goto(f"{site}/persone/")
    card = page.locator("li.tavolo-card", has_text=title).first
    card.get_by_role("button").click()
    page.wait_for_load_state()


def kind(path: str) -> str:
    """Return the path with its ids and its query left out: one page of each kind is enough."""
    return IDENTIFIER.sub("ID", path.split("?")[0].split("#")[0])


def links(page: Page, site: str) -> list[str]:
    """Return the paths on this site a page links to, downloads left out."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    paths = [href.removeprefix(site) for href in found if href.startswith(site + "/")]
    return [p for p in paths if not p.split("?")[0].endswith(DOWNLOADS) and not p.startswith(SKIPPED)]


def pages(page: Page, site: str, limit: int = 60) -> Iterator[str]:
    """Visit one page of each kind reachable by links, breadth first; yield its path while open."""
    waiting, known = ["/"], {"/"}
    while waiting and limit:
        path = waiting.pop(0)
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.status < 400, f"{path} answers {answer.status}"
        for other in links(page, site):
            if kind(other) not in known:
                known.add(kind(other))
                waiting.append(other)
        yield path
        limit -= 1
