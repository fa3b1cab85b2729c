"""A worker votes on a phone: with a thumb, with the keyboard, twice by mistake, and takes one back."""

from __future__ import annotations

import json
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


def kept(page: Page) -> dict[str, str]:
    """Return what this device remembers of voting: all the browser keeps for the site outside its cookies."""
    held = page.evaluate("({...localStorage, ...sessionStorage})")
    return {name: text for name, text in held.items() if name.startswith("tavolo")}


def test_a_device_remembers_where_one_voted_and_never_how_and_only_if_asked(page: Page, site: str) -> None:
    become(page, site, "con tessera CGIL")
    page.goto(f"{site}/tavoli/")
    page.get_by_role("link", name="Impresa e lavoro").first.click()
    page.get_by_role("link", name=OPEN).first.click()
    poll = page.url
    name = "tavolo-votate-" + str(
        page.locator("[data-remember-choice]").get_attribute("data-remember-choice")
    )

    def vote(kind: str) -> str:
        page.goto(f"{poll}voto/")
        card = page.locator("form.dlg-card:visible").first
        number = str(card.get_attribute("data-number"))
        card.locator(kind).click()
        expect(page.locator("#dlg-status")).to_contain_text("Registrat")
        return number

    vote(".dlg-agree")
    assert kept(page) == {}, "nothing is kept unasked"
    page.goto(poll)
    page.get_by_label("Ricorda su questo dispositivo").check()
    numbers = [vote(".dlg-agree"), vote(".dlg-disagree")]
    assert kept(page) == {name: json.dumps(numbers, separators=(",", ":"))}, "their numbers, and nothing else"
    page.keyboard.press("u")
    page.wait_for_function("name => JSON.parse(localStorage.getItem(name)).length === 1", arg=name)
    page.goto(poll)
    page.get_by_label("Ricorda su questo dispositivo").uncheck()
    assert kept(page) == {}


def test_what_a_device_remembers_is_marked_where_one_reads_what_became_of_it(page: Page, site: str) -> None:
    become(page, site, "con tessera CGIL")
    page.goto(f"{site}/tavoli/")
    page.get_by_role("link", name="Impresa e lavoro").first.click()
    polls = page.locator("main a[href*='/consultazioni/']").evaluate_all(
        "all => [...new Set(all.map(one => one.href.match(/^.*consultazioni.[0-9a-f-]+./)[0]))]"
    )
    for poll in polls:
        page.goto(f"{poll}che-fine-ha-fatto/")
        if page.locator("[data-remember-fates] li[id^='a-']").count() > 1:
            break
    rows = page.locator("[data-remember-fates] li[id^='a-']")
    marks, only = (
        page.locator("[data-remember-fates] h2 + p .tavolo-badge"),
        page.locator("[data-remember-only]"),
    )
    shown = rows.count()
    assert shown > 1, "the demonstration has a published consultation"
    before = marks.count()
    expect(only).to_be_hidden()
    page.evaluate(
        "row => localStorage.setItem('tavolo-votate-' + row.parentElement.dataset.rememberFates,"
        " JSON.stringify([row.id.slice(2)]))",
        rows.nth(1).element_handle(),
    )
    page.reload()
    expect(marks).to_have_count(before + 1)
    only.click()
    assert [row.is_visible() for row in rows.all()] == [place == 1 for place in range(shown)]
