# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The page's picture of a result: marks, bars, tables and words, computed once and kept as a derived row."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import transaction

from tavolo.dialogue.convergence import verdicts
from tavolo.dialogue.convergence.report import map_view, verdict_words
from tavolo.dialogue.convergence.report.charts import MapPoint, bars_svg, legend_mark_svg, map_svg
from tavolo.dialogue.convergence.report.parts import MapView
from tavolo.dialogue.convergence.report.people import Cast, bar_of, cast_of, cells
from tavolo.dialogue.convergence.report.texts import number, say
from tavolo.dialogue.convergence.result import Result, Statement
from tavolo.dialogue.models import Analysis, Consultation
from tavolo.dialogue.services.analysing import audience_of, result_for
from tavolo.dialogue.services.results import view_for

VERSION = 3
MARK = {
    verdicts.CONVERGENCE: "=", verdicts.RESERVATION: "~", verdicts.DIVERGENCE: "≠", verdicts.AGAINST: "×",
    verdicts.NOT_ENOUGH: "?",
}  # fmt: skip


def picture_of(consultation: Consultation, language: str) -> dict[str, Any]:
    """Return the picture of the shared map, from the derived row where it is still true."""
    audience = audience_of(view_for(consultation), language)
    kept = Analysis.objects.filter(consultation=consultation, audience=audience, version=VERSION).first()
    if kept is not None:
        return dict(kept.picture)
    picture = draw(result_for(consultation, language), "en" if language == "en" else "it")
    with transaction.atomic():
        Analysis.objects.update_or_create(
            consultation=consultation, audience=audience,
            defaults={"territory_id": consultation.territory_id, "version": VERSION, "picture": picture},
        )  # fmt: skip
    return picture


def draw(result: Result, lang: Any) -> dict[str, Any]:
    """Return everything the page shows, as plain JSON."""
    cast = cast_of(result, lang)
    described = map_view.build_map(result, cast, {s.id: i for i, s in enumerate(result.statements)})
    counts: dict[str, int] = {}
    for statement in result.statements:
        counts[statement.verdict.code] = counts.get(statement.verdict.code, 0) + 1
    return {
        "voters": result.voters,
        "votes": result.votes,
        "groups": [
            {"name": cast.name(g.id), "voters": g.voters, "census": g.census, "mark": legend_mark_svg(i, 18)}
            for i, g in enumerate(cast.groups)
        ],
        "map": _map(result, cast, described, lang),
        "notes": list(described.notes),
        "counts": [
            {"code": code, "name": say(code, lang), "mark": MARK[code], "count": counts.get(code, 0)}
            for code in verdict_words.ORDER
        ],
        "statements": [_statement(s, cast, lang) for s in _ordered(result)],
    }


def _ordered(result: Result) -> list[Statement]:
    """Order as a reader wants it: what is shared first, the surest first, what is not known last."""
    rank = {code: place for place, code in enumerate(verdict_words.ORDER)}
    shown = [statement for statement in result.statements if statement.everyone.seen]
    return sorted(
        shown, key=lambda s: (rank[s.verdict.code], -s.verdict.probability, int(s.id.split(".")[0]))
    )


def _statement(statement: Statement, cast: Cast, lang: Any) -> dict[str, Any]:
    rows = cast.rows(statement)
    code = statement.verdict.code
    words = verdict_words.words(statement, cast)
    return {
        "id": statement.id,
        "anchor": statement.id.replace(".", "-"),
        "text": statement.text,
        "code": code,
        "verdict": say(code, lang),
        "mark": MARK[code],
        "words": words,
        "certainty": verdict_words.certainty(statement, cast),
        "bars": bars_svg(
            [bar_of(row, lang) for row in rows],
            statement.text,
            words,
            identifier=f"bars-{statement.id.replace('.', '-')}",
        ),
        "head": [say("group", lang), say("agree", lang), say("pass", lang), say("disagree", lang)],
        "rows": [list(cells(row, lang)) for row in rows],
        "seen": statement.everyone.seen,
    }


def _map(result: Result, cast: Cast, described: MapView, lang: Any) -> dict[str, Any] | None:
    at = result.projection
    shown = at.votes > 0
    if described.picture is None or described.picture.table is None:
        return None
    table = described.picture.table
    membership = at.declared if cast.kind == "declared" else at.found
    places = np.stack([at.x[shown], at.y[shown], membership[shown]])
    values, people = np.unique(places, axis=1, return_counts=True)
    points = []
    for (x, y, group), count in sorted(zip(values.T, people, strict=True), key=lambda e: -e[1]):
        name = cast.name(cast.groups[int(group)].id) if group >= 0 else say("everyone", lang)
        label = f"{name}: {number(int(count), lang)} {say('people', lang).lower()}"
        points.append(MapPoint(float(x), float(y), int(group), int(count), label, {"group": str(int(group))}))
    centres = [(i, *g.centre) for i, g in enumerate(cast.groups) if g.centre is not None]
    alt = say("map_description", lang, people=number(result.voters, lang))
    return {
        "svg": map_svg(
            points, say("map_title", lang), alt, group_names=[cast.name(g.id) for g in cast.groups],
            centres=centres if len(cast.groups) > 1 else (), focusable=len(points) <= 300,
        ),
        "alt": alt,
        "table": [list(row) for row in table.rows],
        "head": list(table.head),
        "marks": len(points),
    }  # fmt: skip
