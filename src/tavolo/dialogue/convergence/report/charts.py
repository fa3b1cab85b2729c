"""SVG pictures of an analysis, as text: for the report, and inline in web pages under a strict policy.

Only presentation attributes: no style attribute, no style element, no script, no external resource, so that
a Content-Security-Policy without inline styles shows them unchanged. Colours are chosen to stay apart for
colour-blind readers and groups differ by shape as well. Every text is escaped; every picture has a role, a
title and a description. Nothing here decides anything: numbers come in, marks come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
from numpy.typing import NDArray

AGREE, DISAGREE, PASS, UNSEEN, INK, RULE = "#2b6a99", "#c4572e", "#cfc8ba", "#ffffff", "#222222", "#8a8578"
# Okabe and Ito's palette, darkened for small marks on white.
GROUP_COLOURS = ("#0b5d8f", "#b8470f", "#1d7a58", "#8a4f8a", "#8c6a00", "#4a4a4a", "#2f8fb3", "#a33b52")
NO_GROUP_COLOUR = "#9a958a"
SHAPES = ("circle", "square", "triangle", "diamond", "cross", "down", "pentagon", "bar")

# How far from the centre of a cell, in cells, the marks of its groups stand.
_ASIDE = 0.24
# Outlines in units of the mark's radius, areas about equal to the circle's.
_OUTLINES: Mapping[str, tuple[tuple[float, float], ...]] = {
    "square": ((-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)),
    "triangle": ((0.0, -1.3), (1.22, 0.82), (-1.22, 0.82)),
    "down": ((0.0, 1.3), (1.22, -0.82), (-1.22, -0.82)),
    "diamond": ((0.0, -1.3), (1.2, 0.0), (0.0, 1.3), (-1.2, 0.0)),
    "cross": (
        (-0.42, -1.2), (0.42, -1.2), (0.42, -0.42), (1.2, -0.42), (1.2, 0.42), (0.42, 0.42),
        (0.42, 1.2), (-0.42, 1.2), (-0.42, 0.42), (-1.2, 0.42), (-1.2, -0.42), (-0.42, -0.42),
    ),
    "pentagon": ((0.0, -1.15), (1.09, -0.36), (0.68, 0.93), (-0.68, 0.93), (-1.09, -0.36)),
    "bar": ((-1.35, -0.58), (1.35, -0.58), (1.35, 0.58), (-1.35, 0.58)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One mark on the map: a person, or ``people`` close together. ``group`` is an index, -1 for none.

    ``label`` becomes the mark's title; ``data`` its data-* attributes (names in lower case and hyphens).
    """

    x: float
    y: float
    group: int = -1
    people: int = 1
    label: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bar:
    """Answers of one group to one statement, with the exact intervals (shares) and the texts beside them.

    ``interval`` is that of support, ``against`` that of dissent; None draws none. ``size`` 0 = unknown.
    """

    label: str
    agree: int
    passed: int
    disagree: int
    size: int = 0
    interval: tuple[float, float] | None = None
    against: tuple[float, float] | None = None
    note: str = ""


def shape_svg(group: int, x: float, y: float, radius: float, attributes: str = "", inner: str = "") -> str:
    """One mark in the colour and shape of a group (index, -1 for none), centred at (x, y)."""
    colour = GROUP_COLOURS[group % len(GROUP_COLOURS)] if group >= 0 else NO_GROUP_COLOUR
    shape = SHAPES[group % len(SHAPES)] if group >= 0 else "circle"
    common = f'fill="{colour}" stroke="#ffffff" stroke-width="0.8" {attributes}'.rstrip()
    if shape == "circle":
        body, tag = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {common}', "circle"
    else:
        points = " ".join(f"{x + radius * px:.1f},{y + radius * py:.1f}" for px, py in _OUTLINES[shape])
        body, tag = f'<polygon points="{points}" {common}', "polygon"
    return f"{body}>{inner}</{tag}>" if inner else f"{body}/>"


def legend_mark_svg(group: int, size: int = 14) -> str:
    """The mark of a group alone, for a legend beside the picture; hidden from screen readers."""
    mark = shape_svg(group, size / 2, size / 2, size * 0.36)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}" '
        f'aria-hidden="true" focusable="false">{mark}</svg>'
    )


