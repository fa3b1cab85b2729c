"""The report as one HTML file: no script, no external resource, readable on a phone and in print."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files

from tavolo.dialogue.convergence.report.charts import legend_mark_svg
from tavolo.dialogue.convergence.report.parts import Item, Picture, Section, StatementView, Table, View
from tavolo.dialogue.convergence.report.texts import Lang
from tavolo.dialogue.convergence.report.view import build
from tavolo.dialogue.convergence.result import Result


def render(result: Result, lang: Lang = "it") -> str:
    """The whole report as one self-contained HTML document in Italian ("it") or English ("en")."""
    return page(build(result, lang))


def page(view: View) -> str:
    """Lay a view out as HTML."""
    body = [
        _header(view),
        _section("summary", view.labels["summary"], _summary(view)),
        _section("map", view.labels["map"], _map(view)),
        *(_section(f"v-{s.code}", s.title, _list(s, view), s.code) for s in view.sections),
        _section("unheard", view.labels["unheard"], _unheard(view)),
        _section("statements", view.labels["statements"], _statements(view)),
        *(_section(f"m-{i}", title, _p(text)) for i, (title, text) in enumerate(view.method)),
        _footer(view),
    ]
    return (
        f'<!doctype html>\n<html lang="{view.lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>{escape(view.title)} – {escape(view.labels['kicker'])}</title>"
        f"<style>{_css()}</style></head><body><main>{''.join(body)}</main></body></html>\n"
    )


@cache
def _css() -> str:
    return files("tavolo.dialogue.convergence.report").joinpath("report.css").read_text(encoding="utf-8")


def _section(anchor: str, title: str, inner: str, code: str = "") -> str:
    mark = f' class="{code}"' if code else ""
    return f'<section id="{anchor}"{mark}><h2>{escape(title)}</h2>{inner}</section>'


def _p(text: str, kind: str = "") -> str:
    mark = f' class="{kind}"' if kind else ""
    return f"<p{mark}>{escape(text)}</p>"


def _header(view: View) -> str:
    facts = "".join(_p(fact, "fact") for fact in view.facts)
    description = f'<p class="about" dir="auto">{escape(view.description)}</p>' if view.description else ""
    links = [("summary", view.labels["summary"]), ("map", view.labels["map"])]
    links += [(f"v-{s.code}", f"{s.title} ({len(s.items)})") for s in view.sections]
    links += [("unheard", view.labels["unheard"]), ("statements", view.labels["statements"])]
    links += [("m-0", view.labels["method"])]
    nav = "".join(f'<li><a href="#{anchor}">{escape(name)}</a></li>' for anchor, name in links)
    return (
        f'<header>{_p(view.labels["kicker"], "kicker")}<h1 dir="auto">{escape(view.title)}</h1>{description}'
        f'{facts}</header><nav aria-label="{escape(view.labels["contents"])}"><ol>{nav}</ol></nav>'
    )


def _summary(view: View) -> str:
    return "".join(_p(text) for text in view.summary) + _picture(view.counts, "side")


def _map(view: View) -> str:
    shown = view.map
    legend = "".join(
        f"<li>{legend_mark_svg(entry.group)} <bdi>{escape(entry.name)}</bdi></li>" for entry in shown.legend
    )
    parts = [_p(shown.intro)]
    if shown.picture:
        parts.append(f'<ul class="legend">{legend}</ul>')
        parts.append(_picture(shown.picture, "map"))
    parts += [_p(note, "note") for note in shown.notes]
    if shown.representative:
        parts.append(f"<h3>{escape(view.labels['representative'])}</h3>")
        parts.append(_p(view.labels["representative_note"], "note"))
        parts += [
            f"<h4><bdi>{escape(s.title)}</bdi></h4>{_items(s.items, view)}" for s in shown.representative
        ]
    return "".join(parts)


def _list(section: Section, view: View) -> str:
    if not section.items:
        return _p(section.intro) + _p(view.labels["no_statements"], "note")
    return _p(section.intro) + _items(section.items, view)


def _items(items: Iterable[Item], view: View) -> str:
    return f'<ol class="list">{"".join(_item(item, view) for item in items)}</ol>'


def _item(item: Item, view: View) -> str:
    sure = f' · <span class="sure">{escape(item.confidence)}{_wide(item.wide, view)}</span>'
    number = f'<a href="#s-{item.anchor}">{escape(item.id)}</a>' if item.anchor else escape(item.id)
    return (
        f'<li><span class="no">{number}</span><div><p class="said" dir="auto">{escape(item.text)}</p>'
        f'<p class="detail">{escape(item.detail)}{sure if item.confidence else ""}</p></div></li>'
    )


def _wide(wide: bool, view: View) -> str:
    return f' <span title="{escape(view.labels["wide_mark"])}">●</span>' if wide else ""


def _unheard(view: View) -> str:
    return "".join(_p(text) for text in view.unheard) + _table(view.unheard_table)


def _statements(view: View) -> str:
    parts = [_p(view.labels["statements_read"], "note")]
    parts += [_statement(statement, view) for statement in view.statements]
    if view.excluded:
        parts.append(f"<h3>{escape(view.labels['excluded'])}</h3>{_p(view.excluded, 'note')}")
    return "".join(parts)


def _statement(statement: StatementView, view: View) -> str:
    tag = f' <span class="tag">{escape(statement.tag)}</span>' if statement.tag else ""
    sure = f" {escape(statement.confidence)}." if statement.confidence else ""
    return (
        f'<article id="s-{statement.anchor}" class="{statement.code}"><div class="words">'
        f'<h3 dir="auto"><span class="no">{escape(statement.id)}</span> {escape(statement.text)}</h3>'
        f'<p class="verdict"><strong>{escape(statement.verdict)}{_wide(statement.wide, view)}</strong>{tag} '
        f"{escape(statement.words)}{sure}</p></div>"
        f"{_picture(statement.picture, 'bars')}</article>"
    )


def _picture(picture: Picture, kind: str = "") -> str:
    table = _table(picture.table, scrolls=kind != "bars") if picture.table else ""
    mark = f' class="{kind}"' if kind else ""
    return f"<figure{mark}><div>{picture.svg}</div>{table}</figure>"


def _table(table: Table, scrolls: bool = True) -> str:
    """A table; one that may be wider than a phone can be scrolled by keyboard too."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{escape(row[0])}</bdi></th>'
        + "".join(f"<td>{_cell(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in table.rows
    )
    region = f' tabindex="0" role="region" aria-label="{escape(table.caption)}"' if scrolls else ""
    return (
        f'<div class="scroll"{region}><table><caption>{escape(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    """A cell whose bracketed part may go to a second line, but never breaks inside."""
    head, bracket, tail = text.partition(" (")
    if not bracket:
        return escape(text)
    return f'<span class="keep">{escape(head)}</span> <span class="keep">({escape(tail)}</span>'


def _footer(view: View) -> str:
    if not view.attribution:
        return ""
    title, text = escape(view.labels["attribution"]), escape(view.attribution)
    return f'<footer><h2>{title}</h2><p dir="auto">{text}</p></footer>'
