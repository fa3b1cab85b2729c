"""What a Word file's styles and numbering say of a paragraph: title, heading, item of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from tavolo.agreements.documents.word_parts import w
from tavolo.agreements.text.errors import TextError

_DEEP = re.compile(r"(?:heading|titolo|intestazione)\s*(\d)", re.I)


def xml(data: bytes) -> Any:
    """Return a part of the file as XML; raise TextError for what is none, or could reach outside it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise TextError("unreadable", value=str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise TextError("unreadable", value="doctype")
    return root


class Looks:
    """What styles and numbering say: which are headings, which are items of a list."""

    def __init__(self, found: dict[str, bytes]) -> None:
        self.depths: dict[str, int] = {}
        self.lists: dict[str, tuple[str, int]] = {}
        self.based: dict[str, str] = {}
        self.title: set[str] = set()
        self.strong: set[str] = set()
        self.emphasis: set[str] = set()
        self.formats: dict[tuple[str, int], str] = {}
        if "word/numbering.xml" in found:
            self._numbering(xml(found["word/numbering.xml"]))
        if "word/styles.xml" in found:
            for style in xml(found["word/styles.xml"]).iter(w("style")):
                self._style(style)

    def _numbering(self, root: Any) -> None:
        abstract: dict[str, dict[int, str]] = {}
        for one in root.iter(w("abstractNum")):
            levels = {}
            for level in one.iter(w("lvl")):
                shape = level.find(w("numFmt"))
                levels[int(level.get(w("ilvl"), "0"))] = shape.get(w("val"), "") if shape is not None else ""
            abstract[one.get(w("abstractNumId"), "")] = levels
        for one in root.iter(w("num")):
            link = one.find(w("abstractNumId"))
            for level, shape in abstract.get(link.get(w("val"), "") if link is not None else "", {}).items():
                self.formats[one.get(w("numId"), ""), level] = shape

    def _style(self, style: Any) -> None:
        key = style.get(w("styleId"), "")
        name = style.find(w("name"))
        words = (name.get(w("val"), "") if name is not None else "").lower()
        based = style.find(w("basedOn"))
        if based is not None:
            self.based[key] = based.get(w("val"), "")
        deep = _DEEP.fullmatch(words.strip())
        outline = style.find(f"{w('pPr')}/{w('outlineLvl')}")
        if words in ("title", "titolo"):
            self.title.add(key)
        elif deep:
            self.depths[key] = int(deep[1])
        elif outline is not None and int(outline.get(w("val"), "9")) < 9:
            self.depths[key] = int(outline.get(w("val"))) + 1
        number = style.find(f"{w('pPr')}/{w('numPr')}")
        if number is not None:
            self.lists[key] = self._item(number)
        nested = re.fullmatch(r"list (bullet|number)(?: (\d))?", words)
        if nested:
            self.lists[key] = ("-" if nested[1] == "bullet" else "1.", int(nested[2] or 1) - 1)
        if style.get(w("type")) == "character":
            if words in ("strong", "enfasi forte") or on(style.find(w("rPr")), "b"):
                self.strong.add(key)
            if words in ("emphasis", "enfasi") or on(style.find(w("rPr")), "i"):
                self.emphasis.add(key)

    def _item(self, number: Any) -> tuple[str, int]:
        level, key = number.find(w("ilvl")), number.find(w("numId"))
        deep = int(level.get(w("val"), "0")) if level is not None else 0
        own = key.get(w("val"), "") if key is not None else ""
        if own == "0":
            return "", 0
        shape = self.formats.get((own, deep), "bullet")
        return ("-" if shape in ("bullet", "none", "") else "1."), deep

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
        if outline is not None and int(outline.get(w("val"), "9")) < 9 and not title:
            depth = int(outline.get(w("val"))) + 1
        styled = next((self.lists[one] for one in self.chain(key) if one in self.lists), ("", 0))
        direct = self._item(number) if number is not None else styled
        # A list's style says the level even where the editor numbers each level as a list of its own.
        item = (direct[0], max(direct[1], styled[1])) if direct[0] else ("", 0)
        return title, depth, *item


def on(look: Any, name: str) -> bool:
    """Say whether a look (bold, italics, ...) is switched on."""
    found = look.find(w(name)) if look is not None else None
    return found is not None and found.get(w("val"), "true") not in ("0", "false", "off", "none")
