"""A document as a piece of a page, every text escaped. Styles are the site's; there is no inline style."""

from __future__ import annotations

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tavolo.common.documents import model
from tavolo.common.documents.characters import clean

_LOWEST = 6


def html(document: model.Document, *, level: int = 2, title: bool = True) -> SafeString:
    """Return a document as an article; its title is a heading of `level`, or is left to the page."""
    head = SafeString("")
    if title:
        head = _heading(level, document.title)
        if document.subtitle:
            head += format_html('<p class="lead">{}</p>', clean(document.subtitle))
    body = _join(_block(block, level) for block in document.blocks)
    foot = " · ".join(clean(part) for part in (document.footer, document.identifier) if part)
    if foot:
        body += format_html('<p class="tavolo-document-foot text-secondary small">{}</p>', foot)
    return format_html(
        '<article class="tavolo-document" lang="{}" dir="auto">{}{}</article>', document.language, head, body
    )


def _join(parts: object) -> SafeString:
    return format_html_join("\n", "{}", ((part,) for part in parts))  # type: ignore[attr-defined]


def _heading(level: int, text: str) -> SafeString:
    tag = mark_safe(f"h{min(level, _LOWEST)}")  # noqa: S308  (a number, never a text)
    return format_html("<{} dir='auto'>{}</{}>", tag, clean(text), tag)


def _text(text: model.Text) -> SafeString:
    return format_html_join("", "{}", ((_span(span),) for span in model.spans(text)))


def _span(span: model.Span) -> SafeString:
    body = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in clean(span.text).split("\n")))
    if span.bold:
        body = format_html("<strong>{}</strong>", body)
    return format_html("<em>{}</em>", body) if span.italic else body


def _items(items: tuple[model.Text, ...]) -> SafeString:
    return format_html_join("", '<li dir="auto">{}</li>', ((_text(item),) for item in items))


def _block(block: model.Block, level: int) -> SafeString:
    match block:
        case model.Heading():
            return _heading(level + block.level, block.text)
        case model.Paragraph():
            small = mark_safe(' class="small text-secondary"') if block.small else ""
            return format_html('<p dir="auto"{}>{}</p>', small, _text(block.text))
        case model.Bullets():
            return format_html("<ul>{}</ul>", _items(block.items))
        case model.Numbered():
            return format_html('<ol start="{}">{}</ol>', block.start, _items(block.items))
        case model.Facts():
            rows = ((clean(label), _text(value)) for label, value in block.rows)
            return format_html(
                '<dl class="tavolo-facts">{}</dl>',
                format_html_join("", '<dt>{}</dt><dd dir="auto">{}</dd>', rows),
            )
        case model.Table():
            return _table(block)
        case model.Quote():
            author = format_html("<footer class='fw-semibold'>{}</footer>", clean(block.author))
            body = _join(format_html("<p>{}</p>", _text(part.text)) for part in model.paragraphs(block.text))
            return format_html(
                '<blockquote class="tavolo-quote" dir="auto">{}{}</blockquote>',
                author if block.author else "", body,
            )  # fmt: skip
        case model.Signatures():
            signers = ((clean(role), clean(name)) for name, role in block.rows)
            return format_html(
                '<ul class="tavolo-signatures">{}</ul>',
                format_html_join("", '<li><span class="text-secondary">{}</span> {}</li>', signers),
            )
        case model.PageBreak():
            return mark_safe('<hr class="tavolo-page-break">')
        case model.Qr():
            return _code(block)


def _table(block: model.Table) -> SafeString:
    caption = format_html("<caption>{}</caption>", clean(block.caption)) if block.caption else ""
    head = format_html_join("", '<th scope="col">{}</th>', ((clean(text),) for text in block.header))
    rows = format_html_join("", "<tr>{}</tr>", ((_cells(row, block.numbers),) for row in block.rows))
    return format_html(
        '<div class="table-responsive" tabindex="0"><table class="table">{}<thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>",
        caption, head, rows,
    )  # fmt: skip


def _cells(row: tuple[model.Text, ...], numbers: tuple[int, ...]) -> SafeString:
    marks = (
        mark_safe(' class="text-end"') if place in numbers else SafeString("") for place in range(len(row))
    )
    return format_html_join("", "<td{}>{}</td>", zip(marks, map(_text, row), strict=True))


def _code(block: model.Qr) -> SafeString:
    made = segno.make(block.text, error="m", micro=False)
    picture = mark_safe(made.svg_inline(scale=4, border=4, svgclass=None, lineclass=None))  # noqa: S308
    caption = format_html("<figcaption>{}</figcaption>", clean(block.caption)) if block.caption else ""
    label = clean(block.caption or block.text)
    return format_html(
        '<figure class="tavolo-code"><span role="img" aria-label="{}">{}</span>{}</figure>',
        label, picture, caption,
    )  # fmt: skip
