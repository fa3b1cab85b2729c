"""A page as text for the terminal, as HTML that needs nothing else, and as PDF."""

from __future__ import annotations

import json
import os
import tempfile
import textwrap
from html import escape
from importlib import resources
from pathlib import Path

from tavolo.network.matching.errors import InputError
from tavolo.network.summary.page import Page, Section, Table

_WIDTH = 100


def as_text(page: Page) -> str:
    """Return the page as plain text, 100 characters wide."""
    lines = [page.title, "=" * len(page.title), "", *_wrapped(page.lead), ""]
    lines += [f"  {name}: {value}" for name, value in page.figures]
    for section in page.sections:
        lines += ["", section.title, "-" * len(section.title)]
        for paragraph in section.paragraphs:
            lines += _wrapped(paragraph)
        if section.table:
            lines += _text_table(section.table)
        for point in section.points:
            lines += textwrap.wrap(point, _WIDTH, initial_indent="  - ", subsequent_indent="    ")
    if page.notes:
        lines.append("")
        for note in page.notes:
            lines += _wrapped(note)
    return "\n".join(lines) + "\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH) or [""]


def _text_table(table: Table) -> list[str]:
    """Return a table as aligned columns; long cells go on in further lines."""
    count = len(table.headings)
    natural = [
        max(len(row[column]) for row in (table.headings, *table.rows)) if table.rows else len(heading)
        for column, heading in enumerate(table.headings)
    ]
    room = _WIDTH - 2 * (count - 1)
    widths = natural
    if sum(natural) > room:
        fair = max(8, room // count)
        spare = room - sum(min(width, fair) for width in natural)
        wide = [column for column, width in enumerate(natural) if width > fair]
        widths = [min(width, fair) + (spare // len(wide) if width > fair else 0) for width in natural]
    rule = "  ".join("-" * width for width in widths)
    lines = [*_text_row(table.headings, widths, table.right), rule]
    for row in table.rows:
        lines += _text_row(row, widths, table.right)
    return lines


def _text_row(row: tuple[str, ...], widths: list[int], right: frozenset[int]) -> list[str]:
    cells = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(len(cell) for cell in cells)):
        parts = []
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            piece = cell[number] if number < len(cell) else ""
            parts.append(piece.rjust(width) if column in right else piece.ljust(width))
        lines.append("  ".join(parts).rstrip())
    return lines


_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 "Titillium Web", "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: #17324d;
  background: #fff; margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
.lead { font-size: 1.1rem; max-width: 45rem; }
dl { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1.5rem 0; padding: 1rem 0;
  border-block: 1px solid #c5cdd6; }
dl div { display: flex; flex-direction: column-reverse; }
dt { font-size: .85rem; color: #455b71; }
dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; }
th, td { border-bottom: 1px solid #d9dde2; }
th { color: #455b71; font-size: .85rem; }
.right { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.notes { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid #c5cdd6; }
.notes { font-size: .85rem; color: #455b71; }
.scroll { overflow-x: auto; }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; }
  tr, section > p { break-inside: avoid; }
  h2 { break-after: avoid; } thead { display: table-header-group; } }
"""


def as_html(page: Page) -> str:
    """Return the page as one HTML document without scripts or outside files; every text is escaped."""
    figures = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in page.figures
    )
    body = [
        f'<h1>{escape(page.title)}</h1><p class="lead">{escape(page.lead)}</p>',
        f"<dl>{figures}</dl>" if figures else "",
        *(_html_section(section) for section in page.sections),
    ]
    if page.notes:
        notes = "".join(f"<p>{escape(note)}</p>" for note in page.notes)
        body.append(f'<footer class="notes">{notes}</footer>')
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(page.lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.title)}</title><style>{_STYLE}</style></head><body><main>"
        + "\n".join(body)
        + "</main></body></html>\n"
    )


def _html_section(section: Section) -> str:
    parts = [f"<section><h2>{escape(section.title)}</h2>"]
    parts += [f"<p>{escape(paragraph)}</p>" for paragraph in section.paragraphs]
    if section.table:
        parts.append(_html_table(section.table))
    if section.points:
        parts.append("<ul>" + "".join(f"<li>{escape(point)}</li>" for point in section.points) + "</ul>")
    return "".join([*parts, "</section>"])


def _html_table(table: Table) -> str:
    def cell(tag: str, column: int, text: str) -> str:
        extra = ' scope="col"' if tag == "th" else ""
        style = ' class="right"' if column in table.right else ""
        return f"<{tag}{extra}{style}>{escape(text)}</{tag}>"

    head = "".join(cell("th", column, text) for column, text in enumerate(table.headings))
    rows = "".join(
        "<tr>" + "".join(cell("td", column, text) for column, text in enumerate(row)) + "</tr>"
        for row in table.rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def as_pdf(page: Page) -> bytes:
    """Return the page as a tagged PDF (PDF/UA-1), set by typst; texts go in as data, never as markup."""
    import typst

    template = resources.files("tavolo.network.summary").joinpath("page.typ").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.typ"
        source.write_text(template, encoding="utf-8")
        (Path(folder) / "page.json").write_text(
            json.dumps(_plain(page), ensure_ascii=False), encoding="utf-8"
        )
        return bytes(typst.compile(str(source), pdf_standards=["ua-1"]))


def _plain(page: Page) -> dict[str, object]:
    return {
        "title": page.title,
        "lead": page.lead,
        "lang": page.lang,
        "figures": page.figures,
        "notes": page.notes,
        "sections": [
            {
                "title": section.title,
                "paragraphs": section.paragraphs,
                "points": section.points,
                "table": section.table
                and {
                    "headings": section.table.headings,
                    "rows": section.table.rows,
                    "right": sorted(section.table.right),
                },
            }
            for section in page.sections
        ],
    }


def write_page(page: Page, path: Path) -> None:
    """Write the page as .html, .pdf or .txt, whole or not at all. Raises InputError for another ending."""
    kind = path.suffix.lower()
    if kind in (".html", ".htm"):
        content = as_html(page).encode()
    elif kind == ".pdf":
        content = as_pdf(page)
    elif kind == ".txt":
        content = as_text(page).encode()
    else:
        raise InputError("il riepilogo si scrive come .html, .pdf o .txt", str(path))
    write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it, so that no half of it is ever seen."""
    if not path.parent.is_dir():
        raise InputError("la cartella non esiste: crearla prima", str(path.parent))
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError(
            f"non si può scrivere ({error.strerror}): scegliere un'altra cartella", str(path)
        ) from error
