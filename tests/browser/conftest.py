"""A real Tavolo on loopback (granian, worker, PostgreSQL) with a small demonstration, and a Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    sync_playwright,
)

from tests.browser.demonstrations import demonstration

# The walks keep pictures: in a folder continuous integration keeps, or in one that goes with the session.
os.environ.setdefault("TAVOLO_PICTURES", str(Path(os.environ["TAVOLO_TEST_HOME"]) / "pictures"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# A click returns when the next page has begun to arrive. What answers at once would then count the marks of
# a page half read: too few of what must be there, none of what must not. These wait for the whole page.
AT_ONCE = {
    Locator: [
        "all", "all_inner_texts", "all_text_contents", "count", "evaluate_all", "is_hidden", "is_visible",
    ],
    Page: ["content", "evaluate"],
}  # fmt: skip


def of_the_whole_page(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Return the question asked only when the page it looks at has been read to its end."""

    @wraps(ask)
    def asked(here: Page | Locator, *given: Any, **named: Any) -> Any:
        (here if isinstance(here, Page) else here.page).wait_for_load_state()
        return ask(here, *given, **named)

    return asked


for kind, questions in AT_ONCE.items():
    for question in questions:
        setattr(kind, question, of_the_whole_page(getattr(kind, question)))


def find_chromium() -> str:
    """Return Chromium's path, or skip with a clear line."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on this machine: install the package `chromium` to run the browser tests")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Chromium's path; asked first, so that nothing is built where there is none."""
    return find_chromium()


@pytest.fixture(scope="session")
def site(chromium: str) -> Iterator[str]:
    """The address of a running small demonstration, shared by the tests that leave it as they find it."""
    yield from demonstration()


@pytest.fixture(scope="session")
def territory(chromium: str) -> Iterator[str]:
    """A demonstration of the walks' own: they release and close what other tests need as it was."""
    yield from demonstration()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium for the tests of one file: its event loop must not outlive them."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor with an Italian browser; script errors and blocked content fail the test."""
    made = browser.new_context(locale="it-IT", viewport={"width": 390, "height": 844})
    yield made
    made.close()


def listen(opened: Page, complaints: list[str]) -> None:
    """Write down what no page may do: script errors, dialogs, blocked content."""

    def asked(dialog: Dialog) -> None:
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    opened.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    opened.on("dialog", asked)
    opened.on("console", said)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A phone-sized page whose console must stay free of errors."""
    complaints: list[str] = []
    opened = context.new_page()
    listen(opened, complaints)
    yield opened
    assert not complaints, complaints
