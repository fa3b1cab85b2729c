"""Walk a running Tavolo as a person: sign in, follow links, one page of each kind; the shape of a page.

Links are followed without drawing the pages, which is quick; whoever wants to look opens what was met in the
browser. Two pages of one route whose parts are of the same make need to be looked at once only: `shapes` says
what a page is made of, its words left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import lxml.html
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

HREF = re.compile(r'href="(/[^"#]*)')
SKIPPED = ("/persone/", "/api/v1/", "/static/", "/health/", "/accounts/logout", "/esci")
# What makes a difference to whoever looks: the parts' names, classes and manners, not their words.
MANNERS = ("role", "type", "lang", "dir", "hidden", "disabled", "aria-label", "scope", "tabindex")


@dataclass(frozen=True)
class Met:
    """A page a person was answered: its route's name, its address, the page itself."""

    route: str
    path: str
    text: str


def become(page: Page, site: str, title: str) -> None:
    """Step into the persona whose title or name contains `title`."""
    page.goto(f"{site}/persone/")
    card = page.locator("li.tavolo-card", has_text=title).first
    card.get_by_role("button").click()
    page.wait_for_load_state()


def kind(path: str) -> str:
    """Return the name of the route an address belongs to: one page of each kind is enough."""
    plain = path.split("?")[0].split("#")[0]
    try:
        return resolve(plain).view_name or plain
    except Resolver404:
        return plain


def met(
    page: Page,
    site: str,
    start: tuple[str, ...] = ("/",),
    each: int = 1,
    skip: Callable[[str], bool] = lambda path: False,
) -> Iterator[Met]:
    """Follow a person's links from page to page, breadth first, `each` of a kind; yield the pages.

    Files and data are met but not opened. An address that answers an error fails here.
    """
    waiting, known = list(start), set(start)
    kinds = dict.fromkeys(map(kind, start), 1)
    while waiting:
        path = waiting.pop(0)
        answer = page.request.get(site + path, headers={"Accept": "text/html"})
        assert answer.status < 400, f"{path} answers {answer.status}"
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        text = answer.text()
        for found in HREF.findall(text):
            other = found.replace("&amp;", "&")
            name = kind(other)
            if other in known or other.startswith(SKIPPED) or kinds.get(name, 0) >= each or skip(other):
                continue
            known.add(other)
            kinds[name] = kinds.get(name, 0) + 1
            waiting.append(other)
        yield Met(kind(path), path, text)


def shapes(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a page is made of: its frame (head, menu, foot), and what stands within."""
    page = lxml.html.document_fromstring(text)
    found = page.xpath("//main")
    inner = _parts(found[0]) if found else frozenset()
    for main in found:
        main.drop_tree()
    return _parts(page), inner


def _parts(tree: lxml.html.HtmlElement) -> frozenset[str]:
    """Return each part within its parent, and each heading after the one before it."""
    parts: set[str] = set()
    before = "h0"
    for part in tree.iter():
        if not isinstance(part.tag, str):
            continue
        parent = part.getparent()
        above = "" if parent is None else f"{parent.tag}.{parent.get('class', '')}"
        manners = " ".join(f"{name}={part.get(name)}" for name in MANNERS if part.get(name) is not None)
        parts.add(f"{above}>{part.tag}.{part.get('class', '')} {manners}")
        if part.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            parts.add(f"{before} then {part.tag}")
            before = part.tag
    return frozenset(parts)