def aggregate_points(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    group: NDArray[np.int64],
    cells: int = 40,
    minimum: int = 1,
) -> list[MapPoint]:
    """People of one group in one cell of a ``cells`` x ``cells`` grid become one mark near the cell's centre.

    Groups that share a cell stand side by side around its centre, each always on the same side.
    Cells with fewer than ``minimum`` people are left out, so that a mark never stands for a few people.
    The order is fixed: the largest first, then by cell and group.
    """
    if not len(x):
        return []
    (left, bottom), (width, height) = (x.min(), y.min()), (np.ptp(x) or 1.0, np.ptp(y) or 1.0)
    column = np.minimum((x - left) / width * cells, cells - 1).astype(int)
    row = np.minimum((y - bottom) / height * cells, cells - 1).astype(int)
    turn = 2 * np.pi / (int(group.max()) + 2)
    keys, counts = np.unique(np.stack([column, row, group]), axis=1, return_counts=True)
    marks = [
        MapPoint(
            float(left + (c + 0.5 + _ASIDE * np.cos(turn * g)) / cells * width),
            float(bottom + (r + 0.5 + _ASIDE * np.sin(turn * g)) / cells * height),
            int(g),
            int(n),
        )
        for (c, r, g), n in zip(keys.T, counts, strict=True)
        if n >= minimum
    ]
    return sorted(marks, key=lambda mark: -mark.people)


def map_svg(
    points: Sequence[MapPoint],
    title: str,
    description: str,
    *,
    group_names: Sequence[str] = (),
    centres: Sequence[tuple[int, float, float]] = (),
    focusable: bool = False,
    identifier: str = "map",
    width: int = 640,
    height: int = 480,
    largest: float = 7.0,
) -> str:
    """The map: one mark per point, both axes in the same unit, the origin marked by two fine lines.

    ``centres`` (group, x, y) get the group's name. ``focusable`` makes every mark a tab stop with its label
    as accessible name; then keep the number of points small (`aggregate_points`). Marks that gather people
    have areas in proportion to them, the heaviest with radius ``largest``.
    """
    place = _placer(points, centres, width, height)
    parts = [_open_svg(identifier, title, description, width, height)]
    zero_x, zero_y = place(0.0, 0.0)
    parts.append(
        f'<g stroke="{RULE}" stroke-opacity="0.45" stroke-width="0.8" stroke-dasharray="2 3">'
        f'<line x1="0" x2="{width}" y1="{zero_y:.1f}" y2="{zero_y:.1f}"/>'
        f'<line x1="{zero_x:.1f}" x2="{zero_x:.1f}" y1="0" y2="{height}"/></g>'
    )
    base = 4.2 if len(points) <= 400 else 3.1
    heaviest = max((point.people for point in points), default=1)
    parts.append(f'<g fill-opacity="{0.85 if len(points) <= 400 else 0.7}">')
    for point in points:
        px, py = place(point.x, point.y)
        radius = base if heaviest == 1 else max(1.8, largest * (point.people / heaviest) ** 0.5)
        attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in point.data.items())
        if focusable:
            attributes += f' tabindex="0" role="img" aria-label="{escape(point.label)}"'
        inner = f"<title>{escape(point.label)}</title>" if point.label else ""
        parts.append(shape_svg(point.group, px, py, radius, attributes.strip(), inner))
    parts.append("</g>")
    named = [(group_names[g], *place(cx, cy)) for g, cx, cy in centres if 0 <= g < len(group_names)]
    parts += [_halo_text(*label) for label in _apart(named)]
    parts.append("</svg>")
    return "".join(parts)


def bars_svg(
    bars: Sequence[Bar],
    title: str,
    description: str,
    *,
    identifier: str = "bars",
    width: int = 380,
    font_size: float = 14.0,
) -> str:
    """Answers of each group, one bar from 0 to 100%: agree from the left, disagree from the right.

    PASS lies between them.
    Above the bar the exact interval of support, below it that of dissent (measured from the right): a side
    is established where its interval has crossed the middle line. A fine strip shows how much of the group
    has answered at all.
    """
    row, gap = 46, 10
    height = max(1, len(bars)) * (row + gap) - gap + 2
    parts = [_open_svg(identifier, title, description, width, height)]
    for number, bar in enumerate(bars):
        parts.append(_bar_row(bar, number * (row + gap), width, font_size))
    parts.append("</svg>")
    return "".join(parts)


def counts_svg(
    rows: Sequence[tuple[str, int, str]],
    title: str,
    description: str,
    *,
    identifier: str = "counts",
    width: int = 380,
) -> str:
    """A few counts as plain bars: rows of (label, count, colour)."""
    most = max((count for _, count, _ in rows), default=0) or 1
    row = 38
    parts = [_open_svg(identifier, title, description, width, row * len(rows))]
    for number, (label, count, colour) in enumerate(rows):
        y = number * row
        length = max(2.0, (width - 44) * count / most) if count else 0.0
        parts.append(
            f'<text x="0" y="{y + 13}" font-size="14" fill="{INK}">{escape(label)}</text>'
            f'<rect x="0" y="{y + 19}" width="{length:.1f}" height="11" fill="{escape(colour)}"/>'
            f'<text x="{length + 7:.1f}" y="{y + 29.5}" font-size="14" font-weight="700" '
            f'fill="{INK}">{count}</text>'
        )
    parts.append("</svg>")
    return "".join(parts)


