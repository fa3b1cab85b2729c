"""The report as data: every sentence, figure and picture ready, for HTML and PDF alike.

`build` turns a result into a `View` in one language; the renderers only lay it out. Texts that people wrote
are cleaned of control and direction-override characters here and escaped by each renderer.
"""

from __future__ import annotations

import statistics as plain

from tavolo.dialogue.convergence import verdicts as v
from tavolo.dialogue.convergence.report.charts import bars_svg, counts_svg
from tavolo.dialogue.convergence.report.map_view import build_map
from tavolo.dialogue.convergence.report.method_texts import method
from tavolo.dialogue.convergence.report.parts import Item, Picture, Section, StatementView, Table, View
from tavolo.dialogue.convergence.report.people import Cast, bar_of, cast_of, cells, clean
from tavolo.dialogue.convergence.report.texts import Lang, counted, listing, number, percent, say, short
from tavolo.dialogue.convergence.report.verdict_words import COLOURS, ORDER, certainty, words
from tavolo.dialogue.convergence.result import Result, Statement

_MOST_SHARES = 12
_LABELS = (
    "kicker", "contents", "summary", "map", "representative", "representative_note", "unheard", "method",
    "statements", "statements_read", "excluded", "attribution", "wide_mark", "no_statements", "font_missing",
    "font_note", "page_of",
)  # fmt: skip


def build(result: Result, lang: Lang) -> View:
    """The whole report. ``lang`` is "it" or "en"; ValueError otherwise."""
    if lang not in ("it", "en"):
        raise ValueError(f"Reports are written in Italian (it) or English (en), not {lang!r}.")
    cast = cast_of(result, lang)
    shown = [s for s in result.statements if not s.excluded]
    anchors = {s.id: place for place, s in enumerate(shown, start=1)}
    return View(
        lang=lang,
        title=clean(result.source.title) or clean(result.source.name) or say("untitled", lang),
        description=clean(result.source.description)[:600],
        facts=_facts(result, cast, shown),
        summary=_summary(result, shown, cast),
        counts=_counts(shown, cast),
        map=build_map(result, cast, anchors),
        sections=_sections(shown, cast, anchors),
        unheard=_unheard(result, cast),
        unheard_table=_unheard_table(result, shown, cast),
        statements=tuple(_statement(s, cast, anchors[s.id]) for s in shown),
        excluded=_excluded(result, lang),
        method=tuple(method(lang)),
        attribution=clean(result.source.attribution),
        labels={key: say(key, lang) for key in _LABELS},
    )


def _facts(result: Result, cast: Cast, shown: list[Statement]) -> tuple[str, ...]:
    lang = cast.lang
    first = say(
        "facts",
        lang,
        voters=counted(result.voters, "gave", lang),
        votes=counted(sum(s.everyone.seen for s in shown), "answers", lang),
        statements=counted(len(shown), "statements", lang),
    )
    if not cast.groups:
        return first, say("facts_none", lang)
    groups = [f"{cast.name(g.id)} ({number(g.census or g.size, lang)})" for g in cast.groups]
    return first, say(f"facts_{cast.kind}", lang, groups=listing(groups, lang))


def _summary(result: Result, shown: list[Statement], cast: Cast) -> tuple[str, ...]:
    lang = cast.lang
    stated = [s.verdict for s in shown if s.verdict.code != v.NOT_ENOUGH]
    family = say(
        "familywise" if result.family.statements != 1 else "familywise_one",
        lang,
        statements=number(result.family.statements, lang),
        chance=percent(min(result.family.chance_of_any_error, 0.99), lang),
    )
    if not result.family.statements:
        family = ""
    wide = sum(verdict.table_wide for verdict in stated)
    if not stated:
        family = f"{family} {say('stated_none', lang)}".strip()
    elif result.family.statements != 1:
        family += " " + say("stated", lang, stated=number(len(stated), lang), wide=number(wide, lang))
    rule = "summary_rule" if len(cast.groups) > 1 else "summary_rule_one"
    said = [say(rule, lang), say("summary_random", lang), family]
    if cast.kind == "found":
        outside = result.voters - sum(group.voters for group in cast.groups)
        said.append(say("summary_found", lang, outside=number(outside, lang)))
    return tuple(said)


def _counts(shown: list[Statement], cast: Cast) -> Picture:
    lang = cast.lang
    codes = [s.verdict.code for s in shown]
    rows = [(say(f"plural_{code}", lang), codes.count(code), COLOURS[code]) for code in ORDER]
    rows = [row for row in rows if row[1] or len(cast.groups) > 1]
    alt = "; ".join(f"{label}: {count}" for label, count, _ in rows)
    table = Table(
        say("counts_title", lang),
        (say("verdict", lang), say("statements_count", lang)),
        tuple((label, number(count, lang)) for label, count, _ in rows),
    )
    return Picture(counts_svg(rows, say("counts_title", lang), alt), alt, table)


