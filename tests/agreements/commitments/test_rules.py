"""When commitments fall due, how a period stands, and what is warned of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.agreements.commitments import rules
from tavolo.agreements.commitments.rules import Said, Status

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2040, 12, 31))
NONE = Status("none", "", "")


def test_the_last_day_of_a_month_stays_the_last_day() -> None:
    found = rules.due_days(date(2026, 1, 31), "monthly", None, date(2026, 4, 30))
    assert found == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@settings(max_examples=60, deadline=None)
@given(first=DAYS, recurs=st.sampled_from(sorted(rules.MONTHS)), far=st.integers(0, 1500),
       until=st.none() | st.integers(0, 1500))  # fmt: skip
def test_due_days_grow_within_until_and_horizon(
    first: date, recurs: str, far: int, until: int | None
) -> None:
    horizon = first + timedelta(days=far)
    last = None if until is None else first + timedelta(days=until)
    found = rules.due_days(first, recurs, last, horizon)
    assert found[0] == first
    assert found == sorted(set(found))
    assert all(day <= horizon and (last is None or day <= last) for day in found[1:])
    if recurs == "once":
        assert found == [first]


def test_a_dispute_keeps_what_both_sides_last_shared() -> None:
    claims = [Said(1, "on_track", True), Said(2, "kept", False)]
    assert rules.status_of(claims) == Status("disputed", "kept", "on_track")
    assert not rules.status_of(claims).closed
    assert rules.status_of([*claims, Said(3, "kept", True)]).closed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["on_track", "kept", "late", "not_kept", "changed"]),
                          st.sampled_from([True, False, None])), max_size=6))  # fmt: skip
def test_one_side_alone_never_closes_a_period(said: list[tuple[str, bool | None]]) -> None:
    status = rules.status_of([Said(n, c, a) for n, (c, a) in enumerate(said)])
    if status.closed:
        assert said[-1][1] is True
    if not any(answer for _, answer in said):
        assert not status.closed
        assert status.shared == ""


@settings(max_examples=80, deadline=None)
@given(starts=DAYS, long=st.integers(0, 800), at=st.integers(-50, 900), warn=st.integers(0, 120))
def test_warnings_follow_the_calendar(starts: date, long: int, at: int, warn: int) -> None:
    due, day = starts + timedelta(days=long), starts + timedelta(days=at)
    found = rules.warnings(day, starts=starts, due=due, warn_days=warn, status=NONE, has_evidence=False)
    assert ("overdue" in found) == (day > due and day >= starts)
    assert not {"overdue", "due_soon"} <= set(found)
    if "no_evidence" in found:
        assert "overdue" in found or "due_soon" in found
    closed = Status("confirmed", "kept", "kept")
    assert not rules.warnings(day, starts=starts, due=due, warn_days=warn, status=closed, has_evidence=False)


def test_a_measure_far_behind_the_line_is_off_target_and_one_near_it_is_not() -> None:
    at = {"starts": date(2026, 1, 1), "due": date(2026, 12, 31), "warn_days": 30, "status": NONE,
          "has_evidence": True, "target": Decimal(24)}  # fmt: skip
    assert rules.warnings(date(2026, 7, 1), value=Decimal(5), **at) == ["off_target"]  # type: ignore[arg-type]
    assert rules.warnings(date(2026, 7, 1), value=Decimal(10), **at) == []  # type: ignore[arg-type]


def test_a_figure_to_bring_down_goes_from_its_baseline_to_its_target() -> None:
    assert rules.progress(Decimal(40), Decimal(20), Decimal(30)) == Decimal("0.5")
    assert rules.progress(Decimal(40), Decimal(20), Decimal(50)) == 0
    assert rules.progress(None, None, Decimal(3)) is None
