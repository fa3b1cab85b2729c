"""Hostile text in every text field stays text, on whichever page it appears afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.crawl import become, pages

pytestmark = pytest.mark.browser

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "javascript:alert(3)",
    "{{ 7*7 }}{% debug %}",
    "</textarea><svg onload=alert(4)>",
    '=HYPERLINK("http://127.0.0.1/","x")',
    "'; DROP TABLE people_account; --",
    "\u202eetxet\u202c ﷽",
)
SKIPPED_FORMS = (
    "/lingua/",
    "/persone/",
    "/esci",
    "logout",
    "/cancellazione/",
    "/termina/",
    "/revoca/",
    "/ritira/",
)
FIELDS = "input[type=text], input[type=search], input:not([type]), textarea"


def poison(page: Page, site: str, path: str, payload: str) -> int:
    """Fill every text field of every form of a page with the payload and send it; return how many forms."""
    sent = 0
    for index in range(page.locator("main form").count()):
        form = page.locator("main form").nth(index)
        action = form.get_attribute("action") or ""
        boxes = form.locator(FIELDS)
        if any(part in action for part in SKIPPED_FORMS) or not boxes.count() or not form.is_visible():
            continue
        for box in boxes.all():
            if box.is_visible() and box.is_enabled():
                box.fill(payload)
        # Send as a script would, past the browser's own checks: the server must stand by itself.
        with page.expect_navigation():
            form.evaluate("form => { form.noValidate = true; HTMLFormElement.prototype.submit.call(form); }")
        sent += 1
        assert "Qualcosa non ha funzionato" not in page.content(), (
            f"{path}: form {index} broke on {payload!r}"
        )
        page.goto(site + path)
    return sent


@pytest.mark.parametrize("persona", ["Stefano Riva", "Elisa Conti", "Anna Pozzi", "Tommaso Neri"])
def test_hostile_text_stays_inert(page: Page, site: str, persona: str) -> None:
    become(page, site, persona)
    sent = 0
    for number, path in enumerate(list(pages(page, site))):
        page.goto(site + path)
        sent += poison(page, site, path, PAYLOADS[number % len(PAYLOADS)])
    assert sent, "no form was found"
    # Whatever was kept is shown somewhere: walk again; dialogs and CSP reports fail the test (conftest).
    for _path in pages(page, site):
        pass
