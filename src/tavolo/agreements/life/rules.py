"""When an agreement is in force, what a notice of termination does, who joined: pure functions over dates.

Last days are included ("until 31 December" holds on 31 December). Nothing here reads a clock or a database.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

ONE_DAY = timedelta(days=1)
MOST_RENEWALS = 200
Phase = Literal["coming", "in_force", "renewed", "under_notice", "continued", "ended"]
Joined = Literal["asked", "joined", "refused"]


@dataclass(frozen=True)
class Term:
    """The terms that dates depend on. `continued`: none, until_renewed or months."""

    starts: date
    ends: date | None = None
    renewal_months: int = 0
    notice_days: int = 0
    continued: str = "none"
    continued_months: int = 0


@dataclass(frozen=True)
class Force:
    """How an agreement stands on a day. `until` is the last day of what is said, None where open."""

    phase: Phase
    until: date | None = None
    renewals: int = 0

    @property
    def applies(self) -> bool:
        """Say whether its rules hold that day, of their own force or by continued effect."""
        return self.phase not in ("coming", "ended")


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later; the last day of the month where there is no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_after(last: date, months: int) -> date:
    """Return the last day of what goes on for some months after a last day.

    The end of a month stays the end of a month ("28 February 2023" and a year is 29 February 2024); any other
    day stays the same day, or becomes the month's last where it has no such day.
    """
    if (last + ONE_DAY).day == 1:
        return add_months(last + ONE_DAY, months) - ONE_DAY
    return add_months(last, months)


def period_ends(term: Term, count: int) -> date | None:
    """Return the last day of the term after `count` tacit renewals; None for an agreement without end."""
    if term.ends is None:
        return None
    return end_after(term.ends, term.renewal_months * count)


def effect_of_notice(term: Term, given: date) -> date:
    """Return the last day in force of an agreement for which notice is given on a day.

    Without a fixed end: the notice period after that day. With one: the first end of a term, tacit renewals
    included, that lies at least the notice period ahead; without renewal it is the end itself, or the day of
    the notice where that is past.
    """
    earliest = given + timedelta(days=term.notice_days)
    if term.ends is None:
        return max(earliest, term.starts)
    if not term.renewal_months:
        return max(term.ends, given)
    for count in range(MOST_RENEWALS):
        end = period_ends(term, count)
        if end is not None and end >= earliest:
            return end
    return earliest


def last_day(term: Term, stops: date | None) -> date | None:
    """Return the last day of its own force: that of a notice, or its end where it does not renew."""
    if stops is not None:
        return stops
    return None if term.renewal_months else term.ends


def force_on(
    term: Term, day: date, stops: date | None = None, told_on: date | None = None,
    replaced_on: date | None = None,
) -> Force:  # fmt: skip
    """Return how an agreement stands on a day.

    `stops` is its last day by notice, `told_on` the day the notice was given; `replaced_on` is the first day
    of the agreement that replaces it, which ends everything, continued effect included.
    """
    if day < term.starts:
        return Force("coming", term.starts - ONE_DAY)
    if replaced_on is not None and day >= replaced_on:
        return Force("ended", replaced_on - ONE_DAY)
    end = last_day(term, stops)
    if end is None or day <= end:
        return _of_its_own(term, day, end, stops, told_on)
    return _afterwards(term, day, end)


def _of_its_own(term: Term, day: date, end: date | None, stops: date | None, told_on: date | None) -> Force:
    renewals = renewals_on(term, day)
    if stops is not None and (told_on is None or day >= told_on):
        return Force("under_notice", stops, renewals)
    until = period_ends(term, renewals) if term.renewal_months else end
    return Force("renewed" if renewals else "in_force", until, renewals)


def _afterwards(term: Term, day: date, end: date) -> Force:
    if term.continued == "until_renewed":
        return Force("continued", None)
    if term.continued == "months":
        last = end_after(end, term.continued_months)
        if day <= last:
            return Force("continued", last)
        return Force("ended", last)
    return Force("ended", end)


def renewals_on(term: Term, day: date) -> int:
    """Return how often the term has renewed itself by a day."""
    if term.ends is None or not term.renewal_months or day <= term.ends:
        return 0
    for count in range(1, MOST_RENEWALS):
        end = period_ends(term, count)
        if end is not None and day <= end:
            return count
    return MOST_RENEWALS


@dataclass(frozen=True)
class KeyDate:
    """A day to know: what it is (starts, notice_by, ends, renews, effect, continued_until) and when."""

    kind: str
    on: date


def key_dates(term: Term, day: date, stops: date | None = None) -> list[KeyDate]:
    """Return the days to know of as they stand on `day`, in order."""
    found = [KeyDate("starts", term.starts)]
    end = last_day(term, stops)
    if stops is not None:
        found.append(KeyDate("effect", stops))
    elif term.ends is not None:
        current = period_ends(term, renewals_on(term, day)) or term.ends
        if term.renewal_months:
            found.append(KeyDate("notice_by", current - timedelta(days=term.notice_days)))
            found.append(KeyDate("renews", current + ONE_DAY))
        else:
            found.append(KeyDate("ends", current))
    if end is not None and term.continued == "months":
        found.append(KeyDate("continued_until", end_after(end, term.continued_months)))
    return sorted(found, key=lambda one: (one.on, one.kind))


@dataclass(frozen=True)
class Linked:
    """An agreement in a family of texts: its id, the one it amends, and its terms with its notice."""

    id: str
    amends: str | None
    term: Term
    stops: date | None = None


def texts_in_force(family: Iterable[Linked], root: str, day: date) -> list[str]:
    """Return the ids of the texts that hold on a day: the root first, then what amends it, oldest first.

    An amendment of an amendment counts with what it amends. Empty where the root itself does not apply.
    """
    rows = list(family)
    known = {one.id: one for one in rows}
    if root not in known or not force_on(known[root].term, day, known[root].stops).applies:
        return []
    linked = {root}
    while True:
        more = {one.id for one in rows if one.amends in linked} - linked
        if not more:
            break
        linked |= more
    holding = [
        known[key] for key in linked - {root} if force_on(known[key].term, day, known[key].stops).applies
    ]
    return [root, *[one.id for one in sorted(holding, key=lambda one: (one.term.starts, one.id))]]


def joined(
    rule: str, signatories: Mapping[str, str], consents: Sequence[str], refusals: Sequence[str]
) -> Joined:
    """Return whether a later party has joined. `signatories`: party -> side; words are those of parties.

    free: at once. each_side: one signatory of each side that signed. all: every signatory. A refusal stops it
    under `all`; under `each_side` only where no other signatory of that side can still consent.
    """
    said_yes = {party for party in consents if party in signatories}
    said_no = {party for party in refusals if party in signatories} - said_yes
    if rule == "free":
        return "joined"
    if rule == "all":
        if said_no:
            return "refused"
        return "joined" if said_yes == set(signatories) and signatories else "asked"
    sides = set(signatories.values())
    willing = {signatories[party] for party in said_yes}
    if sides and willing == sides:
        return "joined"
    left = {side for party, side in signatories.items() if party not in said_no}
    return "refused" if left != sides else "asked"
