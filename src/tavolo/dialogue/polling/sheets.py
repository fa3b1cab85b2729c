# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Sheets to print: slips to cut out, and paper ballots. Made in memory, handed over once, kept nowhere."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import segno
import typst
from django.utils import translation
from django.utils.translation import gettext as _

from tavolo.common.documents.characters import clean, fonts, mapped, settle
from tavolo.dialogue.models import Group
from tavolo.dialogue.polling import codes, paper_form
from tavolo.dialogue.polling.services.mailing import entrance
from tavolo.dialogue.polling.slip_words import RIGHT_TO_LEFT, words


def slips_pdf(group: Group, secret: Sequence[str], language: str) -> bytes:
    """Return the slips of a batch as A4 sheets, eight to a page, with lines to cut along."""
    code = language.split("-")[0]
    data = _head(group, code) | {
        "kind": "slip", "words": dict(words(code)), "address": entrance().split("://", 1)[-1],
    }  # fmt: skip
    slips = [{"code": codes.shown(one), "svg": _qr(entrance(one))} for one in secret]
    return _typeset(data, {"slips": slips})


def papers_pdf(group: Group, numbers: Sequence[int], language: str) -> bytes:
    """Return paper ballots, each beginning a page, with its number and the questions."""
    code = language.split("-")[0]
    known = code if code in ("it", "en") else "it"
    with translation.override(known):
        data = _head(group, code) | {
            "kind": "paper",
            "lead": group.consultation.question,
            "foot": _(
                "Mark with a cross. Write nothing else: a ballot that shows who filled it in is not counted. "
                "The number serves only to read the ballot twice; nobody notes who received it."
            ),
            "items": [_item(item) for item in paper_form.items(group.consultation, code)],
        }
    return _typeset(data, {"numbers": list(numbers)})


def _item(item: paper_form.Item) -> dict[str, Any]:
    several = item.most > 1
    return {
        "number": item.number, "text": item.text, "boxes": [box.label for box in item.boxes],
        "stacked": len(item.boxes) > 3 or any(len(box.label) > 24 for box in item.boxes),
        "hint": _("Mark at most %(most)s.") % {"most": item.most} if several else "",
    }  # fmt: skip


def _head(group: Group, language: str) -> dict[str, Any]:
    return {
        "title": group.consultation.title, "group": group.name, "language": language,
        "rtl": language in RIGHT_TO_LEFT,
    }  # fmt: skip


def _qr(text: str) -> str:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, border=2, xmldecl=False)
    return out.getvalue().decode()


@cache
def _template() -> bytes:
    return files("tavolo.dialogue.polling").joinpath("sheets.typ").read_bytes()


def _typeset(data: dict[str, Any], parts: dict[str, Any]) -> bytes:
    # Codes and numbers pass beside the cleaning of what people wrote.
    settled, system = settle(mapped(data, clean))
    # The typesetter's own Arabic letters are those of a typewriter: a font of this computer reads better.
    system = system or data["rtl"]
    return bytes(
        typst.compile(
            _template(),
            format="pdf",
            font_paths=fonts(system),
            timestamp=0,
            sys_inputs={"data": json.dumps(settled | parts, ensure_ascii=False)},
        )
    )
