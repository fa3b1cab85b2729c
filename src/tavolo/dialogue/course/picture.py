"""The course as a picture: phases along a line, where the table is, what is still ahead.

Inline SVG made on the server, in two shapes: along the page for wide screens, down the page for phones
(the style sheet shows one of them). Pure drawing: what to draw comes as plain values, and all text is
escaped. Beside it the page has the same as a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

STEP, TOP, RADIUS = 108, 62, 17
ROW, LEFT = 74, 30
# Stands between a first and a last day; along the page the last day goes below the first.
TO = " – "


@dataclass(frozen=True)
class Mark:
    """One phase to draw: number, title, a line about its days, state (done, here, ahead, skipped)."""

    number: int
    title: str
    days: str
    state: str


def across(marks: Sequence[Mark], *, title: str, here: str, rests: bool) -> str:
    """Return the picture along the page; `here` is written above the current phase, `rests` draws a pause."""
    width = STEP * max(len(marks), 1)
    parts = [_head(width, 182, title, "course-across")]
    for place, mark in enumerate(marks):
        x = STEP * place + STEP // 2
        if place:
            kind = "gone" if mark.state in ("done", "here") else "coming"
            parts.append(_line(x - STEP + RADIUS, TOP, x - RADIUS, TOP, kind))
        parts.append(_node(mark, x, TOP, rests))
        if mark.state == "here":
            parts.append(_text(x, TOP - RADIUS - 14, here, "course-now", "middle"))
        lines = wrap(mark.title, 14)[:3] or [""]
        for row, line in enumerate(lines):
            parts.append(
                _text(x, TOP + RADIUS + 22 + 17 * row, line, f"course-name course-is-{mark.state}", "middle")
            )
        first, to, last = mark.days.partition(TO)
        for row, line in enumerate((first + to.rstrip(), last)):
            y = TOP + RADIUS + 26 + 17 * len(lines) + 15 * row
            parts.append(_text(x, y, line, "course-days", "middle"))
    return "".join([*parts, "</svg>"])


def down(marks: Sequence[Mark], *, title: str, here: str, rests: bool) -> str:
    """Return the picture down the page, for narrow screens."""
    height = ROW * max(len(marks), 1)
    parts = [_head(340, height, title, "course-down")]
    for place, mark in enumerate(marks):
        y = ROW * place + 30
        if place:
            kind = "gone" if mark.state in ("done", "here") else "coming"
            parts.append(_line(LEFT, y - ROW + RADIUS, LEFT, y - RADIUS, kind))
        parts.append(_node(mark, LEFT, y, rests))
        lines = wrap(mark.title, 30)[:2] or [""]
        for row, line in enumerate(lines):
            parts.append(_text(64, y - 2 + 18 * row, line, f"course-name course-is-{mark.state}", "start"))
        below = f"{here} · {mark.days}" if mark.state == "here" and mark.days else mark.days
        below = here if mark.state == "here" and not mark.days else below
        style = "course-now" if mark.state == "here" else "course-days"
        parts.append(_text(64, y + 17 + 18 * (len(lines) - 1), below, style, "start"))
    return "".join([*parts, "</svg>"])


def _head(width: int, height: int, title: str, own_id: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" class="{own_id}" role="img" '
        f'aria-labelledby="{own_id}-title"><title id="{own_id}-title">{escape(title)}</title>'
    )


def _line(x1: int, y1: int, x2: int, y2: int, kind: str) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="course-line course-{kind}"/>'


def _text(x: int, y: int, words: str, style: str, anchor: str) -> str:
    if not words:
        return ""
    return f'<text x="{x}" y="{y}" class="{style}" text-anchor="{anchor}">{escape(words)}</text>'


def _node(mark: Mark, x: int, y: int, rests: bool) -> str:
    node = f'<circle cx="{x}" cy="{y}" r="{RADIUS}" class="course-node course-node-{mark.state}"/>'
    if mark.state == "done":
        return node + f'<path d="M{x - 7} {y} l5 6 l9 -11" class="course-tick"/>'
    if mark.state == "here" and rests:
        bars = f'<path d="M{x - 4} {y - 7} v14 M{x + 4} {y - 7} v14" class="course-pause"/>'
        return node + bars
    style = "course-number-here" if mark.state == "here" else "course-number"
    return node + _text(x, y + 6, str(mark.number), style, "middle")