def _sections(shown: list[Statement], cast: Cast, anchors: dict[str, int]) -> tuple[Section, ...]:
    sections = []
    for code in ORDER:
        chosen = [s for s in shown if s.verdict.code == code]
        if not chosen and len(cast.groups) < 2:
            continue
        chosen.sort(key=lambda s: (-s.verdict.probability, -_strength(s, cast)))
        items = tuple(
            Item(
                anchors[s.id],
                clean(s.id),
                short(clean(s.text)),
                _detail(s, cast),
                certainty(s, cast),
                s.verdict.table_wide,
            )
            for s in chosen
        )
        one = len(cast.groups) < 2 and code in (v.CONVERGENCE, v.AGAINST)
        title = say(f"plural_{code}", cast.lang)
        intro = say(f"say_{code}_one" if one else f"intro_{code}", cast.lang)
        sections.append(Section(code, title, intro, items))
    return tuple(sections)


def _strength(statement: Statement, cast: Cast) -> float:
    shares = [abs((row.support.value or 0.0) - (row.dissent.value or 0.0)) for row in cast.rows(statement)]
    return min(shares, default=0.0)


def _detail(statement: Statement, cast: Cast) -> str:
    """Shares per group on one line; for statements without a verdict, whose voices are lacking."""
    if statement.verdict.code == v.NOT_ENOUGH:
        return words(statement, cast)
    against = statement.verdict.side < 0
    shares = []
    for row in cast.rows(statement):
        value = row.dissent.value if against else row.support.value
        shares.append(f"{row.name} {percent(value, cast.lang) if value is not None else '–'}")
    shares = shares if len(shares) <= _MOST_SHARES else [*shares[:_MOST_SHARES], "…"]
    return f"{say('disagree' if against else 'agree', cast.lang)}: {', '.join(shares)}"


def _unheard(result: Result, cast: Cast) -> tuple[str, ...]:
    said = [say("unheard_intro", cast.lang)]
    if any(group.census is None for group in cast.groups):
        said.append(say("size_unknown", cast.lang))
    if result.people_without_group:
        people = number(result.people_without_group, cast.lang)
        said.append(say("unheard_no_group", cast.lang, people=people))
    return tuple(said)


def _unheard_table(result: Result, shown: list[Statement], cast: Cast) -> Table:
    lang = cast.lang
    silent = dict.fromkeys(cast.names.values(), 0) or {say("everyone", lang): 0}
    answers: dict[str, list[int]] = {name: [] for name in silent}
    lacking = dict.fromkeys(silent, 0)
    for s in shown:
        for row in cast.rows(s):
            answers[row.name].append(row.counts.seen)
            silent[row.name] += row.counts.seen == 0
        if s.verdict.code == v.NOT_ENOUGH:
            for group in s.verdict.missing:
                name = cast.name(group) if cast.groups else say("everyone", lang)
                lacking[name] = lacking.get(name, 0) + 1
    sizes = {cast.name(g.id): g.census or g.size for g in cast.groups}
    without = {cast.name(g.id): result.unheard.get(g.id, 0) for g in cast.groups}
    rows = tuple(
        (
            name,
            number(sizes.get(name, result.participants), lang),
            number(without.get(name, result.participants - result.voters), lang),
            number(round(plain.median(answers[name] or [0])), lang),
            number(silent[name], lang),
            number(lacking[name], lang),
        )
        for name in silent
    )
    head = tuple(
        say(key, lang)
        for key in (
            "group",
            "members",
            "unheard_without",
            "unheard_typical",
            "unheard_empty",
            "unheard_lacking",
        )
    )
    return Table(say("unheard_table", lang), head, rows)


def _statement(statement: Statement, cast: Cast, anchor: int) -> StatementView:
    lang, rows = cast.lang, cast.rows(statement)
    code = statement.verdict.code
    head = tuple(say(key, lang) for key in ("group", "agree", "pass", "disagree", "answered"))
    table = Table(say("table_caption", lang), head, tuple(cells(row, lang) for row in rows))
    title = say("bars_title", lang, id=clean(statement.id))
    alt = say("bars_description", lang)
    svg = bars_svg([bar_of(row, lang) for row in rows], title, alt, identifier=f"b{anchor}")
    return StatementView(
        anchor,
        clean(statement.id),
        clean(statement.text),
        code,
        say(code, lang),
        words(statement, cast),
        certainty(statement, cast),
        statement.verdict.table_wide,
        say("undecided_tag", lang) if statement.moderated == 0 else "",
        Picture(svg, f"{title}. {alt}", table),
    )


def _excluded(result: Result, lang: Lang) -> str:
    ids = [clean(s.id) for s in result.statements if s.excluded]
    if not ids:
        return ""
    return say("excluded_intro", lang, count=number(len(ids), lang), ids=", ".join(ids))
