"""The convergence page: map, filters, tables, downloads, in both languages; and an imported consultation."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.crawl import become

pytestmark = pytest.mark.browser


def open_map(page: Page, site: str, name: str = "Che cosa ci unisce") -> None:
    """Open the results of a consultation."""
    page.goto(f"{site}/tavoli/")
    page.get_by_role("link", name="Impresa e lavoro").first.click()
    page.get_by_role("link", name=name).first.click()
    page.locator("main").get_by_role("link", name="convergenze").first.click()


def fetched(page: Page, part: str) -> bytes:
    """Download what the page links to."""
    href = page.locator(f"a[href$='{part}']").first.get_attribute("href")
    answer = page.request.get(page.url.split("/tavoli/")[0] + str(href))
    assert answer.status == 200
    assert "attachment" in answer.headers["content-disposition"]
    return answer.body()


def test_a_delegate_reads_the_map_with_mouse_keyboard_and_filters(page: Page, site: str) -> None:
    become(page, site, "Stefano Riva")
    open_map(page, site)
    marks = page.locator(".dlg-map svg [tabindex]")
    assert marks.count() > 3
    marks.first.focus()
    focused = "marks => marks.indexOf(document.activeElement)"
    assert marks.evaluate_all(focused) == 0
    page.keyboard.press("ArrowRight")
    assert marks.evaluate_all(focused) == 1
    assert "persone" in page.locator("#dlg-map-note").inner_text()
    everything = page.locator("[data-verdict]:visible").count()
    page.locator("#dlg-filters select[name=verdict]").select_option(index=1)
    some = page.locator("[data-verdict]:visible").count()
    assert 0 < some < everything
    assert page.locator("table").count() > everything, "every picture has its table"


def test_downloads_hold_what_the_page_shows_and_no_formula(page: Page, site: str) -> None:
    become(page, site, "Stefano Riva")
    open_map(page, site)
    result = json.loads(fetched(page, "convergenze.json"))
    assert len(result["statements"]) == 60
    assert fetched(page, "convergenze.pdf").startswith(b"%PDF")
    rows = list(csv.reader(io.StringIO(fetched(page, "convergenze.csv").decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell[:1] in "=+@\t\r" and cell]
    polis = zipfile.ZipFile(io.BytesIO(fetched(page, "polis.zip")))
    assert any(name.endswith("votes.csv") for name in polis.namelist())
    votes = next(
        name for name in polis.namelist() if name.endswith("votes.csv") and "participants" not in name
    )
    stamps = {row["timestamp"] for row in csv.DictReader(io.TextIOWrapper(polis.open(votes), "utf-8"))}
    assert len(stamps) == 1, "times are coarsened to the day of closing"


def test_a_party_that_has_not_released_is_seen_by_itself_alone(page: Page, site: str) -> None:
    become(page, site, "Monica Galli")
    open_map(page, site, "Tecnologia al lavoro")
    expect(page.get_by_role("heading", name="Esiti di CISL")).to_be_visible()
    become(page, site, "Roberta Vergani")
    open_map(page, site, "Tecnologia al lavoro")
    shown = json.loads(fetched(page, "convergenze.json"))
    assert "CISL" not in {group["id"] for group in shown["groups"]}
    assert "CGIL" not in {group["id"] for group in shown["groups"]}, (
        "one release would give away the other two"
    )


def export(folder: Path) -> Path:
    """Write a small Polis export of invented votes."""
    statements = [f'Affermazione di prova numero {n}, con "virgolette" e\nun a capo' for n in range(8)]
    folder.mkdir()
    with (folder / "comments.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "timestamp",
                "datetime",
                "comment-id",
                "author-id",
                "agrees",
                "disagrees",
                "moderated",
                "comment-body",
            ]
        )
        writer.writerows([1000, "x", n, 0, 0, 0, 1, text] for n, text in enumerate(statements))
    with (folder / "votes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["timestamp", "datetime", "comment-id", "voter-id", "vote"])
        for statement in range(8):
            writer.writerows(
                [1000 + person, "x", statement, person, 1 if (person + statement) % 3 else -1]
                for person in range(40)
            )
    archive = folder.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("comments.csv", "votes.csv"):
            packed.write(folder / name, name)
    return archive


def test_the_secretariat_imports_a_polis_export(page: Page, site: str, tmp_path: Path) -> None:
    become(page, site, "Elisa Conti")
    page.goto(f"{site}/tavoli/")
    page.get_by_role("link", name="Impresa e lavoro").first.click()
    page.locator("main").get_by_role("link", name="mporta").first.click()
    form = page.locator("main form").first
    form.locator("input[type=file]").first.set_input_files(export(tmp_path / "export"))
    for box in form.locator("input[type=text]:visible, textarea:visible").all():
        box.fill("Consultazione del 2025")
    form.get_by_role("button").last.click()
    save = page.get_by_role("button", name="Salva")
    expect(save).to_be_visible(timeout=60_000)
    expect(page.locator("main")).to_contain_text("votes.csv")
    expect(page.locator("main")).to_contain_text("Affermazione di prova numero 7")
    save.click()
    page.get_by_role("link", name="Prosegui").click(timeout=60_000)
    page.get_by_role("link", name="Consultazione del 2025").first.click()
    page.locator("main").get_by_role("link", name="convergenze").first.click()
    expect(page.locator("main")).to_contain_text("Affermazione di prova numero 7", timeout=60_000)


def test_a_wrong_export_is_refused_by_file_row_and_column(page: Page, site: str, tmp_path: Path) -> None:
    wrong = export(tmp_path / "export")
    with zipfile.ZipFile(wrong) as packed:
        votes = packed.read("votes.csv").decode().replace("1003,x,0,3,-1", "1003,x,0,3,forse")
    wrong = tmp_path / "errato.zip"
    with zipfile.ZipFile(wrong, "w") as packed:
        packed.writestr("votes.csv", votes)
    become(page, site, "Elisa Conti")
    page.goto(f"{site}/tavoli/")
    page.get_by_role("link", name="Impresa e lavoro").first.click()
    page.locator("main").get_by_role("link", name="mporta").first.click()
    form = page.locator("main form").first
    form.locator("input[type=file]").first.set_input_files(wrong)
    form.locator("input[type=text]").first.fill("Consultazione errata")
    form.get_by_role("button").last.click()
    cells = page.locator("table tbody tr").first.locator("td")
    expect(cells).to_have_count(4, timeout=60_000)
    assert cells.all_inner_texts()[:3] == ["votes.csv", "5", "vote"]
    expect(cells.last).to_contain_text("non è un voto")
