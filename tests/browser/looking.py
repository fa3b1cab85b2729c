"""What no page may have: a finding of axe, headings that do not begin with one, scrolling sideways."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "resultTypes": ["violations"],
}
FINDINGS = """rules => axe.run(rules).then(found => found.violations.map(one => `${one.id}: ${one.help} `
    + one.nodes.slice(0, 3).map(node => `${node.target} ${node.html.slice(0, 160)}`).join(' | ')))"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROWEST, PHONE, TABLET, DESK = 360, 375, 820, 1280


def inspect(page: Page) -> list[str]:
    """Return what is wrong with the open page at its present width."""
    page.evaluate(AXE_SCRIPT)
    wrong = list(page.evaluate(FINDINGS, RULES))
    headings = page.locator("h1").count()
    if headings != 1:
        wrong.append(f"{headings} first-level headings")
    return wrong + sideways(page)


def sideways(page: Page) -> list[str]:
    """Return by how much the open page scrolls sideways, if it does."""
    wide = int(page.evaluate(WIDE))
    width = (page.viewport_size or {"width": 0})["width"]
    return [f"scrolls sideways by {wide} pixels at {width}"] if wide > 1 else []


def look(page: Page, address: str, width: int = PHONE) -> list[str]:
    """Open an address and return what is wrong with it: axe at one width, scrolling sideways at every one."""
    page.set_viewport_size({"width": width, "height": 812})
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return [f"answers {answer.status if answer else 'nothing'}"]
    wrong = inspect(page)
    for other in (NARROWEST, TABLET, DESK):
        page.set_viewport_size({"width": other, "height": 812})
        wrong += sideways(page)
    return wrong
