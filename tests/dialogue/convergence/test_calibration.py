"""The promises, simulated: coverage of at least 94%, at most 6% wrong verdicts, boundary truths included."""

from __future__ import annotations

import numpy as np
import pytest

from tavolo.dialogue.convergence import calibration


@pytest.fixture(scope="module")
def reduced() -> calibration.Calibration:
    return calibration.calibrate(5_000, "reduced")


def test_no_promise_is_broken_on_the_reduced_grid(reduced: calibration.Calibration) -> None:
    assert reduced.failures() == []
    assert all(row.runs >= 5_000 for row in reduced.rows)


def test_the_least_favourable_truths_are_hard_enough_to_show_errors(
    reduced: calibration.Calibration,
) -> None:
    assert reduced.wrong.wrong > 0.03
    assert reduced.coverage.coverage < 0.96


def test_verdicts_stated_at_99_percent_are_wrong_once_in_a_hundred(reduced: calibration.Calibration) -> None:
    assert reduced.wrong_at_99.wrong_at_99 <= 0.014


def test_family_wise_error_is_large_unadjusted_and_small_adjusted(reduced: calibration.Calibration) -> None:
    assert reduced.tables
    for row in reduced.tables:
        assert row.family_wise is not None
        assert row.family_wise_adjusted is not None
        assert row.family_wise > 0.3
        assert row.family_wise_adjusted <= 0.06


def test_the_full_grid_reaches_from_five_people_to_ten_thousand() -> None:
    cells = list(calibration.grid("full"))
    assert {cell.groups for cell in cells} >= {3, 4, 5}
    assert {size for cell in cells for size in cell.sizes} >= {5, 10, 30, 100, 1000, 10_000}
    assert {cell.census_known for cell in cells} == {True, False}
    assert any("o" in cell.truth for cell in cells)


def test_a_cell_gives_the_same_figures_twice() -> None:
    cell = calibration.Cell(3, (30,), 0.5, True, "oS")
    rows = [calibration.simulate_cell(cell, 5_000, np.random.default_rng(5)) for _ in range(2)]
    assert rows[0] == rows[1]


def test_too_few_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="5,000"):
        calibration.calibrate(100, "reduced")


def test_summary_names_the_worst_cases(reduced: calibration.Calibration) -> None:
    text = "\n".join(calibration.summary(reduced))
    assert "lowest coverage" in text
    assert "table of 60 statements" in text
