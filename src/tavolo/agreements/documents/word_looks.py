"""What a Word file's styles and numbering say of a paragraph: title, heading, item of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tavolo.agreements.documents.word_numbers import Numbering, numbering
from tavolo.agreements.documents.word_package import xml
from tavolo.agreements.documents.word_parts import w, whole

_DEEP = re.compile(r"(?:heading|titolo|intestazione)\s*(\d)", re.I)
_CONTENTS = re.compile(r"toc \d|sommario \d|contents \d", re.I)


class Looks:
    """What styles and numbering say: which are headings, which are items of a list."""

    def __init__(self, found: dict[str, list[bytes]]) -> None:
        self.depths: dict[str, int] = {}
        self.lists: dict[str, tuple[str, int]] = {}
        self.based: dict[str, str] = {}
        self.title: set[str] = set()
        self.strong: set[str] = set()
        self.emphasis: set[str] = set()
        self.contents: set[str] = set()  # styles of a table of contents
        self.numbered: dict[str, tuple[str, int]] = {}
        self.numbers = numbering(xml(found["numbering"][0])) if "numbering" in found else Numbering()
        if "styles" in found:
            for style in xml(found["styles"][0]).iter(w("style")):
                self._style(style)

    def _style(self, style: Any) -> None:
        key = style.get(w("styleId"), "")
        name = style.find(w("name"))
        words = (name.get(w("val"), "") if name is not None else "").lower()
        based = style.find(w("basedOn"))
        if based is not None:
            self.based[key] = based.get(w("val"), "")
        deep = _DEEP.fullmatch(words.strip())
        outline = style.find(f"{w('pPr')}/{w('outlineLvl')}")
        if _CONTENTS.fullmatch(words.strip()):
            self.contents.add(key)
        elif words in ("title", "titolo"):
            self.title.add(key)
        elif deep:
            self.depths[key] = int(deep[1])
        elif outline is not None and whole(outline.get(w("val")), 9) < 9:
            self.depths[key] = whole(outline.get(w("val")), 9) + 1
        number = style.find(f"{w('pPr')}/{w('numPr')}")
        if number is not None:
            self.numbered[key] = self._place(number, key)
            self.lists[key] = self._item(*self.numbered[key])
        nested = re.fullmatch(r"list (bullet|number)(?: (\d))?", words)
        if nested:
            self.lists[key] = ("-" if nested[1] == "bullet" else "1.", int(nested[2] or 1) - 1)
        if style.get(w("type")) == "character":
            if words in ("strong", "enfasi forte") or on(style.find(w("rPr")), "b"):
                self.strong.add(key)
            if words in ("emphasis", "enfasi") or on(style.find(w("rPr")), "i"):
                self.emphasis.add(key)

    def _place(self, number: Any, style: str) -> tuple[str, int]:
        """Return the list and the level that the numbering of a paragraph or of a style names."""
        level, key = number.find(w("ilvl")), number.find(w("numId"))
        deep = whole(level.get(w("val")), 0) if level is not None else self.numbers.styles.get(style, 0)
        return (key.get(w("val"), "") if key is not None else ""), deep

    def _item(self, own: str, deep: int) -> tuple[str, int]:
        if own == "0":
            return "", 0
        shape = self.numbers.shape(own, deep)
        return ("-" if shape in ("bullet", "none", "") else "1."), deep

    def place(self, look: Any) -> tuple[str, int] | None:
        """Return the list a paragraph belongs to and its level, by itself or by its style."""
        style, number = ((look.find(w(name)) if look is not None else None) for name in ("pStyle", "numPr"))
        key = style.get(w("val"), "") if style is not None else ""
        styled = next((self.numbered[one] for one in self.chain(key) if one in self.numbered), None)
        if number is None:
            return styled if styled is not None and styled[0] not in ("", "0") else None
        own, deep = self._place(number, key)
        # A level of its own in the list its style names, or a list of its own.
        own = own or (styled[0] if styled else "")
        return (own, deep) if own not in ("", "0") else None

    def label(self, look: Any) -> str:
        """Return the number Word writes before a paragraph, and count it; "" where it writes none."""
        place = self.place(look)
        return self.numbers.label(*place) if place is not None else ""

    def is_article(self, look: Any) -> bool:
        """Say whether Word writes "Art. 3" before a paragraph."""
        place = self.place(look)
        found = self.numbers.levels.get(place[0], {}).get(place[1]) if place is not None else None
        return found is not None and found.words.lower().startswith("art")

    def is_contents(self, look: Any) -> bool:
        """Say whether a paragraph is a line of a table of contents."""
        style = look.find(w("pStyle")) if look is not None else None
        return style is not None and any(one in self.contents for one in self.chain(style.get(w("val"), "")))

    def chain(self, key: str) -> Iterator[str]:
        """Yield a style and those it is based on."""
        seen: set[str] = set()
        while key and key not in seen:
            seen.add(key)
            yield key
            key = self.based.get(key, "")

    def of(self, look: Any) -> tuple[bool, int, str, int]:
        """Return: is it the title, its heading's depth (0: none), its list's mark and level."""
        style, number, outline = (
            (look.find(w(name)) if look is not None else None) for name in ("pStyle", "numPr", "outlineLvl")
        )
        key = style.get(w("val"), "") if style is not None else ""
        title = any(one in self.title for one in self.chain(key))
        depth = next((self.depths[one] for one in self.chain(key) if one in self.depths), 0)
        if outline is not None and whole(outline.get(w("val")), 9) < 9 and not title:
            depth = whole(outline.get(w("val")), 9) + 1
        styled = next((self.lists[one] for one in self.chain(key) if one in self.lists), ("", 0))
        direct = self._item(*self._place(number, key)) if number is not None else styled
        # A list's style says the level even where the editor numbers each level as a list of its own.
        item = (direct[0], max(direct[1], styled[1])) if direct[0] else ("", 0)
        return title, depth, *item


def on(look: Any, name: str) -> bool:
    """Say whether a look (bold, italics, ...) is switched on."""
    found = look.find(w(name)) if look is not None else None
    return found is not None and found.get(w("val"), "true") not in ("0", "false", "off", "none")
