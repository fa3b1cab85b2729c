"""The numbers Word writes by itself before a paragraph: "Art. 3 -", "3.2", "b)", "IV."

A number is not among the words of the file: it follows from the list a paragraph belongs to and from what
stands above it. References ("di cui alla lettera b)") hold only where it is read as the reader saw it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tavolo.agreements.documents.word_parts import w, whole

_PLACE = re.compile(r"%(\d)")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True)
class Level:
    """One level of a list: how it counts, what it writes ("%1.%2"), where it begins."""

    shape: str
    words: str
    start: int
    legal: bool = False


@dataclass
class Numbering:
    """The lists of a file, and where each stands while its paragraphs are read in order."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def shape(self, key: str, level: int) -> str:
        """Return how a level of a list counts: "decimal", "lowerLetter", "bullet", …"""
        found = self.levels.get(key, {}).get(level)
        return found.shape if found is not None else "bullet"

    def label(self, key: str, level: int) -> str:
        """Count one more paragraph of a list, and return what stands before it; "" for a bullet."""
        found = self.levels.get(key, {})
        own = found.get(level)
        if own is None:
            return ""
        counts = self.counts.setdefault(self.abstract[key], {})
        restart = self.restarts.pop((key, level), None)
        if restart is not None:
            counts[level] = restart - 1
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        if own.shape in ("bullet", "none") or "%" not in own.words:
            return "" if own.shape == "bullet" else own.words.strip()

        def number(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            one = found.get(at, own)
            return written(counts.get(at, one.start), "decimal" if own.legal else one.shape)

        return _PLACE.sub(number, own.words).strip()


def written(number: int, shape: str) -> str:
    """Return a number as a list's level counts it."""
    if shape in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)
        return letter.upper() if shape == "upperLetter" else letter
    if shape in ("lowerRoman", "upperRoman"):
        rest, out = min(max(number, 0), 4000), ""
        for value, sign in _ROMAN:
            out += sign * (rest // value)
            rest %= value
        return out.upper() if shape == "upperRoman" else out
    if shape == "ordinal":
        return f"{number}º"
    return f"{number:02d}" if shape == "decimalZero" else str(number)


def numbering(root: Any) -> Numbering:
    """Return the lists that the part "numbering" describes."""
    found = Numbering()
    shapes: dict[str, dict[int, Level]] = {}
    for one in root.iter(w("abstractNum")):
        key = one.get(w("abstractNumId"), "")
        shapes[key] = {}
        for level in one.iter(w("lvl")):
            at = whole(level.get(w("ilvl")), 0)
            shapes[key][at] = _level(level)
            style = level.find(w("pStyle"))
            if style is not None:
                found.styles[style.get(w("val"), "")] = at
    for one in root.iter(w("num")):
        key = one.get(w("numId"), "")
        link = one.find(w("abstractNumId"))
        abstract = link.get(w("val"), "") if link is not None else ""
        found.abstract[key] = abstract
        found.levels[key] = dict(shapes.get(abstract, {}))
        for change in one.iter(w("lvlOverride")):
            at = whole(change.get(w("ilvl")), 0)
            own = change.find(w("lvl"))
            if own is not None:
                found.levels[key][at] = _level(own)
            start = change.find(w("startOverride"))
            if start is not None:
                found.restarts[key, at] = whole(start.get(w("val")), 1)
    return found


def _level(level: Any) -> Level:
    def value(name: str, default: str) -> str:
        found = level.find(w(name))
        return str(found.get(w("val"), default)) if found is not None else default

    return Level(
        value("numFmt", "decimal"), value("lvlText", ""), whole(value("start", "1"), 1),
        level.find(w("isLgl")) is not None,
    )  # fmt: skip
