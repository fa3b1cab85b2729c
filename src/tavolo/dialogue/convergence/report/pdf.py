"""The report as a PDF: tagged (PDF/UA-1), made without network, the same bytes for the same result.

The page is `report.typ`; everything it shows travels as JSON data, never as program text, so that nothing a
person wrote can become a command. Fonts are those built into the typesetter. Where a text needs characters
they lack, the fonts of this computer are tried; what is still missing is replaced by a visible sign, or by a
notice when most of a text is missing, and the report says so at its head.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import typst

from tavolo.dialogue.convergence.report.charts import legend_mark_svg
from tavolo.dialogue.convergence.report.parts import View
from tavolo.dialogue.convergence.report.texts import Lang
from tavolo.dialogue.convergence.report.view import build
from tavolo.dialogue.convergence.result import Result

FONT = "Libertinus Serif"
_MISSING = "▯"
# Letters and punctuation that the built-in fonts are known to have: no need to ask for every report.
_RARE = re.compile(
    "[^\u0020-\u007e\u00a0-\u017f\u0391-\u03c9\u0410-\u044f\u2010-\u2014\u2018-\u201e\u2022\u2026\u20ac●▯]"
)
_PROBE = b"""#set document(title: "probe")
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#sys.inputs.t"""


def render(result: Result, lang: Lang = "it") -> bytes:
    """The whole report as PDF/UA-1 bytes in Italian ("it") or English ("en")."""
    return document(build(result, lang))


def document(view: View) -> bytes:
    """Typeset a view. Deterministic: no date, no identifier, no path enters the file."""
    data = asdict(view)
    marks = [legend_mark_svg(entry.group, 12) for entry in view.map.legend]
    data["marks"] = marks
    rare = sorted(set(_RARE.findall(" ".join(_strings(data)))))
    system = bool(_not_shown("".join(rare), system=False))
    missing = frozenset(_not_shown("".join(rare), system=True)) if system else frozenset()
    if missing:
        data = _without(data, missing, view.labels["font_missing"])
    data["font_note"] = view.labels["font_note"] if missing else ""
    return bytes(
        typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            font_paths=_fonts(system),
            timestamp=0,
        )
    )


@cache
def _template() -> bytes:
    return files("tavolo.dialogue.convergence.report").joinpath("report.typ").read_bytes()


@cache
def _fonts(system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=system)


@lru_cache(maxsize=1024)
def _shows(characters: str, system: bool) -> bool:
    """Whether every character has a glyph, by asking the typesetter for a conforming document of them."""
    try:
        typst.compile(
            _PROBE,
            format="pdf",
            font_paths=_fonts(system),
            sys_inputs={"t": characters},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            return False
        raise
    return True


def _not_shown(characters: str, system: bool) -> set[str]:
    """The characters without a glyph. Large blocks of one script are judged by a sample of them."""
    blocks: dict[int, list[str]] = {}
    for character in characters:
        blocks.setdefault(ord(character) >> 12, []).append(character)
    missing: set[str] = set()
    for block in blocks.values():
        missing |= _search(block, system)
    return missing


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


def _strings(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        data = list(data.values())
    return [text for part in data for text in _strings(part)] if isinstance(data, list | tuple) else []


def _without(data: Any, missing: frozenset[str], notice: str) -> Any:
    """The data with missing characters replaced, or a whole text by the notice when most of it is missing."""
    if isinstance(data, dict):
        return {key: _without(value, missing, notice) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_without(value, missing, notice) for value in data]
    if not isinstance(data, str) or not missing.intersection(data):
        return data
    lost = sum(character in missing for character in data)
    if not data.startswith("<svg") and lost > 2 and 2 * lost > len(data.replace(" ", "")):
        return notice
    return "".join(_MISSING if character in missing else character for character in data)
