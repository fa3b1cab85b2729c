"""Which characters can stand in a document: what a file format forbids, and what no font here can show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from typst import PDFStandard

MISSING = "▯"
# Signs that turn the direction of a line can make a text read other than it is: not in a document that
# parties approve. The letters of right-to-left scripts turn by themselves.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]")
# Letters and punctuation the built-in fonts are known to have: no need to ask for every document.
_RARE = re.compile(
    "[^\u0020-\u007e\u00a0-\u017f\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f\u200b\u2010-\u2014"
    "\u2018-\u201e\u2022\u2026\u20ac▯\n]"
)
_PROBE = b"""#set document(title: "probe", date: datetime(year: 2000, month: 1, day: 1))
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#sys.inputs.t"""
STANDARDS: list[PDFStandard] = ["ua-1", "a-2a"]


@cache
def fonts(system: bool) -> typst.Fonts:
    """Return the typesetter's own fonts, with those of this computer or without."""
    return typst.Fonts(include_system_fonts=system)


def clean(text: str) -> str:
    """Return a text without what no format may hold: control signs, halves of characters, turning signs.

    Line ends and tabs stay (a tab as a blank); a private or unassigned character becomes a visible sign.
    """
    text = _TURNING.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(_storable(character) for character in unicodedata.normalize("NFC", text))


def _storable(character: str) -> str:
    if character == "\n":
        return character
    kind = unicodedata.category(character)
    if kind == "Cc" or character in "\ufeff\ufffe\uffff":
        return ""
    return MISSING if kind in ("Cs", "Co", "Cn") else character


def mapped(data: Any, change: Callable[[str], str]) -> Any:
    """Return JSON-like data with every text in it changed; keys stay."""
    if isinstance(data, dict):
        return {key: mapped(value, change) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [mapped(value, change) for value in data]
    return change(data) if isinstance(data, str) else data


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list | tuple):
        for part in data.values() if isinstance(data, dict) else data:
            yield from _texts(part)


def settle(data: Any) -> tuple[Any, bool]:
    """Return data in which every character has a glyph, and whether the computer's fonts are needed.

    First the typesetter's own fonts are asked, so that the same document gives the same bytes anywhere;
    then those of this computer; what is still missing is shown as ▯.
    """
    rare = "".join(sorted({character for text in _texts(data) for character in _RARE.findall(text)}))
    if not rare or not _without_glyph(rare, False):
        return data, False
    missing = _without_glyph(rare, True)
    table = {ord(character): MISSING for character in missing}
    return mapped(data, lambda text: text.translate(table)), True


@lru_cache(maxsize=1024)
def _shows(characters: str, system: bool) -> bool:
    """Whether every character has a glyph, by asking the typesetter for a conforming document of them."""
    try:
        typst.compile(
            _PROBE, format="pdf", font_paths=fonts(system), sys_inputs={"t": characters},
            pdf_standards=STANDARDS, timestamp=0,
        )  # fmt: skip
    except typst.TypstError:
        return False
    return True


def _without_glyph(characters: str, system: bool) -> set[str]:
    """The characters without a glyph; large blocks of one script are judged by a sample of them."""
    blocks: dict[int, list[str]] = {}
    for character in characters:
        blocks.setdefault(ord(character) >> 12, []).append(character)
    return {character for block in blocks.values() for character in _search(block, system)}


def _search(block: list[str], system: bool) -> set[str]:
    if not block or _shows("".join(block), system):
        return set()
    if len(block) == 1:
        return set(block)
    sample = (block[0], block[len(block) // 2], block[-1])
    if len(block) > 64 and not any(_shows(character, system) for character in sample):
        return set(block)
    middle = len(block) // 2
    return _search(block[:middle], system) | _search(block[middle:], system)
