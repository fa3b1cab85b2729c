"""How commitments fall due, how a period stands, and what to warn of: pure functions over dates and figures.

Nothing here reads a clock or a database. Figures are decimals in the commitment's own unit.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

MONTHS = {"once": 0, "monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
MOST_PERIODS = 240
# How far behind the straight line from start to target a measure may lie before it is called off target.
TOLERANCE = Decimal("0.15")

Stage = Literal["none", "proposed", "confirmed", "disputed"]
Warning = Literal["due_soon", "overdue", "no_evidence", "off_target"]


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later; the last day of the month where there is no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_days(first: date, recurs: str, until: date | None, horizon: date) -> list[date]:
    """Return the days a commitment falls due, in order: the first always, others up to `until` and `horizon`.

    Each is counted from the first, so that 31 January, 28 February, 31 March follow.
    Raises KeyError for a recurrence nobody knows.
    """
    step = MONTHS[recurs]
    found = [first]
    while step and len(found) < MOST_PERIODS:
        following = add_months(first, step * len(found))
        if following > horizon or (until is not None and following > until):
            break
        found.append(following)
    return found


def current_period(days: Sequence[date], closed: Iterable[date], today: date) -> date:
    """Return the period to speak of: the earliest not closed, else the last."""
    done = set(closed)
    return next((day for day in days if day not in done), days[-1])


@dataclass(frozen=True)
class Said:
    """A claim on a period: its number, what it says, and the other side's word (None while awaited)."""

    number: int
    condition: str
    confirms: bool | None


@dataclass(frozen=True)
class Status:
    """How a period stands: the newest claim, its stage, and the last condition both sides share."""

    stage: Stage
    condition: str
    shared: str

    @property
    def closed(self) -> bool:
        """Say whether both sides agree on how the period ended."""
        return self.shared in ("kept", "not_kept", "changed") and self.stage == "confirmed"


def status_of(claims: Iterable[Said]) -> Status:
    """Return how a period stands after its claims, in any order."""
    ordered = sorted(claims, key=lambda one: one.number)
    shared = next((one.condition for one in reversed(ordered) if one.confirms), "")
    if not ordered:
        return Status("none", "", "")
    last = ordered[-1]
    stage: Stage = "proposed" if last.confirms is None else "confirmed" if last.confirms else "disputed"
    return Status(stage, last.condition, shared)


def progress(baseline: Decimal | None, target: Decimal | None, value: Decimal | None) -> Decimal | None:
    """Return the share of the way from baseline to target, clamped to 0..1; None without a target or measure.

    The baseline is 0 unless given; a target below it is a figure to bring down.
    """
    if target is None or value is None:
        return None
    start = baseline or Decimal(0)
    if target == start:
        return Decimal(1) if value == target else Decimal(0)
    return min(max((value - start) / (target - start), Decimal(0)), Decimal(1))


def elapsed(starts: date, due: date, day: date) -> Decimal:
    """Return the share of the time from `starts` to `due` that has gone by on `day`, clamped to 0..1."""
    whole = (due - starts).days
    if whole <= 0:
        return Decimal(1) if day >= due else Decimal(0)
    return min(max(Decimal((day - starts).days) / Decimal(whole), Decimal(0)), Decimal(1))


def warnings(
    day: date, *, starts: date, due: date, warn_days: int, status: Status, has_evidence: bool,
    baseline: Decimal | None = None, target: Decimal | None = None, value: Decimal | None = None,
) -> list[Warning]:  # fmt: skip
    """Return what to warn of on a day about one period, most urgent first; nothing once it is closed."""
    if status.closed or day < starts:
        return []
    found: list[Warning] = []
    near = day >= due - timedelta(days=warn_days)
    if day > due:
        found.append("overdue")
    elif near:
        found.append("due_soon")
    way = progress(baseline, target, value)
    if way is not None and way + TOLERANCE < elapsed(starts, due, day):
        found.append("off_target")
    if near and not has_evidence:
        found.append("no_evidence")
    return found
