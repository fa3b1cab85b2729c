"""The map of a report: marks, legend, notes, and what sets each group apart."""

from __future__ import annotations

import numpy as np

from tavolo.dialogue.convergence.report.charts import MapPoint, aggregate_points, map_svg
from tavolo.dialogue.convergence.report.parts import Item, LegendEntry, MapView, Picture, Section, Table
from tavolo.dialogue.convergence.report.people import Cast, clean, group_name
from tavolo.dialogue.convergence.report.texts import decimal, number, percent, say, short
from tavolo.dialogue.convergence.result import Group, Result

# Above this many people marks gather the people of one group in one cell of the map.
MOST_POINTS = 2_500
_ARBITRARY_GAP = 0.1
_MOST_NAMES = 8  # more names on the map would cover it; the legend has them all
_REASONS = ("stable", "unstable", "unstable_low", "too_few_people", "one_cloud")


def build_map(result: Result, cast: Cast, anchors: dict[str, int]) -> MapView:
    """The map section; ``anchors`` are the statements' places in the report."""
    projection, lang = result.projection, cast.lang
    people = int((projection.votes > 0).sum())
    notes = [*_stability(result, cast)]
    if people < 3 or not np.ptp(projection.x) > 0:
        why = "map_empty" if people < 3 else "map_alike"
        return MapView(say(why, lang), None, (), tuple(notes), _apart(result, cast, anchors))
    membership = projection.declared if cast.kind == "declared" else projection.found
    voted = projection.votes > 0
    x, y, group = projection.x[voted], projection.y[voted], membership[voted]
    gathered = people > MOST_POINTS
    points = (
        aggregate_points(x, y, group)
        if gathered
        else [MapPoint(float(a), float(b), int(g)) for a, b, g in zip(x, y, group, strict=True)]
    )
    alt = say("map_description", lang, people=number(people, lang))
    legend = [LegendEntry(i, cast.name(g.id)) for i, g in enumerate(cast.groups)]
    if (group < 0).any():
        legend.append(LegendEntry(-1, say("no_group" if cast.groups else "everyone", lang)))
    centres = [(i, *g.centre) for i, g in enumerate(cast.groups) if g.centre is not None]
    svg = map_svg(
        points,
        say("map_title", lang),
        alt,
        group_names=[short(cast.name(g.id), 28) for g in cast.groups],
        centres=centres if 1 < len(centres) <= _MOST_NAMES else (),
    )
    return MapView(
        say("map_cells" if gathered else "map_intro", lang),
        Picture(svg, alt, _table(result, cast, group)),
        tuple(legend),
        (_axes(result, cast), *notes),
        _apart(result, cast, anchors),
    )


def _axes(result: Result, cast: Cast) -> str:
    first, second = result.quality.explained
    said = say("map_axes", cast.lang, first=percent(first, cast.lang), second=percent(second, cast.lang))
    if result.quality.gap < _ARBITRARY_GAP:
        said += " " + say("map_gap", cast.lang)
    return said


def _table(result: Result, cast: Cast, group: np.ndarray) -> Table:
    lang = cast.lang
    rows = [
        (
            cast.name(g.id),
            number(int((group == i).sum()), lang),
            percent(float((group == i).mean()), lang),
            _position(g, cast),
        )
        for i, g in enumerate(cast.groups)
    ]
    if (group < 0).any():
        name = say("no_group" if cast.groups else "everyone", lang)
        outside = int((group < 0).sum())
        rows.append((name, number(outside, lang), percent(outside / len(group), lang), "–"))
    if cast.kind == "declared":  # published found groups beside the declared ones
        for g in result.found:
            share = percent(g.voters / len(group), lang)
            name = say("found_beside", lang, name=group_name(g, lang))
            rows.append((name, number(g.voters, lang), share, _position(g, cast)))
    head = (say("group", lang), say("people", lang), "%", say("mean_position", lang))
    return Table(say("map_table", lang), head, tuple(rows))


def _position(group: Group, cast: Cast) -> str:
    if group.centre is None:
        return "–"
    return "; ".join(decimal(value, cast.lang, 1) for value in group.centre)


def _stability(result: Result, cast: Cast) -> list[str]:
    """Why found groups are shown, or why not, in words."""
    found, lang = result.stability, cast.lang
    key = "stable" if found.published else found.reason
    if key == "unstable" and (found.median_ari or 0.0) >= found.threshold:
        key = "unstable_low"
    ari = decimal(found.median_ari, lang) if found.median_ari is not None else "–"
    notes = [
        say(
            key if key in _REASONS else "not_resampled",
            lang,
            resamples=found.resamples,
            ari=ari,
            threshold=decimal(found.threshold, lang),
            low=decimal(found.low_ari or 0.0, lang),
            low_threshold=decimal(found.low_threshold, lang),
            minimum=number(found.minimum_people, lang),
            people=number(found.grouped_people, lang),
        )
    ]
    if result.agreement is not None:
        agreement = result.agreement
        notes.append(
            say("agreement", lang, ari=decimal(agreement.ari, lang), people=number(agreement.people, lang))
        )
    return notes


def _apart(result: Result, cast: Cast, anchors: dict[str, int]) -> tuple[Section, ...]:
    """Representative statements of each group, also of published found groups beside declared ones."""
    texts = {s.id: clean(s.text) for s in result.statements}
    sections = []
    groups = [*cast.groups, *(result.found if cast.kind == "declared" else ())]
    for group in groups:
        items = tuple(
            Item(
                anchors.get(r.statement, 0),
                clean(r.statement),
                short(texts.get(r.statement, "")),
                say(
                    "representative_line",
                    cast.lang,
                    side=say(r.side, cast.lang),
                    n=number(r.successes, cast.lang),
                    trials=number(r.trials, cast.lang),
                    ratio=decimal(r.ratio, cast.lang, 1),
                ),
                "",
                False,
            )
            for r in group.representative
            if r.sufficient
        )
        if items:
            sections.append(Section(group.kind, group_name(group, cast.lang), "", items))
    return tuple(sections)
