"""Commitments as a picture: one bar each along time, coloured by how it stands, with today's line.

Inline SVG made on the server, once for wide screens and once for phones; names stand above their bars so
that both can be read. Pure drawing: plain values in, all text escaped. The page has the same as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

ROW, TOP, EDGE = 54, 34, 12


@dataclass(frozen=True)
class Span:
    """One stretch of a bar: from a day to another, and the colour that stands for how it went."""

    starts: date
    ends: date
    colour: str


@dataclass(frozen=True)
class Bar:
    """One commitment: its name, a few words on how it stands, where its page is, its stretches."""

    name: str
    words: str
    link: str
    spans: Sequence[Span]


def bars(rows: Sequence[Bar], *, today: date, today_words: str, title: str, width: int, own_id: str) -> str:
    """Return the picture, `width` units wide; empty without rows."""
    spans = [span for row in rows for span in row.spans]
    if not spans:
        return ""
    first = min(min(span.starts for span in spans), today)
    last = max(max(span.ends for span in spans), today)
    days = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(EDGE + (width - 2 * EDGE) * (day - first).days / days, 1)

    height = TOP + ROW * len(rows) + 6
    # What holds links is no image: a screen reader would not find them inside one.
    role = "group" if any(row.link for row in rows) else "img"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" class="{own_id}" '
        f'role="{role}" aria-labelledby="{own_id}-title"><title id="{own_id}-title">{escape(title)}</title>'
    ]
    parts += _years(first, last, x, height)
    letters = max(int(width / 8.2), 20)
    for place, row in enumerate(rows):
        y = TOP + ROW * place
        name = _short(row.name, letters)
        parts.append(f'<a href="{escape(row.link)}">' if row.link else "<g>")
        parts.append(f'<text x="{EDGE}" y="{y + 14}" class="com-name">{escape(name)}</text>')
        for span in row.spans:
            wide = max(x(span.ends) - x(span.starts) - 2, 5)
            parts.append(
                f'<rect x="{x(span.starts)}" y="{y + 22}" width="{round(wide, 1)}" height="16" rx="3" '
                f'class="com-bar com-{span.colour}"><title>{escape(row.words)}</title></rect>'
            )
        parts.append("</a>" if row.link else "</g>")
    at = x(today)
    anchor = "end" if at > width * 0.7 else "start"
    shift = -5 if anchor == "end" else 5
    parts.append(f'<line x1="{at}" y1="4" x2="{at}" y2="{height}" class="com-today"/>')
    parts.append(
        f'<text x="{at + shift}" y="14" text-anchor="{anchor}" class="com-now">{escape(today_words)}</text>'
    )
    return "".join([*parts, "</svg>"])


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


def _years(first: date, last: date, x: object, height: int) -> list[str]:
    parts = []
    for year in range(first.year + 1, last.year + 1):
        at = x(date(year, 1, 1))  # type: ignore[operator]
        parts.append(f'<line x1="{at}" y1="20" x2="{at}" y2="{height}" class="com-year"/>')
        parts.append(f'<text x="{at + 4}" y="{height - 4}" class="com-when">{year}</text>')
    return parts
