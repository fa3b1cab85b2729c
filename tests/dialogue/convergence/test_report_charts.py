"""Pictures: safe under a strict policy, readable by a screen reader, true to the numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest
from defusedxml import ElementTree

from tavolo.dialogue.convergence.report import charts

NASTY = '</title><script>alert(1)</script> & "quoted" \' x'


def strict(svg: str) -> None:
    """What a policy without inline style and script asks of a picture, and that it is well formed."""
    assert "<style" not in svg
    assert "<script" not in svg
    assert not re.search(r"\sstyle=|\son\w+=|href=|url\(", svg)
    ElementTree.fromstring(svg)


def bars() -> list[charts.Bar]:
    return [
        charts.Bar(NASTY, 30, 5, 5, 100, (0.6, 0.9), (0.05, 0.3), "40 / 100"),
        charts.Bar("silent", 0, 0, 0, 12, (0.0, 1.0), (0.0, 1.0), "0 / 12"),
        charts.Bar("all", 3, 1, 1, 0, (0.6, 0.6), (0.2, 0.2), ""),
    ]


def test_every_picture_keeps_to_presentation_attributes() -> None:
    points = [charts.MapPoint(0.1, 2.0, g, 3, NASTY, {"people": "3", "name": NASTY}) for g in range(-1, 9)]
    strict(charts.map_svg(points, NASTY, NASTY, group_names=[NASTY], centres=[(0, 0.0, 0.0)], focusable=True))
    strict(charts.bars_svg(bars(), NASTY, NASTY))
    strict(charts.counts_svg([(NASTY, 3, "#000000"), ("none", 0, "#000000")], NASTY, NASTY))
    strict(charts.legend_mark_svg(1))


@pytest.mark.parametrize("svg", [charts.bars_svg([], "t", "d"), charts.map_svg([], "t", "d")])
def test_an_empty_picture_is_still_a_named_picture(svg: str) -> None:
    strict(svg)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    names = root.get("aria-labelledby", "").split()
    assert [element.get("id") for element in root][:2] == names


def test_groups_differ_by_colour_and_by_shape() -> None:
    marks = {charts.shape_svg(g, 0, 0, 5) for g in range(-1, len(charts.SHAPES))}
    assert len(marks) == len(charts.SHAPES) + 1
    assert len(set(charts.GROUP_COLOURS)) == len(charts.GROUP_COLOURS) == len(charts.SHAPES)


def test_bars_are_as_long_as_the_shares_they_show() -> None:
    svg = charts.bars_svg([charts.Bar("g", 30, 5, 15)], "t", "d", width=400)
    widths = {
        colour: float(re.search(rf'width="([\d.]+)" height="13.0" fill="{colour}"', svg).group(1))  # type: ignore[union-attr]
        for colour in (charts.AGREE, charts.PASS, charts.DISAGREE)
    }
    assert widths == {charts.AGREE: 240.0, charts.PASS: 40.0, charts.DISAGREE: 120.0}


def test_a_focusable_map_gives_every_mark_a_name_and_a_tab_stop() -> None:
    svg = charts.map_svg([charts.MapPoint(1, 1, 0, 4, "4 people of A")], "t", "d", focusable=True)
    assert 'tabindex="0"' in svg
    assert 'aria-label="4 people of A"' in svg
    assert "<title>4 people of A</title>" in svg


def test_marks_never_stand_for_fewer_people_than_the_minimum() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=2000), rng.normal(size=2000)
    group = rng.integers(0, 3, 2000)
    every = charts.aggregate_points(x, y, group, cells=12)
    assert sum(mark.people for mark in every) == 2000
    large = charts.aggregate_points(x, y, group, cells=12, minimum=10)
    assert min(mark.people for mark in large) >= 10
    order = rng.permutation(2000)
    assert charts.aggregate_points(x[order], y[order], group[order], cells=12) == every


def test_people_at_one_point_and_nobody_at_all_are_no_error() -> None:
    one = np.zeros(5)
    assert charts.aggregate_points(one, one, np.zeros(5, dtype=np.int64))[0].people == 5
    assert charts.aggregate_points(one[:0], one[:0], np.zeros(0, dtype=np.int64)) == []
    strict(charts.map_svg([charts.MapPoint(0, 0, 0)], "t", "d"))
