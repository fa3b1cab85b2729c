# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The texts an agreement had over time: what amends it by which day, and the coordinated text of a day.

`life` says which texts hold on a day; here this is laid out in days, so that a search can ask for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from tavolo.agreements.archive.models import Edition, Entry
from tavolo.agreements.life import rules
from tavolo.agreements.life import standing as life
from tavolo.agreements.models import Agreement
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.model import Clause, Text

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days over which the same agreements make the text; None: without beginning, without end."""

    starts_on: date | None
    ends_on: date | None
    amending: tuple[Agreement, ...]
    text: Text


@dataclass(frozen=True)
class Coordinated:
    """An agreement's text on a day. `applies`: it was in force that day, as far as its terms are recorded.

    `taken` names, by clause, the amending agreement its words come from; `removed` what fell, and by which.
    """

    day: date
    text: Text
    hash: str
    amending: tuple[Agreement, ...] = ()
    taken: dict[str, Agreement] = field(default_factory=dict)
    removed: tuple[tuple[Clause, str, Agreement], ...] = ()
    applies: bool = True


def spans(agreement: Agreement, signed: Text) -> list[Span]:
    """Return the texts an agreement had and will have, by days; nothing where nothing ever amends it.

    Before its first day it reads as signed; after its last day as it read then.
    """
    if len(life.family(agreement)) == 1:
        return []
    found: list[tuple[date | None, tuple[Agreement, ...], Text]] = [(None, (), signed)]
    for day in turning_days(agreement):
        holding = life.texts_in_force(agreement, day)
        if not holding or tuple(holding[1:]) == found[-1][1]:
            continue
        text = life.in_force(agreement, day).text
        if text is not None:
            found.append((day, tuple(holding[1:]), text))
    if len(found) == 1:
        return []
    ends = [following[0] - ONE_DAY for _one, following in pairwise(found) if following[0] is not None]
    return [Span(day, end, by, text) for (day, by, text), end in zip(found, [*ends, None], strict=True)]


def turning_days(agreement: Agreement) -> list[date]:
    """Return, in order, every day on which a text of the agreement's family may begin or cease to hold."""
    days: set[date] = set()
    for one in life.family(agreement):
        known = life.dated(one)
        if known is None:
            continue
        term, stops = known
        days.add(term.starts)
        for last in (term.ends, stops):
            if last is None:
                continue
            days.add(last + ONE_DAY)
            if term.continued_months:
                days.add(rules.end_after(last, term.continued_months) + ONE_DAY)
    return sorted(days)


def at(editions: Iterable[Edition], day: date) -> Edition | None:
    """Return the edition of a day among those of one entry."""
    for one in editions:
        if (one.starts_on is None or one.starts_on <= day) and (one.ends_on is None or one.ends_on >= day):
            return one
    return None


def coordinated(entry: Entry, day: date, signed: Text) -> Coordinated:
    """Return an agreement's text on a day with what amends it by then; the signed one where nothing does."""
    agreement = entry.agreement
    edition = at(entry.editions.all(), day) if entry.amended else None
    applies = _applies(entry, day)
    if edition is None or not edition.amending:
        return Coordinated(day, signed, text_hash(signed), applies=applies)
    # After its last day an agreement reads as it did then: asked for the edition's own first day.
    found = life.in_force(agreement, day if applies else edition.starts_on or day)
    if found.text is None:
        return Coordinated(day, signed, text_hash(signed), applies=applies)
    rows = {one.pk: one for one in life.family(agreement)}
    by = tuple(rows[key] for key in edition.amending if key in rows)
    return Coordinated(day, found.text, text_hash(found.text), by, found.taken, tuple(found.removed), applies)


def _applies(entry: Entry, day: date) -> bool:
    if entry.elsewhere or life.terms_of(entry.agreement) is None:
        return entry.starts_on <= day and (entry.ends_on is None or day <= entry.ends_on)
    return bool(life.texts_in_force(entry.agreement, day))
