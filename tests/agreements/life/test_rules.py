"""When an agreement holds, what a notice does, which texts are in force, who has joined."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tavolo.agreements.life import rules
from tavolo.agreements.life.rules import Force, Linked, Term

DAY = timedelta(days=1)
DAYS = st.dates(min_value=date(2022, 1, 1), max_value=date(2032, 12, 31))
TERMS = st.builds(
    lambda starts, length, renewal, notice, continued, months: Term(
        starts, None if length is None else starts + timedelta(days=length),
        0 if length is None else renewal, notice, continued, months,
    ),
    DAYS, st.none() | st.integers(1, 1500), st.sampled_from([0, 0, 12, 24]), st.integers(0, 200),
    st.sampled_from(["none", "until_renewed", "months"]), st.integers(1, 24),
)  # fmt: skip
YEAR = Term(date(2026, 1, 1), date(2026, 12, 31), renewal_months=12, notice_days=90)


def test_a_term_renews_itself_until_notice_is_given_in_time() -> None:
    assert rules.force_on(YEAR, date(2025, 12, 31)).phase == "coming"
    assert rules.force_on(YEAR, date(2026, 6, 1)) == Force("in_force", date(2026, 12, 31))
    assert rules.force_on(YEAR, date(2028, 2, 29)) == Force("renewed", date(2028, 12, 31), 2)
    in_time = rules.effect_of_notice(YEAR, date(2026, 10, 2))
    too_late = rules.effect_of_notice(YEAR, date(2026, 10, 3))
    assert (in_time, too_late) == (date(2026, 12, 31), date(2027, 12, 31))
    assert rules.force_on(YEAR, date(2026, 11, 1), in_time, date(2026, 10, 2)).phase == "under_notice"
    assert rules.force_on(YEAR, date(2026, 9, 1), in_time, date(2026, 10, 2)).phase == "in_force"
    assert rules.force_on(YEAR, date(2027, 1, 1), in_time).phase == "ended"


def test_ends_of_months_and_leap_years_keep_their_day() -> None:
    def ends(last: date, months: int, count: int = 1) -> date | None:
        return rules.period_ends(Term(date(2020, 1, 1), last, months), count)

    assert ends(date(2023, 2, 28), 12) == date(2024, 2, 29)
    assert ends(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert ends(date(2024, 2, 28), 12) == date(2025, 2, 28)
    assert ends(date(2026, 1, 30), 1) == date(2026, 2, 28)
    assert ends(date(2026, 12, 30), 6) == date(2027, 6, 30)
    assert ends(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert [ends(date(2026, 1, 31), 1, count) for count in (1, 2, 3)] == [
        date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30),
    ]  # fmt: skip
    for last, until in ((date(2026, 12, 30), date(2027, 2, 28)), (date(2027, 12, 31), date(2028, 2, 29))):
        months = Term(date(2026, 1, 1), last, continued="months", continued_months=2)
        assert rules.force_on(months, until).phase == "continued"
        assert rules.force_on(months, until + DAY).phase == "ended"
    once = Term(date(2026, 1, 1), date(2026, 12, 31))
    assert [rules.force_on(once, day).applies for day in (once.starts, date(2026, 12, 31))] == [True, True]
    assert not rules.force_on(once, date(2025, 12, 31)).applies


def test_continued_effect_lasts_as_long_as_the_text_says() -> None:
    months = Term(date(2026, 1, 1), date(2026, 12, 31), continued="months", continued_months=6)
    assert rules.force_on(months, date(2027, 6, 30)) == Force("continued", date(2027, 6, 30))
    assert rules.force_on(months, date(2027, 7, 1)).phase == "ended"
    until = Term(date(2026, 1, 1), date(2026, 12, 31), continued="until_renewed")
    assert rules.force_on(until, date(2031, 1, 1)) == Force("continued", None)
    assert rules.force_on(until, date(2031, 1, 1), replaced_on=date(2030, 1, 1)).phase == "ended"


@settings(max_examples=120, deadline=None)
@given(term=TERMS, given_on=DAYS, ahead=st.integers(0, 3000))
def test_once_it_has_ended_it_never_comes_back(term: Term, given_on: date, ahead: int) -> None:
    given_on = max(given_on, term.starts)
    stops = rules.effect_of_notice(term, given_on)
    assert stops >= given_on
    assert rules.force_on(term, stops, stops, given_on).applies
    day = stops + ahead * DAY
    today, tomorrow = (rules.force_on(term, one, stops, given_on) for one in (day, day + DAY))
    assert today.applies or not tomorrow.applies
    if term.ends is None or term.renewal_months:
        assert stops >= given_on + timedelta(days=term.notice_days)


@settings(max_examples=120, deadline=None)
@given(term=TERMS, day=DAYS)
def test_without_notice_its_days_follow_its_terms(term: Term, day: date) -> None:
    force = rules.force_on(term, day)
    assert (force.phase == "coming") == (day < term.starts)
    if day >= term.starts and (term.ends is None or term.renewal_months):
        assert force.phase in ("in_force", "renewed")
    if force.until is not None and force.applies:
        assert day <= force.until
    dates = [one.on for one in rules.key_dates(term, day)]
    assert dates == sorted(dates)


def test_the_text_in_force_takes_in_what_amends_it_while_that_holds() -> None:
    base = Linked("base", None, Term(date(2026, 1, 1)))
    first = Linked("first", "base", Term(date(2026, 6, 1), date(2026, 12, 31)))
    second = Linked("second", "first", Term(date(2026, 9, 1)))
    family = [second, base, first]
    assert rules.texts_in_force(family, "base", date(2025, 1, 1)) == []
    assert rules.texts_in_force(family, "base", date(2026, 3, 1)) == ["base"]
    assert rules.texts_in_force(family, "base", date(2026, 10, 1)) == ["base", "first", "second"]
    assert rules.texts_in_force(family, "base", date(2027, 10, 1)) == ["base", "second"]


def test_a_later_party_joins_as_the_terms_say() -> None:
    who = {"cgil": "workers", "cisl": "workers", "imprese": "employers"}
    assert rules.joined("free", who, [], []) == "joined"
    assert rules.joined("each_side", who, ["cgil"], []) == "asked"
    assert rules.joined("each_side", who, ["cgil", "imprese"], ["cisl"]) == "joined"
    assert rules.joined("each_side", who, ["cgil"], ["imprese"]) == "refused"
    assert rules.joined("all", who, ["cgil", "cisl"], []) == "asked"
    assert rules.joined("all", who, list(who), []) == "joined"
    assert rules.joined("all", who, ["cgil"], ["cisl"]) == "refused"
    assert rules.joined("all", who, ["stranger"], []) == "asked"
