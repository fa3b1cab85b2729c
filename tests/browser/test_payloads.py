"""Hostile text in every text field stays text, on whichever page it appears afterwards.

Persona after persona fills each form they can reach, whatever it is for: notes and drafts of a party's room,
proposals and answers of a consultation, open points and minutes of meetings, clauses, amendments and comments
of an agreement, the terms of its life. Every page that shows any of it is then opened in Chromium; a dialog,
a script error or a blocked script fails the test (conftest).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import cycle

import lxml.html
import pytest
from playwright.sync_api import Page

from tests.browser.crawl import Met, become, kind, met
from tests.browser.looking import NARROWEST, sideways

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
    "precipitevolissimevolmente" * 3,
)
# Pieces of the payloads as a page holds them, whatever it escapes.
MARKS = ("alert(", "7*7", "HYPERLINK", "DROP TABLE", "﷽", "precipitevolissimevolmente")
WRITERS = (
    "capo delegazione, CGIL",
    "capo delegazione, imprese",
    "segreteria paritetica",
    "funzionaria della CGIL",
    "con tessera CGIL",
    "gestore della piattaforma",
)
READERS = (*WRITERS[:4], WRITERS[5], "capo delegazione, UIL")
# What must have been kept: it is read by others afterwards.
KEPT = {
    "party_room:note", "party_room:new_draft", "party_room:lodge", "voices:propose", "meetings:points",
    "meetings:new", "meetings:correct", "meetings:communique_new", "agreements:start", "agreements:comment",
    "agreements:remark", "life:ask", "dialogue:new",
}  # fmt: skip
# What would end a person's part in this test, or a consultation or a table the other tests need.
SKIPPED = re.compile(
    r"leave|end$|end_|_end|revoke|withdraw|close|stop|cancel|decline|step_out|suspend|no_agreement|delete|remove"
    r"|logout|language|persona|dispute|cooling|conclude|departure"
)
TEXTS = ".//textarea | .//input[not(@type) or @type='text' or @type='search']"
# Fills a form as a person would who writes hostile text everywhere and takes the first choice of each kind.
FILL = """(form, [line, lines]) => {
  const chosen = new Set();
  const fits = box => box.tagName === 'TEXTAREA' && !(box.maxLength > 0 && box.maxLength < lines.length);
  const later = new Date(Date.now() + 9 * 864e5).toISOString();
  for (const box of form.elements) {
    if (box.disabled || box.readOnly) continue;
    if (box.tagName === 'TEXTAREA') box.value = fits(box) ? lines : line;
    else if (box.tagName === 'SELECT') { if (!box.value) box.selectedIndex = Math.min(1, box.length - 1); }
    else if (['text', 'search'].includes(box.type)) box.value = line;
    else if (box.type === 'date') box.value = box.value || later.slice(0, 10);
    else if (box.type === 'time') box.value = box.value || '10:00';
    else if (box.type === 'datetime-local') box.value = box.value || later.slice(0, 16);
    else if (box.type === 'number') box.value = box.value || box.min || '1';
    else if (box.type === 'checkbox') box.checked = true;
    else if (box.type === 'radio' && !chosen.has(box.name)) { chosen.add(box.name); box.checked = true; }
  }
  form.noValidate = true;
  HTMLFormElement.prototype.submit.call(form);
}"""


def forms(one: Met) -> Iterator[tuple[int, str]]:
    """Yield the place on its page and the kind of each form that takes text."""
    for index, form in enumerate(lxml.html.document_fromstring(one.text).xpath("//main//form")):
        what = kind(form.get("action") or one.path)
        if form.xpath(TEXTS) and not SKIPPED.search(what):
            yield index, what


def send(page: Page, address: str, index: int, line: str) -> bool:
    """Fill one form of a page and send it, past the browser's own checks: the server must stand by itself.

    Return whether the server took it. What was sent before may have taken the form away.
    """
    page.goto(address)
    form = page.locator("main form").nth(index)
    if not form.count():
        return False
    with page.expect_navigation() as sent:
        form.evaluate(FILL, [line, "\n\n".join(PAYLOADS)])
    answer = sent.value
    assert answer is not None
    assert answer.status < 500, f"{address}: form {index} answers {answer.status} to {line!r}"
    return answer.request.redirected_from is not None


def write_everywhere(page: Page, site: str, taken: set[str], tried: Counter[str]) -> None:
    """Send hostile text through every kind of form a person reaches, until it is taken, twice at most."""
    lines = cycle(PAYLOADS)
    for one in list(met(page, site)):
        for index, what in forms(one):
            if what not in taken and tried[what] < 2:
                tried[what] += 1
                if send(page, site + one.path, index, next(lines)):
                    taken.add(what)


@pytest.mark.timeout(900)
def test_hostile_text_stays_inert(page: Page, site: str) -> None:
    taken: set[str] = set()
    tried: Counter[str] = Counter()
    for persona in WRITERS:
        become(page, site, persona)
        write_everywhere(page, site, taken, tried)
    shown: set[str] = set()
    wide: dict[str, list[str]] = {}
    page.set_viewport_size({"width": NARROWEST, "height": 812})
    for persona in READERS:
        become(page, site, persona)
        for one in list(met(page, site)):
            if any(mark in one.text.partition("<main")[2] for mark in MARKS):
                page.goto(site + one.path)
                shown.add(one.route)
                if found := sideways(page):
                    wide[f"{persona}: {one.route} {one.path}"] = found
    # Text of others without a single blank makes no page wider than a phone.
    assert not wide, "\n".join(f"{where}: {found}" for where, found in wide.items())
    assert taken >= KEPT, KEPT - taken
    assert len(shown) > 40, sorted(shown)
