"""A document as PDF: tagged for screen readers (PDF/UA-1), and for archives (PDF/A-2a) where it has a date.

The page is `document.typ`; what it shows travels as JSON in `sys.inputs`, never as program text. No clock,
no path and no random id enters the file: the same document gives the same bytes.
"""

from __future__ import annotations

import io
import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import segno
import typst

from tavolo.common.documents import model
from tavolo.common.documents.characters import STANDARDS, clean, fonts, mapped, settle

if TYPE_CHECKING:
    from typst import PDFStandard

_LONG = re.compile(r"\S{61,}")  # an address or a sum that no line could hold
_PIECE = 20
_CAN_BREAK = "\u200b"


def standards(document: model.Document) -> list[PDFStandard]:
    """Return the standards the file will keep to, as the typesetter calls them."""
    return STANDARDS if document.date else ["ua-1"]


def pdf(document: model.Document) -> bytes:
    """Typeset a document."""
    data, system = settle(mapped(_data(document), lambda text: _breakable(clean(text))))
    # Codes are pictures made here: they pass beside the cleaning of texts.
    codes = [svg(block.text) for block in document.blocks if isinstance(block, model.Qr)]
    words = json.dumps(data, ensure_ascii=False)
    return _typeset(words, json.dumps(codes), tuple(standards(document)), system)


@lru_cache(maxsize=24)
def _typeset(data: str, codes: str, kept: tuple[PDFStandard, ...], system: bool) -> bytes:
    """Return the file; the last ones are kept, for the same words always give the same bytes."""
    return bytes(
        typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"data": data, "codes": codes},
            pdf_standards=list(kept),
            font_paths=fonts(system),
            timestamp=0,
        )
    )


def svg(text: str) -> str:
    """Return a QR code as an SVG picture of its own."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, border=4, xmldecl=False)
    return out.getvalue().decode()


@cache
def _template() -> bytes:
    return files("tavolo.common.documents").joinpath("document.typ").read_bytes()


def _breakable(text: str) -> str:
    def pieces(found: re.Match[str]) -> str:
        word = found.group()
        return _CAN_BREAK.join(word[at : at + _PIECE] for at in range(0, len(word), _PIECE))

    return _LONG.sub(pieces, text)


def _data(document: model.Document) -> dict[str, Any]:
    day = document.date
    return {
        "title": document.title or " ", "subtitle": document.subtitle, "footer": document.footer,
        "identifier": document.identifier, "language": _language(document.language),
        "date": [day.year, day.month, day.day] if day else None,
        "blocks": [_block(block) for block in document.blocks],
    }  # fmt: skip


def _language(code: str) -> str:
    main = code.split("-")[0].lower()
    return main if re.fullmatch(r"[a-z]{2,3}", main) else "it"


def _text(text: model.Text) -> list[dict[str, Any]]:
    return [{"t": span.text, "b": span.bold, "i": span.italic} for span in model.spans(text)]


def _block(block: model.Block) -> dict[str, Any]:
    match block:
        case model.Heading():
            return {"kind": "heading", "level": block.level, "text": block.text}
        case model.Paragraph():
            return {"kind": "paragraph", "text": _text(block.text), "small": block.small}
        case model.Bullets():
            return {"kind": "bullets", "items": [_text(item) for item in block.items]}
        case model.Numbered():
            return {"kind": "numbered", "items": [_text(item) for item in block.items], "start": block.start}
        case model.Facts():
            return {"kind": "facts", "rows": [[label, _text(value)] for label, value in block.rows]}
        case model.Table():
            return {
                "kind": "table", "header": list(block.header), "caption": block.caption,
                "rows": [[_text(cell) for cell in row] for row in block.rows], "numbers": list(block.numbers),
            }  # fmt: skip
        case model.Quote():
            return {"kind": "quote", "author": block.author, "text": _text(block.text)}
        case model.Signatures():
            return {"kind": "signatures", "rows": [list(row) for row in block.rows]}
        case model.PageBreak():
            return {"kind": "break"}
        case model.Qr():
            return {"kind": "code", "caption": block.caption, "text": block.text}