def _open_svg(identifier: str, title: str, description: str, width: int, height: int) -> str:
    name = escape(identifier)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )


def _placer(
    points: Sequence[MapPoint], centres: Sequence[tuple[int, float, float]], width: int, height: int
) -> Callable[[float, float], tuple[float, float]]:
    """Data to picture coordinates: one scale for both axes, everything and the origin inside."""
    margin = 22
    xs = [0.0, *(p.x for p in points), *(c[1] for c in centres)]
    ys = [0.0, *(p.y for p in points), *(c[2] for c in centres)]
    span_x, span_y = max(max(xs) - min(xs), 1e-9), max(max(ys) - min(ys), 1e-9)
    scale = min((width - 2 * margin) / span_x, (height - 2 * margin) / span_y)
    if max(span_x, span_y) <= 1e-9:
        scale = 1.0
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2

    def place(x: float, y: float) -> tuple[float, float]:
        return width / 2 + (x - middle_x) * scale, height / 2 - (y - middle_y) * scale

    return place


def _apart(labels: Sequence[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Labels pushed down until none covers another; widths are estimated from the number of letters."""
    placed: list[tuple[str, float, float]] = []
    for text, x, y in sorted(labels, key=lambda label: (label[2], label[1])):
        for other, other_x, other_y in placed:
            if abs(x - other_x) < 4.2 * (len(text) + len(other)) and abs(y - other_y) < 18:
                y = other_y + 18
        placed.append((text, x, y))
    return placed


def _halo_text(text: str, x: float, y: float) -> str:
    common = f'x="{x:.1f}" y="{y:.1f}" font-size="15" font-weight="700" text-anchor="middle"'
    return (
        f'<text {common} fill="#ffffff" stroke="#ffffff" stroke-width="4" stroke-linejoin="round" '
        f'aria-hidden="true">{escape(text)}</text><text {common} fill="{INK}">{escape(text)}</text>'
    )


def _bar_row(bar: Bar, top: float, width: int, font_size: float) -> str:
    seen = bar.agree + bar.passed + bar.disagree
    y, thick = top + 23.0, 13.0
    parts = [
        f'<text x="0" y="{top + 12:.1f}" font-size="{font_size}" font-weight="700" fill="{INK}">'
        f"{escape(_short(bar.label, 32))}</text>",
        f'<text x="{width}" y="{top + 12:.1f}" font-size="{font_size - 1}" text-anchor="end" fill="{INK}">'
        f"{escape(bar.note)}</text>",
        f'<rect x="0.5" y="{y}" width="{width - 1}" height="{thick}" fill="{UNSEEN}" stroke="{RULE}" '
        'stroke-width="0.8"/>',
    ]
    at = 0.0
    for count, colour in ((bar.agree, AGREE), (bar.passed, PASS), (bar.disagree, DISAGREE)):
        length = width * count / seen if seen else 0.0
        if length:
            parts.append(
                f'<rect x="{at:.1f}" y="{y}" width="{length:.1f}" height="{thick}" fill="{colour}"/>'
            )
        at += length
    parts.append(
        f'<line x1="{width / 2}" x2="{width / 2}" y1="{y - 5}" y2="{y + thick + 5}" stroke="{INK}" '
        'stroke-width="1.2"/>'
    )
    if seen and bar.interval:
        low, high = bar.interval
        parts.append(_whisker(low * width, high * width, y - 3.0, AGREE))
    if seen and bar.against:
        low, high = bar.against
        parts.append(_whisker(width - high * width, width - low * width, y + thick + 3.0, DISAGREE))
    if bar.size:
        heard = min(1.0, seen / bar.size) * width
        parts.append(
            f'<rect x="0" y="{y + thick + 6.5}" width="{width}" height="1.6" fill="#e6e1d6"/>'
            f'<rect x="0" y="{y + thick + 6.5}" width="{heard:.1f}" height="1.6" fill="{RULE}"/>'
        )
    return "".join(parts)


def _whisker(left: float, right: float, y: float, colour: str) -> str:
    if right - left < 1.5:
        left, right = (left + right) / 2 - 0.75, (left + right) / 2 + 0.75
    return (
        f'<path d="M{left:.1f} {y - 2.2:.1f}V{y + 2.2:.1f}M{left:.1f} {y:.1f}H{right:.1f}'
        f'M{right:.1f} {y - 2.2:.1f}V{y + 2.2:.1f}" stroke="{colour}" stroke-width="1.4" fill="none"/>'
    )


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
