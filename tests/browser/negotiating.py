"""The people of an agreement's walk, each in a browser of their own, and what they do outside Tavolo.

They edit a file in Word, save it in LibreOffice, sign a sheet on paper and scan it. Pictures go to the folder
TAVOLO_PICTURES (build/pictures/ where it is not set).
"""

from __future__ import annotations

import copy
import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pypdf
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import listen

PERSONAS = {
    "secretary": "segreteria paritetica",
    "cgil": "capo delegazione, CGIL",
    "cisl": "capo delegazione, CISL",
    "uil": "capo delegazione, UIL",
    "employers": "capo delegazione, imprese",
    "committee": "funzionaria della CGIL",
    "owner": "titolare di un'impresa di 37",
    "worker": "con tessera CGIL",
}
SIZES = {"worker": (390, 844), "visitor": (390, 844)}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
STAMP = "2026-09-01T09:00:00Z"


class Negotiators:
    """Everybody of the walk. `page(role)` is that person's open page; `complaints` must stay empty."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.complaints: list[str] = []
        self.kept: dict[str, str] = {}
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []

    def page(self, role: str) -> Page:
        """Return a person's page, signed in at the first call; "visitor" signs in nowhere.

        A role that is no persona's key is the title of one.
        """
        if role not in self._pages:
            width, height = SIZES.get(role, (1280, 900))
            context = self.browser.new_context(locale="it-IT", viewport={"width": width, "height": height})
            context.set_default_timeout(60_000)
            page = context.new_page()
            listen(page, self.complaints)
            self._contexts.append(context)
            self._pages[role] = page
            if role != "visitor":
                page.goto(f"{self.site}/persone/")
                card = page.locator("li.tavolo-card", has_text=PERSONAS.get(role, role)).first
                card.get_by_role("button").click()
                page.wait_for_load_state()
        return self._pages[role]

    def open(self, role: str, where: str) -> Page:
        """Open an address of the site as a person."""
        page = self.page(role)
        page.goto(self.site + where)
        return page

    def at_table(self, role: str, door: str = "") -> Page:
        """Open the table's page as a person, and go through a door of it."""
        page = self.open(role, "/tavoli/")
        page.get_by_role("link", name="Impresa e lavoro").first.click()
        page.wait_for_load_state()
        if door:
            follow(page, door)
        return page

    def picture(self, role: str, name: str) -> None:
        """Keep a picture of the whole page a person has open."""
        self.page(role).screenshot(path=self.folder / f"{name}.png", full_page=True)

    @property
    def folder(self) -> Path:
        """Return the folder of the pictures and of what people downloaded."""
        found = Path(os.environ.get("TAVOLO_PICTURES", "build/pictures"))
        found.mkdir(parents=True, exist_ok=True)
        return found

    def status(self, role: str, where: str) -> int:
        """Return what the server answers a person at an address."""
        return int(self.page(role).request.get(self.site + where, max_redirects=0).status)

    def close(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()


def faults(page: Page) -> list[str]:
    """Return what no page may have: axe's violations, more or fewer than one h1, a sideways scroll."""
    found = Axe().run(page, options=RULES).response["violations"]
    wrong = [f"{one['id']}: {one['help']} {[n['target'] for n in one['nodes'][:3]]}" for one in found]
    if page.locator("h1").count() != 1:
        wrong.append("not exactly one first-level heading")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*wrong, f"scrolls sideways by {wide} pixels"] if wide > 1 else wrong


def press(page: Page, name: str) -> None:
    """Press a button of the page's main part and wait for what follows."""
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def follow(page: Page, name: str) -> None:
    """Follow a link of the page's main part."""
    page.locator("main").get_by_role("link", name=name).first.click()
    page.wait_for_load_state()


def path(company: Negotiators, page: Page) -> str:
    """Return the address a page is at, without the site."""
    return page.url.removeprefix(company.site).split("?")[0].split("#")[0]


def fill(page: Page, **fields: str) -> None:
    """Write into fields of the page's main form, by their names."""
    for name, value in fields.items():
        page.locator(f"main [name={name}]:not([type=hidden])").first.fill(value)


def said(page: Page) -> str:
    """Return what the page says has been done, or what was refused."""
    return " ".join(page.locator("main .alert").all_inner_texts())


def downloaded(page: Page, press_name: str, *, role: str = "link") -> bytes:
    """Return the file a link or button of the page's main part sends."""
    with page.expect_download() as download:
        page.locator("main").get_by_role(role, name=press_name, exact=True).first.click()  # type: ignore[arg-type]
    return Path(download.value.path()).read_bytes()


def edited_in_word(data: bytes, changes: dict[str, str], *, author: str, plain: dict[str, str]) -> bytes:
    """Return a Word file as a person leaves it who tracks `changes` and types `plain` ones over the text.

    Words of one run are replaced: `changes` as deletion and insertion under the author's name, as Word
    writes them; `plain` without a trace. Another font is the noise a real edit brings.
    """
    document = Document(io.BytesIO(data))
    left = dict(changes) | dict(plain)
    for paragraph in document.paragraphs:
        for run in list(paragraph.runs):
            found = next((old for old in left if old in run.text), None)
            if found is None:
                continue
            if found in plain:
                run.text = run.text.replace(found, left.pop(found))
            else:
                _track(run._r, run.text, found, left.pop(found), author)
    assert not left, f"not found in the file: {sorted(left)}"
    looks = document.paragraphs[-1].runs[0].font
    looks.name, looks.size = "Comic Sans MS", Pt(15)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _track(run: Any, words: str, old: str, new: str, author: str) -> None:
    before, after = words.split(old, 1)
    parts = [
        _run(run, before),
        _mark("w:del", author, _run(run, old, tag="w:delText")),
        _mark("w:ins", author, _run(run, new)),
        _run(run, after),
    ]
    for part in parts:
        run.addprevious(part)
    run.getparent().remove(run)


def _run(like: Any, words: str, tag: str = "w:t") -> Any:
    made = OxmlElement("w:r")
    if like.rPr is not None:
        made.append(copy.deepcopy(like.rPr))
    text = OxmlElement(tag)
    text.text = words
    text.set(qn("xml:space"), "preserve")
    made.append(text)
    return made


def _mark(kind: str, author: str, run: Any) -> Any:
    made = OxmlElement(kind)
    made.set(qn("w:id"), str(900 + len(author)))
    made.set(qn("w:author"), author)
    made.set(qn("w:date"), STAMP)
    made.append(run)
    return made


def resaved(data: bytes, folder: Path) -> bytes:
    """Return a Word file as LibreOffice saves it again; as it is where there is no LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        return data
    source, target = folder / "testo.docx", folder / "salvato"
    source.write_bytes(data)
    command = [
        office, "--headless", f"-env:UserInstallation=file://{folder / 'profile'}", "--convert-to",
        "docx:MS Word 2007 XML", "--outdir", str(target), str(source),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    found = (target / "testo.docx").read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(found))
    return found


def scanned(sheet: bytes) -> bytes:
    """Return the printed sheet as a scan: its pages, with a handwritten line on the last one."""
    reader, writer = pypdf.PdfReader(io.BytesIO(sheet)), pypdf.PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.add_metadata({"/Title": "Scansione del foglio firmato"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
